import { createServer as createH2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { DeadlineExceeded, UpstreamMalformed, UpstreamUnavailable } from '../../src/errors';
import { FakeClock } from '../support/fake-clock';
import { failureOf, HAIRCUT, json, makeCall, makeClient, wireBooking, WireServer } from './wire-server';

const server = new WireServer();
const opened: { close(): void }[] = [];
let url: string;

beforeAll(async () => {
  url = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.captured.length = 0;
  server.handler = (_request, response) =>
    json(response, 200, { status: 'success', data: { id: 1, email: 'a@b.example' } });
});
afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

function open(...options: Parameters<typeof makeClient>): ReturnType<typeof makeClient> {
  const client = makeClient(...options);
  opened.push(client);
  return client;
}

test('says who asks, in which version and what it can decompress', async () => {
  await open(url).me(makeCall('cal_live_secret'));
  expect(server.last.headers).toMatchObject({
    authorization: 'Bearer cal_live_secret',
    'user-agent': 'AskPro-Gateway/9.8.7',
    'accept-encoding': 'gzip, deflate, br',
    'cal-api-version': '2024-08-13',
    accept: 'application/json',
  });
  expect(server.last.headers).not.toHaveProperty('content-type');
});

test('works below any base address, with or without a slash at its end', async () => {
  await open(`${url}/eu/`).me(makeCall());
  expect(server.last.url.pathname).toBe('/v2/eu/me');
});

test('uses one connection for many requests and counts them', async () => {
  const before = server.sockets;
  const client = open(url);
  for (let i = 0; i < 30; i++) await client.me(makeCall());
  expect(server.sockets - before).toBe(1);
  expect(client.requestCount()).toBe(30);
});

describe('a booking after a pause', () => {
  let quiet: WireServer;
  let quietUrl: string;
  beforeAll(async () => {
    // Says nothing about how long it keeps a connection.
    quiet = new WireServer({ announces: false });
    quietUrl = await quiet.start();
  });
  afterAll(() => quiet.stop());
  beforeEach(() => {
    for (const one of [server, quiet])
      one.handler = (request, response) =>
        json(response, 200, {
          status: 'success',
          data: request.method === 'POST' ? wireBooking() : { id: 1, email: 'a@b.example' },
        });
  });

  test('takes the warm connection of the question before it, as long as the server announced to keep it', async () => {
    const clock = new FakeClock();
    const client = open(url, {}, clock);
    const before = server.sockets;
    for (let round = 0; round < 5; round++) {
      await client.me(makeCall());
      await clock.advance(12_000);
      await client.createBooking(HAIRCUT, makeCall());
      await clock.advance(3000);
    }
    expect(server.sockets - before).toBe(1);
  });

  test('takes a new connection near the end of what the server announced', async () => {
    const clock = new FakeClock();
    const client = open(url, {}, clock);
    const before = server.sockets;
    await client.me(makeCall());
    await clock.advance(29_500);
    await client.createBooking(HAIRCUT, makeCall());
    expect(server.sockets - before).toBe(2);
  });

  test('takes a new connection where nothing is known of the server, but the one of a moment ago', async () => {
    const clock = new FakeClock();
    const client = open(quietUrl, {}, clock);
    const before = quiet.sockets;
    await client.createBooking(HAIRCUT, makeCall());
    await clock.advance(500);
    await client.createBooking(HAIRCUT, makeCall());
    expect(quiet.sockets - before).toBe(1);
    await clock.advance(1500);
    await client.createBooking(HAIRCUT, makeCall());
    expect(quiet.sockets - before).toBe(2);
  });

  test('takes a warm connection once a read was answered on one that had been idle as long', async () => {
    const clock = new FakeClock();
    const client = open(quietUrl, {}, clock);
    const before = quiet.sockets;
    await client.me(makeCall());
    await clock.advance(8000);
    await client.me(makeCall());
    for (let round = 0; round < 5; round++) {
      await clock.advance(7000);
      await client.createBooking(HAIRCUT, makeCall());
    }
    expect(quiet.sockets - before).toBe(1);
  });

  test('never meets a connection that the server is about to close, once it closed one sooner', async () => {
    const clock = new FakeClock();
    const client = open(quietUrl, {}, clock);
    await client.me(makeCall());
    await clock.advance(8000);
    await client.me(makeCall());
    await clock.advance(5000);
    await quiet.closeIdle();
    const before = quiet.sockets;
    await client.me(makeCall());
    await clock.advance(4500);
    await client.createBooking(HAIRCUT, makeCall());
    expect(quiet.sockets - before).toBe(2);
    await clock.advance(3500);
    await client.createBooking(HAIRCUT, makeCall());
    expect(quiet.sockets - before).toBe(2);
  });
});

test('a read takes a connection that has been idle for a while', async () => {
  const clock = new FakeClock();
  const client = open(url, {}, clock);
  const before = server.sockets;
  await client.me(makeCall());
  await clock.advance(10_000);
  await client.me(makeCall());
  expect(server.sockets - before).toBe(1);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
])('reads an answer compressed with %s', async (encoding, compress) => {
  server.handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
    response.end(compress(JSON.stringify({ status: 'success', data: { id: 5, email: 'a@b.example', name: 'Änne' } })));
  };
  expect(await open(url).me(makeCall())).toMatchObject({ id: 5, name: 'Änne' });
});

test.each(['gzip', 'zstd'])('calls bytes that are not what they say (%s) unreadable', async (encoding) => {
  server.handler = (_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(Buffer.from('28b52ffd0401', 'hex'));
  };
  expect(await failureOf(open(url).me(makeCall()))).toBeInstanceOf(UpstreamMalformed);
});

test('gives up an answer that grows too large, also when it arrives small and unfolds', async () => {
  server.handler = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(300_000, 'a')));
  };
  const error = await failureOf(open(url, { maxAnswerBytes: 100_000 }).me(makeCall()));
  expect(error).toBeInstanceOf(UpstreamMalformed);
  expect(String(error)).toContain('too large');
});

test('does not follow a redirect', async () => {
  server.handler = (_request, response) => json(response, 302, {}, { location: `${url}/elsewhere` });
  expect(await failureOf(open(url).me(makeCall()))).toBeInstanceOf(UpstreamMalformed);
  expect(server.captured).toHaveLength(1);
});

test('a refused connection means that nothing was sent', async () => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  for (const http2 of [false, true]) {
    const error = await failureOf(open(`http://127.0.0.1:${port}/v2`, { http2 }).createBooking(HAIRCUT, makeCall()));
    expect(error).toMatchObject({ code: 'upstream_unavailable', neverSent: true });
  }
});

test('an unknown host means that nothing was sent', async () => {
  const error = await failureOf(open('http://calcom.invalid/v2').me(makeCall()));
  expect(error).toMatchObject({ code: 'upstream_unavailable', neverSent: true });
});

test.each([false, true])(
  'a TLS handshake that never ends is given up after the connect timeout, with nothing sent (HTTP/2: %s)',
  async (http2) => {
    const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const sockets = new Set<net.Socket>();
    silent.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
    const client = open(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/v2`, { connectMs: 60, http2 });
    const error = await failureOf(client.createBooking(HAIRCUT, makeCall()));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    expect(error).toBeInstanceOf(UpstreamUnavailable);
    expect(error).toMatchObject({ neverSent: true });
  },
);

test('an answer that never begins ends at the operation timeout, and may have been sent', async () => {
  server.handler = () => undefined;
  const error = await failureOf(
    open(url, { timeouts: { slotsMs: 50, bookingMs: 60, testMs: 70 } }).createBooking(HAIRCUT, makeCall()),
  );
  expect(error).toBeInstanceOf(UpstreamUnavailable);
  expect(error).toMatchObject({ neverSent: false, message: expect.stringContaining('timeout') as unknown });
  expect(server.captured).toHaveLength(1);
});

test('a body that stalls ends at the operation timeout, and its head is still told', async () => {
  server.handler = (_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-ratelimit-remaining-default': '7',
      'x-ratelimit-reset-default': '3',
    });
    response.write('{"status":');
  };
  const call = makeCall();
  const error = await failureOf(open(url, { timeouts: { slotsMs: 50, bookingMs: 60, testMs: 150 } }).me(call));
  expect(error).toMatchObject({ code: 'upstream_unavailable', neverSent: false });
  expect(call.answers).toEqual([
    { status: 200, rateLimit: { limit: null, remaining: 7, resetMs: 3000 }, retryAfterMs: null },
  ]);
});

test.each(['before a byte', 'within the body'])('a reset %s may have been sent, and is not repeated', async (when) => {
  server.handler = (request, response) => {
    if (when === 'before a byte') return void request.socket.resetAndDestroy();
    response.writeHead(201, { 'content-length': '5000' });
    response.write('{', () => request.socket.resetAndDestroy());
  };
  const client = open(url);
  const error = await failureOf(client.createBooking(HAIRCUT, makeCall()));
  expect(error).toMatchObject({ code: 'upstream_unavailable', neverSent: false });
  expect(server.captured).toHaveLength(1);
  expect(client.requestCount()).toBe(1);
});

test.each([500, 502, 503, 429, 409])('a write answered with %s is sent once', async (status) => {
  server.handler = (_request, response) => json(response, status, { statusCode: status, message: 'no' });
  await failureOf(open(url).createBooking(HAIRCUT, makeCall()));
  expect(server.captured).toHaveLength(1);
});

test.each([
  [new DeadlineExceeded('hung up', true), true],
  [new DeadlineExceeded('too late'), false],
  [new Error('stop'), false],
])('when the signal aborts (%#), that is said and the exchange ends', async (reason, callerGone) => {
  const controller = new AbortController();
  const aborted = new Promise((resolve) => {
    server.handler = (request) => {
      request.socket.once('close', resolve);
      controller.abort(reason);
    };
  });
  const error = await failureOf(open(url).me(makeCall('cal_live_secret', controller.signal)));
  expect(error).toBeInstanceOf(DeadlineExceeded);
  expect(error).toMatchObject({ callerGone, neverSent: false });
  await aborted;
});

test('a signal that has aborted already sends nothing', async () => {
  const client = open(url);
  const error = await failureOf(client.me(makeCall('cal_live_secret', AbortSignal.abort(new DeadlineExceeded()))));
  expect(error).toMatchObject({ code: 'deadline_exceeded', neverSent: true });
  expect(client.requestCount()).toBe(0);
});

test('an error holds neither the key nor who is being booked', async () => {
  server.handler = (request) => request.socket.resetAndDestroy();
  const error = await failureOf(open(url).createBooking(HAIRCUT, makeCall('cal_live_secret')));
  const everything = inspect(error, { depth: 20, showHidden: true });
  expect(everything).not.toContain('cal_live_secret');
  expect(everything).not.toContain('Erika');
  expect(everything).not.toContain('erika@example.com');
});

describe('over HTTP/2', () => {
  let h2: Http2Server;
  let h2Url: string;
  const sessions = new Set<ServerHttp2Session>();
  let begun = 0;

  beforeAll(async () => {
    h2 = createH2();
    h2.on('session', (session) => {
      begun++;
      sessions.add(session);
    });
    h2.on('stream', (stream, headers) => {
      if (String(headers[':path']).endsWith('/webhooks')) return;
      stream.on('error', () => undefined);
      stream.respond({
        ':status': 200,
        'content-type': 'application/json',
        'x-ratelimit-remaining-default': '11',
        'x-ratelimit-reset-default': '4',
      });
      stream.end(
        JSON.stringify({
          status: 'success',
          data: { id: 2, email: 'h2@b.example', name: String(headers['user-agent']) },
        }),
      );
    });
    await new Promise<void>((resolve) => h2.listen(0, '127.0.0.1', resolve));
    h2Url = `http://127.0.0.1:${(h2.address() as AddressInfo).port}/v2`;
  });
  afterAll(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => h2.close(resolve));
  });

  test('many requests share one session', async () => {
    const client = open(h2Url, { http2: true });
    const calls = Array.from({ length: 20 }, () => makeCall());
    const users = await Promise.all(calls.map((call) => client.me(call)));
    expect(users[19]).toMatchObject({ id: 2, name: 'AskPro-Gateway/9.8.7' });
    // One of them asked only whether the server speaks HTTP/2.
    expect(begun).toBe(2);
    expect(calls.flatMap((call) => call.answers)).toHaveLength(20);
    expect(calls[0]?.answers[0]).toMatchObject({ status: 200, rateLimit: { remaining: 11, resetMs: 4000 } });
  });

  test('an answer that never comes ends at the operation timeout, and may have been sent', async () => {
    const client = open(h2Url, { http2: true, timeouts: { slotsMs: 50, bookingMs: 50, testMs: 500 } });
    expect(await failureOf(client.webhooks(null, makeCall()))).toMatchObject({
      code: 'upstream_unavailable',
      neverSent: false,
    });
  });

  test('a server that only speaks HTTP/1 is asked in HTTP/1, with one warning', async () => {
    const warned: string[] = [];
    const client = open(url, { http2: true, warn: (_fields, message) => warned.push(message) });
    const users = await Promise.all([client.me(makeCall()), client.me(makeCall())]);
    expect(users).toMatchObject([{ id: 1 }, { id: 1 }]);
    expect(await client.me(makeCall())).toMatchObject({ id: 1 });
    expect(warned).toEqual([expect.stringContaining('HTTP/2')]);
  });

  test('a server that cannot be reached is not taken for one without HTTP/2', async () => {
    const warned: string[] = [];
    const closed = net.createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const client = open(`http://127.0.0.1:${port}/v2`, {
      http2: true,
      warn: (_fields, message) => warned.push(message),
    });
    expect(await failureOf(client.me(makeCall()))).toMatchObject({ code: 'upstream_unavailable', neverSent: true });
    expect(warned).toEqual([]);
  });
});
