import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

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
