import type { Language, LocalDate } from '../../../domain';
import { partsOf, weekdayOf } from '../reader/calendar';

const GERMAN_WEEKDAYS = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'];
const GERMAN_MONTHS = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];
const ENGLISH_WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const ENGLISH_MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "Mittwoch, den 25. November" / "Wednesday, November 25th" */
export function sayDayAndMonth(date: LocalDate, language: Language): string {
  const { month, day } = partsOf(date);
  const weekday = weekdayOf(date) - 1;
  if (language === 'de') return `${GERMAN_WEEKDAYS[weekday] ?? ''}, den ${day}. ${GERMAN_MONTHS[month - 1] ?? ''}`;
  return `${ENGLISH_WEEKDAYS[weekday] ?? ''}, ${ENGLISH_MONTHS[month - 1] ?? ''} ${day}${ordinalEnding(day)}`;
}

/** With the year, as a date far away must be said. */
export function sayFullDate(date: LocalDate, language: Language): string {
  const { year } = partsOf(date);
  return `${sayDayAndMonth(date, language)}${language === 'de' ? ' ' : ', '}${year}`;
}

function ordinalEnding(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}
