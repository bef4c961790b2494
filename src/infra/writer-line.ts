import Redlock, { type Lock } from 'redlock';
import { DeadlineExceeded } from '../errors';
import type { RedisConnections } from './redis';

const RETRY_MS = 40;

/**
 * Mutual exclusion over sets of keys: first in line within this process (in order of arrival, no polling), then among
 * processes by a lease in Redis. While Redis is away only this process is covered. It is a lease and not a fence:
 * whatever must never happen twice is also refused by the database.
 */
export class WriterLine {
  readonly #redis: RedisConnections;
  readonly #redlock: Redlock;
  readonly #held = new Set<string>();
  readonly #waiting: { keys: string[]; go: () => void }[] = [];

  constructor(redis: RedisConnections) {
    this.#redis = redis;
    this.#redlock = new Redlock([redis.commands], { retryCount: 0, retryDelay: RETRY_MS, retryJitter: 15 });
    // Every failed try is also reported as an event; the promise already tells.
    this.#redlock.on('error', () => undefined);
  }

  /**
   * @param waitMs how long to stand in line
   * @param leaseMs how long the keys stay taken if this process dies; must exceed the work's own time limit
   * @throws DeadlineExceeded (nothing was sent) when the turn does not come in time
   */
  async inLine<T>(keys: string[], waitMs: number, leaseMs: number, work: () => Promise<T>): Promise<T> {
    const untilMs = performance.now() + waitMs;
    await this.#enter(keys, waitMs);
    let lock: Lock | null = null;
    try {
      lock = await this.#lease(keys, untilMs, leaseMs);
      return await work();
    } finally {
      await lock?.release().catch(() => undefined);
      this.#leave(keys);
    }
  }

  #enter(keys: string[], waitMs: number): Promise<void> {
    if (this.#free(keys)) {
      for (const key of keys) this.#held.add(key);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const entry = {
        keys,
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(new DeadlineExceeded('standing in line', false, true));
      }, waitMs);
      this.#waiting.push(entry);
    });
  }

  #leave(keys: string[]): void {
    for (const key of keys) this.#held.delete(key);
    for (let index = 0; index < this.#waiting.length;) {
      const entry = this.#waiting[index];
      if (!entry || !this.#free(entry.keys)) {
        index++;
        continue;
      }
      this.#waiting.splice(index, 1);
      for (const key of entry.keys) this.#held.add(key);
      entry.go();
    }
  }

  #free(keys: string[]): boolean {
    return keys.every((key) => !this.#held.has(key));
  }

  async #lease(keys: string[], untilMs: number, leaseMs: number): Promise<Lock | null> {
    const resources = keys.map((key) => `lock:${key}`);
    for (;;) {
      if (!this.#redis.available) return null;
      try {
        return await this.#redlock.acquire(resources, leaseMs);
      } catch (error) {
        if (!this.#redis.available || !(await heldByOthers(error))) return null;
        if (performance.now() + RETRY_MS > untilMs) throw new DeadlineExceeded('standing in line', false, true);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS + Math.random() * 15));
      }
    }
  }
}

/** Redlock reports contention and a failing Redis alike; only the votes inside tell them apart. */
async function heldByOthers(error: unknown): Promise<boolean> {
  const attempts = (error as { attempts?: ReadonlyArray<Promise<{ votesAgainst?: Map<unknown, Error> }>> }).attempts;
  if (!attempts) return false;
  for (const attempt of attempts) {
    const { votesAgainst } = await attempt;
    for (const vote of votesAgainst?.values() ?? []) if (vote.name === 'ResourceLockedError') return true;
  }
  return false;
}
