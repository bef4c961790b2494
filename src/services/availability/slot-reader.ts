import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { LocalDate } from '../../domain';
import type { Clock } from '../../infra/clock';
import type { LocalChanges } from './local-changes';
import type { KnownDay, SlotCacheSettings, SlotPriority, SlotStore } from './ports';
import type { SlotKeys } from './slot-keys';
import type { FenceState, FencedEntry, FetchToken } from '../../infra/fence-text';

/** What is known about the asked days at one instant. */
export interface SlotView {
  /** Larger than that of everything seen before. */
  asOf: number;
  /** False when the shared store is away and only this process's memory was read. */
  shared: boolean;
  fence: FenceState | null;
  /** The failure another process left for those who ask within a second. */
  failureNote: string | null;
  /** Fresh and stale ones; days that must be fetched are absent. */
  days: ReadonlyMap<LocalDate, KnownDay>;
  /** How many invalidations of this event type this process had made. */
  generation: number;
  nowMs: number;
  /** How far the store's clock is ahead of this process's. */
  storeAheadMs: number;
}

/** What a fetch brought, by this process or another. */
export interface Fetched {
  asOf: number;
  fence: FenceState | null;
  days: ReadonlyMap<LocalDate, KnownDay>;
  generation: number;
  by: 'this process' | 'another process';
}

/** Reads the stored days, in one round trip, or this process's own copies while the store is away. */
export class SlotReader {
  #sequence = 0;

  constructor(
    private readonly deps: {
      store: Pick<SlotStore, 'read' | 'change'>;
      known: KnownDays;
      changes: LocalChanges;
      clock: Clock;
      settings: Pick<SlotCacheSettings, 'staleMs'>;
    },
  ) {}

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  async look(keys: SlotKeys, days: readonly LocalDate[], priority: SlotPriority): Promise<SlotView> {
    const entryKeys = days.map((day) => keys.entry(day));
    const asOf = this.nextSequence();
    const generation = this.deps.changes.generation(keys.fence);
    const isDelivered = await this.#deliver(keys.fence);
    const reading = isDelivered
      ? await this.deps.store.read(keys.fence, keys.failure(priority), entryKeys).catch(() => null)
      : null;
    if (!reading) return this.lookHere(keys, days);
    const { fence, note, entries } = reading;
    const nowMs = this.deps.clock.nowMs();
    const storeAheadMs = reading.nowMs - nowMs;
    const known = new Map<LocalDate, KnownDay>();
    days.forEach((day, index) => {
      const entry = entries[index];
      const key = entryKeys[index];
      if (!entry || key === undefined || !visible(entry.token, day, fence)) return;
      const found = this.deps.known.fromStore(key, entry, storeAheadMs, generation);
      if (found) known.set(day, found);
    });
    return { asOf, shared: true, fence, failureNote: note, days: known, generation, nowMs, storeAheadMs };
  }

  /** Changes that were queued while the store was away reach it before anything is read from it again. */
  async #deliver(fenceKey: string): Promise<boolean> {
    const undelivered = this.deps.changes.undelivered(fenceKey);
    if (undelivered.length === 0) return true;
    try {
      await this.deps.store.change(undelivered);
    } catch {
      return false;
    }
    this.deps.changes.delivered(undelivered);
    return true;
  }

  /** Only what this process remembers. */
  lookHere(keys: SlotKeys, days: readonly LocalDate[]): SlotView {
    const generation = this.deps.changes.generation(keys.fence);
    const nowMs = this.deps.clock.nowMs();
    const known = new Map<LocalDate, KnownDay>();
    for (const day of days) {
      const copy = this.deps.known.here(keys.entry(day), generation);
      if (copy && copy.freshUntilMs + this.deps.settings.staleMs > nowMs) known.set(day, copy);
    }
    return {
      asOf: this.nextSequence(),
      shared: false,
      fence: null,
      failureNote: null,
      days: known,
      generation,
      nowMs,
      storeAheadMs: 0,
    };
  }
}

/**
 * Whether a caller who saw `view` may be given what was fetched: the fetch began after the caller looked, or nothing
 * was invalidated between its beginning and the caller's look.
 */
export function acceptable(fetched: Fetched, view: SlotView, days: readonly LocalDate[]): boolean {
  if (!days.every((day) => fetched.days.has(day))) return false;
  if (fetched.asOf > view.asOf) return true;
  return days.every((day) => {
    const known = fetched.days.get(day);
    return known !== undefined && stillHolds(known.token, fetched.generation, view, day);
  });
}

export function stillHolds(token: KnownDay['token'], generation: number, view: SlotView, day: LocalDate): boolean {
  return view.shared ? token !== null && visible(token, day, view.fence) : generation >= view.generation;
}

interface Copy extends KnownDay {
  payload: string | null;
  /** This process's count of invalidations when the fetch began or the copy was read. */
  generation: number;
  lastReadAtMs: number | null;
}

const storedStarts = z.array(z.number().int());
const COPIES = 5000;

export function encodeStarts(starts: readonly number[]): string {
  return JSON.stringify(starts);
}

/**
 * The days this process read or fetched lately: spares parsing what has not changed, knows what is in demand, and is
 * all there is while the shared store is away.
 */
export class KnownDays {
  readonly #copies = new LRUCache<string, Copy>({ max: COPIES });

  /** A stored day, read now. null when it cannot be read. */
  fromStore(key: string, entry: FencedEntry, storeAheadMs: number, generation: number): KnownDay | null {
    const copy = this.#copies.get(key);
    if (copy && copy.payload === entry.payload && sameToken(copy.token, entry.token)) {
      copy.generation = generation;
      return copy;
    }
    const starts = decodeStarts(entry.payload);
    if (!starts) return null;
    const begunAtMs = entry.token.begunAtMs - storeAheadMs;
    const day = { starts, token: entry.token, begunAtMs, freshUntilMs: entry.freshUntilMs - storeAheadMs };
    this.#copies.set(key, { ...day, payload: entry.payload, generation, lastReadAtMs: copy?.lastReadAtMs ?? null });
    return this.#copies.get(key) ?? day;
  }

  keep(key: string, day: KnownDay, generation: number): void {
    const copy = this.#copies.get(key);
    if (copy && copy.begunAtMs > day.begunAtMs) return;
    const payload = day.token ? encodeStarts(day.starts) : null;
    this.#copies.set(key, { ...day, payload, generation, lastReadAtMs: copy?.lastReadAtMs ?? null });
  }

  /** The copy of this process, unless an invalidation by this process voided it. */
  here(key: string, generation: number): KnownDay | null {
    const copy = this.#copies.get(key);
    return copy && copy.generation >= generation ? copy : null;
  }

  /** Notes a reading and says whether the day was read before within `withinMs`. */
  demanded(key: string, nowMs: number, withinMs: number): boolean {
    const copy = this.#copies.get(key);
    if (!copy) return false;
    const before = copy.lastReadAtMs;
    copy.lastReadAtMs = nowMs;
    return before !== null && nowMs - before <= withinMs;
  }
}

function decodeStarts(payload: string): number[] | null {
  try {
    const parsed = storedStarts.safeParse(JSON.parse(payload));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function sameToken(a: FetchToken | null, b: FetchToken): boolean {
  return a !== null && a.begunAtMs === b.begunAtMs && a.epoch === b.epoch && a.incarnation === b.incarnation;
}

/** Whether what was fetched under `token` for `part` still exists behind the fence. */
export function visible(token: FetchToken, part: string, fence: FenceState | null): boolean {
  return (
    fence !== null &&
    token.incarnation === fence.incarnation &&
    token.epoch >= fence.floor &&
    token.begunAtMs >= fence.sinceMs &&
    token.epoch >= (fence.partFloors.get(part) ?? 0)
  );
}

/**
 * Changes with every invalidation, so that no process leads or joins a fetch that began before one. A fence that
 * was never raised and one that does not exist yet are of the same generation.
 */
export function generation(fence: FenceState | null): number {
  return fence ? Math.max(fence.floor, ...fence.partFloors.values()) : 0;
}
