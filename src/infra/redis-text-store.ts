import { LRUCache } from 'lru-cache';
import type { RedisGuard } from './redis-guard';

/** Short-lived text in Redis; while Redis is away or slow, what this process wrote itself. */
export class RedisTextStore {
  readonly #guard: RedisGuard;
  readonly #own = new LRUCache<string, string>({ max: 5000 });

  constructor(guard: RedisGuard) {
    this.#guard = guard;
  }

  async get(key: string): Promise<string | null> {
    try {
      return await this.#guard.run((commands) => commands.get(key));
    } catch {
      return this.#own.get(key) ?? null;
    }
  }

  async set(key: string, value: string, lifeMs: number): Promise<void> {
    this.#own.set(key, value, { ttl: lifeMs });
    // Where that fails, this process still remembers.
    await this.#guard.run((commands) => commands.set(key, value, 'PX', lifeMs)).catch(() => null);
  }
}
