import { createHash } from 'node:crypto';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisConnections } from './redis';
import type { RedisGuard } from './redis-guard';

interface OwnCounts {
  read(key: string): Promise<number>;
  add(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

const PREFIX = 'sign-in';

/** Counts that all processes share; while Redis is away, what this process counted itself. */
export class RedisTryCounts implements OwnCounts {
  readonly #shared: RateLimiterRedis;

  /**
   * @param own counts everything as well
   * @param windowMs from the first try until its count ends
   */
  constructor(
    redis: Pick<RedisConnections, 'commands'>,
    private readonly guard: RedisGuard,
    private readonly own: OwnCounts,
    windowMs: number,
  ) {
    const storeClient = redis.commands;
    this.#shared = new RateLimiterRedis({ storeClient, keyPrefix: PREFIX, points: 1, duration: windowMs / 1000 });
  }

  async read(key: string): Promise<number> {
    try {
      const count = await this.guard.run(() => this.#shared.get(digest(key)));
      return count?.consumedPoints ?? 0;
    } catch {
      return this.own.read(key);
    }
  }

  async add(key: string): Promise<void> {
    await this.own.add(key);
    await this.guard.run(() => this.#shared.penalty(digest(key))).catch(() => null);
  }

  async forget(key: string): Promise<void> {
    await this.own.forget(key);
    await this.guard.run(() => this.#shared.delete(digest(key))).catch(() => null);
  }

  /** Whether the key's turn was free in every process; it is then taken for that long. */
  async takeTurn(key: string, forMs: number): Promise<boolean> {
    const name = `${PREFIX}:turn:${digest(key)}`;
    const taken = await this.guard.run((commands) => commands.set(name, '1', 'PX', forMs, 'NX')).catch(() => 'OK');
    return taken === 'OK';
  }
}

/** Keys name people and their addresses, which Redis does not need to know. */
const digest = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
