import type { Clock } from '../../src/infra/clock';
import { visible } from '../../src/services/availability/slot-reader';
import type { FetchLeases, SlotStore } from '../../src/services/availability/ports';
import type { FenceState, FencedEntry, FetchToken } from '../../src/infra/fence-text';
import type { EntryToFill, FenceChange, FencedReading } from '../../src/infra/fenced-cache';
import type { Lease } from '../../src/infra/redis-leases';

interface Limits {
  longestLifeMs: number;
  settleMs: number;
}

/** The store's contract in memory, on whatever clock a test gives it. Several caches may share one. */
export class MemorySlotStore implements SlotStore {
  away = false;
  reads = 0;
  readonly #fences = new Map<string, FenceState & { partAtMs: Map<string, number> }>();
  readonly #entries = new Map<string, FencedEntry & { keepUntilMs: number }>();
  readonly #notes: Map<string, { text: string; untilMs: number }>;
  #incarnations = 0;

  constructor(
    readonly clock: Clock,
    readonly limits: Limits,
    notes = new Map<string, { text: string; untilMs: number }>(),
  ) {
    this.#notes = notes;
  }

  /** As a Redis that comes back empty. */
  lose(): void {
    this.#fences.clear();
    this.#entries.clear();
    this.#notes.clear();
  }

  /** As a Redis that evicted just these. */
  loseFences(): void {
    this.#fences.clear();
  }

  async read(fenceKey: string, noteKey: string, entryKeys: readonly string[]): Promise<FencedReading> {
    await this.#answer();
    this.reads += 1;
    const nowMs = this.clock.nowMs();
    const note = this.#notes.get(noteKey);
    const entries = entryKeys.map((key) => {
      const entry = this.#entries.get(key);
      return entry && entry.keepUntilMs > nowMs ? entry : null;
    });
    return { nowMs, fence: this.#copy(fenceKey), note: note && note.untilMs > nowMs ? note.text : null, entries };
  }

  async begin(fenceKey: string): Promise<{ token: FetchToken; fence: FenceState }> {
    await this.#answer();
    const fence = this.#open(fenceKey);
    return { token: { incarnation: fence.incarnation, epoch: fence.epoch, begunAtMs: this.clock.nowMs() }, fence };
  }

  async fill(
    fenceKey: string,
    token: FetchToken,
    entries: readonly EntryToFill[],
  ): Promise<{ outcome: 'written' | 'refused' | 'lost'; fence: FenceState | null }> {
    await this.#answer();
    const fence = this.#copy(fenceKey);
    if (fence?.incarnation !== token.incarnation) return { outcome: 'lost', fence };
    let refused = false;
    for (const entry of entries) {
      if (!visible(token, entry.part, fence) || entry.keepUntilMs - this.clock.nowMs() < 1) {
        refused = true;
        continue;
      }
      const there = this.#entries.get(entry.key);
      const newer =
        there &&
        there.token.incarnation === token.incarnation &&
        there.token.epoch >= token.epoch &&
        there.token.begunAtMs > token.begunAtMs;
      if (!newer)
        this.#entries.set(entry.key, {
          token,
          freshUntilMs: Math.round(entry.freshUntilMs),
          payload: entry.payload,
          keepUntilMs: entry.keepUntilMs,
        });
    }
    return { outcome: refused ? 'refused' : 'written', fence };
  }

  async change(changes: readonly FenceChange[]): Promise<void> {
    await this.#answer();
    for (const change of changes) this.#change(change);
  }

  async count(pattern: string, atMost: number): Promise<number> {
    await this.#answer();
    const glob = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);
    return Math.min(atMost, [...this.#entries.keys()].filter((key) => glob.test(key)).length);
  }

  #change(change: FenceChange): void {
    const fence = this.#open(change.fenceKey);
    const nowMs = this.clock.nowMs();
    const { longestLifeMs, settleMs } = this.limits;
    const epoch = fence.epoch + 1;
    let { floor, sinceMs } = fence;
    const marks = fence.marks.filter(
      (mark) =>
        mark.label !== change.takeOutLabel &&
        mark.label !== change.putIn?.label &&
        mark.atMs + longestLifeMs + settleMs > nowMs,
    );
    if (change.putIn) marks.push({ epoch, atMs: nowMs, ...change.putIn });
    if (marks.length > 256) {
      for (const mark of marks.splice(0, marks.length - 128)) {
        floor = Math.max(floor, mark.epoch);
        sinceMs = Math.max(sinceMs, mark.atMs + settleMs);
      }
    }
    let partFloors = new Map(fence.partFloors);
    let partAtMs = new Map(fence.partAtMs);
    if (change.ends !== undefined && change.ends !== 'all' && change.ends.length > 0) {
      for (const [part, atMs] of partAtMs) if (atMs + longestLifeMs <= nowMs) partFloors.delete(part);
      for (const part of change.ends) {
        partFloors.set(part, epoch);
        partAtMs.set(part, nowMs);
      }
    }
    if (change.ends === 'all' || partFloors.size > 60) {
      floor = epoch;
      partFloors = new Map();
      partAtMs = new Map();
    }
    this.#fences.set(change.fenceKey, { ...fence, epoch, floor, sinceMs, marks, partFloors, partAtMs });
  }

  #open(fenceKey: string): FenceState & { partAtMs: Map<string, number> } {
    const known = this.#fences.get(fenceKey);
    if (known) return known;
    this.#incarnations += 1;
    const fence = {
      incarnation: String(this.#incarnations),
      epoch: 1,
      floor: 0,
      sinceMs: 0,
      partFloors: new Map(),
      partAtMs: new Map(),
      marks: [],
    };
    this.#fences.set(fenceKey, fence);
    return fence;
  }

  #copy(fenceKey: string): FenceState | null {
    return this.#fences.get(fenceKey) ?? null;
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (this.away) throw new Error('the store is away');
  }
}

/** The leases' contract in memory: a living holder keeps its keys until it gives them back. */
export class MemoryFetchLeases implements FetchLeases {
  away = false;
  readonly #leases = new Map<string, { holder: object; untilMs: number; leaseMs: number }>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(
    readonly clock: Clock,
    readonly notes = new Map<string, { text: string; untilMs: number }>(),
  ) {}

  async tryAcquire(keys: readonly string[], leaseMs: number): Promise<Lease | null> {
    await this.#answer();
    if (keys.some((key) => this.#msUntilFree(key) > 0)) return null;
    const holder = {};
    for (const key of keys) this.#leases.set(key, { holder, untilMs: Number.POSITIVE_INFINITY, leaseMs });
    return {
      release: async () => {
        for (const key of keys) if (this.#leases.get(key)?.holder === holder) this.#leases.delete(key);
      },
    };
  }

  /** As if the process that holds any of them had died now. */
  dies(): void {
    for (const lease of this.#leases.values()) lease.untilMs = this.clock.nowMs() + lease.leaseMs;
  }

  async msUntilFree(keys: readonly string[]): Promise<number> {
    await this.#answer();
    const left = keys.map((key) => this.#msUntilFree(key)).filter((ms) => ms > 0);
    return left.length === 0 ? 0 : Math.min(...left);
  }

  /** A living holder renews in between, so that at most a whole lease is left. */
  #msUntilFree(key: string): number {
    const lease = this.#leases.get(key);
    return lease ? Math.min(lease.leaseMs, lease.untilMs - this.clock.nowMs()) : 0;
  }

  async leaveNote(key: string, text: string, forMs: number): Promise<void> {
    await this.#answer();
    this.notes.set(key, { text, untilMs: this.clock.nowMs() + forMs });
  }

  async notify(channel: string): Promise<void> {
    await this.#answer();
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  }

  async listen(channel: string, listener: () => void): Promise<() => void> {
    await this.#answer();
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (this.away) throw new Error('the lock is away');
  }
}
