import type { Branch, DayHours, Holiday, LocalDate, WeeklyHours } from '../../domain';
import { weekdayOf } from '../language/reader/calendar';
import { inZone } from '../../local-time';

/** When a branch is open: its week, and the days on which it is closed all the same. */
export type OpenTime = Pick<Branch, 'hours' | 'holidays'>;

/** Opening spans of a weekday, 1 = Monday … 7 = Sunday; none when closed. */
export function spansOnWeekday(hours: WeeklyHours, weekday: number): DayHours[] {
  return Object.entries(hours).find(([day]) => Number(day) === weekday)?.[1] ?? [];
}

/** Opening spans of a day; none on a holiday. */
export function spansOn({ hours, holidays }: OpenTime, date: LocalDate): DayHours[] {
  return holidayOn(holidays, date) ? [] : spansOnWeekday(hours, weekdayOf(date));
}

export function isOpenOn(open: OpenTime, date: LocalDate): boolean {
  return spansOn(open, date).length > 0;
}

/** Whether a start lies within those hours, on the branch's wall clock; holidays are not looked at. */
export function withinHours(at: Date, hours: WeeklyHours, zone: string): boolean {
  const local = inZone(at, zone);
  const clock = local.toFormat('HH:mm');
  return spansOnWeekday(hours, local.weekday).some((span) => span.open <= clock && clock < span.close);
}

/** Days in a row on which a branch is closed, both inclusive. */
interface ClosedDays {
  first: LocalDate;
  last: LocalDate;
}

/** The holidays that close some of the days from `from` to `to`, both inclusive, in their order. */
export function holidaysWithin(
  holidays: readonly Holiday[],
  from: LocalDate,
  to: LocalDate,
): (ClosedDays & { name: string })[] {
  const found = holidays.flatMap((one) =>
    occurrences(one, yearOf(from), yearOf(to))
      .filter(({ first, last }) => first <= to && last >= from && first >= one.firstDay)
      .map((days) => ({ ...days, name: one.name })),
  );
  return found.sort((a, b) => (a.first === b.first ? 0 : a.first < b.first ? -1 : 1));
}

/** The holiday that closes that day; of several the one that ends last. Null on other days. */
export function holidayOn(holidays: readonly Holiday[], date: LocalDate): ClosedDays | null {
  const closing = holidaysWithin(holidays, date, date);
  return closing.reduce<ClosedDays | null>((best, one) => (best === null || one.last > best.last ? one : best), null);
}

/** Those of these years and, as one may go on over New Year's Eve, of the year before. */
function occurrences({ firstDay, lastDay, isYearly }: Holiday, fromYear: number, toYear: number): ClosedDays[] {
  if (!isYearly) return [{ first: firstDay, last: lastDay }];
  const years = Array.from({ length: toYear - fromYear + 2 }, (_, index) => fromYear - 1 + index);
  const wraps = yearOf(lastDay) - yearOf(firstDay);
  return years.map((year) => ({
    first: inYear(firstDay, year, '-03-01'),
    last: inYear(lastDay, year + wraps, '-02-28'),
  }));
}

export const yearOf = (date: LocalDate): number => Number(date.slice(0, 4));

/** @param without what 29 February is in other years */
function inYear(date: LocalDate, year: number, without: '-03-01' | '-02-28'): LocalDate {
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  const day = date.slice(4);
  return `${year}${day === '-02-29' && !isLeap ? without : day}`;
}
