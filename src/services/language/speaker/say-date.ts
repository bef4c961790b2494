import type { Language, LocalDate } from '../../../domain';
import { LANGUAGES } from '../languages';
import { partsOf, weekdayOf } from '../reader/calendar';

/** "Mittwoch, den 25. November" / "Wednesday, November 25th" */
export function sayDayAndMonth(date: LocalDate, language: Language): string {
  const { month, day } = partsOf(date);
  return LANGUAGES[language].times.dayAndMonth(weekdayOf(date), month, day);
}

/** With the year, as a date far away must be said. */
export function sayFullDate(date: LocalDate, language: Language): string {
  return LANGUAGES[language].times.withYear(sayDayAndMonth(date, language), partsOf(date).year);
}
