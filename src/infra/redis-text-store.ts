import { LRUCache } from 'lru-cache';
import type { RedisConnections } from './redis';

/** Short-lived text in Redis; while Redis is away, what this process wrote itself. */
export class RedisTextStore {
  readonly #redis: RedisConnections;
  readonly #own = new LRUCache<string, string>({ max: 5000 });

  constructor(redis: RedisConnections) {
    this.#redis = redis;
  }

  async get(key: string): Promise<string | null> {
    if (this.#redis.available) {
      try {
        return await this.#redis.commands.get(key);
      } catch {
        // Fall through to what this process remembers.
      }
    }
    return this.#own.get(key) ?? null;
  }

  async set(key: string, value: string, lifeMs: number): Promise<void> {
    this.#own.set(key, value, { ttl: lifeMs });
    if (!this.#redis.available) return;
    try {
      await this.#redis.commands.set(key, value, 'PX', lifeMs);
    } catch {
      // This process still remembers.
    }
  }
}
