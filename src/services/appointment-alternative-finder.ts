import { DateTime } from 'luxon';
import { describeStart } from './alternatives/description';
import { candidatesFor, type Candidate } from './alternatives/strategies';
import type {
  Alternative,
  AlternativesQuestion,
  Circumstances,
  NextAvailableQuestion,
  SlotReader,
} from './alternatives/question';
import type { LocalDate } from './domain';
import { sayInstant } from './spoken-time/say';

export type { Alternative, AlternativesQuestion, NextAvailableQuestion, SlotReader } from './alternatives/question';

/** Today and this many days: the horizon that one request brings and the cache holds. */
const HORIZON_DAYS = 14;

/**
 * What to offer when the wish cannot be met. Only starts that Cal.com listed, never the asked one, never one that
 * overlaps the caller's own appointments. All strategies are answered from one reading of the horizon.
 */
export class AppointmentAlternativeFinder {
  async findAlternatives(
    question: AlternativesQuestion,
    slots: SlotReader,
  ): Promise<{ alternatives: Alternative[]; stale: boolean }> {
    const today = localDate(question.now, question.zone);
    const first = question.desiredDate < today ? today : question.desiredDate;
    const known = plusDays(today, HORIZON_DAYS);
    const near = await this.#within(question, slots, first, first <= known ? known : plusDays(first, HORIZON_DAYS));
    if (near.alternatives.length > 0 || first > known) return near;
    // Nothing in the days that are known anyway: only now is looking further worth a request.
    return this.#within(question, slots, first, plusDays(first, HORIZON_DAYS));
  }

  async #within(
    question: AlternativesQuestion,
    slots: SlotReader,
    first: LocalDate,
    last: LocalDate,
  ): Promise<{ alternatives: Alternative[]; stale: boolean }> {
    const listed = await slots(first, last);
    const usable = this.#usable(question, [...listed.days.values()].flat()).filter(
      (startMs) => startMs !== question.desiredAt?.getTime() && !overlapsOwn(question, startMs),
    );
    const ranked = best(candidatesFor(question, usable)).sort((a, b) => rank(question, a, b));
    return {
      alternatives: ranked.slice(0, question.maxAlternatives).map((candidate) => spell(question, candidate)),
      stale: listed.stale,
    };
  }

  /** The first start from a day on, looking one horizon further when the first is empty. */
  async findNextAvailable(
    question: NextAvailableQuestion,
    slots: SlotReader,
  ): Promise<{ startAt: Date | null; stale: boolean }> {
    const today = localDate(question.now, question.zone);
    let from = question.from < today ? today : question.from;
    let stale = false;
    for (let look = 0; look < 2; look++) {
      const listed = await slots(from, plusDays(from, HORIZON_DAYS));
      stale ||= listed.stale;
      const usable = this.#usable(question, [...listed.days.values()].flat());
      const found = usable.find((startMs) => !question.offeredToOthers(startMs)) ?? usable[0];
      if (found !== undefined) return { startAt: new Date(found), stale };
      from = plusDays(from, HORIZON_DAYS + 1);
    }
    return { startAt: null, stale };
  }

  #usable(question: Circumstances, starts: number[]): number[] {
    const earliestMs = question.now.getTime() + question.minimumNoticeMinutes * 60_000;
    return [...new Set(starts)]
      .filter((startMs) => startMs >= earliestMs && !question.heldByOthers(startMs))
      .sort((a, b) => a - b);
  }
}

/** Each start once, under the type that ranks it highest. */
function best(candidates: Candidate[]): Candidate[] {
  const byStart = new Map<number, Candidate>();
  for (const candidate of candidates) {
    const known = byStart.get(candidate.startMs);
    if (!known || candidate.score > known.score) byStart.set(candidate.startMs, candidate);
  }
  return [...byStart.values()];
}

/** Wished times of day first, then what nobody else has just been offered, then the score, then the earlier start. */
function rank(question: AlternativesQuestion, a: Candidate, b: Candidate): number {
  if (a.inWindow !== b.inWindow) return a.inWindow ? -1 : 1;
  const offered = Number(question.offeredToOthers(a.startMs)) - Number(question.offeredToOthers(b.startMs));
  return offered || b.score - a.score || a.startMs - b.startMs;
}

function overlapsOwn(question: AlternativesQuestion, startMs: number): boolean {
  const endMs = startMs + question.durationMinutes * 60_000;
  return question.customerAppointments.some((own) => own.startsAt.getTime() < endMs && startMs < own.endsAt.getTime());
}

function spell(question: AlternativesQuestion, candidate: Candidate): Alternative {
  const { zone, language, now, hours } = question;
  const startAt = new Date(candidate.startMs);
  const local = DateTime.fromJSDate(startAt, { zone });
  return {
    startAt,
    date: local.toISODate() ?? '',
    time: local.toFormat('HH:mm'),
    datetime: local.toISO({ suppressMilliseconds: true }) ?? startAt.toISOString(),
    strategy: candidate.strategy,
    type: candidate.type,
    description: describeStart(candidate.type, local, DateTime.fromJSDate(now, { zone }), language),
    spoken: sayInstant(startAt, { language, zone, anchor: now, now, hours }),
  };
}

function localDate(at: Date, zone: string): LocalDate {
  return DateTime.fromJSDate(at, { zone }).toISODate() ?? '';
}

function plusDays(date: LocalDate, days: number): LocalDate {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toISODate() ?? date;
}
