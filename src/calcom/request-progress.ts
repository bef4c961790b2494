import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
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
