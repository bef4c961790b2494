import { LRUCache } from 'lru-cache';
import type { CacheStats } from './cache-stats';
import type { SlotCacheSettings, SlotQuestion } from './ports';
import type { LocalDate } from '../../domain';
import type { InFlightFetches } from './in-flight-fetches';
import { planHorizon, planRest, type FetchPlan } from './fetch-plan';
import type { KnownDays, SlotView } from './slot-reader';
import type { SlotKeys } from './slot-keys';
import type { StoredBlockedInterval } from './blocked-intervals';

const LEAST_GAP_MS = 10_000;
const REMEMBERED = 5000;
/** Two readings of the same entry may differ by this much in local time. */
const CLOCK_TOLERANCE_MS = 500;

/**
 * Renews days before they expire, so that no caller has to wait for them: one background request for a whole horizon,
 * at most one per event type at a time, and only for days that are asked for.
 */
export class RefreshAhead {
  readonly #startedAtMs = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(
    private readonly deps: {
      fetches: InFlightFetches;
      known: KnownDays;
      settings: SlotCacheSettings;
      stats: Pick<CacheStats, 'countRefresh'>;
    },
  ) {}

  /** After an answer from the cache. @param hiddenBy bookings that still hide starts, because no listing was made since */
  afterHit(
    keys: SlotKeys,
    question: SlotQuestion,
    view: SlotView,
    hiddenBy: ReadonlyMap<LocalDate, readonly StoredBlockedInterval[]>,
  ): void {
    const old: LocalDate[] = [];
    for (const [day, known] of view.days) {
      const lifeMs = known.freshUntilMs - known.begunAtMs;
      const demanded = this.deps.known.demanded(keys.entry(day), view.nowMs, lifeMs);
      if (demanded && view.nowMs >= known.begunAtMs + lifeMs * this.deps.settings.refreshAt) old.push(day);
    }
    this.#renew(keys, question, view, old, LEAST_GAP_MS);
    this.afterBooking(keys, question, view, hiddenBy);
  }

  /** Lists days again in which bookings hide starts, as soon as Cal.com's own cache must know of them. */
  afterBooking(
    keys: SlotKeys,
    question: SlotQuestion,
    view: SlotView,
    hiddenBy: ReadonlyMap<LocalDate, readonly StoredBlockedInterval[]>,
  ): void {
    const { settleMs } = this.deps.settings;
    const settled = [...hiddenBy].filter(([, blocked]) =>
      blocked.some((interval) => interval.atMs - view.storeAheadMs + settleMs <= view.nowMs),
    );
    this.#renew(
      keys,
      question,
      view,
      settled.map(([day]) => day),
      settleMs,
    );
  }

  #renew(keys: SlotKeys, question: SlotQuestion, view: SlotView, due: readonly LocalDate[], gapMs: number): void {
    if (due.length === 0 || !view.shared) return;
    const newerThanMs = Math.max(...due.map((day) => view.days.get(day)?.begunAtMs ?? 0)) + CLOCK_TOLERANCE_MS;
    this.#start({ ...planHorizon(keys, question, due, this.deps.settings.horizonDays), newerThanMs }, view, gapMs);
  }

  /** The answer for which days are fetched is a reading of them too. */
  afterFetch(keys: SlotKeys, days: readonly LocalDate[], nowMs: number): void {
    for (const day of days) this.deps.known.demanded(keys.entry(day), nowMs, 0);
  }

  /** The days around those that were fetched alone because Cal.com is slow with this event type. */
  afterOwnDays(plan: FetchPlan, view: SlotView): void {
    const rest = planRest(plan, this.deps.settings.horizonDays);
    if (rest && view.shared) this.#start(rest, view, LEAST_GAP_MS);
  }

  #start(plan: FetchPlan, view: SlotView, gapMs: number): void {
    const lastMs = this.#startedAtMs.get(plan.keys.id) ?? Number.NEGATIVE_INFINITY;
    if (view.nowMs - lastMs < gapMs) return;
    if (this.deps.fetches.recentFailure({ ...plan, priority: 'background' })) return;
    if (!this.deps.fetches.startBackground(plan, view)) return;
    this.#startedAtMs.set(plan.keys.id, view.nowMs);
    this.deps.stats.countRefresh(plan.question.tenantId, plan.question.eventTypeId);
  }
}
