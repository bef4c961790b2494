import type { LocalDate, TenantId } from '../../domain';
import type { Clock } from '../../infra/clock';
import { daysAnywhere } from '../../local-time';
import {
  type BlockedInterval,
  blockedIntervalFor,
  blockedIntervalLabel,
  encodeBlockedInterval,
} from './blocked-intervals';
import type { LocalChanges } from './local-changes';
import type {
  AffectedEventType,
  BookedTimes,
  SharedHostIndex,
  SlotCacheSettings,
  SlotQuestion,
  SlotStore,
} from './ports';
import { fenceKey } from './slot-keys';
import type { SlotView } from './slot-reader';
import type { FenceChange } from '../../infra/fenced-cache';

/** An occupied time, and of which host; null: it is not known which. */
type BookedTime = [tenantId: TenantId, eventTypeId: number, hostId: number | null, startAt: Date, endAt: Date];

interface InvalidationReport {
  /** False when the shared store did not take it: other processes may offer the old state until it is repeated. */
  delivered: boolean;
  eventTypeIds: number[];
}

/** Changes of one round trip: the store must be able to answer in the time that a command has. */
const MOST_AT_ONCE = 64;

/**
 * Tells the cache what happened to the availability, before the answer is given: one round trip over all event types
 * that share the hosts. Never throws, because changes that cannot be delivered must not undo a booking. This process keeps
 * them and delivers them before it next reads; the report says that they should also be repeated, in case it does not
 * live that long. Every method may be repeated.
 */
export class AvailabilityInvalidation {
  /** Changes that leave together when the delivery under way is over. */
  #next: { fresh: FenceChange[]; delivered: Promise<boolean> } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly deps: {
      store: Pick<SlotStore, 'change'>;
      hosts: SharedHostIndex;
      changes: LocalChanges;
    },
  ) {}

  /**
   * A booking, or a start that Cal.com refused although we offered it: its time is never offered again; the stored days
   * are kept otherwise, so no caller waits.
   */
  booked(...time: BookedTime): Promise<InvalidationReport> {
    return this.#change(time, (key, label, interval) => {
      this.deps.changes.block(key, label, interval);
      return { fenceKey: key, putIn: { label, payload: encodeBlockedInterval(interval) } };
    });
  }

  /** A booking was cancelled or moved away: its time may be offered again, so the days it touches are fetched again. */
  released(...time: BookedTime): Promise<InvalidationReport> {
    return this.#change(time, (key, label, { fromMs, toMs, lengthMs }) => {
      this.deps.changes.unblock(key, label);
      this.deps.changes.raise(key);
      return { fenceKey: key, takeOutLabel: label, ends: daysAnywhere(fromMs - lengthMs, toMs) };
    });
  }

  /**
   * Something changed at Cal.com that was not our doing.
   * @param days local dates, or everything
   * @param hostId where the event types are not the tenant's own: whose time it was
   */
  async externalChange(
    tenantId: TenantId,
    eventTypeIds: readonly number[],
    days: readonly LocalDate[] | 'all',
    hostId: number | null = null,
  ): Promise<InvalidationReport> {
    const found = await Promise.all([...new Set(eventTypeIds)].map((id) => this.#sharing(tenantId, id, hostId, 0)));
    const affected = merged(found.flatMap((one) => one.affected));
    const changes = affected.flatMap((one) =>
      groups(tenantId, one).map((key): FenceChange => {
        this.deps.changes.raise(key);
        return { fenceKey: key, ends: days };
      }),
    );
    const complete = found.every((one) => one.complete);
    return this.#deliver(changes, affected, complete);
  }

  /** Another process booked it, and the store cannot be asked whether it said so: kept in this process only. */
  async bookedElsewhere(...time: BookedTime): Promise<void> {
    const { label, places } = await this.#concerned(time);
    for (const { key, interval } of places) {
      if (!this.deps.changes.blocked(key).some((known) => known.label === label))
        this.deps.changes.block(key, label, interval);
    }
  }

  /** Flushes changes that were queued while Redis was down. Never throws; to be repeated until nothing is left. */
  async redeliver(): Promise<void> {
    if (this.deps.changes.allUndelivered().length === 0) return;
    this.#last = this.#last.then(() => this.#deliverInOrder(this.deps.changes.allUndelivered(), []));
    await this.#last;
  }

  async #change(
    time: BookedTime,
    changeOf: (key: string, label: string, interval: BlockedInterval) => FenceChange,
  ): Promise<InvalidationReport> {
    const { label, places, affected, complete } = await this.#concerned(time);
    const changes = places.map(({ key, interval }) => changeOf(key, label, interval));
    return this.#deliver(changes, affected, complete);
  }

  /** Where the time counts as occupied: in every event type that shares the host, seen from there. */
  async #concerned([tenantId, eventTypeId, hostId, startAt, endAt]: BookedTime): Promise<{
    label: string;
    places: { key: string; interval: BlockedInterval }[];
    affected: AffectedEventType[];
    complete: boolean;
  }> {
    const occupied = { startMs: startAt.getTime(), endMs: endAt.getTime(), hostId };
    const lengthMinutes = Math.ceil((occupied.endMs - occupied.startMs) / 60_000);
    const { affected, complete } = await this.#sharing(tenantId, eventTypeId, hostId, lengthMinutes);
    const booked = affected.find((one) => one.eventTypeId === eventTypeId) ?? alone(eventTypeId, lengthMinutes);
    const places = affected.flatMap((one) => {
      const interval = blockedIntervalFor(occupied, booked, one);
      return groups(tenantId, one).map((key) => ({ key, interval }));
    });
    return { label: blockedIntervalLabel(occupied), places, affected, complete };
  }

  /** An index that cannot answer leaves at least the event type itself; the report asks for a repeat. */
  async #sharing(
    tenantId: TenantId,
    eventTypeId: number,
    hostId: number | null,
    lengthMinutes: number,
  ): Promise<{ affected: AffectedEventType[]; complete: boolean }> {
    try {
      const sharing = await this.deps.hosts.eventTypesSharingHosts(tenantId, eventTypeId, hostId);
      const itself = sharing.some((one) => one.eventTypeId === eventTypeId);
      const affected = merged(itself ? sharing : [...sharing, alone(eventTypeId, lengthMinutes)]);
      return { affected, complete: true };
    } catch {
      return { affected: [alone(eventTypeId, lengthMinutes)], complete: false };
    }
  }

  async #deliver(
    changes: readonly FenceChange[],
    affected: readonly AffectedEventType[],
    complete: boolean,
  ): Promise<InvalidationReport> {
    const isStored = await this.#send(changes);
    const eventTypeIds = [...new Set(affected.map((one) => one.eventTypeId))];
    return { delivered: isStored && complete, eventTypeIds };
  }

  /**
   * One delivery at a time: were each change to bring along all that wait, a store that is slow for a moment would get
   * ever more of the same.
   */
  #send(changes: readonly FenceChange[]): Promise<boolean> {
    if (!this.#next) {
      const fresh: FenceChange[] = [];
      const delivered = this.#last.then(() => {
        this.#next = undefined;
        const keys = new Set(fresh.map(({ fenceKey: key }) => key));
        const waiting = [...keys].flatMap((key) => this.deps.changes.undelivered(key));
        return this.#deliverInOrder(waiting, fresh);
      });
      this.#next = { fresh, delivered };
      this.#last = delivered;
    }
    this.#next.fresh.push(...changes);
    return this.#next.delivered;
  }

  /** What waits comes first. @returns whether the store has all of them */
  async #deliverInOrder(waiting: readonly FenceChange[], fresh: readonly FenceChange[]): Promise<boolean> {
    const all = [...waiting, ...fresh];
    for (let sent = 0; sent < all.length; sent += MOST_AT_ONCE) {
      const some = all.slice(sent, sent + MOST_AT_ONCE);
      const isStored = await this.deps.store.change(some).then(
        () => true,
        () => false,
      );
      if (!isStored) {
        this.deps.changes.keepUndelivered(all.slice(Math.max(sent, waiting.length)));
        return false;
      }
      this.deps.changes.delivered(some);
    }
    return true;
  }
}

/** Several services may be one event type: once per team, with the longest length and the widest buffers of all. */
function merged(all: readonly AffectedEventType[]): AffectedEventType[] {
  const widest = (
    one: AffectedEventType,
    field: 'lengthMinutes' | 'bufferBeforeMinutes' | 'bufferAfterMinutes',
  ): number => Math.max(...all.filter((other) => other.eventTypeId === one.eventTypeId).map((other) => other[field]));
  const wide = all.map((one): AffectedEventType => ({
    ...one,
    lengthMinutes: widest(one, 'lengthMinutes'),
    bufferBeforeMinutes: widest(one, 'bufferBeforeMinutes'),
    bufferAfterMinutes: widest(one, 'bufferAfterMinutes'),
    mayHaveRoom: all.some((other) => other.eventTypeId === one.eventTypeId && other.mayHaveRoom),
  }));
  return [...new Map(wide.map((one) => [`${one.eventTypeId}:${one.teamId}`, one])).values()];
}

/** A reader may or may not name the team; both find what concerns the event type. */
function groups(tenantId: TenantId, one: AffectedEventType): string[] {
  const teamless = fenceKey(tenantId, null, one.eventTypeId);
  return one.teamId === null ? [teamless] : [teamless, fenceKey(tenantId, one.teamId, one.eventTypeId)];
}

function alone(eventTypeId: number, lengthMinutes: number): AffectedEventType {
  return { eventTypeId, teamId: null, lengthMinutes, bufferBeforeMinutes: 0, bufferAfterMinutes: 0, mayHaveRoom: true };
}

/** A fetch that is joined may have stood in line and been under way for this long. */
const OLDEST_FETCH_MS = 30_000;
const DAY_MS = 86_400_000;

/**
 * While the shared store is away no process learns what the others booked. The ledger knows: what was recorded there
 * since the answer was fetched must not be offered either.
 */
export class MissedBookings {
  constructor(
    private readonly deps: {
      ledger: BookedTimes;
      invalidation: Pick<AvailabilityInvalidation, 'bookedElsewhere'>;
      clock: Clock;
      settings: Pick<SlotCacheSettings, 'settleMs'>;
    },
  ) {}

  /** Never throws: without the ledger too there is nothing more to know, and the answer is said to be old. */
  async learn(question: SlotQuestion, view: SlotView): Promise<void> {
    const { tenantId } = question;
    const nowMs = this.deps.clock.nowMs();
    const oldestMs = Math.min(nowMs - OLDEST_FETCH_MS, ...[...view.days.values()].map((day) => day.begunAtMs));
    const fromMs = Date.parse(`${question.startDate}T00:00:00Z`) - DAY_MS;
    const toMs = Date.parse(`${question.endDate}T00:00:00Z`) + 2 * DAY_MS;
    try {
      const since = nowMs - oldestMs + this.deps.settings.settleMs;
      for (const one of await this.deps.ledger.recordedWithin(tenantId, since, new Date(fromMs), new Date(toMs)))
        await this.deps.invalidation.bookedElsewhere(tenantId, one.eventTypeId, one.hostId, one.startAt, one.endAt);
    } catch {
      // Both are away.
    }
  }
}

/** What runs behind an answer after availability changed: the second pass of the invalidation. */
export type AfterChange = (
  companyId: TenantId,
  eventTypeId: number,
  cause: 'own' | 'foreign',
  days: readonly LocalDate[],
) => void;

/** Our own bookings as the cache must learn of them, each with its second pass. */
export function followedUp(
  invalidation: Pick<AvailabilityInvalidation, 'booked' | 'released'>,
  afterChange: AfterChange,
) {
  const after = async (report: Promise<InvalidationReport>, time: BookedTime): Promise<void> => {
    const [companyId, eventTypeId, , startAt, endAt] = time;
    // What the cache did not take now it must get from the job, like a change made outside the gateway.
    const cause = (await report).delivered ? 'own' : 'foreign';
    afterChange(companyId, eventTypeId, cause, daysAnywhere(startAt.getTime(), endAt.getTime()));
  };
  const booked = (...time: BookedTime): Promise<void> => after(invalidation.booked(...time), time);
  return {
    booked,
    released: (...time: BookedTime): Promise<void> => after(invalidation.released(...time), time),
    /** Cal.com refused a start that we offered; whose it is, is not known. */
    taken: (companyId: TenantId, eventTypeId: number, startAt: Date, endAt: Date): Promise<void> =>
      booked(companyId, eventTypeId, null, startAt, endAt),
  };
}
