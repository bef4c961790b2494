import { InvalidInput } from '../../errors';
import type { LocalDate } from '../../domain';

const DAY_MS = 86_400_000;
const MOST_DAYS = 92;

export function addDays(date: LocalDate, days: number): LocalDate {
  return utcDay(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

/** Calendar days from `from` to `to`, negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/**
 * All days from `from` to `to`, both included.
 * @throws InvalidInput when a date is not one, the range is upside down or longer than 92 days
 */
export function eachDay(from: LocalDate, to: LocalDate): LocalDate[] {
  if (from === to && /^\d{4}-\d\d-\d\d$/.test(from)) return [from];
  const last = daysBetween(from, to);
  if (!(last >= 0)) throw new InvalidInput('The last day must not be before the first.');
  if (last >= MOST_DAYS) throw new InvalidInput(`At most ${MOST_DAYS} days can be asked for at once.`);
  return Array.from({ length: last + 1 }, (_, index) => addDays(from, index));
}

export function utcDay(atMs: number): LocalDate {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Every day that an interval touches in whatever zone a reader may use. */
export function daysAnywhere(startMs: number, endMs: number): LocalDate[] {
  return eachDay(utcDay(startMs - 12 * 3_600_000), utcDay(endMs + 14 * 3_600_000));
}
