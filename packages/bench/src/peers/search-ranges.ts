import type { Slots } from './upstream';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function nextWorkday(ms: number): number {
  let next = ms + DAY_MS;
  while ([0, 6].includes(new Date(next).getUTCDay())) next += DAY_MS;
  return next;
}

/** The source's five searches around a wish: before, after, next workday, next week, the days in between. */
export function searchRanges(wishedAtMs: number): [string, string][] {
  const midnightMs = Math.floor(wishedAtMs / DAY_MS) * DAY_MS;
  const workdayMs = nextWorkday(wishedAtMs);
  const weekMs = wishedAtMs + 7 * DAY_MS;
  const ranges: [number, number][] = [
    [wishedAtMs - 2 * HOUR_MS, wishedAtMs - HOUR_MS / 2],
    [wishedAtMs + HOUR_MS / 2, wishedAtMs + 2 * HOUR_MS],
    [workdayMs, workdayMs + 2 * HOUR_MS],
    [weekMs, weekMs + 2 * HOUR_MS],
    [midnightMs + DAY_MS + 9 * HOUR_MS, midnightMs + 7 * DAY_MS + 18 * HOUR_MS],
  ];
  return ranges.map(([from, to]) => [dayOf(from), dayOf(to)]);
}

/** The three nearest starts in what was found. */
export function nearestStarts(found: readonly Slots[], wishedAtMs: number): string[] {
  const starts = new Map<number, string>();
  for (const { data } of found) {
    for (const { start } of Object.values(data).flat()) starts.set(Date.parse(start), start);
  }
  return [...starts]
    .sort(([one], [other]) => Math.abs(one - wishedAtMs) - Math.abs(other - wishedAtMs))
    .slice(0, 3)
    .map(([, start]) => start);
}
