import type { Match } from './clock-grammar';
import type { DatePiece } from './date-pieces';
import type { Part, Unit, Which } from './senses';
import { isWord, numberOf, ordinalOf, senseOf, type Token } from './tokens';

type PeriodMatch = Match<DatePiece>;

const WEEK_OFFSETS: Record<Which, number> = { last: -1, this: 0, next: 1, after_next: 2 };

/** Weeks, months, weekends and distances: everything dates are made of besides days and months by name. */
export function matchPeriod(tokens: readonly Token[], at: number): PeriodMatch | null {
  return (
    partOfPeriod(tokens, at) ??
    period(tokens, at, null) ??
    weekend(tokens, at) ??
    isoWeek(tokens, at) ??
    distance(tokens, at) ??
    comingDays(tokens, at) ??
    dayBeside(tokens, at) ??
    soonest(tokens, at)
  );
}

/** "Ende der Woche", "Anfang nächster Woche", "early next week", "Mitte Dezember", "later this week". */
function partOfPeriod(tokens: readonly Token[], at: number): PeriodMatch | null {
  const compound = senseOf(tokens[at], 'part_of');
  if (compound) {
    const value: DatePiece =
      compound.unit === 'week'
        ? { is: 'week', offset: 0, part: compound.part }
        : { is: 'month', month: null, monthOffset: 0, year: null, part: compound.part };
    return { length: 1, value };
  }
  const edge = edgeDayAt(tokens, at);
  const part = edge ?? partAt(tokens[at]);
  if (!part) return null;
  let index = at + (edge ? 2 : 1);
  while (isWord(tokens[index], 'of', 'the', 'in', 'von') || tokens[index]?.is === 'dash') index += 1;
  const whole = period(tokens, index, part) ?? bareUnit(tokens, index, part);
  if (whole) return { length: index - at + whole.length, value: whole.value };
  const month = senseOf(tokens[index], 'month');
  if (!month || numberOf(tokens[index + 1]) !== null) return null;
  return { length: index + 1 - at, value: { is: 'month', month: month.value, monthOffset: null, year: null, part } };
}

/** "the last day of", "der erste Tag des" */
function edgeDayAt(tokens: readonly Token[], at: number): Part | null {
  if (senseOf(tokens[at + 1], 'unit')?.value !== 'day') return null;
  if (senseOf(tokens[at], 'which')?.value === 'last') return 'last_day';
  return ordinalOf(tokens[at]) === 1 ? 'first_day' : null;
}

function partAt(token: Token | undefined): Part | null {
  const part = senseOf(token, 'part');
  if (part) return part.value;
  const tendency = senseOf(token, 'comparative')?.value ?? senseOf(token, 'daytime')?.value;
  return tendency === 'early' ? 'start' : tendency === 'late' ? 'end' : null;
}

function bareUnit(tokens: readonly Token[], at: number, part: Part): PeriodMatch | null {
  const unit = senseOf(tokens[at], 'unit')?.value;
  if (unit === 'week') return { length: 1, value: { is: 'week', offset: 0, part } };
  if (unit === 'month') return { length: 1, value: { is: 'month', month: null, monthOffset: 0, year: null, part } };
  return null;
}

/** "nächste Woche", "the week after next", "diesen Monat", "nächsten Jahres", "am nächsten Tag". */
function period(tokens: readonly Token[], at: number, part: Part | null): PeriodMatch | null {
  const found = qualifiedUnit(tokens, at);
  if (!found) return null;
  const { unit, which } = found.value;
  const length = found.length;
  const offset = WEEK_OFFSETS[which];
  if (unit === 'week') return { length, value: { is: 'week', offset, part } };
  if (unit === 'month') return { length, value: { is: 'month', month: null, monthOffset: offset, year: null, part } };
  if (part) return null;
  if (unit === 'year') return { length, value: { is: 'year', offset } };
  if (unit === 'workday' && which === 'next') return { length, value: { is: 'workday' } };
  if (unit === 'day' && which === 'next' && !isPlural(tokens[at + 1]))
    return { length, value: { is: 'context', days: 1 } };
  return null;
}

function qualifiedUnit(tokens: readonly Token[], at: number): Match<{ unit: Unit; which: Which }> | null {
  const which = senseOf(tokens[at], 'which');
  const unit = senseOf(tokens[which ? at + 1 : at], 'unit');
  if (!unit) return null;
  if (which) return { length: 2, value: { unit: unit.value, which: which.value } };
  const afterNext = isWord(tokens[at + 1], 'after') && senseOf(tokens[at + 2], 'which')?.value === 'next';
  return afterNext ? { length: 3, value: { unit: unit.value, which: 'after_next' } } : null;
}

function isPlural(token: Token | undefined): boolean {
  return token?.is === 'word' && ['days', 'tage', 'tagen'].includes(token.key);
}

function weekend(tokens: readonly Token[], at: number): PeriodMatch | null {
  const which = senseOf(tokens[at], 'which');
  const index = which ? at + 1 : at;
  if (!isWord(tokens[index], 'weekend')) return null;
  const afterNext = isWord(tokens[index + 1], 'after') && senseOf(tokens[index + 2], 'which')?.value === 'next';
  if (afterNext && !senseOf(tokens[index + 3], 'unit'))
    return { length: index + 3 - at, value: { is: 'weekend', which: 'after_next' } };
  return { length: index + 1 - at, value: { is: 'weekend', which: which?.value ?? null } };
}

/** "KW 49", "week 49", "in der 49. Kalenderwoche" */
function isoWeek(tokens: readonly Token[], at: number): PeriodMatch | null {
  const weekWord = isWord(tokens[at], 'week_number') || (tokens[at]?.is === 'word' && tokens[at].key === 'week');
  const after = weekWord && tokens[at + 1]?.is === 'digits' ? numberOf(tokens[at + 1]) : null;
  if (after !== null) return { length: 2, value: { is: 'iso_week', week: after } };
  const before = isWord(tokens[at + 1], 'week_number') ? (ordinalOf(tokens[at]) ?? numberOf(tokens[at])) : null;
  return before === null ? null : { length: 2, value: { is: 'iso_week', week: before } };
}

/** "in drei Tagen", "in a week", "a week from", "two weeks later", "vor drei Tagen", "Friday week". */
function distance(tokens: readonly Token[], at: number): PeriodMatch | null {
  const toward = isWord(tokens[at], 'in', 'after', 'over') ? 1 : 0;
  const back = isWord(tokens[at], 'before') ? 1 : 0;
  const measured = measure(tokens, at + toward + back);
  if (!measured) return toward === 0 && back === 0 ? weekAfterDay(tokens, at) : null;
  const end = at + toward + back + measured.length;
  const length = end - at;
  const shift = measured.value;
  if (isWord(tokens[end], 'ago') || back === 1)
    return { length: length + (isWord(tokens[end], 'ago') ? 1 : 0), value: negative(shift) };
  if (isWord(tokens[end], 'from') && isWord(tokens[end + 1], 'now')) return { length: length + 2, value: shift };
  if (isWord(tokens[end], 'from') || (isWord(tokens[end], 'after') && opensDay(tokens, end + 1)))
    return { length: length + 1, value: { ...shift, onto: true } };
  if (isWord(tokens[end], 'before') && opensDay(tokens, end + 1))
    return { length: length + 1, value: { ...negative(shift), onto: true } };
  const later = isWord(tokens[end], 'thereafter') || senseOf(tokens[end], 'comparative')?.value === 'late';
  if (later && shift.months === 0) return { length: length + 1, value: { is: 'context', days: shift.days } };
  if (senseOf(tokens[end], 'comparative')?.value === 'early' && shift.months === 0)
    return { length: length + 1, value: { is: 'context', days: -shift.days } };
  const beforeDay = senseOf(tokens[end], 'weekday') !== null || senseOf(tokens[end], 'day') !== null;
  return toward === 1 || beforeDay ? { length, value: shift } : null;
}

type Shift = Extract<DatePiece, { is: 'shift' }>;

/** A number of days, weeks or months: "drei Tagen", "a fortnight", "drei bis vier Tagen". */
function measure(tokens: readonly Token[], at: number): Match<Shift> | null {
  const count = countAt(tokens[at]);
  if (count === null) return null;
  const linked = isWord(tokens[at + 1], 'until', 'to', 'or') || tokens[at + 1]?.is === 'dash';
  const upper = linked ? numberOf(tokens[at + 2]) : null;
  const unitAt = upper === null ? at + 1 : at + 3;
  const days = daysIn(senseOf(tokens[unitAt], 'unit')?.value);
  const length = unitAt + 1 - at;
  if (days !== null) {
    const spanDays = upper === null ? 0 : Math.max(0, (upper - count) * days);
    return { length, value: { is: 'shift', days: count * days, months: 0, spanDays, onto: false } };
  }
  const isMonth = senseOf(tokens[unitAt], 'unit')?.value === 'month' && upper === null;
  return isMonth ? { length, value: { is: 'shift', days: 0, months: count, spanDays: 0, onto: false } } : null;
}

export function countAt(token: Token | undefined): number | null {
  if (senseOf(token, 'article')) return 1;
  return token?.is === 'digits' && token.ordinal !== 'no' ? null : numberOf(token);
}

function daysIn(unit: Unit | undefined): number | null {
  return unit === 'day' ? 1 : unit === 'week' ? 7 : unit === 'fortnight' ? 14 : null;
}

/** A day that something can be counted from: "nach Freitag", "before the 5th". */
function opensDay(tokens: readonly Token[], at: number): boolean {
  const index = isWord(tokens[at], 'the') ? at + 1 : at;
  const token = tokens[index];
  if (token?.is === 'date' || ordinalOf(token) !== null || senseOf(tokens[index + 1], 'month')) return true;
  return token?.is === 'word' && ['weekday', 'day', 'feast', 'month'].includes(token.sense.is);
}

function negative(shift: Shift): Shift {
  return { is: 'shift', days: -shift.days, months: -shift.months, spanDays: 0, onto: false };
}

/** British "Friday week", "today fortnight". */
function weekAfterDay(tokens: readonly Token[], at: number): PeriodMatch | null {
  const unit = senseOf(tokens[at], 'unit')?.value;
  const days = unit === 'week' ? 7 : unit === 'fortnight' ? 14 : null;
  const before = tokens[at - 1];
  const dayBefore = senseOf(before, 'weekday')?.language === 'en' || senseOf(before, 'day')?.language === 'en';
  return days !== null && dayBefore
    ? { length: 1, value: { is: 'shift', days, months: 0, spanDays: 0, onto: false } }
    : null;
}

/** "in den nächsten drei Tagen", "within the next two weeks", "in the next few days". */
function comingDays(tokens: readonly Token[], at: number): PeriodMatch | null {
  if (senseOf(tokens[at], 'which')?.value !== 'next') return null;
  if (isPlural(tokens[at + 1])) return { length: 2, value: { is: 'coming_days', days: 7 } };
  let index = at + 1;
  const vague = isWord(tokens[index], 'a_few');
  const count = vague ? 1 : numberOf(tokens[index]);
  if (count === null) return null;
  index += 1;
  while (isWord(tokens[index], 'of')) index += 1;
  const days = daysIn(senseOf(tokens[index], 'unit')?.value);
  if (days === null) return null;
  return { length: index + 1 - at, value: { is: 'coming_days', days: vague ? 7 * days : count * days } };
}

/** "am Tag nach Freitag", "the day before", "am selben Tag", "that day", "am Tag darauf". */
function dayBeside(tokens: readonly Token[], at: number): PeriodMatch | null {
  if (isWord(tokens[at], 'same') && senseOf(tokens[at + 1], 'unit')?.value === 'day')
    return { length: 2, value: { is: 'context', days: 0 } };
  if (isWord(tokens[at], 'thereafter') && !senseOf(tokens[at - 1], 'unit'))
    return { length: 1, value: { is: 'context', days: 1 } };
  const unit = senseOf(tokens[at], 'unit')?.value;
  if (unit === 'week' && isWord(tokens[at + 1], 'thereafter')) return { length: 2, value: { is: 'context', days: 7 } };
  if (unit !== 'day') return null;
  if (isWord(tokens[at + 1], 'thereafter')) return { length: 2, value: { is: 'context', days: 1 } };
  if (isWord(tokens[at + 1], 'after'))
    return { length: 2, value: tokens[at + 2] ? { is: 'neighbour', days: 1 } : { is: 'context', days: 1 } };
  if (isWord(tokens[at + 1], 'before'))
    return { length: 2, value: tokens[at + 2] ? { is: 'neighbour', days: -1 } : { is: 'context', days: -1 } };
  return null;
}

/** "so bald wie möglich", "nächster freier Termin" */
function soonest(tokens: readonly Token[], at: number): PeriodMatch | null {
  if (isWord(tokens[at], 'soonest')) return { length: 1, value: { is: 'soonest' } };
  const which = senseOf(tokens[at], 'which')?.value === 'next' || ordinalOf(tokens[at]) === 1;
  return which && isWord(tokens[at + 1], 'free') ? { length: 2, value: { is: 'soonest' } } : null;
}
