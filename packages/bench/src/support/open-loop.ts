import { connect, type Socket } from 'node:net';
import { signBody } from '../../../../src/retell/signature';
import { envelope, sleep } from './caller';
import { RETELL_KEY } from './fleet';

export interface Told {
  /** Milliseconds from the instant at which the request was due; what the client came late is the caller's wait too. */
  ms: number;
  /** When it was due, on the same clock. */
  dueMs: number;
  body: string;
}

interface Waiting {
  dueMs: number;
  tell: (told: Told) => void;
  lost: (reason: string) => void;
}

const HEADER_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: (\d+)/i;

/** One keep-alive connection; answers are read without a parser, so that the client costs little beside the server. */
class Line {
  readonly #socket: Socket;
  #waiting: Waiting | null = null;
  #got: Buffer = Buffer.alloc(0);
  closed = false;

  constructor(
    port: number,
    private readonly idle: (line: Line) => void,
  ) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#socket.on('error', () => this.#end('connection error'));
    this.#socket.on('close', () => this.#end('connection closed'));
  }

  send(bytes: Buffer, waiting: Waiting): void {
    this.#waiting = waiting;
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#got = this.#got.length === 0 ? chunk : Buffer.concat([this.#got, chunk]);
    const end = this.#got.indexOf(HEADER_END);
    if (end < 0) return;
    const length = Number(LENGTH.exec(this.#got.toString('latin1', 0, end))?.[1] ?? 0);
    if (this.#got.length < end + 4 + length) return;
    const body = this.#got.toString('utf8', end + 4, end + 4 + length);
    this.#got = this.#got.subarray(end + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.tell({ ms: performance.now() - waiting.dueMs, dueMs: waiting.dueMs, body });
    this.idle(this);
  }

  #end(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#waiting?.lost(reason);
    this.#waiting = null;
  }
}

/** A signed tool call as it goes over the wire. */
export function message(tool: string, args: object): Buffer {
  const body = Buffer.from(envelope(tool, args));
  const head =
    `POST /api/retell/${tool} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `X-Retell-Signature: ${signBody(body, RETELL_KEY, Date.now())}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Timers are late by a millisecond; where requests come one by one the rest of the time is waited for awake. */
const AWAKE_MS = 1.5;
const TICK_MS = 2;
const MOST_LINES = 4000;

/** The bytes of the n-th request and who hears its answer. */
export type NextRequest = (index: number) => {
  bytes: Buffer;
  tell: (told: Told) => void;
  lost: (reason: string) => void;
};

/** Requests that come when they come, however long the answers take. */
export class OpenLoop {
  readonly #port: number;
  readonly #idle: Line[] = [];
  #lines = 0;
  /** How late this client itself was, at worst. */
  lateMs = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** In bundles, every few milliseconds. */
  async run(perSecond: number, lengthMs: number, next: NextRequest): Promise<void> {
    const beganMs = performance.now();
    const total = Math.floor((perSecond * lengthMs) / 1000);
    let sent = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const dueBy = Math.min(total, Math.floor(((performance.now() - beganMs) * perSecond) / 1000));
        while (sent < dueBy) {
          const dueMs = beganMs + (sent * 1000) / perSecond;
          this.lateMs = Math.max(this.lateMs, performance.now() - dueMs);
          const { bytes, tell, lost } = next(sent++);
          this.#send(bytes, { dueMs, tell, lost });
        }
        if (sent < total) return;
        clearInterval(timer);
        resolve();
      }, TICK_MS);
    });
  }

  /** The same one by one, each at its very instant: for rates at which the client has nothing else to do. */
  async punctual(perSecond: number, lengthMs: number, next: NextRequest): Promise<void> {
    const beganMs = performance.now();
    const total = Math.floor((perSecond * lengthMs) / 1000);
    for (let index = 0; index < total; index++) {
      const dueMs = beganMs + (index * 1000) / perSecond;
      const earlyMs = dueMs - performance.now() - AWAKE_MS;
      if (earlyMs > 1) await sleep(earlyMs);
      while (performance.now() < dueMs) await new Promise((resolve) => setImmediate(resolve));
      const { bytes, tell, lost } = next(index);
      this.#send(bytes, { dueMs, tell, lost });
    }
  }

  /** As many at once as `callers`, each asking again as soon as it is answered. @returns answers by the second */
  async closed(callers: number, lengthMs: number, next: NextRequest): Promise<void> {
    const untilMs = performance.now() + lengthMs;
    let index = 0;
    const caller = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        const { bytes, tell, lost } = next(index++);
        await new Promise<void>((resolve) =>
          this.#send(bytes, {
            dueMs: performance.now(),
            tell: (told) => {
              tell(told);
              resolve();
            },
            lost: (reason) => {
              lost(reason);
              resolve();
            },
          }),
        );
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }

  close(): void {
    for (const line of this.#idle) line.close();
  }

  #send(bytes: Buffer, waiting: Waiting): void {
    let line = this.#idle.pop();
    while (line?.closed) {
      this.#lines--;
      line = this.#idle.pop();
    }
    if (!line) {
      if (this.#lines >= MOST_LINES) return waiting.lost('no connection left');
      this.#lines++;
      line = new Line(this.#port, (idle) => this.#idle.push(idle));
    }
    line.send(bytes, waiting);
  }
}
