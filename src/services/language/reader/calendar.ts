import { DateTime } from 'luxon';
import type { LocalDate } from '../../../domain';
import { addDays, instantsAt, utcDay, wallMs } from '../../../local-time';
import type { SpokenContext } from './types';

export { addDays, daysBetween } from '../../../local-time';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Days are counted in UTC, where each has 24 hours; only `instantOf` and `localOf` know zones. */
function utcMs(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** The same day of a later month, or that month's last day when it is shorter. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const { year, month, day } = partsOf(date);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = lastDayOf(first.getUTCFullYear(), first.getUTCMonth() + 1);
  return utcDay(first.getTime() + (Math.min(day, last) - 1) * DAY_MS);
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: LocalDate): number {
  return new Date(utcMs(date)).getUTCDay() || 7;
}

export function mondayOf(date: LocalDate): LocalDate {
  return addDays(date, 1 - weekdayOf(date));
}

export function partsOf(date: LocalDate): { year: number; month: number; day: number } {
  const at = new Date(utcMs(date));
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

export function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** null when the calendar has no such day. */
export function dateOf(year: number, month: number, day: number): LocalDate | null {
  if (!(year >= 1000 && year <= 9998) || !(month >= 1 && month <= 12)) return null;
  return day >= 1 && day <= lastDayOf(year, month) ? utcDay(Date.UTC(year, month - 1, day)) : null;
}

/** The Monday of an ISO week; null when the year has no such week. */
export function mondayOfWeek(weekYear: number, weekNumber: number): LocalDate | null {
  const at = DateTime.fromObject({ weekYear, weekNumber, weekday: 1 }, { zone: 'utc' });
  return at.isValid ? utcDay(at.toMillis()) : null;
}

/** Easter Sunday by Gauss's rule, as corrected for the Gregorian calendar. */
export function easterSunday(year: number): LocalDate {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const moon = (15 + century - Math.floor(century / 4) - Math.floor((13 + 8 * century) / 25)) % 30;
  const epact = (19 * golden + moon) % 30;
  const full = epact - Math.floor(epact / 29) - Math.floor(epact / 28) * Math.floor(golden / 11);
  const sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * full + 4 + century - Math.floor(century / 4)) % 7;
  return utcDay(Date.UTC(year, 2, 22 + full + sunday));
}

export interface LocalMoment {
  date: LocalDate;
  hour: number;
  minute: number;
  /** The second of two equal wall-clock times, after the clocks went back. */
  repeated: boolean;
}

export function localOf(at: Date, zone: string): LocalMoment {
  const wallClockMs = wallMs(zone, at.getTime());
  const local = new Date(wallClockMs);
  return {
    date: utcDay(wallClockMs),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    repeated: (instantsAt(zone, wallClockMs)[0] ?? Number.POSITIVE_INFINITY) < at.getTime(),
  };
}

/**
 * The instant of a wall-clock time; null inside the gap when the clocks go forward.
 * @param repeated take the later of two equal times
 */
export function instantOf(date: LocalDate, hour: number, minute: number, zone: string, repeated = false): Date | null {
  const midnightMs = utcMs(date);
  const exists = utcDay(midnightMs) === date && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
  const instants = exists ? instantsAt(zone, midnightMs + (hour * 60 + minute) * MINUTE_MS) : [];
  const atMs = repeated ? instants.at(-1) : instants[0];
  return atMs === undefined ? null : new Date(atMs);
}

/** Today for everything relative: the day the call began. */
export function callDay(context: SpokenContext): LocalDate {
  return localOf(context.anchor, context.zone).date;
}

/** Where the past ends: now, or the call's start if no other instant is known. */
export function pastBefore(context: SpokenContext): Date {
  const { anchor, now } = context;
  return now && now > anchor ? now : anchor;
}
