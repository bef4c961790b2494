import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { families, provoke } from '../../packages/bench/src/support/hostile-families';
import { tablePrints } from '../../packages/bench/src/support/table-prints';
import { signBody } from '../../src/retell/signature';
import { openDay, RETELL_KEY, toolBody } from '../support/gateway';
import { SEED, THOROUGHNESS } from '../support/generated-cases';
import { until } from '../support/until';
import { startHostileKit, type HostileKit } from './kit';

let kit: HostileKit;
beforeAll(async () => {
  kit = await startHostileKit();
});
afterAll(() => kit.stop());

const LOOKS = /^"(ping|get|mget|hget|hgetall|exists|ttl|info|zrange)"/i;

/**
 * Commands that this gateway gave Redis meanwhile, without those that only look. The lines of MONITOR are read here: when
 * the first one comes together with the answer to the command itself, the client takes it for an answer out of turn.
 */
async function redisWrites(during: () => Promise<void>): Promise<string[]> {
  const { host, port, db } = kit.redis.options;
  const socket = connect({ host: host!, port: port! }).setEncoding('utf8');
  let heard = '';
  socket.on('data', (text: string) => (heard += text));
  socket.write('MONITOR\r\n');
  await until(() => heard.startsWith('+OK\r\n'));
  await during();
  const last = randomUUID();
  await kit.redis.get(last);
  await until(() => heard.includes(last));
  socket.destroy();
  // The server is shared with the other workers, which have databases of their own.
  const own = new RegExp(`^\\+[\\d.]+ \\[${db} [^\\]]*\\] (.{1,120})`);
  return heard
    .split('\r\n')
    .flatMap((line) => own.exec(line)?.[1] ?? [])
    .filter((command) => !LOOKS.test(command));
}

async function arrivedAtCalcom(): Promise<number> {
  const counters = (await kit.t.control('/counters')) as { requestsTotal: number };
  return counters.requestsTotal;
}

test('a request without signature and token reaches neither Cal.com nor Redis nor a row', async () => {
  // What the set-up began comes to its end first, and what the gateway looks after by itself rests.
  await kit.t.gateway.parts.operations.ticker.stop();
  await kit.t.gateway.parts.operations.jobs.stop(5000);
  await kit.t.gateway.parts.voice.trace.flush();
  await kit.t.gateway.parts.upstream.monitor.stop();
  const [rowsBefore, arrivedBefore] = [await tablePrints(kit.sql), await arrivedAtCalcom()];
  const strangers = families(kit.requests).filter((family) => /without|wrongly|larger|nothing/.test(family.name));
  expect(strangers).toHaveLength(6);
  const writes = await redisWrites(async () => {
    for (const family of strangers) expect(await provoke(family, 60 * THOROUGHNESS, SEED, kit.fault)).toEqual([]);
  });
  expect(writes).toEqual([]);
  expect(await arrivedAtCalcom()).toBe(arrivedBefore);
  expect(await tablePrints(kit.sql)).toEqual(rowsBefore);
});

test('the same signed booking, sent again and again within its five minutes, is one booking', async () => {
  const wish = {
    service_name: 'Bartpflege',
    desired_date: openDay(12),
    desired_time: '10:00',
    customer_name: 'Rita Repeat',
  };
  const raw = Buffer.from(JSON.stringify(toolBody('create_booking', wish)));
  const headers = { 'content-type': 'application/json', 'x-retell-signature': signBody(raw, RETELL_KEY, Date.now()) };
  const before = await bookingPosts();
  const replies = await Promise.all(
    Array.from({ length: 8 }, () =>
      kit.wire.send({
        method: 'POST',
        path: '/api/retell/create_booking',
        headers,
        body: raw,
        chunked: false,
        trusted: true,
        what: 'replay',
      }),
    ),
  );
  const answers = replies.map((reply) => JSON.parse(reply.text) as { status: string; booking_uid: string });
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(['booked']));
  expect(new Set(answers.map((answer) => answer.booking_uid)).size).toBe(1);
  expect((await bookingPosts()) - before).toBe(1);
});

async function bookingPosts(): Promise<number> {
  const requests = (await kit.t.control('/requests?limit=5000')) as { method: string; path: string }[];
  return requests.filter((one) => one.method === 'POST' && one.path.startsWith('/v2/bookings')).length;
}

test('a request inside a request is one request', async () => {
  const inner = 'GET /api/admin/tokens HTTP/1.1\r\nHost: x\r\n\r\n';
  const smuggled =
    'POST /api/retell/parse_date HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
    `Content-Length: ${inner.length + 4}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`;
  const heard = (await kit.wire.raw(smuggled, 11_000)) ?? '';
  expect(heard.match(/HTTP\/1\.1/g) ?? []).toHaveLength(1);
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
});

test('a prototype cannot be reached through any body', async () => {
  const raw = Buffer.from(
    '{"__proto__":{"polluted":1},"args":{"__proto__":{"polluted":1},"date":"morgen"},"call":{"metadata":{"__proto__":{"polluted":1}}}}',
  );
  await kit.t.post('/api/retell/parse_date', raw.toString());
  await kit.t.post('/api/retell/webhook', `{"event":"call_started","call":${raw.toString()}}`);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a body that stops coming ends with its connection, and nothing is left of it', async () => {
  const { port } = kit.wire;
  const socket = connect(port, '127.0.0.1');
  const raw = Buffer.from(JSON.stringify(toolBody('request_callback', { reason: 'half' })));
  socket.write(
    `POST /api/retell/request_callback HTTP/1.1\r\nHost: x\r\nContent-Length: ${raw.length}\r\n` +
      `X-Retell-Signature: ${signBody(raw, RETELL_KEY, Date.now())}\r\n\r\n`,
  );
  socket.write(raw.subarray(0, 40));
  const rows = await tablePrints(kit.sql);
  await new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    setImmediate(() => socket.destroy());
  });
  expect((await kit.t.tool('parse_date', { date: 'morgen' })).status).toBe(200);
  expect((await tablePrints(kit.sql)).callback_requests).toBe(rows.callback_requests);
});
