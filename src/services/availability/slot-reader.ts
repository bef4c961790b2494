import type { Clock } from '../../infra/clock';
import type { LocalDate } from '../../domain';
import { visible } from './fence';
import type { KnownDay, KnownDays } from './known-day';
import type { LocalChanges } from './local-changes';
import type { SlotKeys } from './slot-keys';
import type { Fence, SlotStore } from './slot-store';

/** What is known about the asked days at one instant. */
export interface SlotView {
  /** Larger than that of everything seen before. */
  asOf: number;
  /** False when the shared store is away and only this process's memory was read. */
  shared: boolean;
  fence: Fence | null;
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
  fence: Fence | null;
  days: ReadonlyMap<LocalDate, KnownDay>;
  generation: number;
  by: 'this process' | 'another process';
}

/** Reads the stored days, in one round trip, or this process's own copies while the store is away. */
export class SlotReader {
  readonly #store: SlotStore;
  readonly #known: KnownDays;
  readonly #changes: LocalChanges;
  readonly #clock: Clock;
  readonly #staleMs: number;
  #sequence = 0;

  constructor(deps: { store: SlotStore; known: KnownDays; changes: LocalChanges; clock: Clock; staleMs: number }) {
    this.#store = deps.store;
    this.#known = deps.known;
    this.#changes = deps.changes;
    this.#clock = deps.clock;
    this.#staleMs = deps.staleMs;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  async look(keys: SlotKeys, days: readonly LocalDate[], priority: 'live' | 'background'): Promise<SlotView> {
    const entryKeys = days.map((day) => keys.entry(day));
    const asOf = this.nextSequence();
    const generation = this.#changes.generation(keys.fence);
    const heard = await this.#deliver(keys.fence);
    const reading = heard
      ? await this.#store.read(keys.fence, keys.failure(priority), entryKeys).catch(() => null)
      : null;
    if (!reading) return this.lookHere(keys, days);
    const { fence, note, entries } = reading;
    const nowMs = this.#clock.nowMs();
    const storeAheadMs = reading.nowMs - nowMs;
    const known = new Map<LocalDate, KnownDay>();
    days.forEach((day, index) => {
      const entry = entries[index];
      const key = entryKeys[index];
      if (!entry || key === undefined || !visible(entry.token, day, fence)) return;
      const found = this.#known.fromStore(key, entry, storeAheadMs, generation);
      if (found) known.set(day, found);
    });
    return { asOf, shared: true, fence, failureNote: note, days: known, generation, nowMs, storeAheadMs };
  }

  /** What the store could not be told while it was away comes before anything is read from it again. */
  async #deliver(fenceKey: string): Promise<boolean> {
    const undelivered = this.#changes.undelivered(fenceKey);
    if (undelivered.length === 0) return true;
    try {
      await this.#store.change(undelivered);
    } catch {
      return false;
    }
    this.#changes.delivered(undelivered);
    return true;
  }

  /** Only what this process remembers. */
  lookHere(keys: SlotKeys, days: readonly LocalDate[]): SlotView {
    const generation = this.#changes.generation(keys.fence);
    const nowMs = this.#clock.nowMs();
    const known = new Map<LocalDate, KnownDay>();
    for (const day of days) {
      const copy = this.#known.here(keys.entry(day), generation);
      if (copy && copy.freshUntilMs + this.#staleMs > nowMs) known.set(day, copy);
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
