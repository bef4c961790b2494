import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far a sender's timestamp may be from our clock, either way. */
const TOLERANCE_MS = 300_000;

/** A header's text; undefined when absent or sent more than once. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

export function bearerIn(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer ([^\s]{1,1000})$/i.exec(header(headers, 'authorization') ?? '')?.[1];
}

/** True when `digest` is the hex HMAC-SHA256 of `<timestamp>.<body>`, made within five minutes of `nowMs`. */
export function isSigned(
  rawBody: Buffer,
  proof: { digest: string | undefined; timestamp: string | undefined },
  secret: string,
  nowMs: number,
): boolean {
  const { digest = '', timestamp = '' } = proof;
  if (!/^[0-9a-f]{64}$/i.test(digest) || !/^\d{9,13}$/.test(timestamp)) return false;
  // Some senders count seconds, some milliseconds.
  const sentMs = Number(timestamp) * (timestamp.length > 11 ? 1 : 1000);
  if (Math.abs(nowMs - sentMs) > TOLERANCE_MS) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}
