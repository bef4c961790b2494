import { LRUCache } from 'lru-cache';
import type { Clock } from '../../infra/clock';
import type { BlockedInterval, LocalBlockedInterval } from './blocked-intervals';
import type { FenceChange } from '../../infra/fenced-cache';

interface GroupChanges {
  generation: number;
  blocked: LocalBlockedInterval[];
  undelivered: FenceChange[];
}

const GROUPS = 5000;
const BLOCKED_PER_GROUP = 256;
const UNDELIVERED_PER_GROUP = 256;

/**
 * What this process itself did to the availability of each event type: remembered here too, so that it holds while the
 * shared store is away and until the store has it.
 */
export class LocalChanges {
  readonly #groups = new LRUCache<string, GroupChanges>({ max: GROUPS });
  readonly #undeliveredKeys = new Set<string>();
  #changes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly forgetAfterMs: number,
  ) {}

  block(fenceKey: string, label: string, interval: BlockedInterval): void {
    const group = this.#group(fenceKey);
    const nowMs = this.clock.nowMs();
    const others = group.blocked.filter((other) => other.label !== label && other.atMs + this.forgetAfterMs > nowMs);
    group.blocked = [...others, { ...interval, label, atMs: nowMs }].slice(-BLOCKED_PER_GROUP);
  }

  unblock(fenceKey: string, label: string): void {
    const group = this.#groups.get(fenceKey);
    if (group) group.blocked = group.blocked.filter((interval) => interval.label !== label);
  }

  /** Ends everything fetched before, as far as this process knows of it. */
  raise(fenceKey: string): void {
    this.#changes += 1;
    this.#group(fenceKey).generation = this.#changes;
  }

  /**
   * Kept until the store has them, in the order in which they happened here. Delivered late, a release no longer takes
   * out what stands there: another process may have booked the same time since.
   */
  keepUndelivered(changes: readonly FenceChange[]): void {
    for (const { takeOutLabel, ...change } of changes) {
      const group = this.#group(change.fenceKey);
      this.#undeliveredKeys.add(change.fenceKey);
      const before = group.undelivered.filter(({ putIn }) => !putIn || putIn.label !== takeOutLabel);
      const waiting = [...before, change];
      group.undelivered =
        waiting.length > UNDELIVERED_PER_GROUP
          ? [{ fenceKey: change.fenceKey, ends: 'all' }, ...waiting.slice(-UNDELIVERED_PER_GROUP / 2)]
          : waiting;
    }
  }

  /** Everything the store does not have yet. */
  allUndelivered(): FenceChange[] {
    return [...this.#undeliveredKeys].flatMap((fenceKey) => this.undelivered(fenceKey));
  }

  undelivered(fenceKey: string): readonly FenceChange[] {
    return this.#groups.get(fenceKey)?.undelivered ?? [];
  }

  delivered(changes: readonly FenceChange[]): void {
    const stored = new Set(changes);
    for (const { fenceKey } of changes) {
      const group = this.#groups.get(fenceKey);
      if (group) group.undelivered = group.undelivered.filter((change) => !stored.has(change));
      if (!group?.undelivered.length) this.#undeliveredKeys.delete(fenceKey);
    }
  }

  generation(fenceKey: string): number {
    return this.#groups.get(fenceKey)?.generation ?? 0;
  }

  blocked(fenceKey: string): readonly LocalBlockedInterval[] {
    return this.#groups.get(fenceKey)?.blocked ?? [];
  }

  #group(fenceKey: string): GroupChanges {
    const known = this.#groups.get(fenceKey);
    if (known) return known;
    const group: GroupChanges = { generation: 0, blocked: [], undelivered: [] };
    this.#groups.set(fenceKey, group);
    return group;
  }
}
