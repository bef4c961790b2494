import type { LocalDate } from '../../domain';
import { addDays, daysBetween, eachDay } from '../../local-time';
import type { SlotPriority, SlotQuestion } from './ports';
import type { SlotKeys } from './slot-keys';

/** One request to Cal.com: which days it brings, and on whose behalf. */
export interface FetchPlan {
  keys: SlotKeys;
  question: SlotQuestion;
  priority: SlotPriority;
  /** The days that the asker lacks. */
  needed: readonly LocalDate[];
  /** All days that are fetched, `needed` among them. */
  window: readonly LocalDate[];
  /** Set when days are renewed ahead of time: only what was fetched after this counts as new. Local epoch ms. */
  newerThanMs?: number;
}

/**
 * A whole horizon for one request, so that the next question is answered from the cache: from today when the asked
 * range lies within it, else from the first day that is missing.
 */
export function planHorizon(
  keys: SlotKeys,
  question: SlotQuestion,
  needed: readonly LocalDate[],
  horizonDays: number,
): FetchPlan {
  const { startDate, endDate, today, priority } = question;
  const [first = startDate] = needed;
  const last = needed.at(-1) ?? endDate;
  const within = daysBetween(today, startDate) >= 0 && daysBetween(today, endDate) < horizonDays;
  const from = within ? today : first;
  const full = addDays(from, horizonDays - 1);
  return { keys, question, priority, needed, window: eachDay(from, daysBetween(full, last) > 0 ? last : full) };
}

/** Only what is missing, for an event type that Cal.com answers slowly. */
export function planOwnDays(keys: SlotKeys, question: SlotQuestion, needed: readonly LocalDate[]): FetchPlan {
  const [first = question.startDate] = needed;
  return { keys, question, priority: question.priority, needed, window: eachDay(first, needed.at(-1) ?? first) };
}

/** The rest of the horizon around `plan`, in the background class; null when there is none. */
export function planRest(plan: FetchPlan, horizonDays: number): FetchPlan | null {
  const { window } = planHorizon(plan.keys, plan.question, plan.needed, horizonDays);
  const fetched = new Set(plan.window);
  const needed = window.filter((day) => !fetched.has(day));
  if (needed.length === 0) return null;
  return { ...planOwnDays(plan.keys, plan.question, needed), priority: 'background' };
}

const MINUTE_MS = 60_000;

/**
 * How long what was listed for a day is believed, milliseconds, before the jitter. Days are the branch's own.
 * @param silent no webhook tells of bookings made elsewhere
 */
export function timeToLiveMs(
  day: LocalDate,
  today: LocalDate,
  listed: number,
  { closed, silent }: { closed: boolean; silent: boolean },
): number {
  const ahead = daysBetween(today, day);
  if (ahead < 0) return 60 * MINUTE_MS;
  if (closed && listed === 0) return 60 * MINUTE_MS;
  if (listed === 0 || silent) return MINUTE_MS;
  if (listed < 5) return 3 * MINUTE_MS;
  return ahead > 7 ? 10 * MINUTE_MS : 5 * MINUTE_MS;
}

const JITTER = 0.1;

/** Spreads expiry over ±10 %, so that what was fetched together does not end together. */
export function jittered(ms: number, random: () => number): number {
  return Math.round(ms * (1 - JITTER + 2 * JITTER * random()));
}

/** Longest time from the beginning of a fetch to the end of what it stored. */
export function longestLifeMs(staleMs: number): number {
  return Math.ceil(60 * MINUTE_MS * (1 + JITTER)) + staleMs;
}
