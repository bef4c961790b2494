import { type IncomingMessage } from 'node:http';
import { badRequest, nestError } from './api-error';

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The whole body. @throws ApiError 413 when it is too large. Rejects when the caller hangs up half way. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw nestError(413, 'request entity too large');
    chunks.push(bytes);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Anything not announced as JSON is an empty object, as behind a JSON body parser. @throws ApiError 400. */
export function parseJsonBody(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0 || !/^application\/([\w.+-]+\+)?json\b/i.test(contentType ?? '')) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : 'Unexpected token in JSON');
  }
}
