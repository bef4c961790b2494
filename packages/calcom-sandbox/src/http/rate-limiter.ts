import { type TimeSource } from '../sandbox-clock';

export interface RateLimit {
  limit: number;
  windowMs: number;
  /** How long a caller that went over is refused, from the first refused request. */
  blockMs: number;
}

export const DEFAULT_RATE_LIMIT: RateLimit = { limit: 120, windowMs: 60_000, blockMs: 60_000 };

export interface RateDecision {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Seconds until the window or block ends, rounded up. */
  resetSeconds: number;
}

interface Bucket {
  count: number;
  windowEndsAtMs: number;
  blockedUntilMs: number;
}

const MAX_BUCKETS = 10_000;

/**
 * A fixed window that starts with the first request. One request over the limit blocks the caller for a full
 * block; requests during the block neither count nor extend it; the first one after it starts a new window.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  enabled = true;

  constructor(
    private readonly clock: TimeSource,
    public rules: RateLimit,
  ) {}

  /** Counts one request. `limit` replaces the default for callers with a limit of their own. */
  hit(bucketId: string, limit = this.rules.limit): RateDecision {
    const nowMs = this.clock.nowMs();
    const bucket = this.#current(bucketId, nowMs) ?? this.#open(bucketId, nowMs);
    if (!this.enabled) return this.#decision(bucket, nowMs, limit, true);
    if (bucket.blockedUntilMs > nowMs) return this.#decision(bucket, nowMs, limit, false);
    bucket.count += 1;
    if (bucket.count <= limit) return this.#decision(bucket, nowMs, limit, true);
    bucket.blockedUntilMs = nowMs + this.rules.blockMs;
    return this.#decision(bucket, nowMs, limit, false);
  }

  /** The state without counting: what an answer says that never reached the limiter. */
  peek(bucketId: string, limit = this.rules.limit): RateDecision {
    const nowMs = this.clock.nowMs();
    const bucket = this.#current(bucketId, nowMs);
    if (!bucket) {
      return { allowed: true, limit, remaining: limit, resetSeconds: Math.ceil(this.rules.windowMs / 1_000) };
    }
    return this.#decision(bucket, nowMs, limit, bucket.blockedUntilMs <= nowMs);
  }

  clear(): void {
    this.#buckets.clear();
  }

  #current(bucketId: string, nowMs: number): Bucket | undefined {
    const bucket = this.#buckets.get(bucketId);
    if (!bucket) return undefined;
    const endsAtMs = bucket.blockedUntilMs > 0 ? bucket.blockedUntilMs : bucket.windowEndsAtMs;
    if (nowMs < endsAtMs) return bucket;
    this.#buckets.delete(bucketId);
    return undefined;
  }

  #open(bucketId: string, nowMs: number): Bucket {
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
    const bucket = { count: 0, windowEndsAtMs: nowMs + this.rules.windowMs, blockedUntilMs: 0 };
    this.#buckets.set(bucketId, bucket);
    return bucket;
  }

  #decision(bucket: Bucket, nowMs: number, limit: number, allowed: boolean): RateDecision {
    const endsAtMs = allowed ? bucket.windowEndsAtMs : bucket.blockedUntilMs;
    return {
      allowed,
      limit,
      remaining: allowed ? Math.max(0, limit - bucket.count) : 0,
      resetSeconds: Math.ceil((endsAtMs - nowMs) / 1_000),
    };
  }
}
