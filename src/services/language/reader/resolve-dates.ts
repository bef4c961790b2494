import type { LocalDate } from '../../../domain';
import { addDays, addMonths, daysBetween, mondayOf, weekdayOf } from './calendar';
import { EDGES, type Connector, type DateEvent, type DatePiece, type Edge, type PieceOf } from './facts';
import {
  calendarDay,
  daysFrom,
  feastDay,
  isoWeekMonday,
  monthDays,
  nthWeekday,
  weekDays,
  weekdayBeside,
  weekdayDate,
  weekendDays,
  weekendOf,
  workdayAhead,
  type Days,
} from './resolve-piece';
import type { ConfirmReason, Unreadable } from './types';

const OPEN_END_DAYS = 6;
const SOONEST_DAYS = 13;

export interface ResolvedDays extends Days {
  /** A year was said, so it may be a wrong one. */
  yearGiven: boolean;
  /** The weekday said is not the weekday of the date said; a day was said roughly, or by a feast that moves. */
  doubt: Extract<ConfirmReason, 'approximate' | 'weekday_mismatch'> | null;
  /** The other day that figures like `11/07` may mean. */
  otherwise: LocalDate | null;
}

interface Bad {
  kind: 'bad';
  reason: Unreadable;
}

type DatesOutcome = { kind: 'none' } | ({ kind: 'days' } & ResolvedDays) | Bad;

interface Group {
  pieces: DatePiece[];
  edge: Edge | null;
}

interface Anchors {
  today: LocalDate;
  contextDate: LocalDate | undefined;
}

const bad = (reason: Unreadable): Bad => ({ kind: 'bad', reason });

/** The day or days that everything said about dates points to. */
export function resolveDates(events: DateEvent[], anchors: Anchors): DatesOutcome {
  const { groups, link } = grouped(events);
  const [first, second] = groups;
  if (!first || first.pieces.length === 0) return { kind: 'none' };
  if (groups.length > 2) return bad('contradictory');
  if (!second) return withEdge(resolveGroup(first.pieces, anchors), first, anchors.today);
  const [earlier, later] = sharingContext(first.pieces, second.pieces);
  const from = resolveGroup(earlier, anchors);
  const to = resolveGroup(later, anchors);
  if (from.kind !== 'days' || to.kind !== 'days') return from.kind === 'days' ? to : from;
  return link === 'or' ? eitherDay(from, to) : span(from, to, second.pieces);
}

/** Splits "Montag bis Mittwoch" and "morgen oder übermorgen" in two, and keeps "Mittwoch, der 25." together. */
function grouped(events: DateEvent[]): { groups: Group[]; link: 'range' | 'or' } {
  let current: Group = { pieces: [], edge: null };
  const groups = [current];
  let pending: Connector | null = null;
  let link: 'range' | 'or' = 'range';
  const opened = events.some((event) => 'connector' in event && event.connector === 'between');
  for (const event of events) {
    if ('connector' in event) {
      pending = event.connector;
      continue;
    }
    if (pending !== null && current.pieces.length > 0 && splits(pending, current.pieces, event.piece, opened)) {
      link = pending === 'or' || (pending === 'and' && !opened) ? 'or' : 'range';
      groups.push((current = { pieces: [], edge: null }));
    } else current.edge = edgeOf(pending) ?? current.edge;
    current.pieces.push(event.piece);
    pending = null;
  }
  const trailing = edgeOf(pending);
  if (current.pieces.length > 0 && (trailing === 'until' || trailing === 'from')) current.edge ??= trailing;
  return { groups, link };
}

function edgeOf(connector: Connector | null): Edge | null {
  return EDGES.find((edge) => edge === connector) ?? null;
}

function splits(connector: Connector, before: DatePiece[], next: DatePiece, opened: boolean): boolean {
  if (connector === 'until' || connector === 'to' || connector === 'or') return true;
  if (connector === 'and') return opened || before.some((piece) => piece.is === next.is);
  return connector === 'dash' && before.some((piece) => piece.is === next.is);
}

/** "1. bis 5. Dezember" and "Montag bis Mittwoch nächster Woche" say month and week once. */
function sharingContext(first: DatePiece[], second: DatePiece[]): [DatePiece[], DatePiece[]] {
  const dated = second.find((piece) => piece.is === 'calendar');
  const week = [...first, ...second].find((piece) => piece.is === 'week');
  const inMonth = first.map((piece) =>
    piece.is === 'calendar' && dated && piece.month === null && piece.monthOffset === null
      ? { ...piece, month: dated.month, year: dated.year, monthOffset: dated.monthOffset }
      : piece,
  );
  const inWeek = (pieces: DatePiece[]): DatePiece[] =>
    week && pieces.every((piece) => piece.is === 'weekday') ? [...pieces, week] : pieces;
  return [inWeek(inMonth), inWeek(second)];
}

function eitherDay(a: ResolvedDays, b: ResolvedDays): DatesOutcome {
  const [early, late] = a.from <= b.from ? [a, b] : [b, a];
  const adjacent = daysBetween(early.to ?? early.from, late.from) <= 1;
  if (!adjacent) return bad('contradictory');
  return { kind: 'days', ...daysFrom(early.from, late.to ?? late.from), ...flags(a, b) };
}

function span(a: ResolvedDays, b: ResolvedDays, spoken: DatePiece[]): DatesOutcome {
  let to = b.to ?? b.from;
  const weekdayOnly = spoken.every((piece) => piece.is === 'weekday');
  const dayOnly = spoken.every(
    (piece) => piece.is === 'calendar' && piece.month === null && piece.monthOffset === null,
  );
  if (to < a.from && weekdayOnly) to = addDays(to, 7);
  if (to < a.from && dayOnly) to = addMonths(to, 1);
  return to < a.from ? bad('contradictory') : { kind: 'days', ...daysFrom(a.from, to), ...flags(a, b) };
}

function flags(a: ResolvedDays, b: ResolvedDays): Omit<ResolvedDays, keyof Days> {
  return {
    yearGiven: a.yearGiven || b.yearGiven,
    doubt: a.doubt ?? b.doubt,
    otherwise: null,
  };
}

/** "ab Montag", "bis Freitag", "nach dem 5.": open ends become a week, or the rest of the week that was named. */
function withEdge(outcome: DatesOutcome, group: Group, today: LocalDate): DatesOutcome {
  if (outcome.kind !== 'days' || group.edge === null) return outcome;
  const last = outcome.to ?? outcome.from;
  const week = group.pieces.some((piece) => piece.is === 'week' || piece.is === 'iso_week');
  const openEnd = (from: LocalDate): LocalDate =>
    week && outcome.to === null ? addDays(mondayOf(outcome.from), 6) : addDays(from, OPEN_END_DAYS);
  switch (group.edge) {
    case 'from':
      return outcome.to ? outcome : { ...outcome, to: openEnd(outcome.from) };
    case 'after': {
      const from = addDays(last, 1);
      const to = openEnd(from);
      return to < from ? bad('contradictory') : { ...outcome, from, to };
    }
    case 'until':
      return last < today ? outcome : { ...outcome, ...daysFrom(today, last) };
    case 'before':
      return { ...outcome, ...daysBefore(outcome, group.pieces, today) };
  }
}

/** "vor Monatsende" lasts to the end, "nächste Woche vor Mittwoch" begins with that week. */
function daysBefore({ from, to }: Days, pieces: readonly DatePiece[], today: LocalDate): Days {
  const ofEnd = pieces.some((piece) => 'part' in piece && piece.part === 'end');
  const last = ofEnd ? (to ?? from) : addDays(from, -1);
  const first = pieces[0]?.is === 'week' && to === null ? mondayOf(from) : today;
  return daysFrom(last < first ? last : first, last);
}

function ofKind<K extends DatePiece['is']>(pieces: readonly DatePiece[], kind: K): PieceOf<K>[] {
  return pieces.filter((piece): piece is PieceOf<K> => piece.is === kind);
}

type OneOfEach = { [K in DatePiece['is']]?: PieceOf<K> };

/** The first piece of each kind that was said. */
function firstOfEach(pieces: readonly DatePiece[]): OneOfEach {
  return Object.fromEntries(pieces.map((piece) => [piece.is, piece]).reverse()) as OneOfEach;
}

/** All words of one group describe the same day or stretch of days. */
function resolveGroup(said: DatePiece[], anchors: Anchors): DatesOutcome {
  const pieces = inMonthSaid(said);
  const weekdays = [...new Set(ofKind(pieces, 'weekday').map((piece) => piece.weekday))];
  if (weekdays.length > 1) return bad('contradictory');
  const yearOffset = firstOfEach(pieces).year?.offset ?? null;
  const base = fixedDay(pieces, anchors, yearOffset) ?? weekdayIn(pieces, anchors.today);
  const within = base === null || 'reason' in base ? base : inStretches(base, pieces, anchors.today, yearOffset);
  const days = within ?? stretch(pieces, anchors.today, yearOffset);
  if (days === null) return bad('unreadable');
  if ('reason' in days) return days;
  const [weekday] = weekdays;
  const single = days.to === null;
  const [from, otherwise] = single ? inOrder(days.from, weekday, pieces, anchors.today, yearOffset) : [days.from, null];
  return {
    kind: 'days',
    from,
    to: days.to,
    yearGiven: yearOffset === null && ofKind(pieces, 'calendar').some((piece) => piece.year !== null),
    doubt: single ? doubtAbout(from, weekday, pieces) : null,
    otherwise,
  };
}

function doubtAbout(day: LocalDate, weekday: number | undefined, pieces: readonly DatePiece[]): ResolvedDays['doubt'] {
  const roughly = pieces.some((piece) =>
    piece.is === 'feast' ? 'weekday' in piece.feast : piece.is === 'shift' && piece.approximate,
  );
  if (roughly) return 'approximate';
  const mismatch = weekday !== undefined && weekdayOf(day) !== weekday && ofKind(pieces, 'shift').length === 0;
  return mismatch ? 'weekday_mismatch' : null;
}

/** "im Januar am 5.": a day of the month that was said apart from its month. */
function inMonthSaid(pieces: DatePiece[]): DatePiece[] {
  const { month } = firstOfEach(pieces);
  const isDayOnly = (piece: DatePiece): boolean =>
    piece.is === 'calendar' && piece.month === null && piece.monthOffset === null;
  if (!month || !pieces.some(isDayOnly)) return pieces;
  const { month: named, monthOffset, year } = month;
  const dated = pieces.map((piece) =>
    piece.is === 'calendar' && isDayOnly(piece) ? { ...piece, month: named, monthOffset, year } : piece,
  );
  return dated.filter((piece) => piece !== month || piece.part !== null);
}

/** Which day figures like `11/07` mean: the one that a weekday said besides agrees with, else perhaps another. */
function inOrder(
  day: LocalDate,
  weekday: number | undefined,
  pieces: DatePiece[],
  today: LocalDate,
  yearOffset: number | null,
): [day: LocalDate, otherwise: LocalDate | null] {
  const [piece, ...others] = ofKind(pieces, 'calendar');
  if (!piece?.eitherOrder || piece.month === null || others.length > 0) return [day, null];
  const other = calendarDay({ ...piece, day: piece.month, month: piece.day }, yearOffset, today);
  if (other === null || other === day) return [day, null];
  if (weekday === undefined || (weekdayOf(day) === weekday) === (weekdayOf(other) === weekday)) return [day, other];
  return weekdayOf(day) === weekday ? [day, null] : [other, null];
}

type Base = Days | Bad | null;

/** Days named by the calendar, by distance from today, or from the day just talked about. */
function fixedDay(pieces: DatePiece[], { today, contextDate }: Anchors, yearOffset: number | null): Base {
  const candidates: (LocalDate | null)[] = [
    ...ofKind(pieces, 'calendar').map((piece) => calendarDay(piece, yearOffset, today)),
    ...ofKind(pieces, 'nth_weekday').map((piece) => nthWeekday(piece, today)),
    ...ofKind(pieces, 'feast').map((piece) => feastDay(piece, today)),
  ];
  if (candidates.includes(null)) return bad('impossible');
  const named = candidates.filter((date) => date !== null);
  const relative = ofKind(pieces, 'day').map((piece) => addDays(today, piece.offset));
  const { context } = firstOfEach(pieces);
  if (context) {
    if (contextDate === undefined) return bad('unreadable');
    relative.push(addDays(contextDate, context.days));
  }
  if (named.length > 0 && ofKind(pieces, 'shift').some((shift) => shift.months > 0)) return bad('unreadable');
  const days = new Set([...named, ...relative]);
  if (days.size > 1) return bad('contradictory');
  const [day] = days;
  if (day === undefined) return null;
  const { weekday, weekday_beside: beside, week_of_day: week } = firstOfEach(pieces);
  if (week) return weekday ? dayOfWeek(day, weekday.weekday) : weekDays(mondayOf(day), null);
  const from = shifted(day, pieces, today, true);
  return { from: beside ? weekdayBeside(from, beside.weekday, beside.nth) : from, to: null };
}

/** "in acht Tagen" after a day is the idiom for a week; a distance that repeats the date is not added to it. */
function shifted(day: LocalDate, pieces: DatePiece[], today: LocalDate, repeats: boolean): LocalDate {
  return ofKind(pieces, 'shift').reduce((date, shift) => {
    const days = shift.days === 8 ? 7 : shift.days;
    return repeats && !shift.onto && dayAhead(today, shift) === date && date !== today
      ? date
      : addMonths(addDays(date, days), shift.months);
  }, day);
}

/** The Monday of the week that lies so many ahead. */
const weekAhead = (today: LocalDate, { offset }: PieceOf<'week'>): LocalDate => addDays(mondayOf(today), 7 * offset);
const dayAhead = (today: LocalDate, { days, months }: PieceOf<'shift'>): LocalDate =>
  addMonths(addDays(today, days), months);

function weekdayIn(pieces: DatePiece[], today: LocalDate): Base {
  const { weekday: piece, week, iso_week: isoWeek, weekend, month, shift } = firstOfEach(pieces);
  if (!piece) return null;
  if (month) return bad('unreadable');
  if (weekend && !week && piece.weekday > 5) return dayOfWeek(weekendDays(weekend.which, today).from, piece.weekday);
  const monday = week ? weekAhead(today, week) : isoWeek && isoWeekMonday(isoWeek.week, today);
  if (monday === null) return bad('impossible');
  if (monday !== undefined) return dayOfWeek(monday, piece.weekday);
  if (shift && !shift.onto && pieces.indexOf(shift) < pieces.indexOf(piece))
    return weekdayOfWeek(piece.weekday, shift, today);
  const which = ofKind(pieces, 'weekday').find((weekday) => weekday.which !== null)?.which ?? null;
  return { from: shifted(weekdayDate(piece.weekday, which, today), pieces, today, false), to: null };
}

/** The weekday of the week that a day lies in. */
const dayOfWeek = (day: LocalDate, weekday: number): Days => ({
  from: addDays(mondayOf(day), weekday - 1),
  to: null,
});

/** "in drei Wochen am Montag": the Monday of the week that lies three weeks ahead. */
function weekdayOfWeek(weekday: number, shift: PieceOf<'shift'>, today: LocalDate): Base {
  const { from } = dayOfWeek(dayAhead(today, shift), weekday);
  return { from: from < today ? addDays(from, 7) : from, to: null };
}

/** Weeks, weekends, months and distances from today: of several the days that lie in all. */
function stretch(pieces: DatePiece[], today: LocalDate, yearOffset: number | null): Base {
  const { weekend, shift, soonest } = firstOfEach(pieces);
  const all = pieces.map((piece) => stretchOf(piece, pieces, today, yearOffset));
  if (shift && !weekend) all.push(daysFrom(dayAhead(today, shift), addDays(dayAhead(today, shift), shift.spanDays)));
  if (soonest && all.every((days) => days === null)) return { from: today, to: addDays(today, SOONEST_DAYS) };
  return shared(all);
}

/** The day, when it lies in each stretch that was said besides; part of a week or month is then said loosely. */
function inStretches(day: Days, pieces: DatePiece[], today: LocalDate, yearOffset: number | null): Base {
  const around = pieces.map((piece) => {
    if (piece.is === 'weekend' && piece.which === null) return weekendOf(mondayOf(day.from));
    return stretchOf('part' in piece ? { ...piece, part: null } : piece, pieces, today, yearOffset);
  });
  return shared([day, ...around]);
}

function shared(all: readonly Base[]): Base {
  return all.reduce((days, other) => {
    if (days === null || other === null) return days ?? other;
    if ('reason' in days || 'reason' in other) return 'reason' in days ? days : other;
    const from = days.from > other.from ? days.from : other.from;
    const [end, otherEnd] = [days.to ?? days.from, other.to ?? other.from];
    const to = end < otherEnd ? end : otherEnd;
    return from > to ? bad('contradictory') : daysFrom(from, to);
  }, null);
}

/** The stretch of days that a piece names by itself; null when it names none. */
function stretchOf(piece: DatePiece, pieces: DatePiece[], today: LocalDate, yearOffset: number | null): Base {
  const { week, shift } = firstOfEach(pieces);
  switch (piece.is) {
    case 'week':
      return weekDays(weekAhead(today, piece), piece.part);
    case 'iso_week': {
      const monday = isoWeekMonday(piece.week, today);
      return monday === null ? bad('impossible') : weekDays(monday, null);
    }
    case 'weekend':
      if (week) return weekendOf(weekAhead(today, week));
      return shift ? weekendOf(mondayOf(dayAhead(today, shift))) : weekendDays(piece.which, today);
    case 'month':
      return monthDays(piece, yearOffset, today);
    case 'workdays':
      return week ? daysFrom(weekAhead(today, week), addDays(weekAhead(today, week), 4)) : bad('unreadable');
    case 'coming_days':
      return { from: today, to: addDays(today, piece.days) };
    case 'workday':
      return { from: workdayAhead(today, piece.count), to: null };
    default:
      return null;
  }
}
