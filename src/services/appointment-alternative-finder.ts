import {
  isWishedTime,
  isWithinHours,
  Listing,
  type Proposal,
  proposals,
  type Wish,
  wishOf,
} from './availability/alternatives/candidates';
import type {
  Alternative,
  AlternativesQuestion,
  AlternativeType,
  Circumstances,
  NextAvailableQuestion,
  ListSlots,
} from './availability/alternatives/question';
import type { Language, LocalDate } from '../domain';
import { addDays, inZone, localDate } from '../local-time';
import { sayInstant } from './language/speaker/say';
import type { DateTime } from 'luxon';
import { LANGUAGES } from './language/languages';

interface Candidate extends Proposal {
  score: number;
  /** 0 is best. Weighs more than any score. */
  tier: number;
}

const FULL_SCORE = 10_000;
const NOON_MINUTES = 12 * 60;
/** In close calls the half of the day that was asked for decides. */
const TOWARDS = 500;
const AWAY = 300;

/** The nearer the better; the kind decides close calls. */
export function scoreOf(type: AlternativeType, startMs: number, wish: Wish): number {
  return FULL_SCORE - Math.abs(startMs - wish.referenceMs) / 60_000 + bonus(type, wish.minutes >= NOON_MINUTES);
}

function bonus(type: AlternativeType, afternoon: boolean): number {
  switch (type) {
    case 'same_day_later':
      return afternoon ? TOWARDS : AWAY;
    case 'same_day_earlier':
      return afternoon ? AWAY : TOWARDS;
    case 'next_workday':
      return 250;
    case 'next_week':
      return 150;
    case 'next_available':
      return 100;
    case 'same_day_in_window':
    case 'same_window_other_day':
      return 0;
  }
}

/** Candidates, each start once under the type that scores highest. */
class Ranking {
  readonly #byStart = new Map<number, Candidate>();

  constructor(
    private readonly question: AlternativesQuestion,
    private readonly wish: Wish,
  ) {}

  add(proposal: Proposal): void {
    const { startMs } = proposal.start;
    const score = scoreOf(proposal.type, startMs, this.wish);
    const known = this.#byStart.get(startMs);
    if (known && known.score >= score) return;
    this.#byStart.set(startMs, { ...proposal, score, tier: known?.tier ?? this.#tier(proposal) });
  }

  /** How many there are that nothing speaks against. */
  get flawless(): number {
    return [...this.#byStart.values()].filter((candidate) => candidate.tier === 0).length;
  }

  /** By tier, then score, then the earlier start. */
  best(count: number): Candidate[] {
    return [...this.#byStart.values()]
      .sort((a, b) => a.tier - b.tier || b.score - a.score || a.start.startMs - b.start.startMs)
      .slice(0, count);
  }

  /** What another caller is thinking about comes last; the wished part of the day counts for more than the hours. */
  #tier({ start }: Proposal): number {
    const { hours, durationMinutes, offeredToOthers } = this.question;
    return (
      (offeredToOthers(start.startMs) ? 4 : 0) +
      (isWishedTime(this.wish, start.minutes) ? 0 : 2) +
      (isWithinHours(hours, start, durationMinutes) ? 0 : 1)
    );
  }
}

/**
 * The kind of alternative in a few words, for lists on a screen; what is said aloud is another matter.
 * @param start on the branch's wall clock, like `now`
 */
function describeStart(type: AlternativeType, start: DateTime, now: DateTime, language: Language): string {
  const { alternatives, times } = LANGUAGES[language];
  const fixed = alternatives.fixed[type];
  if (fixed !== undefined) return fixed;
  const weekday = start.setLocale(language).toFormat('cccc');
  if (type === 'next_week') return alternatives.nextWeek(weekday);
  const days = Math.round(start.startOf('day').diff(now.startOf('day'), 'days').days);
  const near = times.near[days];
  if (near !== undefined) return near;
  if (days <= 6) return weekday;
  return days <= 13 ? alternatives.nextWeek(weekday) : alternatives.farDay(start.toFormat('yyyy-MM-dd'));
}

/** Today and this many days: the horizon that one request brings and the cache holds. */
const HORIZON_DAYS = 14;

/**
 * What to offer when the wish cannot be met. Only starts that Cal.com listed, never the asked one, never one that
 * overlaps the caller's own appointments. All strategies are answered from one reading of the horizon.
 */
export class AppointmentAlternativeFinder {
  /** Best first; empty when nothing is free within 14 days of the wish. Whatever `slots` throws passes through. */
  async findAlternatives(
    question: AlternativesQuestion,
    slots: ListSlots,
  ): Promise<{ alternatives: Alternative[]; stale: boolean }> {
    const today = localDate(question.now, question.zone);
    const first = question.desiredDate < today ? today : question.desiredDate;
    const last = horizonFrom(first, today);
    const near = await this.#within(question, slots, today, first, last);
    const widest = addDays(first, HORIZON_DAYS);
    if (near.alternatives.length > 0 || last >= widest) return near;
    // Nothing in the days that are known anyway: only now is looking further worth a request.
    return this.#within(question, slots, today, first, widest);
  }

  async #within(
    question: AlternativesQuestion,
    slots: ListSlots,
    today: LocalDate,
    first: LocalDate,
    last: LocalDate,
  ): Promise<{ alternatives: Alternative[]; stale: boolean }> {
    const { days, stale } = await slots(first, last);
    const askedMs = question.desiredAt?.getTime();
    const listing = new Listing(
      days,
      question.zone,
      (startMs) => startMs !== askedMs && isOpenToCaller(question, startMs) && !overlapsOwn(question, startMs),
    );
    const wish = wishOf(question);
    const ranking = new Ranking(question, wish);
    for (const round of proposals(question, listing, wish, today)) {
      for (const proposal of round) ranking.add(proposal);
      if (ranking.flawless >= question.maxAlternatives) break;
    }
    return { alternatives: ranking.best(question.maxAlternatives).map((one) => spell(question, one)), stale };
  }

  /**
   * The first start from a day on, looking one horizon further when the first is empty. One that another caller was
   * offered or that lies outside the opening hours is named only when there is no other in that horizon.
   */
  async findNextAvailable(
    question: NextAvailableQuestion,
    slots: ListSlots,
  ): Promise<{ startAt: Date | null; stale: boolean }> {
    const { zone, hours } = question;
    const today = localDate(question.now, zone);
    let from = question.from < today ? today : question.from;
    let last = horizonFrom(from, today);
    let stale = false;
    for (let look = 0; look < 2; look++) {
      const listed = await slots(from, last);
      stale ||= listed.stale;
      const listing = new Listing(listed.days, zone, (startMs) => isOpenToCaller(question, startMs));
      const starts = listing.dates.flatMap((date) => listing.on(date));
      const fresh = starts.filter((start) => !question.offeredToOthers(start.startMs));
      const found = fresh.find((start) => isWithinHours(hours, start, 0)) ?? fresh[0] ?? starts[0];
      if (found) return { startAt: new Date(found.startMs), stale };
      from = addDays(last, 1);
      last = addDays(from, HORIZON_DAYS);
    }
    return { startAt: null, stale };
  }
}

/** The last day to look at: the days known anyway, or as many from a day beyond them. */
function horizonFrom(first: LocalDate, today: LocalDate): LocalDate {
  const known = addDays(today, HORIZON_DAYS);
  return first <= known ? known : addDays(first, HORIZON_DAYS);
}

function isOpenToCaller(question: Circumstances, startMs: number): boolean {
  const earliestMs = question.now.getTime() + question.minimumNoticeMinutes * 60_000;
  return startMs >= earliestMs && !question.heldByOthers(startMs);
}

function overlapsOwn(question: AlternativesQuestion, startMs: number): boolean {
  const endMs = startMs + question.durationMinutes * 60_000;
  return question.customerAppointments.some((own) => own.startsAt.getTime() < endMs && startMs < own.endsAt.getTime());
}

function spell(question: AlternativesQuestion, { start, strategy, type }: Candidate): Alternative {
  const { zone, language, now, hours, anchor = now } = question;
  const startAt = new Date(start.startMs);
  const local = inZone(startAt, zone);
  return {
    startAt,
    date: local.toISODate() ?? '',
    time: local.toFormat('HH:mm'),
    datetime: local.toISO({ suppressMilliseconds: true }) ?? startAt.toISOString(),
    strategy,
    type,
    description: describeStart(type, local, inZone(anchor, zone), language),
    spoken: sayInstant(startAt, { language, zone, anchor, now, hours }),
  };
}
