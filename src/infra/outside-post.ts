import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** For everything: name, connection, request, answer. */
const PATIENCE_MS = 10_000;

type Problem = 'private_address' | 'timed_out' | 'unreachable';

class PrivateAddress extends Error {}

/**
 * Posts JSON to addresses that come from outside. The address is checked where it counts: on what the name resolves to,
 * and on the socket that is used. Redirects are not followed, and answers are not read beyond their status.
 */
export class OutsidePost {
  readonly #lookup: (host: string) => Promise<string[]>;
  readonly #patienceMs: number;

  constructor(
    private readonly options: {
      allowsPrivate: boolean;
      patienceMs?: number;
      /** @returns the IP addresses of a name */
      lookup?: (host: string) => Promise<string[]>;
    },
  ) {
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#lookup =
      options.lookup ?? (async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address));
  }

  /** Whether the address is known to lie inside a private network; one that cannot be resolved now is not. */
  async isPrivate(url: string): Promise<boolean> {
    if (this.options.allowsPrivate) return false;
    const addresses = await this.#resolve(new URL(url)).catch(() => []);
    return addresses.some(isPrivateAddress);
  }

  /** @returns the HTTP status, or why there is none */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ status: number } | { problem: Problem }> {
    const signal = AbortSignal.timeout(this.#patienceMs);
    try {
      const socket = await this.#connect(new URL(url), signal);
      return { status: await exchange(new URL(url), socket, headers, body, signal) };
    } catch (error) {
      if (error instanceof PrivateAddress) return { problem: 'private_address' };
      return { problem: signal.aborted ? 'timed_out' : 'unreachable' };
    }
  }

  async #resolve(url: URL): Promise<string[]> {
    const host = hostOf(url);
    return isIP(host) ? [host] : this.#lookup(host);
  }

  /** A connection of which the other end is known and allowed, before a byte of the request is written. */
  async #connect(url: URL, signal: AbortSignal): Promise<Socket> {
    const addresses = await withSignal(this.#resolve(url), signal);
    if (!this.options.allowsPrivate && addresses.some(isPrivateAddress)) throw new PrivateAddress();
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = await firstOpen(addresses, port, signal);
    if (!this.options.allowsPrivate && isPrivateAddress(socket.remoteAddress ?? '')) {
      socket.destroy();
      throw new PrivateAddress();
    }
    if (url.protocol !== 'https:') return socket;
    const host = hostOf(url);
    return connectTls({ socket, ...(isIP(host) ? {} : { servername: host }), ALPNProtocols: ['http/1.1'] });
  }
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** @throws when no address answers */
async function firstOpen(addresses: string[], port: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown = new Error('the name has no address');
  for (const host of addresses) {
    try {
      return await open(host, port, signal);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function open(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // The request that uses it next listens for its errors.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function exchange(
  url: URL,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      ...{ method: 'POST', createConnection: () => socket, signal },
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'askpro-gateway',
        connection: 'close',
      },
    };
    const begin = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request: ClientRequest = begin(url, options, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.on('error', () => undefined);
      answer.destroy();
    });
    socket.once('error', reject);
    request.once('error', reject);
    request.end(body);
  });
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    work.then(resolve, reject);
  });
}

/** Networks that no public server lives in: private, local, reserved, and ways to write an IPv4 address as IPv6. */
const IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
const IPV6 = [
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

const listed = new BlockList();
for (const [family, networks] of [['ipv4', IPV4] as const, ['ipv6', IPV6] as const]) {
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    listed.addSubnet(address, Number(bits), family);
  }
}

/** Whether an IP address is not one of the public internet; text that is no IP address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%');
  const family = isIP(plain);
  // An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is checked as IPv4.
  return family === 0 || listed.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}
