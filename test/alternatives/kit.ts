import { DateTime } from 'luxon';
import type {
  Alternative,
  AlternativesQuestion,
  NextAvailableQuestion,
  ListSlots,
} from '../../src/services/availability/alternatives/question';
import type { LocalDate, WeeklyHours } from '../../src/domain';
import { eachDay } from '../../src/local-time';
import type { TimePreference } from '../../src/services/language/reader/types';

export const ZONE = 'Europe/Berlin';
const NINE_TO_SIX = [{ open: '09:00', close: '18:00' }];
export const HOURS: WeeklyHours = {
  1: NINE_TO_SIX,
  2: NINE_TO_SIX,
  3: NINE_TO_SIX,
  4: NINE_TO_SIX,
  5: NINE_TO_SIX,
  6: [{ open: '09:00', close: '14:00' }],
};
/** A Tuesday; the Monday after next is 2026-12-07. */
export const TODAY: LocalDate = '2026-11-24';
export const AFTERNOON: TimePreference = {
  kind: 'window',
  fromMinutes: 12 * 60,
  toMinutes: 18 * 60,
  label: 'am Nachmittag',
};

/** `at('2026-11-24 10:30')` on the wall clock of the branch. */
export function at(local: string, zone = ZONE): Date {
  const moment = DateTime.fromFormat(local, 'yyyy-MM-dd HH:mm', { zone });
  if (!moment.isValid) throw new Error(`no such time: ${local}`);
  return moment.toJSDate();
}

export function question(overrides: Partial<AlternativesQuestion> = {}): AlternativesQuestion {
  const desiredAt = overrides.desiredAt === undefined ? at('2026-11-25 14:00') : overrides.desiredAt;
  const zone = overrides.zone ?? ZONE;
  return {
    desiredAt,
    desiredDate: desiredAt ? DateTime.fromJSDate(desiredAt, { zone }).toFormat('yyyy-MM-dd') : '2026-11-25',
    durationMinutes: 30,
    maxAlternatives: 2,
    timeWindowHours: 2,
    customerAppointments: [],
    ...circumstances(),
    ...overrides,
  };
}

export function nextQuestion(overrides: Partial<NextAvailableQuestion> = {}): NextAvailableQuestion {
  return { from: TODAY, ...circumstances(), ...overrides };
}

function circumstances(): Omit<NextAvailableQuestion, 'from'> {
  return {
    zone: ZONE,
    language: 'de',
    now: at(`${TODAY} 08:00`),
    hours: HOURS,
    holidays: [],
    minimumNoticeMinutes: 0,
    heldByOthers: () => false,
    offeredToOthers: () => false,
  };
}

/** Cal.com's listing as the cache answers it: every asked day present, perhaps empty. */
export class Calendar {
  readonly asked: [LocalDate, LocalDate][] = [];
  readonly starts: number[];
  readonly #byDay = new Map<LocalDate, number[]>();
  stale = false;

  /** @param free e.g. `'2026-11-25 14:30'` */
  constructor(free: string[] | Date[], zone = ZONE) {
    this.starts = free.map((start) => (typeof start === 'string' ? at(start, zone) : start).getTime());
    for (const startMs of this.starts) {
      const date = DateTime.fromMillis(startMs, { zone }).toFormat('yyyy-MM-dd');
      this.#byDay.set(
        date,
        [...(this.#byDay.get(date) ?? []), startMs].sort((a, b) => a - b),
      );
    }
  }

  readonly read: ListSlots = (from, to) => {
    this.asked.push([from, to]);
    const days = eachDay(from, to).map((date): [LocalDate, number[]] => [date, this.#byDay.get(date) ?? []]);
    return Promise.resolve({ days: new Map(days), stale: this.stale });
  };
}

/** `2026-11-25 14:30 same_day_later`, for each in the order offered. */
export function offers(found: { alternatives: Alternative[] }): string[] {
  return found.alternatives.map((one) => `${one.date} ${one.time} ${one.type}`);
}
