import { DateTime } from 'luxon';
import type { LocalDate } from '../domain';

const MINUTE_MS = 60_000;

/** Days are counted in UTC, where each has 24 hours; only `instantOf` and `localOf` know zones. */
function utc(date: LocalDate): DateTime {
  return DateTime.fromISO(date, { zone: 'utc' });
}

function iso(at: DateTime): LocalDate {
  return at.toFormat('yyyy-MM-dd');
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return iso(utc(date).plus({ days }));
}

/** The same day of a later month, or that month's last day when it is shorter. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  return iso(utc(date).plus({ months }));
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((utc(to).toMillis() - utc(from).toMillis()) / (24 * 60 * MINUTE_MS));
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: LocalDate): number {
  return utc(date).weekday;
}

export function mondayOf(date: LocalDate): LocalDate {
  return addDays(date, 1 - weekdayOf(date));
}

export function partsOf(date: LocalDate): { year: number; month: number; day: number } {
  const { year, month, day } = utc(date);
  return { year, month, day };
}

export function lastDayOf(year: number, month: number): number {
  return DateTime.utc(year, month, 1).endOf('month').day;
}

/** null when the calendar has no such day. */
export function dateOf(year: number, month: number, day: number): LocalDate | null {
  if (year < 1000 || year > 9998) return null;
  const at = DateTime.utc(year, month, day);
  return at.isValid ? iso(at) : null;
}

/** The Monday of an ISO week; null when the year has no such week. */
export function mondayOfWeek(weekYear: number, weekNumber: number): LocalDate | null {
  const at = DateTime.fromObject({ weekYear, weekNumber, weekday: 1 }, { zone: 'utc' });
  return at.isValid ? iso(at) : null;
}

export interface LocalMoment {
  date: LocalDate;
  hour: number;
  minute: number;
  /** The second of two equal wall-clock times, after the clocks went back. */
  repeated: boolean;
}

export function localOf(at: Date, zone: string): LocalMoment {
  const local = DateTime.fromJSDate(at, { zone });
  const candidates = local.getPossibleOffsets();
  const repeated = candidates.some((candidate) => candidate.toMillis() < local.toMillis());
  return { date: iso(local), hour: local.hour, minute: local.minute, repeated };
}

/**
 * The instant of a wall-clock time; null inside the gap when the clocks go forward.
 * @param repeated take the later of two equal times
 */
export function instantOf(date: LocalDate, hour: number, minute: number, zone: string, repeated = false): Date | null {
  const { year, month, day } = partsOf(date);
  const local = DateTime.fromObject({ year, month, day, hour, minute }, { zone });
  if (!local.isValid || local.hour !== hour || local.minute !== minute) return null;
  const instants = local.getPossibleOffsets().map((candidate) => candidate.toMillis());
  return new Date(repeated ? Math.max(...instants) : Math.min(...instants));
}
