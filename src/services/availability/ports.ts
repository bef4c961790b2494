import type { SlotsByDay, SlotsQuery } from '../calcom/calcom-ports';
import type { LocalDate, TenantId } from '../../domain';
import type { FencedCache } from '../../infra/fenced-cache';
import type { FetchToken } from '../../infra/fence-text';
import type { RedisLeases } from '../../infra/redis-leases';
import type { Deadline } from '../../request-context';

/** Who starts are read for. An operator's page waits like a caller does, but its requests to Cal.com come after callers'. */
export type SlotPriority = 'live' | 'operator' | 'background';

export interface SlotQuestion extends SlotsQuery {
  tenantId: TenantId;
  credentialId: string;
  teamId: number | null;
  today: LocalDate;
  closedDays: (date: LocalDate) => boolean;
  priority: SlotPriority;
  deadline: Deadline;
}

export interface SlotAnswer {
  /** Every asked day is present, perhaps empty. Starts in epoch milliseconds, ascending. */
  days: SlotsByDay;
  /** True when the answer is older than its time to live because Cal.com could not be asked in time. */
  stale: boolean;
}

export interface SlotSource {
  read(question: SlotQuestion): Promise<SlotAnswer>;
  /** Lists stored days again, in the background, in which a booking hides starts that may still be free. */
  renewHidden(question: SlotQuestion): Promise<void>;
}

/** The starts of one local day as some fetch saw them. Instants by this process's clock, epoch milliseconds. */
export interface KnownDay {
  starts: readonly number[];
  /** null when it was fetched while the shared store was away. */
  token: FetchToken | null;
  begunAtMs: number;
  freshUntilMs: number;
}

/** The shared memory behind the cache. Every method rejects when it is away; the cache then goes on without. */
export type SlotStore = Pick<FencedCache, 'read' | 'begin' | 'fill' | 'change' | 'count'>;

/** Which process fetches, and how the others learn that it is done. Rejects when the shared store is away. */
export type FetchLeases = Pick<RedisLeases, 'tryAcquire' | 'msUntilFree' | 'leaveNote' | 'notify' | 'listen'>;

/** What a fetch knows of those who wait for it. */
export interface FetchControl {
  /** Aborted when no caller waits any more and the request has not been sent. */
  readonly signal: AbortSignal;
  /** The longest time any of the waiting callers still has. */
  readonly deadline: Deadline;
  /** To be called when the request leaves: from then on it is finished even if no caller waits. */
  readonly sent: () => void;
}

/** Cal.com behind budget and circuit. */
export interface SlotUpstream {
  fetchSlots(
    query: SlotsQuery,
    options: FetchControl & Pick<SlotQuestion, 'tenantId' | 'credentialId' | 'priority'>,
  ): Promise<SlotsByDay>;
}

/** Told of every question, off the answer's path. */
export interface SlotReadMetrics {
  /** A request that was not sent because the budget was known to be spent. */
  onRefusal(): void;
  onRead(read: { endpoint: '/slots'; cached: boolean; stale: boolean; coalesced: boolean; latencyMs: number }): void;
}

/** An event type whose availability changes with another's bookings, because they share a host or a team. */
export interface AffectedEventType {
  eventTypeId: number;
  teamId: number | null;
  lengthMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  /** At a booked time another host or seat may be free: only a new listing tells. */
  mayHaveRoom: boolean;
}

export interface SharedHostIndex {
  /**
   * The event type itself and all that share the host (every host of the event type when `hostId` is null).
   * Answers from memory: it stands between a booking and its acknowledgement.
   */
  eventTypesSharingHosts(tenantId: TenantId, eventTypeId: number, hostId: number | null): Promise<AffectedEventType[]>;
}

/** The ledger of appointments, which every process writes before a booking is acknowledged. */
export interface BookedTimes {
  /** Appointments that stand, recorded or changed within the last `ageMs`, that overlap the time between. */
  recordedWithin(
    tenantId: TenantId,
    ageMs: number,
    from: Date,
    to: Date,
  ): Promise<{ eventTypeId: number; hostId: number | null; startAt: Date; endAt: Date }[]>;
}

export interface SlotCacheSettings {
  /** Days fetched at once. */
  horizonDays: number;
  /** How long an entry may be used, flagged stale, after its time to live. */
  staleMs: number;
  /** Longest an HTTP exchange with Cal.com takes. */
  upstreamTimeoutMs: number;
  /** Cal.com may answer from its own cache for this long. */
  settleMs: number;
  /** How long a failure is shared with those who ask next. */
  failureSharedMs: number;
  /** A stale answer is given this long before the deadline. */
  answerMarginMs: number;
  /** Above this p95 a live question asks only for its own days. */
  slowUpstreamMs: number;
  /** Share of the time to live after which a day in demand is refreshed. */
  refreshAt: number;
}

export const SLOT_CACHE_DEFAULTS: SlotCacheSettings = {
  horizonDays: 15,
  staleMs: 3_600_000,
  upstreamTimeoutMs: 3000,
  settleMs: 2000,
  failureSharedMs: 1000,
  answerMarginMs: 150,
  slowUpstreamMs: 1500,
  refreshAt: 0.8,
};
