import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from '../../packages/calcom-sandbox/src/main';
import { LatencyModel } from '../../packages/calcom-sandbox/src/latency';
import { SeededRandom } from '../../packages/calcom-sandbox/src/seeded-random';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { bookingBody, type ManualTime, MONDAY, openSandbox, SandboxClient, VERSION } from './sandbox-client';

let client: SandboxClient;
let sandbox: Sandbox;
let time: ManualTime;

async function open(options: SandboxOptions = {}): Promise<void> {
  ({ client, sandbox, time } = await openSandbox(options));
}

afterEach(() => sandbox.stop());

const BOOKING = { method: 'POST', path: '/v2/bookings' };
const fault = async (body: Record<string, unknown>): Promise<void> => {
  expect((await client.control('POST', '/faults', body)).status).toBe(200);
};
const storedBookings = async (): Promise<number> => (await client.control('GET', '/bookings')).body.length;

/** The raw answer, or the error code of a broken connection, or `silence` when nothing comes for a moment. */
function rawBooking(): Promise<{ status: number; type: string; text: string } | string> {
  return new Promise((resolve) => {
    const outgoing = request(`${sandbox.url}/bookings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'cal-api-version': '2024-08-13',
        authorization: 'Bearer cal_sandbox_demo',
      },
    });
    outgoing.setTimeout(250, () => {
      resolve('silence');
      outgoing.destroy();
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    outgoing.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    outgoing.end(JSON.stringify(bookingBody()));
  });
}

describe('faults', () => {
  beforeEach(() => open());

  it.each([
    ['hang', 'silence', 0],
    ['reset-before-commit', 'ECONNRESET', 0],
    ['reset-after-commit', 'ECONNRESET', 1],
    ['timeout-after-commit', 'silence', 1],
  ])('%s ends in %s with %i bookings stored', async (kind, outcome, stored) => {
    await fault({ match: BOOKING, fault: { kind } });
    expect(await rawBooking()).toBe(outcome);
    expect(await storedBookings()).toBe(stored);
  });

  it('answers the opaque 500 although the booking stands', async () => {
    await fault({ match: BOOKING, fault: { kind: 'error-after-commit' } });
    const answer = await client.book(bookingBody());
    expect([answer.status, answer.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    expect(await storedBookings()).toBe(1);
    const repeated = await client.book(bookingBody());
    expect(repeated.status).toBe(201);
    expect(await storedBookings()).toBe(1);
  });

  it.each([
    ['malformed-body', 'application/json; charset=utf-8', 0],
    ['truncated-json', 'application/json; charset=utf-8', 1],
    ['html-502', 'text/html; charset=UTF-8', 0],
  ])('%s is no JSON', async (kind, type, stored) => {
    await fault({ match: BOOKING, fault: { kind } });
    const answer = await rawBooking();
    if (typeof answer === 'string') throw new Error(answer);
    expect(answer.type).toBe(type);
    expect(() => JSON.parse(answer.text)).toThrow();
    expect(await storedBookings()).toBe(stored);
  });

  it('can answer JSON of the wrong shape, or drip the right one', async () => {
    await fault({ match: BOOKING, fault: { kind: 'wrong-shape' } });
    expect((await client.book(bookingBody())).body).toEqual({ status: 'success', data: 'unexpected' });
    await fault({ match: BOOKING, fault: { kind: 'slow-body', durationMs: 20 } });
    expect((await client.book(bookingBody())).body.data.eventTypeId).toBe(1001);
    await fault({ match: BOOKING, fault: { kind: 'delay', delayMs: 5 } });
    expect((await client.book(bookingBody())).status).toBe(201);
  });

  it.each([
    ['E1', 409, { status: 'error', error: { code: 'ConflictException', message: 'boom' } }],
    ['E2', 400, { status: 'error', error: { message: expect.stringContaining('property is wrong,boom') } }],
    [
      'E3',
      400,
      { error: { message: 'Bad Request Exception', details: { errors: [{ constraints: { fault: 'boom' } }] } } },
    ],
    ['E4', 401, { statusCode: 401, message: 'boom' }],
    ['E5', 500, { statusCode: 500, message: 'Internal server error' }],
    ['E6', 404, { status: 'error', error: { code: 'TRPCError', message: 'boom' } }],
    ['E7', 400, { status: 'error', error: { code: 'BAD_REQUEST', message: 'request - boom, ' } }],
  ])('a status can have shape %s', async (shape, status, body) => {
    await fault({ match: BOOKING, fault: { kind: 'status', status, shape, message: 'boom' } });
    const answer = await client.book(bookingBody());
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(body);
    expect(await storedBookings()).toBe(0);
  });

  it('sends a 429 of its own or one of the CDN', async () => {
    await fault({ match: BOOKING, fault: { kind: 'rate-limited', retryAfterSeconds: 7 } });
    const own = await client.book(bookingBody());
    expect([own.status, own.headers.get('x-ratelimit-remaining-default'), own.headers.get('retry-after')]).toEqual([
      429,
      '0',
      '7',
    ]);
    await fault({ match: BOOKING, fault: { kind: 'rate-limited', withHeaders: false } });
    const bare = await client.book(bookingBody());
    expect([bare.status, bare.headers.get('x-ratelimit-limit-default'), bare.headers.get('retry-after')]).toEqual([
      429,
      null,
      null,
    ]);
  });

  it('hits as often as asked, only what matches, in order', async () => {
    await fault({ match: { method: 'GET', path: '/v2/bookings/*' }, times: 2, fault: { kind: 'status', status: 503 } });
    await fault({ match: { path: '/v2/**' }, fault: { kind: 'status', status: 500, shape: 'E5' } });
    const statuses = [];
    for (const path of ['/abc', '/abc', '/abc', '/abc']) statuses.push((await client.booking('GET', path)).status);
    expect(statuses).toEqual([503, 503, 500, 404]);
  });

  it('can hit by chance, until removed', async () => {
    const { body } = await client.control('POST', '/faults', {
      probability: 1,
      fault: { kind: 'status', status: 503 },
    });
    for (let round = 0; round < 3; round += 1) expect((await client.ask('GET', '/me')).status).toBe(503);
    await client.control('DELETE', `/faults/${body.ids[0]}`);
    expect((await client.ask('GET', '/me')).status).toBe(200);
    expect((await client.control('DELETE', '/faults/none')).status).toBe(404);
    await fault({ probability: 0.000001, fault: { kind: 'hang' } });
    expect((await client.ask('GET', '/me')).status).toBe(200);
    expect((await client.control('GET', '/faults')).body).toHaveLength(1);
  });

  it('are refused when they make no sense', async () => {
    expect((await client.control('POST', '/faults', { fault: { kind: 'explode' } })).status).toBe(400);
    expect((await client.control('POST', '/faults', { fault: { kind: 'hang' }, when: 1 })).status).toBe(400);
  });
});

describe('observation', () => {
  it('counts requests, endpoints, the busiest minute and refusals', async () => {
    await open({ rateLimit: { limit: 3 } });
    await client.ask('GET', '/me');
    time.advance(59_999);
    await client.ask('GET', '/bookings/abc', { version: '2024-08-13' });
    time.advance(1);
    await client.ask('GET', '/me');
    await client.ask('GET', '/me');
    await client.ask('GET', '/me');
    await client.ask('GET', '/me');
    const { body } = await client.control('GET', '/counters');
    expect(body).toMatchObject({
      requestsTotal: 6,
      byEndpoint: { 'GET /v2/me': 5, 'GET /v2/bookings/:uid': 1 },
      byStatus: { 200: 4, 404: 1, 429: 1 },
      maxInAny60s: 5,
      rateLimited: 1,
      inFlightMax: 1,
    });
    await client.control('DELETE', '/counters');
    expect((await client.control('GET', '/counters')).body.requestsTotal).toBe(0);
  });

  it('knows how many requests were open at once', async () => {
    await open();
    await fault({ match: BOOKING, times: 3, fault: { kind: 'hang' } });
    await Promise.all([rawBooking(), rawBooking(), rawBooking()]);
    expect((await client.control('GET', '/counters')).body).toMatchObject({ inFlightMax: 3 });
  });

  it('remembers requests without their keys', async () => {
    await open();
    await fault({ match: { path: '/v2/me' }, fault: { kind: 'status', status: 503 } });
    await client.ask('GET', '/me?x=1');
    await client.ask('GET', '/nowhere', { key: null, version: '2024-08-13' });
    const { body } = await client.control('GET', '/requests?limit=2');
    expect(body).toEqual([
      {
        method: 'GET',
        path: '/v2/me?x=1',
        atMs: MONDAY,
        status: 503,
        apiKeyHash: expect.stringMatching(/^[0-9a-f]{12}$/),
        version: '2024-04-15',
        requestId: expect.any(String),
        fault: 'fault-1',
      },
      expect.objectContaining({
        path: '/v2/nowhere',
        status: 404,
        apiKeyHash: null,
        version: '2024-08-13',
        fault: null,
      }),
    ]);
    expect(JSON.stringify(body)).not.toContain('cal_sandbox_demo');
  });
});

describe('the clock', () => {
  it('can be shifted, frozen, advanced and let go', async () => {
    await open();
    const at = async (body: unknown): Promise<string> => {
      const state = await client.control('POST', '/clock', body);
      return new Date(state.body.nowMs).toISOString();
    };
    expect(await at({ offsetMs: 60_000 })).toBe('2027-06-07T06:01:00.000Z');
    expect(await at({ freezeAt: '2027-01-01T00:00:00Z' })).toBe('2027-01-01T00:00:00.000Z');
    time.advance(5_000);
    expect(await at({ advanceMs: 1_000 })).toBe('2027-01-01T00:00:01.000Z');
    await at({ unfreeze: true });
    time.advance(1_000);
    expect(await at({ advanceMs: 0 })).toBe('2027-01-01T00:00:02.000Z');
    expect((await client.control('POST', '/clock', { freezeAt: 'noon' })).status).toBe(400);
  });
});

describe('the world', () => {
  it('goes back to how it was started', async () => {
    await open();
    await client.book(bookingBody());
    await fault({ fault: { kind: 'hang' } });
    await client.control('POST', '/clock', { advanceMs: 1_000 });
    await client.control('POST', '/behaviour', { slotCache: true });
    await client.control('POST', '/latency', { scale: 0.5 });
    await client.control('POST', '/reset');
    const { body } = await client.control('GET', '/state');
    expect(body).toMatchObject({
      clock: { nowMs: MONDAY, frozenAtMs: null },
      latencyScale: 0,
      rateLimit: { enabled: false, limit: 120 },
      behaviour: { slotCache: false },
      bookings: 0,
    });
    expect((await client.control('GET', '/faults')).body).toEqual([]);
    expect((await client.ask('GET', '/me')).status).toBe(200);
  });

  it('takes thousands of bookings at once and lists them by page and by time of change', async () => {
    await open();
    const common = { eventTypeId: 1001, everyMinutes: 60, hostIds: [502] };
    const old = { ...common, start: '2024-01-01T08:00:00Z', count: 20_000, createdAt: '2023-12-01T00:00:00Z' };
    const seeded = await client.control('POST', '/bookings', old);
    expect(seeded.body.uids).toHaveLength(20_000);
    const [fresh] = (await client.control('POST', '/bookings', { ...common, start: '2027-06-08T08:00:00Z' })).body.uids;
    const list = async (query: string): Promise<{ uids: string[]; totalItems: number }> => {
      const { body } = await client.ask('GET', `/bookings?${query}`, { version: VERSION.bookings });
      return {
        uids: body.data.map((booking: { uid: string }) => booking.uid),
        totalItems: body.pagination.totalItems,
      };
    };
    const page = await list('take=250&skip=19900');
    expect(page).toEqual({ uids: [...seeded.body.uids.slice(19_900), fresh], totalItems: 20_001 });
    expect(await list('afterUpdatedAt=2027-01-01T00:00:00Z')).toEqual({ uids: [fresh], totalItems: 20_001 });
    expect((await client.control('POST', '/bookings', { ...common, eventTypeId: 9, start: 0 })).status).toBe(404);
  });

  it('takes new accounts, keys and event types, and refuses broken ones', async () => {
    await open();
    const schedule = { id: 900, ownerId: 600, timeZone: 'Europe/Vienna', availability: [] };
    await client.control('POST', '/accounts', {
      user: { id: 600, username: 'eve', name: 'Eve', email: 'eve@example.com', timeZone: 'Europe/Vienna' },
      schedule,
      apiKey: 'cal_eve',
    });
    const me = await client.ask('GET', '/me', { key: 'cal_eve' });
    expect(me.body.data).toMatchObject({ id: 600, defaultScheduleId: 900 });
    const type = { id: 9, title: 'Kurz', slug: 'kurz', lengthInMinutes: 10, ownerId: 600 };
    expect((await client.control('POST', '/event-types', type)).status).toBe(200);
    expect((await client.control('POST', '/event-types', { ...type, teamId: 10 })).status).toBe(400);
    expect((await client.control('PATCH', '/event-types/77', {})).status).toBe(404);
    expect((await client.control('PATCH', '/hosts/600', { email: 'no' })).status).toBe(400);
    expect((await client.control('GET', '/nowhere')).status).toBe(404);
  });

  it('limits a single key differently and switches the limiter at run time', async () => {
    await open({ rateLimit: {} });
    await client.control('POST', '/api-keys', { key: 'cal_small', userId: 501, limitPerWindow: 1 });
    await client.ask('GET', '/me', { key: 'cal_small' });
    expect((await client.ask('GET', '/me', { key: 'cal_small' })).status).toBe(429);
    await client.control('POST', '/rate-limit', { enabled: false });
    expect((await client.ask('GET', '/me', { key: 'cal_small' })).status).toBe(200);
  });

  it('keeps bookings, holds and webhooks in a state file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const stateFile = join(folder, 'state', 'world.json');
    await open({ stateFile });
    const first = await client.book(bookingBody());
    await client.ask('POST', '/webhooks', {
      body: { active: false, subscriberUrl: 'http://127.0.0.1:9/x', triggers: [] },
    });
    await sandbox.stop();
    sandbox = await startSandbox({ clock: time, stateFile });
    client = new SandboxClient(sandbox);
    const kept = await client.booking('GET', `/${first.body.data.uid}`);
    expect(kept.body.data).toMatchObject({ uid: first.body.data.uid, status: 'accepted' });
    expect((await client.ask('GET', '/webhooks')).body.data).toHaveLength(1);
    const next = await client.book(bookingBody({ start: '2027-06-08T12:00:00Z' }));
    expect(next.body.data.id).toBe(2);
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('latency', () => {
  it.each([
    ['slots', 300, 400, 800],
    ['bookingWrite', 1_500, 2_500, 5_000],
  ] as const)(
    'of %s lies between %i and %i (most) or %i ms (all), scaled',
    async (latencyClass, minMs, medianMs, maxMs) => {
      await open();
      const model = new LatencyModel(new SeededRandom(1), 1);
      const samples = Array.from({ length: 4_001 }, () => model.sampleMs(latencyClass)).sort((a, b) => a - b);
      expect(samples[0]).toBeGreaterThanOrEqual(minMs);
      expect(samples.at(-1)).toBeLessThanOrEqual(maxMs);
      expect(Math.abs(samples[2_000]! - medianMs)).toBeLessThan(medianMs * 0.05);
      model.scale = 0.1;
      expect(model.sampleMs(latencyClass)).toBeLessThanOrEqual(maxMs / 10);
      expect(new LatencyModel(new SeededRandom(1), 0).budget(latencyClass).totalMs).toBe(0);
    },
  );

  it('is reproducible with a seed', () => {
    const draw = (): number[] => {
      const random = new SeededRandom(42);
      return [random.next(), random.next(), random.integerBelow(10)];
    };
    expect(draw()).toEqual(draw());
  });
});

describe('the command line', () => {
  it('understands its options and refuses bad ones', async () => {
    await open();
    expect(parseArguments([])).toMatchObject({ port: 4010, latencyScale: 1, apiKeys: [] });
    expect(
      parseArguments([
        '--port',
        '0',
        '--latency-scale',
        '0.5',
        '--api-key',
        'cal_a',
        '--api-key',
        'cal_b',
        '--rate-limit',
        '60',
      ]),
    ).toMatchObject({ port: 0, latencyScale: 0.5, apiKeys: ['cal_a', 'cal_b'], rateLimit: { limit: 60 } });
    expect(parseArguments(['--rate-limit', 'off'])).toMatchObject({ rateLimit: 'off' });
    expect(parseArguments(['--user-webhooks-for-teams']).behaviour).toEqual({ userWebhooksForTeamTypes: true });
    for (const bad of [
      ['--port', 'x'],
      ['--latency-scale', '-1'],
      ['--api-key', 'sk_1'],
      ['--rate-limit', '0'],
      ['--what'],
    ]) {
      expect(() => parseArguments(bad)).toThrow();
    }
  });
});
