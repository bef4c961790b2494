import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { FetchToken, StoredEntry } from './slot-store';

/** The starts of one local day as some fetch saw them. Instants by this process's clock, epoch milliseconds. */
export interface KnownDay {
  starts: readonly number[];
  /** null when it was fetched while the shared store was away. */
  token: FetchToken | null;
  begunAtMs: number;
  freshUntilMs: number;
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
  fromStore(key: string, entry: StoredEntry, storeAheadMs: number, generation: number): KnownDay | null {
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
