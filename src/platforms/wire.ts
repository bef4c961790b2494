import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Language } from '../domain';
import { isRecord, languageIn } from '../retell/call-object';
import { isNothing } from '../retell/plain-text';
import type { IncomingHttpHeaders } from 'node:http';

export type Fields = Record<string, unknown>;

/** The object in the body; null when it is none. */
export function fieldsIn(rawBody: Buffer): Fields | null {
  return recordIn(parsed(rawBody.toString('utf8')));
}

export function recordIn(value: unknown): Fields | null {
  return isRecord(value) ? value : null;
}

/** The part of a message at this path, as an object; empty when there is none. */
export function part(fields: Fields, ...path: string[]): Fields {
  let at: Fields = fields;
  for (const name of path) at = recordIn(at[name]) ?? {};
  return at;
}

/** Arguments as an object or as its JSON text; null for anything else. */
export function argumentsIn(value: unknown): Fields | null {
  return recordIn(typeof value === 'string' ? parsed(value) : value);
}

/** A short text; null for an empty one, for an unfilled `{{variable}}` and for anything that is no text. */
export function textIn(value: unknown, longest = 100): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text.length > longest || isNothing(text) ? null : text;
}

/** A language as platforms name it: `en`, `en-US`, "English"; null for others and none. */
export function languageFrom(value: unknown): Language | null {
  return languageIn(textIn(value) ?? undefined);
}

/** The language of the call, where the platform fills a header with it. */
export function languageOf(headers: IncomingHttpHeaders): Language | null {
  return languageFrom(header(headers, 'x-language'));
}

export function instantIn(value: unknown): Date | null {
  const at = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null;
  return at && at.getTime() >= 1e12 && at.getTime() <= 4.2e12 ? at : null;
}

/** Names a message by its content, where its sender gives it no id. */
export function digestOf(rawBody: Buffer): string {
  return createHash('sha256').update(rawBody).digest('hex').slice(0, 40);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

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
