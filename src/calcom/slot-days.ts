import { DateTime } from 'luxon';
import { InvalidInput } from '../errors';
import type { LocalDate } from '../services/domain';

export interface LocalDay {
  date: LocalDate;
  /** Epoch milliseconds; a day lasts 23 to 25 hours. */
  startMs: number;
  endMs: number;
}

const QUARTER_HOUR_MS = 900_000;
const MOST_DAYS = 370;

/**
 * Every local day from `first` to `last`, both included, with its bounds in UTC.
 * @throws InvalidInput on an unknown zone, a date that is none, or a range that is upside down or longer than 370 days
 */
export function localDays(first: LocalDate, last: LocalDate, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  let date = noon(first, timeZone);
  const end = noon(last, timeZone);
  if (date > end || end.diff(date, 'days').days > MOST_DAYS) throw new InvalidInput('The days asked for are no range.');
  while (date <= end) {
    const next = date.plus({ days: 1 });
    days.push({ date: date.toFormat('yyyy-MM-dd'), startMs: firstInstant(date), endMs: firstInstant(next) });
    date = next;
  }
  return days;
}

/** Noon exists on every day, whatever the clocks do at night. */
function noon(date: LocalDate, timeZone: string): DateTime<true> {
  const parsed = DateTime.fromFormat(`${date} 12`, 'yyyy-MM-dd HH', { zone: timeZone });
  if (!parsed.isValid) throw new InvalidInput('A day or its time zone cannot be read.');
  return parsed;
}

/** Where clocks are put back at midnight, the first hour of a day happens twice; the day begins with the earlier one. */
function firstInstant(day: DateTime): number {
  let startMs = day.startOf('day').toMillis();
  while (isOn(day, startMs - 1)) startMs -= QUARTER_HOUR_MS;
  return startMs;
}

function isOn(day: DateTime, atMs: number): boolean {
  return DateTime.fromMillis(atMs, { zone: day.zone }).hasSame(day, 'day');
}
