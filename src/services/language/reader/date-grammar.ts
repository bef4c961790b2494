import type { Match } from './clock-grammar';
import type { DatePiece } from './date-pieces';
import { matchPeriod } from './period-grammar';
import { isWord, numberOf, ordinalOf, senseOf, type Token } from './tokens';

export type DateMatch = Match<DatePiece>;

export interface DateScan {
  /** A field that should hold a date: "5." alone is a day there, "14.12" no time. */
  expectsDate: boolean;
  /** A date was read already, so a doubtful figure is rather a time. */
  hasDate: boolean;
}

/** The date words starting at `at`; null when none do. */
export function matchDate(tokens: readonly Token[], at: number, scan: DateScan): DateMatch | null {
  return (
    writtenDate(tokens, at, scan) ??
    nthWeekday(tokens, at) ??
    matchPeriod(tokens, at) ??
    dayAndMonth(tokens, at) ??
    monthAndDay(tokens, at) ??
    weekday(tokens, at) ??
    month(tokens, at) ??
    dayWord(tokens, at) ??
    dayOfMonth(tokens, at, scan)
  );
}

function calendar(
  day: number,
  month: number | null,
  year: number | null,
  length: number,
  eitherOrder = false,
): DateMatch {
  return { length, value: { is: 'calendar', day, month, year, monthOffset: null, eitherOrder } };
}

function writtenDate(tokens: readonly Token[], at: number, scan: DateScan): DateMatch | null {
  const token = tokens[at];
  if (token?.is === 'date' && token.written.year === undefined) {
    const { day, month, eitherOrder } = token.written;
    const year = yearAt(tokens, at + 1);
    return calendar(day, month, year.value, 1 + year.length, eitherOrder);
  }
  if (token?.is === 'date' || token?.is === 'stamp') {
    const { year, month, day, eitherOrder } = token.written;
    return calendar(day, month, year ?? null, 1, eitherOrder);
  }
  if (token?.is === 'digits') return spacedDate(tokens, at);
  if (token?.is !== 'pair') return null;
  const year = yearAt(tokens, at + 1);
  const timeOfDay = isWord(tokens[at + 1], 'o_clock', 'meridiem_am', 'meridiem_pm') || isWord(tokens[at - 1], 'around');
  const isDate = token.second >= 1 && token.second <= 12 && token.first >= 1 && token.first <= 31;
  if (year.value === null && (timeOfDay || !isDate || scan.hasDate || !scan.expectsDate)) return null;
  return calendar(token.first, token.second, year.value, 1 + year.length);
}

/** "25 11 2026", as speech-to-text writes a dictated date; without the year it could be a time. */
function spacedDate(tokens: readonly Token[], at: number): DateMatch | null {
  const [day, month] = [numberOf(tokens[at]), numberOf(tokens[at + 1])];
  const year = yearAt(tokens, at + 2);
  if (day === null || month === null || month > 12 || year.value === null) return null;
  return calendar(day, month, year.value, 2 + year.length);
}

/** "erster Montag im Dezember", "erster Montag im Monat", "last Friday of November", "dritter Freitag nächsten Monats". */
function nthWeekday(tokens: readonly Token[], at: number): DateMatch | null {
  const last = senseOf(tokens[at], 'which')?.value === 'last';
  const nth = last ? -1 : ordinalOf(tokens[at]);
  const day = senseOf(tokens[at + 1], 'weekday');
  if (nth === null || nth > 5 || !day) return null;
  let index = at + 2;
  while (isWord(tokens[index], 'in', 'of', 'the')) index += 1;
  const named = senseOf(tokens[index], 'month');
  if (named)
    return {
      length: index + 1 - at,
      value: { is: 'nth_weekday', weekday: day.value, nth, month: named.value, monthOffset: null },
    };
  const offset = monthOffsetAt(tokens, index);
  return offset
    ? {
        length: index + offset.length - at,
        value: { is: 'nth_weekday', weekday: day.value, nth, month: null, monthOffset: offset.value },
      }
    : null;
}

/** "7. November 2026", "siebten November", "7th of November", "siebten elften", "5. nächsten Monats". */
function dayAndMonth(tokens: readonly Token[], at: number): DateMatch | null {
  const day = ordinalOf(tokens[at]) ?? numberOf(tokens[at]);
  if (day === null) return null;
  let index = at + 1;
  const afterDay = index;
  while (isWord(tokens[index], 'of', 'the')) index += 1;
  const named = senseOf(tokens[index], 'month');
  if (named) {
    const year = yearAt(tokens, index + 1);
    return calendar(day, named.value, year.value, index + 1 + year.length - at);
  }
  if (ordinalOf(tokens[at]) === null) return null;
  if (isWord(tokens[index], 'in')) index += 1;
  const offset = monthOffsetAt(tokens, index);
  if (offset)
    return {
      length: index + offset.length - at,
      value: { is: 'calendar', day, month: null, year: null, monthOffset: offset.value, eitherOrder: false },
    };
  const second = ordinalOf(tokens[afterDay]);
  if (second === null || senseOf(tokens[afterDay + 1], 'month') || senseOf(tokens[afterDay + 1], 'weekday'))
    return null;
  const year = yearAt(tokens, afterDay + 1);
  return calendar(day, second, year.value, afterDay + 1 + year.length - at);
}

/** "November 7th, 2026", "November the seventh", but not "im November 15 Uhr". */
function monthAndDay(tokens: readonly Token[], at: number): DateMatch | null {
  const named = senseOf(tokens[at], 'month');
  if (!named) return null;
  const index = isWord(tokens[at + 1], 'the') ? at + 2 : at + 1;
  const day = ordinalOf(tokens[index]) ?? numberOf(tokens[index]);
  if (day === null || (tokens[index]?.is === 'digits' && tokens[index].text.length > 2)) return null;
  const after = index + 1;
  if (isWord(tokens[after], 'o_clock', 'meridiem_am', 'meridiem_pm')) return null;
  const year = yearAt(tokens, after);
  return calendar(day, named.value, year.value, after + year.length - at);
}

function weekday(tokens: readonly Token[], at: number): DateMatch | null {
  const which = senseOf(tokens[at], 'which')?.value ?? null;
  const index = which ? at + 1 : at;
  const day = senseOf(tokens[index], 'weekday');
  if (!day) return null;
  const afterNext =
    isWord(tokens[index + 1], 'after') &&
    senseOf(tokens[index + 2], 'which')?.value === 'next' &&
    !senseOf(tokens[index + 3], 'unit');
  if (afterNext) return { length: index + 3 - at, value: { is: 'weekday', weekday: day.value, which: 'after_next' } };
  return { length: index + 1 - at, value: { is: 'weekday', weekday: day.value, which } };
}

/** "im Dezember", "next November", "December 2026". */
function month(tokens: readonly Token[], at: number): DateMatch | null {
  const which = senseOf(tokens[at], 'which') ? 1 : 0;
  const named = senseOf(tokens[at + which], 'month');
  if (!named) return null;
  const year = yearAt(tokens, at + which + 1);
  const length = which + 1 + year.length;
  return { length, value: { is: 'month', month: named.value, monthOffset: null, year: year.value, part: null } };
}

/** "morgen", "Heiligabend"; "this afternoon" is today's. */
function dayWord(tokens: readonly Token[], at: number): DateMatch | null {
  if (senseOf(tokens[at], 'which')?.value === 'this' && senseOf(tokens[at + 1], 'daytime')) {
    return { length: 1, value: { is: 'day', offset: 0 } };
  }
  const day = senseOf(tokens[at], 'day');
  if (day) return { length: 1, value: { is: 'day', offset: day.offset } };
  const feast = senseOf(tokens[at], 'feast');
  if (!feast) return null;
  const year = yearAt(tokens, at + 1);
  return calendar(feast.day, feast.month, year.value, 1 + year.length);
}

/** "am Ersten", "the 5th", "am 25": a day of this or the next month. */
function dayOfMonth(tokens: readonly Token[], at: number, scan: DateScan): DateMatch | null {
  const token = tokens[at];
  const following = tokens[at + 1];
  if (following?.is === 'unknown' || isWord(following, 'o_clock', 'quarter', 'free')) return null;
  if (following?.is === 'word' && ['unit', 'counted', 'weekday'].includes(following.sense.is)) return null;
  const before = tokens[at - 1];
  const dated =
    isWord(before, 'am', 'the', 'von', 'from', 'until', 'between', 'and') || senseOf(before, 'weekday') !== null;
  const dotted = token?.is === 'digits' && token.ordinal === 'dot';
  if (dotted && (isWord(before, 'around') || !(dated || scan.expectsDate))) return null;
  const ordinal = ordinalOf(token);
  if (ordinal !== null) return calendar(ordinal, null, null, 1);
  const number = numberOf(token);
  if (number !== null && number <= 31 && endsDays(tokens, at)) return calendar(number, null, null, 1);
  const plain =
    token?.is === 'digits' &&
    token.text.length <= 2 &&
    isWord(before, 'am', 'the') &&
    !isWord(tokens[at - 2], 'around', 'after', 'before');
  const timeOfDay = isWord(following, 'meridiem_am', 'meridiem_pm', 'after', 'before', 'past', 'to');
  return plain && !timeOfDay ? calendar(token.value, null, null, 1) : null;
}

/** The 5 of "December 1 to 5" and "Dec 1-5". */
function endsDays(tokens: readonly Token[], at: number): boolean {
  const linked = isWord(tokens[at - 1], 'to', 'until') || tokens[at - 1]?.is === 'dash';
  const begun = senseOf(tokens[at - 3], 'month') !== null && numberOf(tokens[at - 2]) !== null;
  return linked && begun && !isWord(tokens[at + 1], 'o_clock', 'meridiem_am', 'meridiem_pm', 'past', 'to');
}

/** "nächsten Monats", "of this month"; null as value for "des Monats", which may be this or the next. */
function monthOffsetAt(tokens: readonly Token[], at: number): Match<number | null> | null {
  const which = senseOf(tokens[at], 'which');
  const index = which ? at + 1 : at;
  if (senseOf(tokens[index], 'unit')?.value !== 'month') return null;
  if (!which) return { length: 1, value: null };
  const offset = which.value === 'next' ? 1 : which.value === 'after_next' ? 2 : which.value === 'last' ? -1 : 0;
  return { length: index + 1 - at, value: offset };
}

/** A year in figures or words after a day or month; `length` 0 when there is none. */
export function yearAt(tokens: readonly Token[], at: number): { length: number; value: number | null } {
  const token = tokens[at];
  const value = numberOf(token);
  if (value === null || isWord(tokens[at + 1], 'o_clock')) return { length: 0, value: null };
  if (value >= 1900 && value <= 2199) return { length: 1, value };
  const century = senseOf(token, 'number');
  const rest = senseOf(tokens[at + 1], 'number');
  if (century?.language === 'en' && century.value === 20 && rest?.language === 'en' && rest.value >= 20) {
    const unit = senseOf(tokens[at + 2], 'number');
    const last = rest.value % 10 === 0 && unit && unit.value < 10 ? unit.value : 0;
    return { length: last > 0 ? 3 : 2, value: 2000 + rest.value + last };
  }
  return { length: 0, value: null };
}
