import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutsidePost, isPrivateAddress } from '../../src/infra/outside-post';

let server: Server;
let port: number;
let connections = 0;
let answers = true;

beforeAll(async () => {
  server = createServer((req, res) => {
    if (answers)
      req.resume().on('end', () => res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('x'.repeat(1e6)));
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connections = 0;
  answers = true;
});

const post = (url: string, options: Partial<ConstructorParameters<typeof OutsidePost>[0]> = {}): Promise<unknown> =>
  new OutsidePost({ allowsPrivate: false, ...options }).post(url, {}, '{}');

test.each([
  ...['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '0.0.0.0', '[::1]', '[::]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
])('%s is refused before anything is connected', async (host) => {
  expect(await post(`http://${host}:${port}/`)).toEqual({ problem: 'private_address' });
  expect(await new OutsidePost({ allowsPrivate: false }).isPrivate(`http://${host}:${port}/`)).toBe(true);
  expect(connections).toBe(0);
});

test.each([
  ['127.0.0.1', ['127.0.0.1']],
  ['a public and a private address', ['93.184.215.14', '10.0.0.1']],
  ['an IPv4 address inside IPv6', ['::ffff:192.168.1.1']],
])('a name that resolves to %s is refused', async (_what, addresses) => {
  const lookup = jest.fn(async () => addresses);
  expect(await post(`http://hooks.example.org:${port}/`, { lookup })).toEqual({ problem: 'private_address' });
  // Asked once: a second answer could be another one.
  expect(lookup).toHaveBeenCalledTimes(1);
  expect(connections).toBe(0);
});

test('a name is connected where it resolved to, and a redirect is answered but not followed', async () => {
  const lookup = async (): Promise<string[]> => ['127.0.0.1'];
  const url = `http://hooks.example.org:${port}/`;
  expect(await post(url, { allowsPrivate: true, lookup })).toEqual({ status: 302 });
  expect(connections).toBe(1);
});

test('the time limit holds for a name server, and for a server that says nothing', async () => {
  const options = { allowsPrivate: true, patienceMs: 50 };
  answers = false;
  expect(await post(`http://127.0.0.1:${port}/`, options)).toEqual({ problem: 'timed_out' });
  const lookup = (): Promise<string[]> => new Promise(() => undefined);
  expect(await post('http://hooks.example.org/', { ...options, lookup })).toEqual({ problem: 'timed_out' });
});

test('what cannot be reached is said to be so', async () => {
  expect(await post('http://127.0.0.1:1/', { allowsPrivate: true })).toEqual({ problem: 'unreachable' });
  expect(await post(`https://127.0.0.1:${port}/`, { allowsPrivate: true })).toEqual({ problem: 'unreachable' });
  const lookup = async (): Promise<string[]> => [];
  expect(await post('http://hooks.example.org/', { lookup })).toEqual({ problem: 'unreachable' });
});

test.each([
  ...[
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...['fc00::1', 'fe80::1%eth0', 'ff02::1', '2001:db8::1', '::ffff:10.0.0.1', 'no address'],
])('%s counts as private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
  '%s counts as public',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);
