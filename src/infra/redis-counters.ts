import type { RedisConnections } from './redis';

/** Plain counters that expire, readable with redis-cli. */
export class RedisCounters {
  constructor(private readonly redis: RedisConnections) {}

  async increment(name: string, ttlSeconds: number): Promise<void> {
    await this.redis.commands.pipeline().incr(name).expire(name, ttlSeconds).exec();
  }

  /** 0 when there is none. */
  async read(name: string): Promise<number> {
    return Number((await this.redis.commands.get(name)) ?? 0);
  }
}
