import { connect, type AddressInfo } from 'node:net';
import request from 'supertest';
import { openApiDocument } from '../../src/controllers/openapi/openapi-document';
import { ADMIN_TOKEN, startTestGateway, toolBody, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({ env: { HTTP_RATE_LIMIT_PER_MINUTE: '10', TRUST_PROXY: 'loopback' } });
});
afterAll(() => t.stop());

const ROUTES = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method, path: path.replace(/\{\w+\}/, 'x') })),
);
const ask = (method: string, path: string, from: string): request.Test => {
  const asked: request.Test = request(t.gateway.server)[method as 'get'](path);
  return asked.set('x-forwarded-for', from);
};

const FROM_ADDRESSES = ROUTES.map((route, index) => ({
  ...route,
  from: `10.1.${Math.floor(index / 250)}.${index % 250}`,
}));

test.each(FROM_ADDRESSES)(
  '$method $path has its limit per address, and says when to come again',
  async ({ method, path, from }) => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 10; turn++) statuses.push((await ask(method, path, from)).status);
    expect(statuses).not.toContain(429);
    const refused = await ask(method, path, from);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limited']);
    const wait = Number(refused.headers['retry-after']);
    expect(Number.isInteger(wait) && wait >= 1 && wait <= 60).toBe(true);
    expect((await ask(method, path, from.replace('10.1.', '10.2.'))).status).not.toBe(429);
  },
);

test('an IPv6 network counts as one address', async () => {
  for (let turn = 0; turn < 10; turn++) await ask('get', '/healthz', `2001:db8:1:2::${turn.toString(16)}`);
  expect((await ask('get', '/healthz', '2001:db8:1:2:ffff::1')).status).toBe(429);
  expect((await ask('get', '/healthz', '2001:db8:1:3::1')).status).toBe(200);
});

describe('an address that keeps failing', () => {
  let own: TestGateway;
  beforeAll(async () => {
    own = await startTestGateway();
    const wrong = request.agent(own.gateway.server);
    for (let turn = 0; turn < 120; turn++) await wrong.post('/api/retell/parse_date').send('{}');
  });
  afterAll(() => own.stop());

  test('is answered 429 with the time to wait', async () => {
    const refused = await request(own.gateway.server).post('/api/retell/parse_date').send('{}');
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
  });

  test('is answered when its token is right, and told to wait when it is wrong', async () => {
    const ask = async (token: string): Promise<number> =>
      (await request(own.gateway.server).get('/api/admin/status').set('authorization', `Bearer ${token}`)).status;
    expect([await ask('ask_wrong'), await ask(ADMIN_TOKEN)]).toEqual([429, 200]);
  });

  test('is answered when the signature is right: real calls come from the same addresses', async () => {
    expect((await own.tool('parse_date', { date: 'morgen' })).body.status).toBe('ok');
  });
});

test('requests without a token are no guesses', async () => {
  const own = await startTestGateway();
  try {
    for (let turn = 0; turn < 125; turn++) await request(own.gateway.server).get('/api/admin/status');
    const wrong = request(own.gateway.server).get('/api/admin/status').set('authorization', 'Bearer wrong');
    expect((await wrong).status).toBe(401);
  } finally {
    await own.stop();
  }
});

describe('a body beyond the limit', () => {
  test.each([
    ['/api/retell/create_booking', 5],
    ['/api/retell/function', 5],
    ['/api/retell/webhook', 10],
    ['/api/calcom/webhook', 1],
  ])('of %s is 413, however it is sent', async (path, megabytes) => {
    const body = Buffer.alloc(megabytes * 1_048_576 + 1, 0x20);
    const { status } = await request(t.gateway.server)
      .post(path)
      .set('x-forwarded-for', '10.3.0.1')
      .send(body.toString());
    expect(status).toBe(413);
  });

  test('of an admin route is 413', async () => {
    const { status } = await request(t.gateway.server)
      .post('/api/admin/companies')
      .set({ authorization: `Bearer ${ADMIN_TOKEN}`, 'x-forwarded-for': '10.3.0.2' })
      .send({ name: 'x'.repeat(300_000) });
    expect(status).toBe(413);
  });
});

/** What comes back on a connection until the other side ends it. */
function until(write: (send: (text: string) => void) => void): Promise<string> {
  return new Promise((resolve) => {
    const { port } = t.gateway.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    write((part) => socket.write(part));
  });
}

describe('a client that takes its time', () => {
  beforeAll(() => {
    Object.assign(t.gateway.server, { headersTimeout: 200, requestTimeout: 400 });
  });

  test('with its headers is cut off', async () => {
    const heard = await until((send) => send('POST /api/retell/parse_date HTTP/1.1\r\nHost: x\r\nX-A: '));
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('with its body is cut off, and nothing was done', async () => {
    const raw = JSON.stringify(toolBody('request_callback', { reason: 'slow' }));
    const head = `POST /api/retell/request_callback HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.4.0.1\r\nContent-Length: ${raw.length}\r\n\r\n`;
    const heard = await until((send) => send(head + raw.slice(0, 50)));
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });
});

test('headers, connections and waiting have limits', () => {
  const { server } = t.gateway;
  expect(server.maxConnections).toBe(5000);
  expect(server.keepAliveTimeout).toBe(65_000);
});
