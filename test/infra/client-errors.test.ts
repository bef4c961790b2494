import http from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { answerClientErrors } from '../../src/infra/http-server';

let server: http.Server;
let port: number;

beforeAll(async () => {
  server = http.createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    if (request.url === '/begun') response.write('begun');
    else if (request.url !== '/open') response.end('ok');
  });
  answerClientErrors(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

/** Sends the pieces one after the other; how the connection ended, and what came until then. */
function exchange(...pieces: string[]): Promise<{ text: string; error: string | null }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => pieces.forEach((piece) => socket.write(piece)));
    let text = '';
    let error: string | null = null;
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    socket.on('error', (failure: NodeJS.ErrnoException) => (error = failure.code ?? 'unknown'));
    socket.on('close', () => resolve({ text, error }));
  });
}

const POST = 'POST / HTTP/1.1\r\nHost: x\r\n';

test.each([17_000, 80_000, 500_000])(
  'a header of %i bytes is answered before the connection closes',
  async (length) => {
    const heard = await exchange(`${POST}X-Long: ${'a'.repeat(length)}\r\nContent-Length: 2\r\n\r\n{}`);
    expect(heard).toEqual({
      text: 'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n',
      error: null,
    });
  },
);

test('a client that is still sending hears the answer', async () => {
  const sent = Array.from({ length: 40 }, () => 'a'.repeat(5000));
  expect((await exchange(`${POST}X-Long: `, ...sent)).text).toMatch(/^HTTP\/1\.1 431 /);
});

test("Node's own client, sending header and body at once, gets the answer every time", async () => {
  const agent = new http.Agent({ keepAlive: true });
  const ask = (): Promise<unknown> =>
    new Promise((resolve) => {
      const headers = { 'x-long': 'a'.repeat(80_000), 'content-length': 60_000 };
      const sent = http.request({ host: '127.0.0.1', port, method: 'POST', agent, headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      });
      sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      sent.end('b'.repeat(60_000));
    });
  const heard = [];
  for (let tries = 0; tries < 50; tries++) heard.push(await ask());
  agent.destroy();
  expect(heard.filter((status) => status !== 431)).toEqual([]);
});

test('what is no HTTP is answered with 400', async () => {
  expect(await exchange('\x16\x03\x01\x02\x00\x01\r\n\r\n')).toEqual({
    text: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
    error: null,
  });
});

test('a second answer is not mixed into one that has begun', async () => {
  const heard = await exchange('GET /begun HTTP/1.1\r\nHost: x\r\n\r\n', 'rubbish\r\n\r\n');
  expect(heard.text.match(/HTTP\/1\.1 \d+/g) ?? []).not.toContain('HTTP/1.1 400');
});

test('a connection that never stops sending is ended', async () => {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(`${POST}X-Long: `);
  const flood = setInterval(() => socket.write('a'.repeat(100_000)), 5);
  await closed;
  clearInterval(flood);
});
