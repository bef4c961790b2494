import type { UpstreamRateLimit } from '../services/calcom/calcom-ports';

/** Header names in lower case, one value each. */
export type AnswerHeaders = ReadonlyMap<string, string>;

const RATE_HEADER = /^x-ratelimit-(limit|remaining|reset)(-.+)?$/;

export function answerHeaders(raw: object): AnswerHeaders {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === 'string' || typeof value === 'number') headers.set(name.toLowerCase(), String(value));
    else if (Array.isArray(value)) headers.set(name.toLowerCase(), value.join(', '));
  }
  return headers;
}

interface HeaderSet {
  limit?: number;
  remaining?: number;
  reset?: number;
}

/**
 * A key may have several limits, each with its own set of headers (`…-Default` and others). The set with the smallest
 * remainder decides. Cal.com counts the reset in seconds from now.
 */
export function rateLimitOf(headers: AnswerHeaders): UpstreamRateLimit | null {
  const known = [...headerSets(headers).values()].flatMap(({ limit, remaining, reset }) =>
    remaining === undefined ? [] : [{ limit: limit ?? null, remaining, resetMs: (reset ?? 0) * 1000 }],
  );
  return known.sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)[0] ?? null;
}

/** Milliseconds until the first of the limits ends, or null when no reset is named. */
export function smallestResetMs(headers: AnswerHeaders): number | null {
  const resets = [...headerSets(headers).values()].flatMap(({ reset }) => (reset === undefined ? [] : [reset * 1000]));
  return resets.length > 0 ? Math.min(...resets) : null;
}

/** `Retry-After` in milliseconds from now: seconds or a date; null when absent or unreadable. */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  const seconds = count(value);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

/** The sender's clock, to the second; null when it does not say. */
export function serverTime(headers: AnswerHeaders): Date | null {
  const at = new Date(headers.get('date') ?? '');
  return Number.isNaN(at.getTime()) ? null : at;
}

function headerSets(headers: AnswerHeaders): Map<string, HeaderSet> {
  const sets = new Map<string, HeaderSet>();
  for (const [name, value] of headers) {
    const match = RATE_HEADER.exec(name);
    const number = count(value);
    if (!match || number === undefined) continue;
    const set = sets.get(match[2] ?? '') ?? {};
    if (match[1] === 'limit') set.limit = number;
    else if (match[1] === 'remaining') set.remaining = number;
    else set.reset = number;
    sets.set(match[2] ?? '', set);
  }
  return sets;
}

function count(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
