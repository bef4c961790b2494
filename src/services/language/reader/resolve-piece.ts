import type { LocalDate } from '../../../domain';
import {
  addDays,
  addMonths,
  dateOf,
  easterSunday,
  lastDayOf,
  mondayOf,
  mondayOfWeek,
  partsOf,
  weekdayOf,
} from './calendar';
import type { PieceOf } from './facts';
import type { Part, Which } from './senses';

export interface Days {
  from: LocalDate;
  /** null for a single day. */
  to: LocalDate | null;
}

export function daysFrom(from: LocalDate, to: LocalDate): Days {
  return { from, to: to === from ? null : to };
}

/** The first of some days, counted from 0, that exists and is not over. */
function upcoming(dayAt: (ahead: number) => LocalDate | null, last: number, today: LocalDate): LocalDate | null {
  for (let ahead = 0; ahead <= last; ahead += 1) {
    const day = dayAt(ahead);
    if (day !== null && day >= today) return day;
  }
  return null;
}

/** The month that lies so many months ahead. */
const monthAhead = (today: LocalDate, months: number): { year: number; month: number } =>
  partsOf(addMonths(`${today.slice(0, 8)}01`, months));

/** The next day with this day and month, today included; null when no year has it. */
export function nextOccurrence(month: number, day: number, today: LocalDate): LocalDate | null {
  const { year } = partsOf(today);
  return upcoming((ahead) => dateOf(year + ahead, month, day), 8, today);
}

/** The day a written or spoken date names; null when the calendar has no such day. */
export function calendarDay(
  { day, month, year, monthOffset }: PieceOf<'calendar'>,
  yearOffset: number | null,
  today: LocalDate,
): LocalDate | null {
  const inMonth = (ahead: number): LocalDate | null => {
    const at = monthAhead(today, ahead);
    return dateOf(at.year, at.month, day);
  };
  if (month === null) return monthOffset === null ? upcoming(inMonth, 12, today) : inMonth(monthOffset);
  const given = year ?? (yearOffset === null ? null : partsOf(today).year + yearOffset);
  return given === null ? nextOccurrence(month, day, today) : dateOf(given, month, day);
}

/** A weekday alone is its next occurrence, never today; "diesen" stays within this week. */
export function weekdayDate(weekday: number, which: Which | null, today: LocalDate): LocalDate {
  const ahead = ((weekday - weekdayOf(today) + 6) % 7) + 1;
  if (which === 'this') return addDays(mondayOf(today), weekday - 1);
  if (which === 'last') return addDays(today, ahead === 7 ? -7 : ahead - 7);
  return addDays(today, which === 'after_next' ? ahead + 7 : ahead);
}

/** Days after Monday: "Anfang" is Monday and Tuesday, "Mitte" Wednesday and Thursday, "Ende" Friday to Sunday. */
const WEEK_PARTS: Record<Part, [first: number, last: number]> = {
  start: [0, 1],
  middle: [2, 3],
  end: [4, 6],
  first_half: [0, 2],
  second_half: [2, 6],
  first_day: [0, 0],
  last_day: [6, 6],
};

export function weekDays(monday: LocalDate, part: Part | null): Days {
  const [first, last] = part === null ? [0, 6] : WEEK_PARTS[part];
  return daysFrom(addDays(monday, first), addDays(monday, last));
}

/** On a Sunday "am Wochenende" is the next one, unless "dieses" was said. */
export function weekendDays(which: Which | null, today: LocalDate): Days {
  const weekday = weekdayOf(today);
  const begun = weekday < 6 ? 0 : 1;
  const weeks = { last: -1, this: 0, next: begun, after_next: 1 + begun, none: weekday < 7 ? 0 : 1 };
  return weekendOf(addDays(mondayOf(today), 7 * weeks[which ?? 'none']));
}

export function weekendOf(monday: LocalDate): Days {
  return { from: addDays(monday, 5), to: addDays(monday, 6) };
}

/** The Monday of a numbered week, this year's or, when that is over, next year's. */
export function isoWeekMonday(week: number, today: LocalDate): LocalDate | null {
  const { year } = partsOf(mondayOf(today));
  return upcoming((ahead) => mondayOfWeek(year + ahead, week), 1, mondayOf(today));
}

/** Days of a month or of a third of it, at most its last. */
const MONTH_PARTS: Record<Part, [first: number, last: number]> = {
  start: [1, 10],
  middle: [11, 20],
  end: [21, 31],
  first_half: [1, 15],
  second_half: [16, 31],
  first_day: [1, 1],
  last_day: [31, 31],
};

export function monthDays(piece: PieceOf<'month'>, yearOffset: number | null, today: LocalDate): Days | null {
  const now = partsOf(today);
  const target = piece.monthOffset === null ? null : monthAhead(today, piece.monthOffset);
  const month = target?.month ?? piece.month ?? now.month;
  const given = target?.year ?? piece.year ?? (yearOffset === null ? null : now.year + yearOffset);
  const year = given ?? (month < now.month ? now.year + 1 : now.year);
  const ends = piece.part === null ? [1, 31] : MONTH_PARTS[piece.part];
  const [from, to] = ends.map((day) => dateOf(year, month, Math.min(day, lastDayOf(year, month))));
  return from && to ? daysFrom(from, to) : null;
}

/** "zweiter Freitag im Dezember"; without a year the next one ahead. */
export function nthWeekday(piece: PieceOf<'nth_weekday'>, today: LocalDate): LocalDate | null {
  const { month, year, monthOffset } = piece;
  const inMonth = (at: { year: number; month: number }): LocalDate | null => nthIn(at, piece.weekday, piece.nth);
  if (monthOffset !== null) return inMonth(monthAhead(today, monthOffset));
  if (year !== null && month !== null) return inMonth({ year, month });
  const thisYear = partsOf(today).year;
  const monthAt = (ahead: number): { year: number; month: number } =>
    month === null ? monthAhead(today, ahead) : { year: thisYear + ahead, month };
  return upcoming((ahead) => inMonth(monthAt(ahead)), 1, today);
}

function nthIn({ year, month }: { year: number; month: number }, weekday: number, nth: number): LocalDate | null {
  const first = dateOf(year, month, 1);
  if (first === null) return null;
  const firstDay = 1 + ((weekday - weekdayOf(first) + 7) % 7);
  const last = lastDayOf(year, month);
  return dateOf(year, month, firstDay + 7 * (nth > 0 ? nth - 1 : Math.floor((last - firstDay) / 7)));
}

/** The Monday to Friday that comes after `count` - 1 others. */
export function workdayAhead(today: LocalDate, count: number): LocalDate {
  let day = today;
  for (let ahead = 0; ahead < count; ahead += 1) {
    const weekday = weekdayOf(day);
    day = addDays(day, weekday >= 5 ? 8 - weekday : 1);
  }
  return day;
}

/** A feast, without a year the next one. */
export function feastDay({ year, feast, weeksLater }: PieceOf<'feast'>, today: LocalDate): LocalDate | null {
  const thisYear = partsOf(today).year;
  const dayIn = (of: number): LocalDate | null => {
    if ('easter' in feast) return addDays(easterSunday(of), feast.easter);
    const day = dateOf(of, feast.month, feast.day);
    return day && 'weekday' in feast ? weekdayBeside(addDays(day, -1), feast.weekday, 1 + weeksLater) : day;
  };
  return year === null ? upcoming((ahead) => dayIn(thisYear + ahead), 1, today) : dayIn(year);
}

/** The nth such weekday after a day, or before it when negative. */
export function weekdayBeside(day: LocalDate, weekday: number, nth: number): LocalDate {
  const away = (((weekday - weekdayOf(day)) * Math.sign(nth) + 6 + 7) % 7) + 1;
  return addDays(day, Math.sign(nth) * (away + 7 * (Math.abs(nth) - 1)));
}
