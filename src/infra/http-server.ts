import http, { type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * As a program on this machine reaches the server.
 * @param wanted where it is to listen, as long as it does not
 */
export function serverAddress(server: Server, wanted: { host: string; port: number }): string {
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : wanted.port;
  const host = wanted.host === '0.0.0.0' ? '127.0.0.1' : wanted.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** An HTTP server with the limits of one that is reached from outside. While it stops, connections are not kept alive. */
export function createHttpServer(listener: RequestListener, isStopping: () => boolean): Server {
  const server = http.createServer(
    {
      requestTimeout: 15_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16_384,
    },
    listener,
  );
  server.prependListener('request', (_req, res) => {
    // A connection kept alive would be closed under a proxy's next request.
    if (isStopping()) res.setHeader('Connection', 'close');
  });
  answerClientErrors(server);
  server.maxConnections = 5000;
  server.maxRequestsPerSocket = 0;
  return server;
}

/** How long and how much more is read of a connection whose request was refused. */
const LINGER_MS = 1000;
const LINGER_BYTES = 1_000_000;

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Answers messages that are not a valid HTTP request, with the statuses that Node uses. Closing a connection with unread
 * data resets it, and many clients then drop the answer; so the rest is read and thrown away for a moment.
 */
export function answerClientErrors(server: Server): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', (request, response) => void answers.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    const answer = answers.get(socket);
    const isAnswering = answer !== undefined && !answer.writableFinished;
    if (!socket.writable || error.code === 'ECONNRESET' || (isAnswering && answer.headersSent)) {
      socket.destroy();
      return;
    }
    const text = `HTTP/1.1 ${STATUS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`;
    if (isAnswering) {
      socket.write(text);
      socket.destroy();
      return;
    }
    drain(socket);
    socket.end(text);
  });
}

function drain(socket: Socket): void {
  // The parser would report the same fault with every further piece.
  socket.removeAllListeners('data').removeAllListeners('end');
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  let bytes = 0;
  socket.on('data', (data: Buffer) => {
    bytes += data.length;
    if (bytes > LINGER_BYTES) socket.destroy();
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => clearTimeout(timer));
}
