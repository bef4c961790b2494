import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readyEvent } from './connection-pool';

const SESSION_IDLE_MS = 15_000;
const TCP_KEEP_ALIVE_MS = 60_000;
/** The server speaks TLS, but not this protocol. */
const NO_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** Opens the connections that HTTP/2 sessions run on, within the connect timeout, and remembers which never stood. */
export class Http2Dialler {
  readonly #open = new Set<Socket>();
  readonly #connectFailures = new WeakSet<object>();
  /** One object for good: a session is found again by its options. */
  readonly options: { sessionTimeout: number; createConnection: (authority: URL) => Socket };

  constructor(private readonly connectMs: number) {
    this.options = { sessionTimeout: SESSION_IDLE_MS, createConnection: (authority) => this.#dial(authority) };
  }

  /** Whether a request failed because its connection never stood: then nothing of it was sent. */
  neverConnected(error: unknown): boolean {
    for (
      let cause = error;
      typeof cause === 'object' && cause !== null;
      cause = 'cause' in cause ? cause.cause : null
    ) {
      if (this.#connectFailures.has(cause)) return true;
    }
    return false;
  }

  /** Whether the server at that address understands HTTP/2; null when it does not answer within the connect timeout. */
  speaksHttp2(address: string): Promise<boolean | null> {
    return new Promise((resolve) => {
      const session = connectHttp2(new URL(address).origin, {
        createConnection: (authority) => this.#dial(authority),
      });
      const answer = (speaks: boolean | null): void => {
        clearTimeout(timer);
        resolve(speaks);
        session.destroy();
      };
      const timer = setTimeout(() => answer(null), this.connectMs);
      session.once('remoteSettings', () => answer(true));
      session.once('close', () => answer(false));
      session.on('error', (error: Error & { code?: string }) =>
        answer(this.neverConnected(error) && error.code !== NO_PROTOCOL ? null : false),
      );
    });
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #dial(authority: URL): Socket {
    const isSecure = authority.protocol === 'https:';
    const host = authority.hostname.replace(/^\[|\]$/g, '');
    const port = Number(authority.port) || (isSecure ? 443 : 80);
    const socket = isSecure
      ? connectTls({ host, port, ALPNProtocols: ['h2'], ...(isIP(host) ? {} : { servername: host }) })
      : connectPlain({ host, port });
    const remember = (error: Error): unknown => this.#connectFailures.add(error);
    const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), this.connectMs);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    socket.once('error', remember);
    socket.once(readyEvent(socket), () => {
      clearTimeout(timer);
      socket.off('error', remember);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      this.#open.delete(socket);
    });
    this.#open.add(socket);
    return socket;
  }
}
