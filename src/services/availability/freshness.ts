import type { LocalDate } from '../../domain';
import { daysBetween } from '../../local-time';

const MINUTE_MS = 60_000;

/** How long what was listed for a day is believed, milliseconds, before the jitter. Days are the branch's own. */
export function timeToLiveMs(day: LocalDate, today: LocalDate, listed: number, closed: boolean): number {
  const ahead = daysBetween(today, day);
  if (ahead < 0) return 60 * MINUTE_MS;
  if (closed && listed === 0) return 60 * MINUTE_MS;
  if (listed === 0) return MINUTE_MS;
  if (listed < 5) return 3 * MINUTE_MS;
  return ahead > 7 ? 10 * MINUTE_MS : 5 * MINUTE_MS;
}

const JITTER = 0.1;

/** Spreads expiry over ±10 %, so that what was fetched together does not end together. */
export function jittered(ms: number, random: () => number): number {
  return Math.round(ms * (1 - JITTER + 2 * JITTER * random()));
}

/** Longest time from the beginning of a fetch to the end of what it stored. */
export function longestLifeMs(staleMs: number): number {
  return Math.ceil(60 * MINUTE_MS * (1 + JITTER)) + staleMs;
}
