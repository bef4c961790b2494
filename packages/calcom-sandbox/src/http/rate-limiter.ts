import { type TimeSource } from '../sandbox-clock';
import { type LimitSet } from '../world/world-spec';

export type RateLimit = Omit<LimitSet, 'name'>;

export const DEFAULT_RATE_LIMIT: RateLimit = { limit: 120, windowMs: 60_000, blockMs: 60_000 };

/** What one set of limits says after a request. */
export interface SetState {
  name: string;
  limit: number;
  remaining: number;
  /** Seconds until the window or block ends, rounded up. */
  resetSeconds: number;
  blocked: boolean;
}

export interface RateDecision {
  allowed: boolean;
  sets: readonly SetState[];
}

interface Bucket {
  count: number;
  windowEndsAtMs: number;
  blockedUntilMs: number;
}

const MAX_BUCKETS = 10_000;

/**
 * Fixed windows that start with the first request. One request over the limit blocks the caller for a full block.
 * Requests during a block do not extend it, but they count: one that comes after the window has ended opens the next
 * window, so the first request after the block can find it already used. A caller with several sets of limits is
 * refused only while all of them block.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  enabled = true;

  constructor(
    private readonly clock: TimeSource,
    public rules: RateLimit,
  ) {}

  /** Counts one request. `sets` replace the default for callers with limits of their own. */
  hit(callerId: string, sets: readonly LimitSet[] = this.#defaultSets()): RateDecision {
    const nowMs = this.clock.nowMs();
    const states = sets.map((set) => {
      const bucket = this.#bucket(callerId, set, nowMs);
      if (this.enabled) {
        bucket.count += 1;
        const isOver = bucket.blockedUntilMs <= nowMs && bucket.count > set.limit;
        if (isOver) bucket.blockedUntilMs = nowMs + set.blockMs;
      }
      return stateOf(set, bucket, nowMs);
    });
    return { allowed: !this.enabled || states.some((state) => !state.blocked), sets: states };
  }

  /** The state without counting: what an answer says that never reached the limiter. */
  peek(callerId: string, sets: readonly LimitSet[] = this.#defaultSets()): RateDecision {
    const nowMs = this.clock.nowMs();
    const states = sets.map((set) => {
      const known = this.#buckets.get(bucketId(callerId, set));
      const bucket = { ...(known ?? freshBucket(set, nowMs)) };
      if (bucket.windowEndsAtMs <= nowMs) Object.assign(bucket, { count: 0, windowEndsAtMs: nowMs + set.windowMs });
      return stateOf(set, bucket, nowMs);
    });
    return { allowed: states.some((state) => !state.blocked), sets: states };
  }

  clear(): void {
    this.#buckets.clear();
  }

  #defaultSets(): LimitSet[] {
    return [{ name: 'default', ...this.rules }];
  }

  #bucket(callerId: string, set: LimitSet, nowMs: number): Bucket {
    const id = bucketId(callerId, set);
    const known = this.#buckets.get(id);
    if (known && known.windowEndsAtMs > nowMs) return known;
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
    const bucket = { ...freshBucket(set, nowMs), blockedUntilMs: known?.blockedUntilMs ?? 0 };
    this.#buckets.set(id, bucket);
    return bucket;
  }
}

/** Every set counts by itself, also beside one of another name with the same limit and window. */
const bucketId = (callerId: string, { name, limit, windowMs }: LimitSet): string =>
  [callerId, limit, windowMs, name].join(':');

const freshBucket = (set: LimitSet, nowMs: number): Bucket => ({
  count: 0,
  windowEndsAtMs: nowMs + set.windowMs,
  blockedUntilMs: 0,
});

function stateOf(set: LimitSet, bucket: Bucket, nowMs: number): SetState {
  const blocked = bucket.blockedUntilMs > nowMs;
  const endsAtMs = blocked ? bucket.blockedUntilMs : bucket.windowEndsAtMs;
  return {
    name: set.name,
    limit: set.limit,
    remaining: blocked ? 0 : Math.max(0, set.limit - bucket.count),
    resetSeconds: Math.ceil((endsAtMs - nowMs) / 1_000),
    blocked,
  };
}
