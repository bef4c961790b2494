import type { Clock } from './clock';
import type { RedisClient, RedisConnections } from './redis';

/** Redis is known to be away; nothing was sent to it. */
export class RedisAway extends Error {
  constructor() {
    super('Redis is away');
    this.name = 'RedisAway';
  }
}

/**
 * Keeps a frozen Redis from being paid for on every operation: after a failure nothing is sent for `coolDownMs`, then
 * the next operation tries again.
 */
export class RedisGuard {
  #closedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly redis: RedisConnections,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly coolDownMs = 1000,
  ) {}

  /** @throws RedisAway without asking, or whatever the operation throws */
  run<T>(operation: (commands: RedisClient) => Promise<T>): Promise<T> {
    if (this.clock.monotonicMs() < this.#closedUntilMs) return Promise.reject(new RedisAway());
    return this.insist(operation);
  }

  /** For what must not stay unsaid: tried even shortly after a failure. @throws as `run` */
  async insist<T>(operation: (commands: RedisClient) => Promise<T>): Promise<T> {
    if (!this.redis.available) throw new RedisAway();
    try {
      return await operation(this.redis.commands);
    } catch (error) {
      this.#closedUntilMs = this.clock.monotonicMs() + this.coolDownMs;
      throw error;
    }
  }
}
