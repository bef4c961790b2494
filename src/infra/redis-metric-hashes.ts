import { Cluster } from 'ioredis';
import type { RedisConnections } from './redis';

/** A day of minutes at once would keep callers' commands waiting, and the last of them would time out behind the first. */
const READ_AT_ONCE = 60;

/** Hashes of counters that expire, written and read in one go. */
export class RedisMetricHashes {
  constructor(private readonly redis: RedisConnections) {}

  /** Adds all figures in one round trip. */
  async add(hashes: { key: string; figures: Record<string, number> }[], ttlSeconds: number): Promise<void> {
    await Promise.all(
      this.#byNode(hashes).map(async (group) => {
        const pipeline = this.redis.commands.pipeline();
        for (const { key, figures } of group) {
          for (const [name, figure] of Object.entries(figures)) {
            if (figure === 0) continue;
            pipeline.hincrbyfloat(key, name, Math.round(figure * 100) / 100);
          }
          pipeline.expire(key, ttlSeconds);
        }
        await pipeline.exec();
      }),
    );
  }

  /** In the order of the keys; empty for a hash that is not there. */
  async read(keys: string[]): Promise<Record<string, number>[]> {
    const hashes: Record<string, string>[] = [];
    for (let read = 0; read < keys.length; read += READ_AT_ONCE)
      hashes.push(
        ...(await Promise.all(keys.slice(read, read + READ_AT_ONCE).map((key) => this.redis.commands.hgetall(key)))),
      );
    return hashes.map((hash) =>
      Object.fromEntries(Object.entries(hash).map(([name, figure]) => [name, Number(figure)])),
    );
  }

  /** A cluster takes pipelines of one slot only. */
  #byNode<T>(items: T[]): T[][] {
    return this.redis.commands instanceof Cluster ? items.map((item) => [item]) : [items];
  }
}
