import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import https from 'node:https';
import { HttpAgent, HttpsAgent } from 'agentkeepalive';
import type { Socket } from 'node:net';
import type { Clock } from '../infra/clock';
import { TLSSocket } from 'node:tls';

/**
 * How far one HTTP/1 request got. Node keeps what is written until the connection stands, so a request whose
 * connection never stood was certainly never seen by the other side.
 */
export class RequestProgress {
  #connected = false;
  #head: { status: number; headers: IncomingHttpHeaders } | null = null;

  /** False: not one byte of the request can have arrived. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Status and headers, known before the body and also when the body never ends. */
  get head(): { status: number; headers: IncomingHttpHeaders } | null {
    return this.#head;
  }

  /** @param connectMs for DNS, TCP and TLS together; a connection that is not ready by then is given up */
  follow(request: ClientRequest, connectMs: number): void {
    request.once('response', ({ statusCode, headers }: IncomingMessage) => {
      this.#head = { status: statusCode ?? 0, headers };
    });
    request.once('socket', (socket) => {
      if (request.reusedSocket) {
        this.#connected = true;
        return;
      }
      const timer = setTimeout(() => request.destroy(new Error('connect timeout')), connectMs);
      socket.once(readyEvent(socket), () => {
        this.#connected = true;
        clearTimeout(timer);
      });
      socket.once('close', () => clearTimeout(timer));
    });
  }
}

/** What a socket says when data may flow. */
export function readyEvent(socket: unknown): 'secureConnect' | 'connect' {
  return socket instanceof TLSSocket ? 'secureConnect' : 'connect';
}

/** Shorter than what servers and proxies in front of them usually allow (60 s and more). */
const IDLE_SOCKET_MS = 15_000;
/** A connection in use this short a time ago is taken for a write although nothing is known of the server. */
const WRITE_IDLE_MS = 1_000;
/** How much earlier than the server a connection is given up: clocks, and the way there. */
const MARGIN_MS = 1_000;

/**
 * The keep-alive connections to Cal.com, for plain and TLS addresses. A server may close an idle connection at the very
 * moment a request is written to it; after a write it would be unknown whether the booking arrived. So a write takes an
 * idle connection only where the server is known to keep it longer: it announced so (`Keep-Alive: timeout`), or it
 * answered a read on a connection that had been idle as long. Otherwise the write opens a new one.
 */
export class ConnectionPool {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly #freeSinceMs = new WeakMap<Socket, number>();
  readonly #watched = new WeakSet<Socket>();
  /** Announced by the server of that connection, milliseconds. */
  readonly #announcedMs = new WeakMap<Socket, number>();
  /** The longest idle time after which a read was answered, and the shortest after which the server closed. */
  #provenIdleMs = 0;
  #closedIdleMs = Number.POSITIVE_INFINITY;

  constructor(private readonly config: { connectMs: number; clock: Pick<Clock, 'monotonicMs'> }) {
    // Requests have their own timers; the agent's would end a slow answer that is still wanted.
    const options = { keepAlive: true, freeSocketTimeout: IDLE_SOCKET_MS, timeout: 0 };
    this.httpAgent = new HttpAgent(options);
    this.httpsAgent = new HttpsAgent(options);
    for (const agent of [this.httpAgent, this.httpsAgent]) agent.on('free', (socket: Socket) => this.#isFree(socket));
  }

  /** Node's own request function, watched. */
  transport(
    progress: RequestProgress,
    isWrite: boolean,
  ): { request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest } {
    return {
      request: (options, onResponse) => {
        const isSecure = options.protocol === 'https:';
        if (isWrite) this.#closeUnsafe(isSecure ? this.httpsAgent : this.httpAgent);
        const request = (isSecure ? https : http).request(options, onResponse);
        progress.follow(request, this.config.connectMs);
        this.#learn(request);
        return request;
      },
    };
  }

  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  #isFree(socket: Socket): void {
    if (!this.#watched.has(socket)) {
      this.#watched.add(socket);
      // Only the server ends a connection politely; the agent destroys it.
      socket.once('end', () => {
        const idleMs = this.#idleMs(socket);
        if (idleMs !== null) this.#closedIdleMs = Math.min(this.#closedIdleMs, idleMs);
      });
    }
    this.#freeSinceMs.set(socket, this.config.clock.monotonicMs());
  }

  #learn(request: ClientRequest): void {
    let idleMs = 0;
    request.once('socket', (socket: Socket) => {
      idleMs = this.#idleMs(socket) ?? 0;
      this.#freeSinceMs.delete(socket);
    });
    request.once('response', ({ headers, socket }: IncomingMessage) => {
      this.#provenIdleMs = Math.max(this.#provenIdleMs, idleMs);
      const seconds = /\btimeout=(\d+)/.exec(String(headers['keep-alive'] ?? ''))?.[1];
      if (seconds !== undefined) this.#announcedMs.set(socket, Number(seconds) * 1000);
    });
  }

  /** null for a connection in use. */
  #idleMs(socket: Socket): number | null {
    const sinceMs = this.#freeSinceMs.get(socket);
    return sinceMs === undefined ? null : this.config.clock.monotonicMs() - sinceMs;
  }

  #closeUnsafe(agent: HttpAgent | HttpsAgent): void {
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      if ((this.#idleMs(socket) ?? Number.POSITIVE_INFINITY) > this.#safeIdleMs(socket)) socket.destroy();
    }
  }

  #safeIdleMs(socket: Socket): number {
    const announcedMs = this.#announcedMs.get(socket);
    const knownMs = announcedMs === undefined ? Math.max(WRITE_IDLE_MS, this.#provenIdleMs) : announcedMs - MARGIN_MS;
    return Math.min(knownMs, this.#closedIdleMs - MARGIN_MS);
  }
}
