import type { Clock } from '../../src/infra/clock';
import type { SlotsByDay, SlotsQuery } from '../../src/services/calcom/calcom-ports';
import type { SlotQuestion } from '../../src/services/availability/ports';
import { tenantId, type LocalDate } from '../../src/domain';
import type { Deadline } from '../../src/request-context';
import { createSlotCache, type SlotCacheUnit } from '../../src/services/availability/slot-cache';
import { longestLifeMs } from '../../src/services/availability/fetch-plan';
import { addDays, eachDay } from '../../src/local-time';
import {
  SLOT_CACHE_DEFAULTS,
  type AffectedEventType,
  type BookedTimes,
  type FetchLeases,
  type SlotCacheSettings,
  type SlotStore,
  type SlotUpstream,
} from '../../src/services/availability/ports';
import { FakeClock } from '../support/fake-clock';
import { MemoryFetchLeases, MemorySlotStore } from './memory-store';

export const TODAY: LocalDate = '2026-11-24';
export const TENANT = tenantId('7b0c8a52-0000-4000-8000-000000000001');
export const EVENT_TYPE = 42;
export const HOUR_MS = 3_600_000;
export const LIMITS = {
  longestLifeMs: longestLifeMs(SLOT_CACHE_DEFAULTS.staleMs),
  settleMs: SLOT_CACHE_DEFAULTS.settleMs,
};

export function at(day: LocalDate, time: string): number {
  return Date.parse(`${day}T${time}:00Z`);
}

/** Six hourly starts from 09:00 UTC. */
export function workingDay(day: LocalDate): number[] {
  return [9, 10, 11, 12, 13, 14].map((hour) => at(day, '00:00') + hour * HOUR_MS);
}

export type Call = { query: SlotsQuery; options: Parameters<SlotUpstream['fetchSlots']>[1] };

/** Cal.com behind the egress: answers what `free` says, or what a test makes of each call. */
export class FakeUpstream implements SlotUpstream {
  readonly calls: Call[] = [];
  free: (day: LocalDate) => number[] = workingDay;
  answer: (call: Call) => Promise<SlotsByDay> = async (call) => {
    call.options.sent();
    return this.list(call.query);
  };

  fetchSlots(query: SlotsQuery, options: Call['options']): Promise<SlotsByDay> {
    const call = { query, options };
    this.calls.push(call);
    return this.answer(call);
  }

  list(query: SlotsQuery): SlotsByDay {
    const days = eachDay(query.startDate, query.endDate).map((day): [LocalDate, number[]] => [day, this.free(day)]);
    return new Map(days.filter(([, starts]) => starts.length > 0));
  }
}

export interface Held {
  call: Call;
  send(): void;
  succeed(days?: SlotsByDay): void;
  fail(error: unknown): void;
}

/** Makes the upstream wait for the test; the returned list grows with every call. */
export function hold(upstream: FakeUpstream): Held[] {
  const held: Held[] = [];
  upstream.answer = (call) =>
    new Promise((resolve, reject) => {
      call.options.signal.addEventListener('abort', () => reject(call.options.signal.reason));
      held.push({
        call,
        send: call.options.sent,
        succeed: (days) => resolve(days ?? upstream.list(call.query)),
        fail: reject,
      });
    });
  return held;
}

export function eventType(eventTypeId: number, more: Partial<AffectedEventType> = {}): AffectedEventType {
  return {
    eventTypeId,
    teamId: null,
    lengthMinutes: 60,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    mayHaveRoom: false,
    ...more,
  };
}

export interface Bench {
  clock: FakeClock;
  store: MemorySlotStore;
  lock: MemoryFetchLeases;
  upstream: FakeUpstream;
  sharing: AffectedEventType[];
  reads: { cached: boolean; stale: boolean; coalesced: boolean }[];
  p95Ms: number | null;
  failing: boolean;
  refusal: Error | null;
  /** No webhook tells of bookings made elsewhere. */
  silent: boolean;
  open(): SlotCacheUnit;
  first: SlotCacheUnit;
}

/** A cache on a fake clock and a store in memory; `open()` adds another process on the same store. */
export function bench(settings: Partial<SlotCacheSettings> = {}): Bench {
  const clock = new FakeClock(`${TODAY}T08:00:00Z`);
  const notes = new Map<string, { text: string; untilMs: number }>();
  const store = new MemorySlotStore(clock, LIMITS, notes);
  const lock = new MemoryFetchLeases(clock, notes);
  const upstream = new FakeUpstream();
  const made: Omit<Bench, 'first' | 'open'> = {
    clock,
    store,
    lock,
    upstream,
    sharing: [eventType(EVENT_TYPE)],
    reads: [],
    p95Ms: null,
    failing: false,
    refusal: null,
    silent: false,
  };
  const open = (): SlotCacheUnit =>
    openCache({
      ...made,
      settings,
      sharing: () => made.sharing,
      p95Ms: () => made.p95Ms,
      failing: () => made.failing,
      refusal: () => made.refusal,
      silent: () => made.silent,
    });
  return Object.assign(made, { open, first: open() });
}

export function openCache(parts: {
  clock: Clock;
  store: SlotStore;
  lock: FetchLeases;
  upstream: SlotUpstream;
  sharing: () => AffectedEventType[];
  ledger?: BookedTimes;
  silent?: () => boolean;
  reads?: Bench['reads'];
  p95Ms?: () => number | null;
  failing?: () => boolean;
  refusal?: () => Error | null;
  settings?: Partial<SlotCacheSettings>;
}): SlotCacheUnit {
  return createSlotCache({
    store: parts.store,
    lock: parts.lock,
    isSilent: async () => parts.silent?.() ?? false,
    upstream: parts.upstream,
    hosts: { eventTypesSharingHosts: async () => parts.sharing() },
    ledger: parts.ledger ?? { recordedWithin: async () => [] },
    metrics: { onRead: (read) => parts.reads?.push(read), onRefusal: () => undefined },
    upstreamP95Ms: () => parts.p95Ms?.() ?? null,
    upstreamFailing: async () => parts.failing?.() ?? false,
    knownRefusal: () => parts.refusal?.() ?? null,
    clock: parts.clock,
    random: () => 0.5,
    settings: { ...SLOT_CACHE_DEFAULTS, ...parts.settings },
  });
}

export function deadline(clock: Clock, ms: number): Deadline & { hangUp(reason: Error): void } {
  const controller = new AbortController();
  const untilMs = clock.nowMs() + ms;
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, untilMs - clock.nowMs()),
    hangUp: (reason) => controller.abort(reason),
  };
}

export function question(clock: Clock, more: Partial<SlotQuestion> = {}): SlotQuestion {
  return {
    tenantId: TENANT,
    credentialId: 'c0ffee',
    teamId: null,
    eventTypeId: EVENT_TYPE,
    startDate: TODAY,
    endDate: addDays(TODAY, 6),
    timeZone: 'UTC',
    today: TODAY,
    closedDays: () => false,
    priority: 'live',
    deadline: deadline(clock, 8000),
    ...more,
  };
}

/** Lets everything run that needs no time. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
