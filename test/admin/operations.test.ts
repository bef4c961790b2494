import http from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import request from 'supertest';
import { createMetricsRouter } from '../../src/controllers/admin/metrics-router';
import { createErrorHandler } from '../../src/controllers/error-response';
import { silentLogger } from '../../src/infra/logger';
import { Metrics } from '../../src/infra/metrics';
import { AdminKit, BOOTSTRAP, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
});
afterAll(() => kit.stop());
beforeEach(() => {
  kit.forgotten.length = 0;
  kit.warmed.length = 0;
  kit.resets.length = 0;
});

const asOurs = (body?: object) => ({ token: ours.token, ...(body ? { body } : {}) });

test('the status page says how everything is', async () => {
  const { body } = await kit.ask('get', '/status');
  expect(body.data).toMatchObject({
    version: '1.0.0',
    embedded: { calcom: false },
    rate_limit: [{ key: 'main', main: true }, { key: 'other' }],
    cache: { hit_rate: 80 },
    latency: { p95_latency: 300 },
  });
});

test('bookings of today are counted by hour and outcome, for the companies that the token reaches', async () => {
  const free = { exclusive: false };
  await kit.appointment(ours, free);
  await kit.appointment(ours, { ...free, status: 'failed', calcom_booking_uid: null });
  await kit.appointment(ours, { ...free, created_at: '2020-01-01T00:00:00Z' });
  await kit.appointment(theirs, free);
  await kit.clock.advance(5000);
  const today = async (token?: string) =>
    (await kit.ask('get', '/status', token ? { token } : {})).body.data.bookings_today;
  const mine = await today(ours.token);
  expect([mine.total, mine.booked, mine.by_hour.length]).toEqual([2, 1, 1]);
  expect(mine.by_hour[0].outcomes).toEqual({ booked: 1, failed: 1 });
  expect((await today()).total).toBe(3);
});

test('a token of one company sees only the keys that it uses', async () => {
  expect((await kit.ask('get', '/rate-limit', asOurs())).body.data.map((one: { key: string }) => one.key)).toEqual([
    'main',
  ]);
  expect((await kit.ask('get', '/circuit-breaker', asOurs())).body.data.map((one: { key: string }) => one.key)).toEqual(
    ['main'],
  );
  expect((await kit.ask('get', '/rate-limit')).body.data).toHaveLength(2);
});

test('figures are asked for per endpoint', async () => {
  expect((await kit.ask('get', '/metrics?endpoint=/bookings&minutes=5')).body.data).toMatchObject([
    { endpoint: '/bookings', p99_latency: 400 },
  ]);
  expect((await kit.ask('get', '/metrics?endpoint=/nothing')).status).toBe(400);
  expect((await kit.ask('get', '/metrics?minutes=570241')).status).toBe(400);
  const report = await kit.ask('get', '/performance-report?last=15');
  expect([report.text, report.headers['content-type']]).toEqual([
    'Report over 15 minutes',
    'text/plain; charset=utf-8',
  ]);
});

test('the circuits of every key are closed by hand, and that is written down', async () => {
  expect((await kit.ask('post', '/circuit-breaker/reset')).status).toBe(200);
  expect(kit.resets).toEqual(['main', 'other']);
  const [entry] = await kit.sql("select actor, detail from audit_log where subject_type = 'circuit_breaker'");
  expect(entry).toMatchObject({ actor: 'bootstrap', detail: { outcome: 'done' } });
});

describe('cache', () => {
  test('is forgotten for one event type or for all, never beyond the token’s company', async () => {
    expect((await kit.ask('delete', '/cache?event_type_id=1001', asOurs())).body.data.event_types).toBe(1);
    expect(kit.forgotten).toEqual([{ companyId: ours.id, eventTypeIds: [1001] }]);
    expect((await kit.ask('delete', '/cache')).body.data.event_types).toBe(2);
    expect((await kit.ask('delete', '/cache?event_type_id=4711', asOurs())).status).toBe(404);
    expect((await kit.ask('delete', `/cache?company_id=${theirs.id}`, asOurs())).status).toBe(403);
  });

  test('is warmed by a job', async () => {
    const first = await kit.ask('post', '/cache/warm', asOurs({ days: 3 }));
    expect([first.status, first.body.data.queued]).toEqual([202, true]);
    expect(kit.warmed).toEqual([{ companyId: ours.id, wish: { days: 3, minBookings: 5, delayMs: 100 } }]);
    expect((await kit.ask('post', '/cache/warm')).body.data.queued).toBe(false);
    expect(
      (await kit.ask('post', '/cache/warm', { body: { company_id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' } })).status,
    ).toBe(404);
    expect((await kit.ask('post', '/cache/warm', asOurs({ days: 0 }))).status).toBe(400);
  });

  test('reports per event type', async () => {
    const { body } = await kit.ask('get', '/cache', asOurs());
    expect(body.data).toMatchObject({
      stored_days: 3,
      reads: 4,
      hit_rate: 75,
      event_types: [{ company_id: ours.id, event_type_id: 1001 }],
    });
  });
});

describe('live figures', () => {
  let server: http.Server;
  beforeAll((done) => {
    server = http.createServer(kit.app).listen(0, '127.0.0.1', done);
  });
  afterAll((done) => {
    kit.live.stop();
    server.close(done);
  });

  interface Stream {
    status: number;
    /** Resolves with the next event's data. */
    next(): Promise<Record<string, unknown>>;
    ended: Promise<void>;
    close(): void;
  }

  function watch(token: string): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const headers = { authorization: `Bearer ${token}` };
      const asked = http.get({ port, host: '127.0.0.1', path: '/api/admin/events', headers, agent: false }, (res) => {
        const events: Record<string, unknown>[] = [];
        const waiting: ((event: Record<string, unknown>) => void)[] = [];
        let rest = '';
        res.setEncoding('utf8').on('data', (part: string) => {
          const parts = (rest + part).split('\n\n');
          rest = parts.pop() ?? '';
          for (const event of parts) {
            const data = JSON.parse(event.slice(event.indexOf('data: ') + 6));
            const waiter = waiting.shift();
            if (waiter) waiter(data);
            else events.push(data);
          }
        });
        resolve({
          status: res.statusCode ?? 0,
          next: () => new Promise((give) => (events.length > 0 ? give(events.shift()!) : waiting.push(give))),
          ended: new Promise((end) => res.once('end', end)),
          close: () => asked.destroy(),
        });
      });
      asked.on('error', reject);
    });
  }

  const noPageIsOpen = async (): Promise<void> => {
    while (kit.live.clients > 0) await new Promise((resolve) => setImmediate(resolve));
  };

  test('come at once and with every tick, and nothing runs while no page is open', async () => {
    const stream = await watch(ours.token);
    expect(await stream.next()).toMatchObject({ rate_limit: [{ key: 'main' }], bookings_today: expect.anything() });
    kit.tick?.();
    expect(await stream.next()).toMatchObject({ rate_limit: [{ key: 'main' }] });
    stream.close();
    await noPageIsOpen();
    expect(kit.tick).toBeNull();
  });

  test('are those that the token reaches', async () => {
    const [mine, all] = [await watch(ours.token), await watch(BOOTSTRAP)];
    expect([(await mine.next()).rate_limit, (await all.next()).rate_limit]).toEqual([
      [expect.objectContaining({ key: 'main' })],
      [expect.objectContaining({ key: 'main' }), expect.objectContaining({ key: 'other' })],
    ]);
    mine.close();
    all.close();
    await noPageIsOpen();
  });

  test('end after a quarter of an hour, so that a revoked token does not watch for ever', async () => {
    const stream = await watch(BOOTSTRAP);
    await stream.next();
    await kit.clock.advance(15 * 60_000 + 1);
    kit.tick?.();
    await stream.ended;
    expect(kit.live.clients).toBe(0);
  });

  const make = async (): Promise<{ id: string; token: string }> =>
    (await kit.ask('post', '/tokens', { token: ours.token, body: { name: 'watcher', role: 'read_only' } })).body.data;

  test.each([
    ['its token is revoked', (id: string) => kit.sql('update api_tokens set revoked_at = now() where id = $1', [id])],
    ['its company is suspended', () => kit.sql('update companies set is_active = false where id = $1', [ours.id])],
  ])('end within five seconds when %s by another process', async (_, end) => {
    const { id, token } = await make();
    const [stream, other] = [await watch(token), await watch(BOOTSTRAP)];
    await stream.next();
    await end(id);
    for (let second = 0; second < 4; second++) {
      await kit.clock.advance(1000);
      kit.tick?.();
    }
    await stream.ended;
    await other.next();
    expect(kit.live.clients).toBe(1);
    other.close();
    await noPageIsOpen();
    await kit.sql('update companies set is_active = true where id = $1', [ours.id]);
  });

  test('are ten for a token and twenty for a company; one more is asked to come back, and others find room', async () => {
    const tokens = [ours.token, (await make()).token, (await make()).token];
    const fill = (token: string): Promise<Stream[]> => Promise.all(Array.from({ length: 10 }, () => watch(token)));
    const streams = await fill(tokens[0]!);
    const refused = await kit.ask('get', '/events', { token: tokens[0]! });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    streams.push(...(await fill(tokens[1]!)));
    expect((await kit.ask('get', '/events', { token: tokens[2]! })).status).toBe(503);
    streams.push(await watch(BOOTSTRAP));
    expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 21 }, () => 200));
    for (const stream of streams) stream.close();
    await noPageIsOpen();
  });
});

describe('/metrics', () => {
  const app = (token: string | null) => {
    const metrics = new Metrics({
      processMetrics: false,
      instruments: [{ kind: 'counter', name: 'askpro_test_total', help: 'Of this test', labels: [] }],
    });
    metrics.count('askpro_test_total');
    return express().use(createMetricsRouter({ metrics, token })).use(createErrorHandler(silentLogger));
  };

  test('is open on this machine without a token of its own', async () => {
    const answer = await request(app(null)).get('/metrics');
    expect(answer.text).toContain('askpro_test_total 1');
    expect(answer.headers['content-type']).toContain('text/plain');
  });

  test('is closed without a token of its own to what comes from elsewhere, also through a proxy', async () => {
    const proxied = await request(app(null)).get('/metrics').set('x-forwarded-for', '127.0.0.1');
    expect([proxied.status, proxied.text.includes('askpro_test_total')]).toEqual([403, false]);
    const remote = express();
    remote.use((req, _res, next) => {
      Object.defineProperty(req.socket, 'remoteAddress', { value: '10.0.0.7' });
      next();
    });
    expect((await request(remote.use(app(null))).get('/metrics')).status).toBe(403);
  });

  test('asks for its token when there is one', async () => {
    const scrape = (header?: string) =>
      header
        ? request(app('scrape-me')).get('/metrics').set('Authorization', header)
        : request(app('scrape-me')).get('/metrics');
    expect([
      (await scrape()).status,
      (await scrape('Bearer wrong')).status,
      (await scrape('Bearer scrape-me')).status,
    ]).toEqual([401, 401, 200]);
  });
});
