import type { LocalDate } from '../../../domain';
import { addDays } from '../../../local-time';
import type { Listing, ListedStart } from './listing';
import type { AlternativesQuestion, AlternativeStrategy, AlternativeType } from './question';
import { isWishedTime, openDayAfter, type Wish } from './wish';

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
  const reach = openDayAfter(question.hours, after, NEXT_OPEN_DAYS) ?? addDays(after, NEXT_OPEN_DAYS);
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
    const workday = openDayAfter(question.hours, after, 1);
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
