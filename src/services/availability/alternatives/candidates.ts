import { DateTime } from 'luxon';
import type { LocalDate, WeeklyHours } from '../../../domain';
import { weekdayOf } from '../../language/reader/calendar';
import { addDays, inZone, zoneNamed } from '../../../local-time';
import type { AlternativesQuestion, AlternativeStrategy, AlternativeType } from './question';
import type { TimePreference } from '../../language/reader/types';
import { holidayOn, isOpenOn, type OpenTime, spansOn, spansOnWeekday } from '../../tenants/opening-hours';

interface ListedStart {
  startMs: number;
  date: LocalDate;
  /** Minutes since midnight on the wall clock. */
  minutes: number;
}

const DAY_MS = 86_400_000;

/** The starts that may be offered, by local day, with their wall-clock times. */
export class Listing {
  /** Days with at least one start, ascending. */
  readonly dates: readonly LocalDate[];
  readonly #starts: ReadonlyMap<LocalDate, readonly number[]>;
  readonly #known = new Map<LocalDate, readonly ListedStart[]>();

  constructor(
    days: ReadonlyMap<LocalDate, readonly number[]>,
    private readonly zone: string,
    mayBeOffered: (startMs: number) => boolean,
  ) {
    const kept = [...days].map(([date, starts]): [LocalDate, number[]] => [
      date,
      [...new Set(starts)].filter(mayBeOffered).sort((a, b) => a - b),
    ]);
    this.#starts = new Map(kept.filter(([, starts]) => starts.length > 0));
    this.dates = [...this.#starts.keys()].sort();
  }

  /** Ascending. */
  on(date: LocalDate): readonly ListedStart[] {
    const known = this.#known.get(date);
    if (known) return known;
    const starts = this.#starts.get(date) ?? [];
    const minutesOf = wallClockOf(date, this.zone);
    const listed = starts.map((startMs) => ({ startMs, date, minutes: minutesOf(startMs) }));
    this.#known.set(date, listed);
    return listed;
  }
}

/** Asking the zone for every start is what costs; on a day without a clock change its midnight is enough. */
function wallClockOf(date: LocalDate, zone: string): (startMs: number) => number {
  const midnight = DateTime.fromISO(date, { zone: zoneNamed(zone) });
  const midnightMs = midnight.toMillis();
  if (midnight.plus({ days: 1 }).toMillis() - midnightMs === DAY_MS)
    return (startMs) => (startMs - midnightMs) / 60_000;
  return (startMs) => {
    const local = inZone(startMs, zone);
    return local.hour * 60 + local.minute;
  };
}

/** What the caller asked for, in the terms that alternatives are measured by. */
export interface Wish {
  /** What distances are measured from. */
  referenceMs: number;
  /** The reference on the wall clock, minutes since midnight. */
  minutes: number;
  /** False when only a day was named, perhaps with a part of it. */
  timed: boolean;
  date: LocalDate;
  /** null when any time of day will do. */
  window: TimePreference | null;
}

const MOST_CLOSED_DAYS = 31;

/** A wish without a time is measured from where its window, or else the branch's day, begins: earlier starts come first. */
export function wishOf(question: AlternativesQuestion): Wish {
  const { zone, desiredAt, desiredDate: date, preference } = question;
  const window = preference === undefined || preference.kind === 'any' ? null : preference;
  if (desiredAt) {
    const local = inZone(desiredAt, zone);
    return { referenceMs: desiredAt.getTime(), minutes: local.hour * 60 + local.minute, timed: true, date, window };
  }
  const minutes = Math.max(window?.fromMinutes ?? 0, minutesOf(spansOn(question, date)[0]?.open ?? '00:00'));
  const referenceMs = DateTime.fromISO(date, { zone: zoneNamed(zone) })
    .set({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
    .toMillis();
  return { referenceMs, minutes, timed: false, date, window };
}

export function isWishedTime(wish: Wish, minutes: number): boolean {
  return wish.window === null || (minutes >= wish.window.fromMinutes && minutes < wish.window.toMinutes);
}

/** The `count`-th day after `date` on which the branch is open; null when there is none within a month. */
function openDayAfter(open: OpenTime, date: LocalDate, count: number): LocalDate | null {
  let left = count;
  for (let days = 1; days <= MOST_CLOSED_DAYS; days++) {
    const day = addDays(date, days);
    const isOpen = hasNoHours(open.hours) ? holidayOn(open.holidays, day) === null : isOpenOn(open, day);
    if (isOpen) left--;
    if (left === 0) return day;
  }
  return null;
}

/** Whether an appointment of that length begins and ends within the opening hours of its day. */
export function isWithinHours(
  hours: WeeklyHours,
  start: { date: LocalDate; minutes: number },
  durationMinutes: number,
): boolean {
  if (hasNoHours(hours)) return true;
  return spansOnWeekday(hours, weekdayOf(start.date)).some(
    (span) => start.minutes >= minutesOf(span.open) && start.minutes + durationMinutes <= minutesOf(span.close),
  );
}

function hasNoHours(hours: WeeklyHours): boolean {
  return Object.values(hours).every((spans) => spans.length === 0);
}

/** `HH:mm` */
function minutesOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

export interface Proposal {
  start: ListedStart;
  strategy: AlternativeStrategy;
  type: AlternativeType;
}

/** Open days that "next available" looks at before it looks at all that are listed. */
const NEXT_OPEN_DAYS = 7;

/**
 * What may be offered instead, in rounds: each is worth looking at only when those before it brought too little. The
 * order of what is offered is not decided here.
 */
export function* proposals(
  question: AlternativesQuestion,
  listing: Listing,
  wish: Wish,
  today: LocalDate,
): Generator<Proposal[]> {
  const after = wish.date < today ? addDays(today, -1) : wish.date;
  const reach = openDayAfter(question, after, NEXT_OPEN_DAYS) ?? addDays(after, NEXT_OPEN_DAYS);
  const ahead = listing.dates.filter((date) => date > wish.date);
  const soon = ahead.filter((date) => date <= reach);
  const later = ahead.filter((date) => date > reach);
  if (wish.window === null) {
    yield* anyTime(question, listing, wish, { after, soon, later });
    return;
  }
  yield* inWindow(listing, wish, { soon, later });
  yield* anyTime(question, listing, wish, { after, soon, later });
}

interface Ahead {
  /** The last day before the next workday is looked for. */
  after: LocalDate;
  soon: LocalDate[];
  later: LocalDate[];
}

/** A part of the day was wished for: that day, then one start on each of the others, then more of them. */
function* inWindow(listing: Listing, wish: Wish, { soon, later }: Omit<Ahead, 'after'>): Generator<Proposal[]> {
  const wished = (date: LocalDate): ListedStart[] =>
    listing.on(date).filter((start) => isWishedTime(wish, start.minutes));
  const otherDay = propose('same_window_other_days', 'same_window_other_day');
  yield [
    ...wished(wish.date).map(propose('same_day_in_window', 'same_day_in_window')),
    ...soon.flatMap((date) => nearest(wished(date), wish.minutes)).map(otherDay),
  ];
  yield soon.flatMap(wished).map(otherDay);
  yield later.flatMap((date) => nearest(wished(date), wish.minutes)).map(otherDay);
  yield later.flatMap(wished).map(otherDay);
}

/** Every strategy that is not about a part of the day; where one was wished for, about the rest of the day. */
function* anyTime(
  question: AlternativesQuestion,
  listing: Listing,
  wish: Wish,
  { after, soon, later }: Ahead,
): Generator<Proposal[]> {
  const rest = (date: LocalDate): ListedStart[] =>
    listing.on(date).filter((start) => wish.window === null || !isWishedTime(wish, start.minutes));
  const reachMinutes = question.timeWindowHours * 60;
  const around = (start: ListedStart): boolean => Math.abs(start.minutes - wish.minutes) <= reachMinutes;
  const nextAvailable = propose('next_available_workday', 'next_available');
  const sameDay = proposalsOfTheDay(rest(wish.date), wish, reachMinutes);
  const close = new Set(sameDay.map((proposal) => proposal.start.startMs));
  const restOfDay = rest(wish.date).filter((start) => start.startMs > wish.referenceMs && !close.has(start.startMs));
  const first = [
    ...sameDay,
    ...restOfDay.slice(0, 1).map(nextAvailable),
    ...soon.flatMap((date) => rest(date).slice(0, 1)).map(nextAvailable),
  ];
  if (wish.timed) {
    const workday = openDayAfter(question, after, 1);
    const onWorkday = workday === null ? [] : nearest(rest(workday).filter(around), wish.minutes);
    const inAWeek = nearest(rest(addDays(wish.date, 7)).filter(around), wish.minutes);
    first.push(...onWorkday.map(propose('next_workday_same_time', 'next_workday')));
    first.push(...inAWeek.map(propose('next_week_same_day', 'next_week')));
  }
  yield first;
  yield [...restOfDay, ...soon.flatMap(rest)].map(nextAvailable);
  yield later.flatMap((date) => rest(date).slice(0, 1)).map(nextAvailable);
  yield later.flatMap(rest).map(nextAvailable);
}

/** On the wished day: near the wished time or window, or anything when only the day was named. */
function proposalsOfTheDay(starts: ListedStart[], wish: Wish, reachMinutes: number): Proposal[] {
  const { window, timed, referenceMs } = wish;
  if (!timed && window === null) return starts.map(propose('same_day_in_window', 'same_day_in_window'));
  const isNear =
    timed || window === null
      ? (start: ListedStart) => Math.abs(start.startMs - referenceMs) <= reachMinutes * 60_000
      : ({ minutes }: ListedStart) =>
          minutes >= window.fromMinutes - reachMinutes && minutes <= window.toMinutes + reachMinutes;
  const earlier = propose('same_day_different_time', 'same_day_earlier');
  const later = propose('same_day_different_time', 'same_day_later');
  return starts.filter(isNear).map((start) => (start.startMs < referenceMs ? earlier : later)(start));
}

/** None or one; of two equally near the earlier. */
function nearest(starts: readonly ListedStart[], minutes: number): ListedStart[] {
  const [first, ...others] = starts;
  if (first === undefined) return [];
  const distance = (start: ListedStart): number => Math.abs(start.minutes - minutes);
  return [others.reduce((best, start) => (distance(start) < distance(best) ? start : best), first)];
}

function propose(strategy: AlternativeStrategy, type: AlternativeType): (start: ListedStart) => Proposal {
  return (start) => ({ start, strategy, type });
}
