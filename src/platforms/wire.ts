import { createHash } from 'node:crypto';
import { isRecord } from '../retell/call-object';
import { isNothing } from '../retell/plain-text';

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
