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
import type { DatePiece } from './date-pieces';
import type { Part, Which } from './senses';

export interface Days {
  from: LocalDate;
  /** null for a single day. */
  to: LocalDate | null;
}

type Calendar = Extract<DatePiece, { is: 'calendar' }>;
type Month = Extract<DatePiece, { is: 'month' }>;

/** The next day with this day and month, today included; null when no year has it. */
export function nextOccurrence(month: number, day: number, today: LocalDate): LocalDate | null {
  const { year } = partsOf(today);
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const date = dateOf(year + ahead, month, day);
    if (date !== null && date >= today) return date;
  }
  return null;
}

/** The day a written or spoken date names; null when the calendar has no such day. */
export function calendarDay(piece: Calendar, yearOffset: number | null, today: LocalDate): LocalDate | null {
  const { year: thisYear } = partsOf(today);
  if (piece.month !== null) {
    const year = piece.year ?? (yearOffset === null ? null : thisYear + yearOffset);
    return year === null ? nextOccurrence(piece.month, piece.day, today) : dateOf(year, piece.month, piece.day);
  }
  if (piece.monthOffset !== null) {
    const { year, month } = partsOf(addMonths(firstOfMonth(today), piece.monthOffset));
    return dateOf(year, month, piece.day);
  }
  for (let ahead = 0; ahead <= 12; ahead += 1) {
    const { year, month } = partsOf(addMonths(firstOfMonth(today), ahead));
    const date = dateOf(year, month, piece.day);
    if (date !== null && date >= today) return date;
  }
  return null;
}

function firstOfMonth(date: LocalDate): LocalDate {
  return `${date.slice(0, 8)}01`;
}

/** A weekday alone is its next occurrence, never today; "diesen" stays within this week. */
export function weekdayDate(weekday: number, which: Which | null, today: LocalDate): LocalDate {
  const ahead = ((weekday - weekdayOf(today) + 6) % 7) + 1;
  if (which === 'this') return addDays(mondayOf(today), weekday - 1);
  if (which === 'last') return addDays(today, ahead === 7 ? -7 : ahead - 7);
  return addDays(today, which === 'after_next' ? ahead + 7 : ahead);
}

/** "Anfang" is Monday and Tuesday, "Mitte" Wednesday and Thursday, "Ende" Friday to Sunday. */
export function weekDays(monday: LocalDate, part: Part | null): Days {
  if (part === 'start') return { from: monday, to: addDays(monday, 1) };
  if (part === 'middle') return { from: addDays(monday, 2), to: addDays(monday, 3) };
  if (part === 'end') return { from: addDays(monday, 4), to: addDays(monday, 6) };
  if (part === 'first_day') return { from: monday, to: null };
  if (part === 'last_day') return { from: addDays(monday, 6), to: null };
  return { from: monday, to: addDays(monday, 6) };
}

/** On a Sunday "am Wochenende" is the next one, unless "dieses" was said. */
export function weekendDays(which: Which | null, today: LocalDate): Days {
  const weekday = weekdayOf(today);
  const thisSaturday = addDays(mondayOf(today), 5);
  const current = which === 'this' || (which === null && weekday < 7) || (which === 'next' && weekday < 6);
  const saturday = which === 'last' ? addDays(thisSaturday, -7) : addDays(thisSaturday, current ? 0 : 7);
  const later =
    which === 'after_next' && weekday < 6
      ? addDays(thisSaturday, 7)
      : which === 'after_next'
        ? addDays(thisSaturday, 14)
        : saturday;
  return { from: later, to: addDays(later, 1) };
}

/** The Monday of a numbered week, this year's or, when that is over, next year's. */
export function isoWeekMonday(week: number, today: LocalDate): LocalDate | null {
  const { year } = partsOf(mondayOf(today));
  return (
    [year, year + 1]
      .map((candidate) => mondayOfWeek(candidate, week))
      .find((monday) => monday !== null && addDays(monday, 6) >= today) ?? null
  );
}

/** A month or a third of it: "Anfang" 1–10, "Mitte" 11–20, "Ende" from 21. */
export function monthDays(piece: Month, yearOffset: number | null, today: LocalDate): Days | null {
  const now = partsOf(today);
  const target = piece.monthOffset === null ? null : partsOf(addMonths(firstOfMonth(today), piece.monthOffset));
  const month = target?.month ?? piece.month ?? now.month;
  const given = target?.year ?? piece.year ?? (yearOffset === null ? null : now.year + yearOffset);
  const year = given ?? (month < now.month ? now.year + 1 : now.year);
  const [first, end] = daysOfPart(piece.part, lastDayOf(year, month));
  const [from, to] = [dateOf(year, month, first), dateOf(year, month, end)];
  return from && to ? { from, to: to === from ? null : to } : null;
}

function daysOfPart(part: Part | null, last: number): [first: number, end: number] {
  switch (part) {
    case 'start':
      return [1, 10];
    case 'middle':
      return [11, 20];
    case 'end':
      return [21, last];
    case 'first_day':
      return [1, 1];
    case 'last_day':
      return [last, last];
    case null:
      return [1, last];
  }
}

/** "zweiter Freitag im Dezember"; without a year the next one ahead. */
export function nthWeekday(piece: Extract<DatePiece, { is: 'nth_weekday' }>, today: LocalDate): LocalDate | null {
  const now = partsOf(today);
  if (piece.monthOffset !== null) {
    const { year, month } = partsOf(addMonths(firstOfMonth(today), piece.monthOffset));
    return nthIn(year, month, piece.weekday, piece.nth);
  }
  const { month } = piece;
  if (piece.year !== null && month !== null) return nthIn(piece.year, month, piece.weekday, piece.nth);
  const candidates =
    month === null
      ? [0, 1].map((ahead) => partsOf(addMonths(firstOfMonth(today), ahead)))
      : [0, 1].map((ahead) => ({ year: now.year + ahead, month }));
  return (
    candidates
      .map((candidate) => nthIn(candidate.year, candidate.month, piece.weekday, piece.nth))
      .find((date) => date !== null && date >= today) ?? null
  );
}

function nthIn(year: number, month: number, weekday: number, nth: number): LocalDate | null {
  const first = dateOf(year, month, 1);
  if (first === null) return null;
  const firstDay = 1 + ((weekday - weekdayOf(first) + 7) % 7);
  const last = lastDayOf(year, month);
  const day = nth > 0 ? firstDay + 7 * (nth - 1) : firstDay + 7 * Math.floor((last - firstDay) / 7);
  return day <= last ? dateOf(year, month, day) : null;
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

/** A feast that moves with Easter; without a year the next one. */
export function easterDay(piece: Extract<DatePiece, { is: 'easter' }>, today: LocalDate): LocalDate | null {
  const { year } = partsOf(today);
  const years = piece.year === null ? [year, year + 1] : [piece.year];
  const days = years.map((candidate) => addDays(easterSunday(candidate), piece.offset));
  return piece.year === null ? (days.find((day) => day >= today) ?? null) : (days[0] ?? null);
}
