import type { Clock } from '../../infra/clock';
import type { SlotQuestion } from './slot-store';
import { AvailabilityInvalidation } from './availability-invalidation';
import { CacheStats } from './cache-stats';
import { InFlightFetches } from './in-flight-fetches';
import { longestLifeMs } from './freshness';
import { KnownDays } from './known-day';
import { LocalChanges } from './local-changes';
import { RefreshAhead } from './refresh-ahead';
import { SlotCache } from './slot-cache';
import { SlotFetcher } from './slot-fetcher';
import { SlotReader } from './slot-reader';
import type {
  BookedTimes,
  FetchLeases,
  SharedHostIndex,
  SlotCacheSettings,
  SlotReadMetrics,
  SlotStore,
  SlotUpstream,
} from './slot-store';
import { MissedBookings } from './missed-bookings';

export interface SlotCacheParts {
  store: SlotStore;
  lock: FetchLeases;
  upstream: SlotUpstream;
  hosts: SharedHostIndex;
  ledger: BookedTimes;
  metrics: SlotReadMetrics;
  /** p95 of Cal.com's answers for an event type, milliseconds; null when not known yet. */
  upstreamP95Ms: (eventTypeId: number) => number | null;
  /** Whether Cal.com failed lately for that key. */
  upstreamFailing: (credentialId: string) => Promise<boolean>;
  /** Why Cal.com could not be asked in the question's time, where that is known without asking anybody. */
  knownRefusal: (question: SlotQuestion) => Error | null;
  clock: Clock;
  /** 0 … 1 */
  random: () => number;
  settings: SlotCacheSettings;
}

export interface SlotCacheUnit {
  cache: SlotCache;
  invalidation: AvailabilityInvalidation;
  /** Resolves when no fetch of this process is under way. */
  settled: () => Promise<void>;
}

/** One per process: the cache and what tells it of changes share a memory. */
export function createSlotCache(parts: SlotCacheParts): SlotCacheUnit {
  const { store, lock, upstream, hosts, ledger, metrics, upstreamP95Ms, upstreamFailing, clock, random, settings } =
    parts;
  const known = new KnownDays();
  const changes = new LocalChanges(clock, longestLifeMs(settings.staleMs));
  const stats = new CacheStats();
  const reader = new SlotReader({ store, known, changes, clock, staleMs: settings.staleMs });
  const fetcher = new SlotFetcher({
    store,
    lock,
    upstream,
    reader,
    memory: { known, changes },
    clock,
    random,
    settings,
  });
  const generation = (fenceKey: string): number => changes.generation(fenceKey);
  const fetches = new InFlightFetches({ fetcher, generation, clock, failureSharedMs: settings.failureSharedMs });
  const onStart = (question: { tenantId: Parameters<CacheStats['countRefresh']>[0]; eventTypeId: number }): void => {
    stats.countRefresh(question.tenantId, question.eventTypeId);
  };
  const refresh = new RefreshAhead({ fetches, known, settings, onStart });
  const invalidation = new AvailabilityInvalidation({ store, hosts, changes, clock });
  const missed = new MissedBookings({ ledger, invalidation, clock, settleMs: settings.settleMs });
  const cache = new SlotCache({
    reader,
    missed,
    fetches,
    fetcher,
    refresh,
    changes,
    stats,
    metrics,
    store,
    upstreamP95Ms,
    upstreamFailing,
    knownRefusal: parts.knownRefusal,
    clock,
    settings,
  });
  return { cache, invalidation, settled: () => fetches.settled() };
}
