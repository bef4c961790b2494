import { DeadlineExceeded } from '../errors';
import type { Lease, RedisLeases } from './redis-leases';

const RETRY_MS = 40;
/** How long a writer that died keeps the others out: well below a caller's patience. */
const LEASE_MS = 2000;

/**
 * Mutual exclusion over sets of keys: first within this process (in order of arrival, no polling), then among processes
 * by a lease in Redis. While Redis is away only this process is covered. It is a lease and not a fence: whatever must
 * never happen twice is also refused by the database.
 */
export class KeyedMutex {
  readonly #held = new Set<string>();
  readonly #waiting: { keys: string[]; go: () => void }[] = [];

  constructor(private readonly leases: Pick<RedisLeases, 'tryAcquire'>) {}

  /**
   * Runs the work while no other holder has any of the keys.
   * @param waitMs how long to wait for that
   * @throws DeadlineExceeded (nothing was sent) when the keys stay taken for so long
   */
  async runExclusive<T>(keys: string[], waitMs: number, work: () => Promise<T>): Promise<T> {
    const untilMs = performance.now() + waitMs;
    await this.#enter(keys, waitMs);
    let lease: Lease | null = null;
    try {
      lease = await this.#lease(keys, untilMs);
      return await work();
    } finally {
      // The next one here goes when the others can as well; the work's result does not wait for that.
      void Promise.resolve(lease?.release()).then(() => this.#leave(keys));
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
        reject(new DeadlineExceeded('waiting for the turn', false, true));
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

  /** null while Redis is away. */
  async #lease(keys: string[], untilMs: number): Promise<Lease | null> {
    const resources = keys.map((key) => `lock:${key}`);
    for (;;) {
      const lease = await this.leases.tryAcquire(resources, LEASE_MS).catch(() => 'away' as const);
      if (lease !== null) return lease === 'away' ? null : lease;
      if (performance.now() + RETRY_MS > untilMs) throw new DeadlineExceeded('waiting for the turn', false, true);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS + Math.random() * 15));
    }
  }
}
