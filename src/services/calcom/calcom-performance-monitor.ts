import type { Clock } from '../../infra/clock';
import type { RedisMetricHashes } from '../../infra/redis-metric-hashes';
import type { CalcomApiRateLimiter } from '../calcom-api-rate-limiter';
import { type MetricsSummary, type Part, performanceReport, summarise, sumOf } from './calcom-performance-report';
import { withCompanies, type CalcomKey } from './calcom-keys';
import { CALCOM_ENDPOINTS, type CalcomEndpoint } from './calcom-ports';
import type { CircuitBreaker, CircuitStatus } from '../circuit-breaker';
import { bucketOf } from './latency-histogram';
import type { RateLimitStatus } from './rate-limit-status';
import { utcMinute } from './utc-minute';
import type { Logger } from '../../infra/logger';

/** Sums of whole hours, kept for 13 months. */
export interface HourStore {
  keep(hour: Date, endpoint: string, figures: Record<string, number>): Promise<void>;
  /** Ascending. */
  read(endpoint: string, from: Date, before: Date): Promise<{ hour: Date; figures: Record<string, number> }[]>;
}

export interface CallFacts {
  cached?: boolean;
  status?: 'success' | 'error';
  /** HTTP status. */
  code?: number | undefined;
  stale?: boolean;
  coalesced?: boolean;
  /** Waited for a place in the budget. */
  waited?: boolean;
}

const HOUR_MS = 3_600_000;
/** Longest range that is read by minutes; longer ones are read by hours. */
const MOST_MINUTES = 120;
/** Until the job of the next hour has surely summed them up, and one hour more. */
const TTL_SECONDS = 4 * 3600;
/** Hours that the job sums up each time: one run that was missed is made up for. */
const HOURS_BACK = 2;
/** 13 months. */
export const MOST_REPORT_MINUTES = 396 * 24 * 60;
const FLUSH_MS = 1000;
const SLOW_MS = 5000;
const SAMPLES = 20;
const MAX_SAMPLE_KEYS = 5000;

/**
 * Figures of every question to Cal.com, per endpoint and UTC minute, summed in memory and written at most a second
 * later in one pipeline. What cannot be written is dropped: no answer ever waits for a figure.
 */
export class CalcomPerformanceMonitor {
  #pending = new Map<string, Record<string, number>>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  readonly #samples = new Map<string, number[]>();

  constructor(
    private readonly deps: {
      store: Pick<RedisMetricHashes, 'add' | 'read'>;
      hours: HourStore;
      limiter: Pick<CalcomApiRateLimiter, 'status'>;
      breaker: Pick<CircuitBreaker, 'getStatus'>;
      clock: Clock;
      logger: Logger;
    },
  ) {}

  /** @param latencyMs of the exchange alone, without waiting for the budget */
  recordApiCall(endpoint: CalcomEndpoint, latencyMs: number, facts: CallFacts = {}): void {
    const { cached = false, status = 'success' } = facts;
    const sums = this.#sums(endpoint);
    add(sums, 'total_calls', 1);
    add(sums, 'cached_calls', Number(cached));
    add(sums, 'total_latency', latencyMs);
    add(sums, `status_${status}`, 1);
    add(sums, `bucket_${bucketOf(latencyMs)}`, 1);
    add(sums, 'stale_calls', Number(facts.stale ?? false));
    add(sums, 'coalesced_calls', Number(facts.coalesced ?? false));
    add(sums, 'waited_calls', Number(facts.waited ?? false));
    if (facts.code !== undefined) add(sums, `status_${facts.code}`, 1);
    if (latencyMs > SLOW_MS) {
      const fields = {
        metric: 'high_latency_alert',
        endpoint,
        latencyMs: Math.round(latencyMs),
        thresholdMs: SLOW_MS,
        cached,
      };
      this.deps.logger.warn(fields, 'Cal.com answers slowly');
    }
  }

  /** Nothing was sent: budget, circuit or deadline said no. */
  recordRefusal(endpoint: CalcomEndpoint): void {
    add(this.#sums(endpoint), 'refused_calls', 1);
  }

  /** Keeps the last 20 upstream latencies of an endpoint or any other key, in this process only. */
  recordSample(key: string, latencyMs: number): void {
    const samples = this.#samples.get(key) ?? [];
    this.#samples.delete(key);
    this.#samples.set(key, [...samples.slice(1 - SAMPLES), latencyMs]);
    const oldest = this.#samples.keys().next().value;
    if (this.#samples.size > MAX_SAMPLE_KEYS && oldest !== undefined) this.#samples.delete(oldest);
  }

  /** 95th percentile of the last 20 samples of that key; null while there are fewer than `atLeast`. */
  upstreamP95Ms(key: string, atLeast = 3): number | null {
    const samples = this.#samples.get(key) ?? [];
    if (samples.length < Math.max(1, atLeast)) return null;
    const sorted = [...samples].sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
  }

  /** Writes what has been counted. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return this.#flushing;
    const hashes = [...this.#pending].map(([key, figures]) => ({ key, figures }));
    this.#pending = new Map();
    this.#flushing = this.#flushing.then(() => this.deps.store.add(hashes, TTL_SECONDS)).catch(() => undefined);
    return this.#flushing;
  }

  stop(): Promise<void> {
    return this.flush();
  }

  /**
   * The last `minutes` minutes, the current one included; a longer range begins with a whole hour. Figures that cannot be
   * read are none: the page still opens.
   */
  async getMetricsSummary(endpoint: CalcomEndpoint, minutes = 60): Promise<MetricsSummary> {
    await this.flush();
    const nowMs = this.deps.clock.nowMs();
    if (minutes <= MOST_MINUTES)
      return summarise(endpoint, await this.#minutes(endpoint, nowMs - (minutes - 1) * 60_000, nowMs + 1));
    // The last complete hour may not have been summed up yet.
    const liveMs = startOfHour(nowMs) - HOUR_MS;
    const hours = await this.deps.hours
      .read(endpoint, new Date(startOfHour(nowMs - (minutes - 1) * 60_000)), new Date(liveMs))
      .catch(() => []);
    const earlier = hours.map(({ hour, figures }) => ({ minute: utcMinute(hour), figures }));
    return summarise(endpoint, [...earlier, ...(await this.#minutes(endpoint, liveMs, nowMs + 1))]);
  }

  /** Sums up the last complete hours. @throws when they can be neither read nor kept */
  async keepHours(): Promise<void> {
    await this.flush();
    const { clock, store, hours } = this.deps;
    for (let back = 1; back <= HOURS_BACK; back++) {
      const beganMs = startOfHour(clock.nowMs()) - back * HOUR_MS;
      const minutes = Array.from({ length: 60 }, (_, i) => utcMinute(new Date(beganMs + i * 60_000)));
      for (const endpoint of CALCOM_ENDPOINTS) {
        const figures = sumOf(await store.read(minutes.map((minute) => metricKey(endpoint, minute))));
        if (Object.keys(figures).length > 0) await hours.keep(new Date(beganMs), endpoint, figures);
      }
    }
  }

  async #minutes(endpoint: CalcomEndpoint, fromMs: number, beforeMs: number): Promise<Part[]> {
    const count = Math.ceil((beforeMs - fromMs) / 60_000);
    const names = Array.from({ length: count }, (_, i) => utcMinute(new Date(fromMs + i * 60_000)));
    const hashes = await this.deps.store.read(names.map((minute) => metricKey(endpoint, minute))).catch(() => []);
    return names.map((minute, i) => ({ minute, figures: hashes[i] ?? {} }));
  }

  /** Summaries of every endpoint that has figures. */
  async summaries(minutes = 60): Promise<MetricsSummary[]> {
    const all: MetricsSummary[] = [];
    // One after the other: a thousand reads at once would time out behind each other, and their figures be missing.
    for (const endpoint of CALCOM_ENDPOINTS) all.push(await this.getMetricsSummary(endpoint, minutes));
    return all.filter((summary) => summary.total_calls > 0 || summary.refused_calls > 0);
  }

  getRateLimitStatus(keyIds?: string[]): Promise<RateLimitStatus[]> {
    return this.deps.limiter.status(keyIds);
  }

  async getCircuitBreakerStatus(keyIds: string[]): Promise<CircuitStatus[]> {
    return (await Promise.all(keyIds.map((keyId) => this.deps.breaker.getStatus(keyId)))).flat();
  }

  async generateReport(minutes: number, keys: CalcomKey[]): Promise<string> {
    const keyIds = keys.map(({ id }) => id);
    const [rateLimits, circuits, summaries] = await Promise.all([
      this.getRateLimitStatus(keyIds),
      this.getCircuitBreakerStatus(keyIds),
      this.summaries(minutes),
    ]);
    return performanceReport(minutes, withCompanies(rateLimits, keys), circuits, summaries);
  }

  /** The running minute's, to be written soon. */
  #sums(endpoint: CalcomEndpoint): Record<string, number> {
    const key = metricKey(endpoint, utcMinute(this.deps.clock.now()));
    let sums = this.#pending.get(key);
    if (!sums) {
      sums = {};
      this.#pending.set(key, sums);
    }
    if (!this.#timer) {
      this.#timer = setTimeout(() => void this.flush(), FLUSH_MS);
      this.#timer.unref();
    }
    return sums;
  }
}

function add(sums: Record<string, number>, name: string, figure: number): void {
  sums[name] = (sums[name] ?? 0) + figure;
}

function metricKey(endpoint: CalcomEndpoint, minute: string): string {
  return `calcom_metrics:${endpoint}:${minute}`;
}

function startOfHour(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}
