import { LRUCache } from 'lru-cache';
import { keysLike } from './redis';
import type { RedisGuard } from './redis-guard';

/** Short-lived text in Redis; while Redis is away or slow, what this process wrote itself. */
export class RedisTextStore {
  readonly #own = new LRUCache<string, string>({ max: 5000 });

  constructor(private readonly guard: RedisGuard) {}

  async get(key: string): Promise<string | null> {
    try {
      return await this.guard.run((commands) => commands.get(key));
    } catch {
      return this.#own.get(key) ?? null;
    }
  }

  async set(key: string, value: string, lifeMs: number): Promise<void> {
    this.#own.set(key, value, { ttl: lifeMs });
    // Where that fails, this process still remembers.
    await this.guard.run((commands) => commands.set(key, value, 'PX', lifeMs)).catch(() => null);
  }

  /**
   * Deletes keys with this beginning for which `isMeant` says yes.
   * @throws RedisAway, or what Redis answers
   */
  async forget(prefix: string, isMeant: (key: string, value: string) => boolean): Promise<void> {
    for (const [key, value] of this.#own.entries())
      if (key.startsWith(prefix) && isMeant(key, value)) this.#own.delete(key);
    await this.guard.run(async (commands) => {
      for await (const keys of keysLike(commands, `${prefix}*`)) {
        for (const key of keys) {
          const value = await commands.get(key);
          if (value !== null && isMeant(key, value)) await commands.del(key);
        }
      }
    });
  }
}
