import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { HostileRequest } from './hostile-requests';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  ms: number;
}

/** Beyond this no caller would still be on the line. */
export const HANG_MS = 12_000;

export class Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  /** One request as it is, nothing of it put right on the way. */
  send(what: HostileRequest): Promise<Reply> {
    const beganMs = performance.now();
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | string[] | number> = { ...what.headers };
      if (what.body && !what.chunked) headers['content-length'] = what.body.length;
      const sent = request(
        { host: '127.0.0.1', port: this.port, method: what.method, path: what.path, headers, agent: this.#agent },
        (answer) => {
          const chunks: Buffer[] = [];
          const done = (): void => {
            clearTimeout(hang);
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(chunks).toString('utf8'),
              ms: performance.now() - beganMs,
            });
          };
          answer.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            if (!answer.headers['content-type']?.startsWith('text/event-stream')) return;
            // A stream has no end; its first event is an answer.
            done();
            sent.destroy();
          });
          answer.on('end', done);
          answer.on('error', () => done());
          // What is still being sent is of no interest any more.
          if (answer.statusCode === 413) sent.on('error', () => undefined);
        },
      );
      const hang = setTimeout(() => {
        sent.destroy();
        reject(new Error(`no answer within ${HANG_MS} ms`));
      }, HANG_MS);
      sent.on('error', (error) => {
        clearTimeout(hang);
        reject(error);
      });
      sent.end(what.body ?? undefined);
    });
  }

  /** Bytes that need not be HTTP. Resolves with whatever came back before the other side closed, or `null` on a hang. */
  raw(bytes: Buffer | string, patienceMs = HANG_MS): Promise<string | null> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      const hang = setTimeout(() => {
        socket.destroy();
        resolve(text === '' ? null : text);
      }, patienceMs);
      const done = (): void => {
        clearTimeout(hang);
        resolve(text);
      };
      socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
      socket.on('close', done);
      socket.on('error', done);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

const POST = 'POST /api/retell/create_booking HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';

/** Messages that a decent client would never write. */
export const BROKEN_MESSAGES: readonly { name: string; bytes: string }[] = [
  { name: 'a body shorter than its content-length, then the end', bytes: `${POST}Content-Length: 2\r\n\r\n{}` },
  { name: 'two content-lengths', bytes: `${POST}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}` },
  { name: 'a negative content-length', bytes: `${POST}Content-Length: -2\r\n\r\n{}` },
  {
    name: 'a content-length and chunks',
    bytes: `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  },
  { name: 'chunks of a wrong size', bytes: `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n` },
  { name: 'an unknown transfer coding', bytes: `${POST}Transfer-Encoding: rot13\r\n\r\n{}` },
  { name: 'headers larger than 16 KB', bytes: `${POST}X-Long: ${'a'.repeat(20_000)}\r\n\r\n` },
  { name: 'two thousand and one headers', bytes: `${POST}${'X-A: b\r\n'.repeat(2001)}\r\n` },
  { name: 'a folded header', bytes: `${POST}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}` },
  { name: 'a NUL in a header', bytes: `${POST}X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}` },
  { name: 'a space before the colon', bytes: `${POST}X-A : b\r\nContent-Length: 2\r\n\r\n{}` },
  { name: 'no host', bytes: 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n' },
  { name: 'an unknown version', bytes: 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n' },
  { name: 'an unknown method', bytes: 'HACK /healthz HTTP/1.1\r\nHost: x\r\n\r\n' },
  { name: 'a connect', bytes: 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n' },
  {
    name: 'an upgrade',
    bytes: 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  },
  { name: 'a full address', bytes: 'GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' },
  { name: 'a TLS greeting', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { name: 'line feeds only', bytes: 'GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n' },
  { name: 'an expectation', bytes: `${POST}Expect: a-miracle\r\nContent-Length: 2\r\n\r\n{}` },
];

const LONG_BODY = 200_000;
const LONG_HEADERS = 12_000;

/** What is far beyond a limit may be cut off while it is still being sent. */
export function mayBeCutOff(asked: HostileRequest, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const long = (asked.body?.length ?? 0) > LONG_BODY || JSON.stringify(asked.headers).length > LONG_HEADERS;
  return long && ['EPIPE', 'ECONNRESET'].includes(code);
}
