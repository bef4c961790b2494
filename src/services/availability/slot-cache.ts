import type { LocalDate, TenantId } from '../../domain';
import { CircuitOpen, DeadlineExceeded, RateLimited } from '../../errors';
import { eachDay } from '../../local-time';
import { endedEarly, recordStep, type UpstreamStep } from '../../request-context';
import { AvailabilityInvalidation, MissedBookings } from './availability-invalidation';
import { offered, type StoredBlockedInterval } from './blocked-intervals';
import { CacheStats, type EventTypeStats, type ReadSource } from './cache-stats';
import { type FetchPlan, longestLifeMs, planHorizon, planOwnDays } from './fetch-plan';
import { type InFlightFetch, InFlightFetches, staleMayAnswer } from './in-flight-fetches';
import { LocalChanges } from './local-changes';
import type {
  BookedTimes,
  KnownDay,
  SharedHostIndex,
  SlotAnswer,
  SlotQuestion,
  SlotReadMetrics,
  SlotSource,
} from './ports';
import { RefreshAhead } from './refresh-ahead';
import { failureFromNote, SlotFetcher, type SlotFetcherDeps } from './slot-fetcher';
import { entryPattern, SlotKeys } from './slot-keys';
import { acceptable, type Fetched, KnownDays, SlotReader, type SlotView } from './slot-reader';

export interface SlotRead extends SlotAnswer {
  source: Exclude<ReadSource, 'failed'>;
}

/** What the cache is given. */
interface SlotCacheParts extends Omit<SlotFetcherDeps, 'reader' | 'known' | 'changes'> {
  hosts: SharedHostIndex;
  ledger: BookedTimes;
  metrics: SlotReadMetrics;
  /** p95 of Cal.com's answers for an event type, milliseconds; null when not known yet. */
  upstreamP95Ms: (eventTypeId: number) => number | null;
  /** Whether Cal.com failed lately for that key. */
  upstreamFailing: (credentialId: string) => Promise<boolean>;
  /** Why Cal.com could not be asked in the question's time, where that is known without a request. */
  knownRefusal: (question: SlotQuestion) => Error | null;
}

/** And the parts made of it, which share a memory. */
interface SlotCacheDeps extends SlotCacheParts {
  reader: SlotReader;
  missed: MissedBookings;
  fetches: InFlightFetches;
  fetcher: SlotFetcher;
  refresh: RefreshAhead;
  changes: LocalChanges;
  stats: CacheStats;
}

interface Found {
  read: SlotRead;
  /** What Cal.com was asked for this very answer. */
  steps: readonly UpstreamStep[];
}

/** A fetch of our own that began after the look is always acceptable. */
const MOST_TRIES = 3;
/** Poll interval for "is Cal.com failing?" while a stale answer is available. */
const FAILING_LOOK_MS = 30;
const LONGEST_TIMER_MS = 2_147_000_000;
const MOST_KEYS_COUNTED = 100_000;

/** Free starts by local day: from the shared cache, a fetch that is in flight, or Cal.com, in that order. */
class SlotCache implements SlotSource {
  constructor(private readonly deps: SlotCacheDeps) {}

  /**
   * Every asked day is in the answer, perhaps empty. No start is in it that overlaps a booking acknowledged before the
   * question (see AvailabilityInvalidation).
   * @throws InvalidInput for a range that is none, and, when neither Cal.com nor a stored answer is there in time,
   * RateLimited, CircuitOpen, DeadlineExceeded or an Upstream… error
   */
  async read(question: SlotQuestion): Promise<SlotRead> {
    const { clock, stats, metrics } = this.deps;
    const { tenantId, teamId, eventTypeId } = question;
    const keys = new SlotKeys(tenantId, teamId, eventTypeId, question);
    const startedAtMs = clock.nowMs();
    const beganMs = clock.monotonicMs();
    let found: Found;
    try {
      found = await this.#find(keys, question);
    } catch (error) {
      stats.countRead(tenantId, eventTypeId, 'failed');
      recordStep(step(startedAtMs, clock.monotonicMs() - beganMs, refused(error) ? 'refused' : 'upstream', []));
      throw error;
    }
    const latencyMs = clock.monotonicMs() - beganMs;
    const { source, stale } = found.read;
    stats.countRead(tenantId, eventTypeId, source);
    recordStep(step(startedAtMs, latencyMs, source, found.steps));
    metrics.onRead({
      endpoint: '/slots',
      cached: source === 'cache' || source === 'stale',
      stale,
      coalesced: source === 'coalesced',
      latencyMs,
    });
    return found.read;
  }

  /** Whether this process was asked for the event type lately. */
  wasAsked(tenantId: TenantId, eventTypeId: number): boolean {
    return this.deps.stats.snapshot(tenantId).some((one) => one.eventTypeId === eventTypeId);
  }

  async renewHidden(question: SlotQuestion): Promise<void> {
    const keys = new SlotKeys(question.tenantId, question.teamId, question.eventTypeId, question);
    const view = await this.deps.reader.look(keys, eachDay(question.startDate, question.endDate), question.priority);
    const fresh = [...view.days.keys()].filter((day) => isFresh(view, day));
    const hiddenBy = new Map<LocalDate, readonly StoredBlockedInterval[]>();
    this.#compose(keys, question, fresh, view, null, 'cache', hiddenBy);
    this.deps.refresh.afterBooking(keys, question, view, hiddenBy);
  }

  /** This process's counters, and how many days are stored (counted up to a bound; null when the store is away). */
  async stats(
    tenantId: TenantId,
    eventTypeId?: number,
  ): Promise<{ storedDays: number | null; eventTypes: EventTypeStats[] }> {
    const storedDays = await this.deps.store
      .count(entryPattern(tenantId, eventTypeId), MOST_KEYS_COUNTED)
      .catch(() => null);
    const eventTypes = this.deps.stats
      .snapshot(tenantId)
      .filter((one) => eventTypeId === undefined || one.eventTypeId === eventTypeId);
    return { storedDays, eventTypes };
  }

  async #find(keys: SlotKeys, question: SlotQuestion): Promise<Found> {
    const days = eachDay(question.startDate, question.endDate);
    if (question.bookingUidToReschedule !== undefined) return this.#findUncached(keys, question, days);
    for (let tries = 1; ; tries++) {
      const view = await this.deps.reader.look(keys, days, question.priority);
      if (!view.shared) await this.deps.missed.learn(question, view);
      const missing = days.filter((day) => !isFresh(view, day));
      if (missing.length === 0) return { read: this.#fromCache(keys, question, days, view), steps: [] };
      const plan = this.#plan(keys, question, missing);
      const stale = missing.every((day) => view.days.has(day));
      try {
        const failure = this.#recentFailure(plan, view);
        if (failure) throw failure.error;
        await this.#refuseWithoutBudget(plan, view);
        const joined = tries < MOST_TRIES ? this.deps.fetches.findJoinable(plan, view) : null;
        const inFlight = joined ?? this.deps.fetches.start(plan, view);
        const fetched = await this.#waitFor(inFlight, question, stale);
        if (!acceptable(fetched, view, missing)) continue;
        if (!joined && plan.window.length < this.deps.settings.horizonDays) this.deps.refresh.afterOwnDays(plan, view);
        this.deps.refresh.afterFetch(keys, days, view.nowMs);
        const ours = !joined && fetched.by === 'this process';
        return {
          read: this.#compose(keys, question, days, view, fetched, ours ? 'upstream' : 'coalesced'),
          steps: ours ? inFlight.steps : [],
        };
      } catch (error) {
        if (!stale || !staleMayAnswer(error)) throw error;
        return { read: this.#compose(keys, question, days, view, null, 'stale'), steps: [] };
      }
    }
  }

  async #findUncached(keys: SlotKeys, question: SlotQuestion, days: readonly LocalDate[]): Promise<Found> {
    const view = this.deps.reader.lookHere(keys, []);
    const fetched = await this.deps.fetcher.fetchUncached(question, keys, days);
    return { read: this.#compose(keys, question, days, view, fetched, 'upstream'), steps: [] };
  }

  #plan(keys: SlotKeys, question: SlotQuestion, missing: readonly LocalDate[]): FetchPlan {
    const { settings, upstreamP95Ms } = this.deps;
    const slow = (upstreamP95Ms(question.eventTypeId) ?? 0) > settings.slowUpstreamMs;
    return slow && question.priority === 'live'
      ? planOwnDays(keys, question, missing)
      : planHorizon(keys, question, missing, settings.horizonDays);
  }

  /** Refuses at once while the budget is known to be spent, unless the days are on their way already. */
  async #refuseWithoutBudget(plan: FetchPlan, view: SlotView): Promise<void> {
    const refusal = this.deps.knownRefusal(plan.question);
    if (!refusal || this.deps.fetches.findJoinable(plan, view)) return;
    if (await this.deps.fetcher.isUnderWay(plan, view)) return;
    this.deps.metrics.onRefusal();
    throw refusal;
  }

  #recentFailure(plan: FetchPlan, view: SlotView): { error: unknown } | null {
    const here = this.deps.fetches.recentFailure(plan);
    if (here) return here;
    const error = failureFromNote(view.failureNote);
    return error ? { error } : null;
  }

  /**
   * The fetch's result, or DeadlineExceeded as soon as a stale answer has to be given instead: shortly before the
   * deadline, or when Cal.com turns out to be failing. In that case the fetch goes on, to find out when it no longer is.
   */
  async #waitFor(inFlight: InFlightFetch, question: SlotQuestion, stale: boolean): Promise<Fetched> {
    const { clock, settings } = this.deps;
    const { deadline } = question;
    const { result } = inFlight.shared;
    const leave = inFlight.shared.join(deadline);
    const waiting = endedEarly(deadline.signal);
    const patienceMs = Math.min(
      LONGEST_TIMER_MS,
      Math.max(0, deadline.remainingMs() - (stale ? settings.answerMarginMs : 0)),
    );
    const tooLate = clock.sleep(patienceMs, waiting.signal).then((): never => {
      throw new DeadlineExceeded('Cal.com did not answer in time');
    });
    const failing = stale ? this.#untilFailing(question.credentialId, waiting.signal) : tooLate;
    for (const end of [tooLate, failing]) end.catch(() => undefined);
    let stay = false;
    try {
      const fetched = await Promise.race([result, tooLate, failing]);
      if (fetched) return fetched;
      stay = true;
      throw new DeadlineExceeded('Cal.com is failing');
    } finally {
      waiting.end();
      if (stay) void result.catch(() => undefined).finally(leave);
      else leave();
    }
  }

  async #untilFailing(credentialId: string, signal: AbortSignal): Promise<null> {
    while (!(await this.deps.upstreamFailing(credentialId))) await this.deps.clock.sleep(FAILING_LOOK_MS, signal);
    return null;
  }

  #fromCache(keys: SlotKeys, question: SlotQuestion, days: readonly LocalDate[], view: SlotView): SlotRead {
    const hiddenBy = new Map<LocalDate, readonly StoredBlockedInterval[]>();
    const read = this.#compose(keys, question, days, view, null, view.shared ? 'cache' : 'stale', hiddenBy);
    this.deps.refresh.afterHit(keys, question, view, hiddenBy);
    return read;
  }

  #compose(
    keys: SlotKeys,
    question: SlotQuestion,
    days: readonly LocalDate[],
    view: SlotView,
    fetched: Fetched | null,
    source: SlotRead['source'],
    hiddenBy?: Map<LocalDate, readonly StoredBlockedInterval[]>,
  ): SlotRead {
    const { changes, settings } = this.deps;
    const fences = [view.fence, fetched?.fence ?? null];
    const localBlocked = changes.blocked(keys.fence);
    const result = new Map<LocalDate, number[]>();
    for (const day of days) {
      const known: KnownDay | undefined =
        (isFresh(view, day) ? view.days.get(day) : fetched?.days.get(day)) ?? view.days.get(day);
      if (!known) continue;
      const { starts, hiddenBy: blocked } = offered(known, fences, localBlocked, question, settings.settleMs);
      result.set(day, starts);
      if (blocked.length > 0) hiddenBy?.set(day, blocked);
    }
    return { days: result, stale: source === 'stale', source };
  }
}

function isFresh(view: SlotView, day: LocalDate): boolean {
  return (view.days.get(day)?.freshUntilMs ?? 0) > view.nowMs;
}

function refused(error: unknown): boolean {
  return error instanceof RateLimited || error instanceof CircuitOpen;
}

function step(
  startedAtMs: number,
  durationMs: number,
  source: UpstreamStep['source'],
  asked: readonly UpstreamStep[],
): UpstreamStep {
  const last = asked.at(-1);
  return {
    operation: 'slots',
    startedAtMs,
    durationMs,
    status: last?.status ?? null,
    source,
    waitedMs: last?.waitedMs ?? 0,
    attempts: last?.attempts ?? (source === 'upstream' ? 1 : 0),
  };
}

export interface SlotCacheUnit {
  cache: SlotCache;
  invalidation: AvailabilityInvalidation;
  /** Resolves when no fetch of this process is under way. */
  settled: () => Promise<void>;
}

/** One per process: the cache and what tells it of changes share a memory. */
export function createSlotCache(parts: SlotCacheParts): SlotCacheUnit {
  const known = new KnownDays();
  const changes = new LocalChanges(parts.clock, longestLifeMs(parts.settings.staleMs));
  const stats = new CacheStats();
  const reader = new SlotReader({ ...parts, known, changes });
  const fetcher = new SlotFetcher({ ...parts, reader, known, changes });
  const fetches = new InFlightFetches({ ...parts, fetcher, changes });
  const refresh = new RefreshAhead({ ...parts, fetches, known, stats });
  const invalidation = new AvailabilityInvalidation({ ...parts, changes });
  const missed = new MissedBookings({ ...parts, invalidation });
  const cache = new SlotCache({ ...parts, reader, missed, fetches, fetcher, refresh, changes, stats });
  return { cache, invalidation, settled: () => fetches.settled() };
}
