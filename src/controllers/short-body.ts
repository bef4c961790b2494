import type { IncomingMessage } from 'node:http';

const LONGEST = 65_536;

/**
 * Reads a body of small and known length, as nearly all tool calls have, without what longer, encoded and chunked ones
 * need. A caller who hangs up meanwhile is not called back.
 * @returns false when it is another kind of body; nothing was read then
 */
export function readShortBody(req: IncomingMessage, done: (body: Buffer) => void): boolean {
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  if (!(length > 0 && length <= LONGEST) || req.headers['content-encoding'] !== undefined) return false;
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.once('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  return true;
}
