import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isPrivateAddress } from './private-addresses';

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
