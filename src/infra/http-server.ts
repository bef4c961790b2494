import http, { type RequestListener, type Server } from 'node:http';
import { answerClientErrors } from './client-errors';

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
