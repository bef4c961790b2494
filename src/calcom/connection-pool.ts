import { HttpAgent, HttpsAgent } from 'agentkeepalive';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../infra/clock';
import type { RequestProgress } from './request-progress';

/** Shorter than what servers and proxies in front of them usually allow (60 s and more). */
const IDLE_SOCKET_MS = 15_000;
/**
 * A server may close an idle connection in the very moment in which we write to it; then it is unknown whether a
 * booking arrived. So a write takes a connection that was in use a moment ago, or a new one.
 */
const WRITE_IDLE_MS = 1_000;

/** The keep-alive connections to Cal.com, for plain and TLS addresses. */
export class ConnectionPool {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #connectMs: number;
  readonly #freeSinceMs = new WeakMap<Socket, number>();

  constructor(config: { connectMs: number; clock: Pick<Clock, 'monotonicMs'> }) {
    this.#clock = config.clock;
    this.#connectMs = config.connectMs;
    // Requests have their own timers; the agent's would end a slow answer that is still wanted.
    const options = { keepAlive: true, freeSocketTimeout: IDLE_SOCKET_MS, timeout: 0 };
    this.httpAgent = new HttpAgent(options);
    this.httpsAgent = new HttpsAgent(options);
    for (const agent of [this.httpAgent, this.httpsAgent]) {
      agent.on('free', (socket: Socket) => this.#freeSinceMs.set(socket, this.#clock.monotonicMs()));
    }
  }

  /** Node's own request function, watched. */
  transport(
    progress: RequestProgress,
    isWrite: boolean,
  ): { request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest } {
    return {
      request: (options, onResponse) => {
        const isSecure = options.protocol === 'https:';
        if (isWrite) this.#closeIdle(isSecure ? this.httpsAgent : this.httpAgent);
        const request = (isSecure ? https : http).request(options, onResponse);
        progress.follow(request, this.#connectMs);
        return request;
      },
    };
  }

  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  #closeIdle(agent: HttpAgent | HttpsAgent): void {
    const before = this.#clock.monotonicMs() - WRITE_IDLE_MS;
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      if ((this.#freeSinceMs.get(socket) ?? Number.NEGATIVE_INFINITY) <= before) socket.destroy();
    }
  }
}
