import type { DateTime } from 'luxon';
import type { Language } from '../../../domain';
import { isWishedTime, isWithinHours, type Proposal, type Wish } from './candidates';
import type { AlternativesQuestion, AlternativeType } from './question';
import { LANGUAGES } from '../../language/languages';

export interface Candidate extends Proposal {
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
export class Ranking {
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
export function describeStart(type: AlternativeType, start: DateTime, now: DateTime, language: Language): string {
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
