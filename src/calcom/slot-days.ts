import { InvalidInput } from '../errors';
import type { LocalDate } from '../domain';
import { instantsAt, zoneNamed } from '../local-time';

export interface LocalDay {
  date: LocalDate;
  /** Epoch milliseconds; a day lasts 23 to 25 hours. */
  startMs: number;
  endMs: number;
}

const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
const MOST_DAYS = 370;

/**
 * Every local day from `first` to `last`, both included, with its bounds in UTC.
 * @throws InvalidInput on an unknown zone, a date that is none, or a range that is upside down or longer than 370 days
 */
export function localDays(first: LocalDate, last: LocalDate, timeZone: string): LocalDay[] {
  const firstMidnightMs = wallMidnight(first);
  const count = (wallMidnight(last) - firstMidnightMs) / DAY_MS + 1;
  if (!zoneNamed(timeZone).isValid) throw new InvalidInput('The time zone is not known.');
  if (count < 1 || count > MOST_DAYS) throw new InvalidInput('The days asked for are no range.');
  const days: LocalDay[] = [];
  let startMs = firstInstant(firstMidnightMs, timeZone);
  for (let index = 0; index < count; index++) {
    const midnightMs = firstMidnightMs + index * DAY_MS;
    const endMs = firstInstant(midnightMs + DAY_MS, timeZone);
    days.push({ date: new Date(midnightMs).toISOString().slice(0, 10), startMs, endMs });
    startMs = endMs;
  }
  return days;
}

/** The day's midnight as if its wall clock were UTC's. */
function wallMidnight(date: LocalDate): number {
  const midnightMs = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // The runtime takes the 30th of February for the 2nd of March.
  if (Number.isNaN(midnightMs) || new Date(midnightMs).toISOString().slice(0, 10) !== date)
    throw new InvalidInput('A day cannot be read.');
  return midnightMs;
}

/**
 * Where clocks are put back at midnight, the first hour of a day happens twice; the day begins with the earlier one.
 * Where they are put forward, it begins with the first time that exists.
 */
function firstInstant(midnightMs: number, timeZone: string): number {
  for (let wallClockMs = midnightMs; ; wallClockMs += QUARTER_HOUR_MS) {
    const [earliest] = instantsAt(timeZone, wallClockMs);
    if (earliest !== undefined) return earliest;
  }
}
