import { z } from 'zod';
import {
  DeadlineExceeded,
  UpstreamMalformed,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
  type GatewayError,
} from '../../errors';

const note = z.discriminatedUnion('code', [
  z.object({ code: z.literal('unavailable'), status: z.number().nullable() }),
  z.object({ code: z.literal('malformed') }),
  z.object({ code: z.literal('throttled'), retryAfterMs: z.number() }),
  z.object({ code: z.literal('unauthorised'), status: z.number() }),
]);

const SHARED = 'seen by another process';

/** The failure as a note for other processes; null when each should find out for itself, which costs no request. */
export function failureNote(error: unknown): string | null {
  const write = (value: z.infer<typeof note>): string => JSON.stringify(value);
  if (error instanceof UpstreamUnavailable) return write({ code: 'unavailable', status: error.upstreamStatus ?? null });
  if (error instanceof UpstreamMalformed) return write({ code: 'malformed' });
  if (error instanceof UpstreamThrottled) return write({ code: 'throttled', retryAfterMs: error.retryAfterMs });
  if (error instanceof UpstreamUnauthorised) return write({ code: 'unauthorised', status: error.upstreamStatus });
  return null;
}

export function failureFromNote(text: string): GatewayError | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = note.safeParse(raw);
  if (!parsed.success) return null;
  switch (parsed.data.code) {
    case 'unavailable':
      return new UpstreamUnavailable(
        SHARED,
        false,
        parsed.data.status === null ? {} : { upstreamStatus: parsed.data.status },
      );
    case 'malformed':
      return new UpstreamMalformed(SHARED);
    case 'throttled':
      return new UpstreamThrottled(parsed.data.retryAfterMs);
    case 'unauthorised':
      return new UpstreamUnauthorised(parsed.data.status);
  }
}

/**
 * Whether those who ask next, within a second, would be told the same. A spent budget and an open circuit are not among
 * them: asking again costs nothing, and the next caller may have more time.
 */
export function isWorthSharing(error: unknown): boolean {
  return error instanceof UpstreamRejected || failureNote(error) !== null;
}

/** Instead of which a stale answer may be given: anything but the caller's own leaving. */
export function staleMayAnswer(error: unknown): boolean {
  return !(error instanceof DeadlineExceeded && error.callerGone);
}
