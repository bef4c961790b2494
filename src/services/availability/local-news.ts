import { LRUCache } from 'lru-cache';
import type { Clock } from '../../infra/clock';
import type { FenceChange } from './slot-store';
import type { Strike } from './strikes';

export interface LocalStrike extends Strike {
  label: string;
  /** Local clock, epoch milliseconds. */
  atMs: number;
}

interface GroupNews {
  generation: number;
  strikes: LocalStrike[];
  undelivered: FenceChange[];
}

const GROUPS = 5000;
const STRIKES_PER_GROUP = 256;
const UNDELIVERED_PER_GROUP = 256;

/**
 * What this process itself did to the availability of each event type: remembered here too, so that it holds while the
 * shared store is away and until the store has heard of it.
 */
export class LocalNews {
  readonly #clock: Clock;
  readonly #forgetAfterMs: number;
  readonly #groups = new LRUCache<string, GroupNews>({ max: GROUPS });
  readonly #unheard = new Set<string>();
  #changes = 0;

  constructor(clock: Clock, forgetAfterMs: number) {
    this.#clock = clock;
    this.#forgetAfterMs = forgetAfterMs;
  }

  strike(fenceKey: string, label: string, strike: Strike): void {
    const group = this.#group(fenceKey);
    const nowMs = this.#clock.nowMs();
    const others = group.strikes.filter((other) => other.label !== label && other.atMs + this.#forgetAfterMs > nowMs);
    group.strikes = [...others, { ...strike, label, atMs: nowMs }].slice(-STRIKES_PER_GROUP);
  }

  unstrike(fenceKey: string, label: string): void {
    const group = this.#groups.get(fenceKey);
    if (group) group.strikes = group.strikes.filter((strike) => strike.label !== label);
  }

  /** Ends everything fetched before, as far as this process knows of it. */
  raise(fenceKey: string): void {
    this.#changes += 1;
    this.#group(fenceKey).generation = this.#changes;
  }

  /**
   * Kept until the store hears of them, in the order in which they happened here. Heard late, a release no longer takes
   * out what stands there: another process may have booked the same time since.
   */
  keepUndelivered(changes: readonly FenceChange[]): void {
    for (const { takeOutLabel, ...change } of changes) {
      const group = this.#group(change.fenceKey);
      this.#unheard.add(change.fenceKey);
      const before = group.undelivered.filter(({ putIn }) => !putIn || putIn.label !== takeOutLabel);
      const waiting = [...before, change];
      group.undelivered =
        waiting.length > UNDELIVERED_PER_GROUP
          ? [{ fenceKey: change.fenceKey, ends: 'all' }, ...waiting.slice(-UNDELIVERED_PER_GROUP / 2)]
          : waiting;
    }
  }

  /** Everything the store has not heard of. */
  allUndelivered(): FenceChange[] {
    return [...this.#unheard].flatMap((fenceKey) => this.undelivered(fenceKey));
  }

  undelivered(fenceKey: string): readonly FenceChange[] {
    return this.#groups.get(fenceKey)?.undelivered ?? [];
  }

  delivered(changes: readonly FenceChange[]): void {
    const heard = new Set(changes);
    for (const { fenceKey } of changes) {
      const group = this.#groups.get(fenceKey);
      if (group) group.undelivered = group.undelivered.filter((change) => !heard.has(change));
      if (!group?.undelivered.length) this.#unheard.delete(fenceKey);
    }
  }

  generation(fenceKey: string): number {
    return this.#groups.get(fenceKey)?.generation ?? 0;
  }

  strikes(fenceKey: string): readonly LocalStrike[] {
    return this.#groups.get(fenceKey)?.strikes ?? [];
  }

  #group(fenceKey: string): GroupNews {
    const known = this.#groups.get(fenceKey);
    if (known) return known;
    const group: GroupNews = { generation: 0, strikes: [], undelivered: [] };
    this.#groups.set(fenceKey, group);
    return group;
  }
}
