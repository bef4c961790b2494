import { getHolidays } from 'feiertagejs';
import type { Holiday, Language, LocalDate } from '../../domain';
import { holidayOn, yearOf } from './opening-hours';

/** The German Länder, by the second half of their ISO 3166-2 code. */
export const LAENDER = [
  ...(['BW', 'BY', 'BE', 'BB', 'HB', 'HH', 'HE', 'MV'] as const),
  ...(['NI', 'NW', 'RP', 'SL', 'SN', 'ST', 'SH', 'TH'] as const),
];
export type Land = (typeof LAENDER)[number];

interface PublicHoliday {
  name: string;
  day: LocalDate;
  /** Always on that day of the year; the others move with Easter. */
  isYearly: boolean;
}

/** A Land whose holidays that move with Easter are holidays in all of them. */
const WHEREVER: Land = 'BE';

/** The public holidays of a Land, in the order of the year. */
export function publicHolidays(land: Land, year: number, language: Language): PublicHoliday[] {
  const nextYear = new Set(getHolidays(year + 1, land).map(({ dateString }) => dateString.slice(4)));
  return getHolidays(year, land).map((one) => ({
    name: one.translate(language) ?? one.name,
    day: one.dateString,
    isYearly: nextYear.has(one.dateString.slice(4)),
  }));
}

/** The last year of which a holiday that moves with Easter is among these days; null when none ever was. */
export function movableUntil(days: readonly LocalDate[]): number | null {
  const movable = new Set(
    [...new Set(days.map(yearOf))].flatMap((year) =>
      publicHolidays(WHEREVER, year, 'de').flatMap((one) => (one.isYearly ? [] : [one.day])),
    ),
  );
  const years = days.filter((day) => movable.has(day)).map(yearOf);
  return years.length === 0 ? null : Math.max(...years);
}

/**
 * Those of the Land in these years that are to be entered, beside the ones that close those days already.
 * @param only leaves out the others, by their day; null: all of them
 */
export function missingHolidays(
  existing: readonly Holiday[],
  wish: { land: Land; years: readonly number[]; only: readonly LocalDate[] | null },
  language: Language,
): Holiday[] {
  const all = [...wish.years].sort().flatMap((year) => publicHolidays(wish.land, year, language));
  const wanted = all.filter(({ day }) => wish.only?.includes(day) ?? true);
  return wanted.reduce<Holiday[]>((entered, { name, day, isYearly }) => {
    const isClosed = holidayOn([...existing, ...entered], day) !== null;
    return isClosed ? entered : [...entered, { name, firstDay: day, lastDay: day, isYearly }];
  }, []);
}
