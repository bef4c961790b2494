import { Cluster, type ChainableCommander, type Result } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock';
import { parseEntry, parseFence, type FencedEntry, type FenceState, type FetchToken } from './fence-text';
import { keysLike, type RedisClient } from './redis';
import { RedisAway, type RedisGuard } from './redis-guard';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    fenceChange(fence: string, ...args: (string | number)[]): Result<string[], Context>;
    fenceFill(fence: string, entry: string, ...args: (string | number)[]): Result<number, Context>;
  }
}

export interface FencedReading {
  /** Redis time as this process knows it. */
  nowMs: number;
  fence: FenceState | null;
  note: string | null;
  /** In the order asked; whether the fence still lets them be seen is for the reader to say. */
  entries: (FencedEntry | null)[];
}

export interface FenceChange {
  fenceKey: string;
  takeOutLabel?: string;
  /** Labels and payloads must not contain `,`, `;` or `|`. */
  putIn?: { label: string; payload: string };
  ends?: 'all' | readonly string[];
}

export interface EntryToFill {
  key: string;
  part: string;
  payload: string;
  freshUntilMs: number;
  keepUntilMs: number;
}

interface FencedCacheLimits {
  /** Longest time from the beginning of a fetch to the end of its entries. */
  longestLifeMs: number;
  /** Fetches that began less than this after a mark may not know of it yet. */
  settleMs: number;
}

const MAX_MARKS = 256;
const MAX_PARTS = 60;
const FENCE_MARGIN_MS = 120_000;
const CLOCK_CHECK_MS = 60_000;
const FENCES_REMEMBERED = 2000;

/**
 * Entries in Redis behind a fence: one small value per group that can void any number of entries in one step, with
 * no list of keys. All keys of a group must share a hash tag. Every method throws when Redis is away or too slow.
 */
export class FencedCache {
  readonly #parsed = new LRUCache<string, { text: string; fence: FenceState | null }>({ max: FENCES_REMEMBERED });
  #offsetMs = 0;
  #offsetKnownAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly guard: RedisGuard,
    private readonly clock: Clock,
    private readonly limits: FencedCacheLimits,
  ) {}

  /** One round trip, whatever the number of entries. */
  async read(fenceKey: string, noteKey: string, entryKeys: readonly string[]): Promise<FencedReading> {
    const [values] = await this.guard.run((redis) =>
      Promise.all([redis.mget(fenceKey, noteKey, ...entryKeys), this.#checkClock(redis)]),
    );
    return {
      nowMs: this.clock.nowMs() + this.#offsetMs,
      fence: this.#fence(fenceKey, values[0] ?? null),
      note: values[1] ?? null,
      entries: entryKeys.map((_, index) => parseEntry(values[index + 2] ?? null)),
    };
  }

  /** Call before a fetch: its result can be written under the token only as long as the fence is not raised. */
  async begin(fenceKey: string): Promise<{ token: FetchToken; fence: FenceState }> {
    const [now, text] = await this.guard.run((redis) => redis.fenceChange(fenceKey, ...this.#arguments({ fenceKey })));
    const fence = this.#fence(fenceKey, text ?? null);
    if (!fence) throw new Error('the fence is not readable');
    this.#learnTime(Number(now));
    return { token: { incarnation: fence.incarnation, epoch: fence.epoch, begunAtMs: Number(now) }, fence };
  }

  /**
   * Writes what a fetch brought, each entry for itself.
   * @returns `lost` when the fence is not the one the fetch began under (Redis lost its memory), `refused` when at
   * least one entry was voided meanwhile; and the fence as it stands now
   */
  async fill(
    fenceKey: string,
    token: FetchToken,
    entries: readonly EntryToFill[],
  ): Promise<{ outcome: 'written' | 'refused' | 'lost'; fence: FenceState | null }> {
    const replies = await this.guard.run((redis) => {
      const pipeline = redis.pipeline();
      for (const entry of entries) {
        const { incarnation, epoch, begunAtMs } = token;
        const value = [incarnation, epoch, begunAtMs, Math.round(entry.freshUntilMs), entry.payload].join('|');
        pipeline.fenceFill(
          fenceKey,
          entry.key,
          incarnation,
          epoch,
          begunAtMs,
          entry.part,
          value,
          Math.round(entry.keepUntilMs),
          this.#keepMs,
        );
      }
      return succeed(pipeline.get(fenceKey));
    });
    const text = replies.at(-1);
    const fence = this.#fence(fenceKey, typeof text === 'string' ? text : null);
    const verdicts = replies.slice(0, -1);
    if (fence?.incarnation !== token.incarnation || verdicts.includes(-1)) return { outcome: 'lost', fence };
    return { outcome: verdicts.includes(0) ? 'refused' : 'written', fence };
  }

  /** All changes in one round trip (one per group's node in a cluster); each is atomic for itself. */
  async change(changes: readonly FenceChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.guard.insist(async (redis) => {
      if (redis instanceof Cluster || changes.length === 1) {
        await Promise.all(changes.map((change) => redis.fenceChange(change.fenceKey, ...this.#arguments(change))));
        return;
      }
      const pipeline = redis.pipeline();
      for (const change of changes) pipeline.fenceChange(change.fenceKey, ...this.#arguments(change));
      await succeed(pipeline);
    });
  }

  /** Keys that match, counted up to a bound; for an operator's page only. */
  async count(pattern: string, atMost: number): Promise<number> {
    return this.guard.run(async (redis) => {
      let found = 0;
      for await (const keys of keysLike(redis, pattern)) {
        found += keys.length;
        if (found >= atMost) break;
      }
      return Math.min(found, atMost);
    });
  }

  get #keepMs(): number {
    return this.limits.longestLifeMs + this.limits.settleMs + FENCE_MARGIN_MS;
  }

  #arguments(change: FenceChange): (string | number)[] {
    const { longestLifeMs, settleMs } = this.limits;
    const ending = change.ends === 'all' ? '*' : (change.ends ?? []).join(',');
    const { label = '', payload = '' } = change.putIn ?? {};
    return [
      this.#keepMs,
      longestLifeMs,
      settleMs,
      MAX_MARKS,
      MAX_PARTS,
      change.takeOutLabel ?? '',
      label,
      payload,
      ending,
    ];
  }

  /** Freshness is judged by Redis time; how far this process's clock is from it is looked up once a minute. */
  async #checkClock(redis: RedisClient): Promise<void> {
    if (this.clock.monotonicMs() - this.#offsetKnownAtMs < CLOCK_CHECK_MS) return;
    // Set at once, so that a burst of readers asks once.
    this.#offsetKnownAtMs = this.clock.monotonicMs();
    try {
      const [seconds, micros] = await redis.time();
      this.#learnTime(Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
    } catch (error) {
      this.#offsetKnownAtMs = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  #learnTime(redisNowMs: number): void {
    if (!Number.isFinite(redisNowMs)) throw new RedisAway();
    this.#offsetMs = redisNowMs - this.clock.nowMs();
    this.#offsetKnownAtMs = this.clock.monotonicMs();
  }

  #fence(fenceKey: string, text: string | null): FenceState | null {
    if (text === null) return null;
    const known = this.#parsed.get(fenceKey);
    if (known?.text === text) return known.fence;
    const fence = parseFence(text);
    this.#parsed.set(fenceKey, { text, fence });
    return fence;
  }
}

async function succeed(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}
