import type { Clock } from '../../infra/clock';
import type { MetricsSummary } from '../calcom/calcom-performance-report';
import type { CalcomEndpoint } from '../calcom/calcom-ports';
import type { CircuitStatus } from '../circuit-breaker';
import type { TenantId } from '../../domain';
import { withCompanies, type CalcomKey, type OfKey } from '../calcom/calcom-keys';
import type { RateLimitStatus } from '../calcom/rate-limit-status';
import type { EventTypeStats } from '../availability/cache-stats';

export interface BookingsToday {
  /** Wall-clock hour in which they were made, and how many have which status now. */
  by_hour: { hour: number; outcomes: Record<string, number> }[];
  total: number;
  booked: number;
}

export interface JobCounts {
  queued: number;
  running: number;
  dead: number;
}

export interface OpenAlert {
  id: string;
  kind: string;
  severity: string;
  message: string;
  /** German; null where only the English message exists. */
  /** The number or agent of no company that the alert is about. */
  line: string | null;
  platform: string | null;
  message_de: string | null;
  what_to_do: string | null;
  what_to_do_de: string | null;
  occurrences: number;
  first_seen_at: string;
  last_seen_at: string;
}

export interface Figures {
  bookings: BookingsToday;
  jobs: JobCounts;
  alerts: OpenAlert[];
}

export interface FiguresReader {
  /** @param companyId null: over all companies. @param timeZone decides when today began */
  read(companyId: TenantId | null, timeZone: string): Promise<Figures>;
}

export interface Snapshot {
  at: string;
  rate_limit: OfKey<RateLimitStatus>[];
  circuit_breaker: OfKey<CircuitStatus>[];
  /** Percent of the availability questions of the last minutes that were answered from the cache. */
  /** null when nothing was asked lately. */
  cache: { hit_rate: number | null };
  /** Milliseconds, of Cal.com's answers about availability in the last minutes. */
  latency: { p50_latency: number | null; p95_latency: number | null; p99_latency: number | null };
  bookings_today: BookingsToday;
  jobs: JobCounts;
  alerts: OpenAlert[];
}

export interface StatusPage extends Snapshot {
  version: string;
  node: string;
  embedded: { postgres: boolean; redis: boolean; calcom: boolean };
  budget: { limit_per_minute: number; background_share_pct: number; read_share_pct: number };
  uptime_seconds: number;
}

export interface CacheReport {
  /** null when the store cannot be reached or nothing was counted. */
  stored_days: number | null;
  reads: number;
  /** Percent; null when nothing was asked. */
  hit_rate: number | null;
  event_types: {
    company_id: TenantId;
    event_type_id: number;
    reads: number;
    hit_rate: number | null;
    by_source: Record<string, number>;
    refreshes: number;
  }[];
}

export interface OverviewDeps {
  monitor: {
    getMetricsSummary(endpoint: CalcomEndpoint, minutes?: number): Promise<MetricsSummary>;
    summaries(minutes?: number): Promise<MetricsSummary[]>;
    getRateLimitStatus(keyIds: string[]): Promise<RateLimitStatus[]>;
    getCircuitBreakerStatus(keyIds: string[]): Promise<CircuitStatus[]>;
    generateReport(minutes: number, keys: CalcomKey[]): Promise<string>;
  };
  /** The key that a company uses; every key for null. */
  keys: (companyId: TenantId | null) => Promise<CalcomKey[]>;
  cacheOf: (companyId: TenantId) => Promise<{ storedDays: number | null; eventTypes: EventTypeStats[] }>;
  /** Every company that exists. */
  companyIds: () => Promise<TenantId[]>;
  figures: FiguresReader;
  clock: Clock;
  facts: {
    version: string;
    node: string;
    embedded: { postgres: boolean; redis: boolean; calcom: boolean };
    budget: { limit_per_minute: number; background_share_pct: number; read_share_pct: number };
    timeZone: string;
  };
}

/** How far back the live figures look. */
const LIVE_MINUTES = 5;
const FIGURES_LIFE_MS = 3000;

/** One look at how everything is. */
export class Overview {
  readonly #startedAtMs: number;
  readonly #figures = new Map<string, { read: Promise<Figures>; untilMs: number }>();

  constructor(private readonly deps: OverviewDeps) {
    this.#startedAtMs = deps.clock.monotonicMs();
  }

  async rateLimits(companyId: TenantId | null): Promise<OfKey<RateLimitStatus>[]> {
    const keys = await this.deps.keys(companyId);
    return withCompanies(await this.deps.monitor.getRateLimitStatus(keys.map(({ id }) => id)), keys);
  }

  async circuits(companyId: TenantId | null): Promise<OfKey<CircuitStatus>[]> {
    const keys = await this.deps.keys(companyId);
    return withCompanies(await this.deps.monitor.getCircuitBreakerStatus(keys.map(({ id }) => id)), keys);
  }

  /** @param endpoint null: every endpoint that has figures */
  async metrics(endpoint: CalcomEndpoint | null, minutes: number): Promise<MetricsSummary[]> {
    if (endpoint === null) return this.deps.monitor.summaries(minutes);
    return [await this.deps.monitor.getMetricsSummary(endpoint, minutes)];
  }

  async report(minutes: number): Promise<string> {
    return this.deps.monitor.generateReport(minutes, await this.deps.keys(null));
  }

  async cache(companyId: TenantId | null): Promise<CacheReport> {
    const companies = companyId === null ? await this.deps.companyIds() : [companyId];
    let storedDays: number | null = companies.length === 0 ? 0 : null;
    const eventTypes: EventTypeStats[] = [];
    // One after the other: each counts keys in the shared store.
    for (const id of companies) {
      const stats = await this.deps.cacheOf(id);
      if (stats.storedDays !== null) storedDays = (storedDays ?? 0) + stats.storedDays;
      eventTypes.push(...stats.eventTypes);
    }
    eventTypes.sort((a, b) => b.reads - a.reads);
    const reads = eventTypes.reduce((sum, one) => sum + one.reads, 0);
    const hits = eventTypes.reduce((sum, one) => sum + hitsOf(one), 0);
    return {
      stored_days: storedDays,
      reads,
      hit_rate: share(hits, reads),
      event_types: eventTypes.map((one) => ({
        company_id: one.tenantId,
        event_type_id: one.eventTypeId,
        reads: one.reads,
        hit_rate: share(hitsOf(one), one.reads),
        by_source: { ...one.bySource },
        refreshes: one.refreshes,
      })),
    };
  }

  async snapshot(companyId: TenantId | null): Promise<Snapshot> {
    const [rateLimits, circuits, slots, figures] = await Promise.all([
      this.rateLimits(companyId),
      this.circuits(companyId),
      this.deps.monitor.getMetricsSummary('/slots', LIVE_MINUTES),
      this.#recentFigures(companyId),
    ]);
    const isIdle = slots.total_calls === 0;
    return {
      at: this.deps.clock.now().toISOString(),
      rate_limit: rateLimits,
      circuit_breaker: circuits,
      cache: { hit_rate: isIdle ? null : slots.cache_hit_rate },
      latency: {
        p50_latency: isIdle ? null : slots.p50_latency,
        p95_latency: isIdle ? null : slots.p95_latency,
        p99_latency: isIdle ? null : slots.p99_latency,
      },
      bookings_today: figures.bookings,
      jobs: figures.jobs,
      alerts: figures.alerts,
    };
  }

  async status(companyId: TenantId | null): Promise<StatusPage> {
    const { version, node, embedded, budget } = this.deps.facts;
    const uptimeSeconds = Math.floor((this.deps.clock.monotonicMs() - this.#startedAtMs) / 1000);
    return { ...(await this.snapshot(companyId)), version, node, embedded, budget, uptime_seconds: uptimeSeconds };
  }

  /** Read again every few seconds at most, however many look. */
  #recentFigures(companyId: TenantId | null): Promise<Figures> {
    const scope = companyId ?? '';
    const nowMs = this.deps.clock.monotonicMs();
    const known = this.#figures.get(scope);
    if (known && known.untilMs > nowMs) return known.read;
    const read = this.deps.figures.read(companyId, this.deps.facts.timeZone);
    this.#figures.set(scope, { read, untilMs: nowMs + FIGURES_LIFE_MS });
    read.catch(() => this.#figures.delete(scope));
    return read;
  }
}

function hitsOf(stats: EventTypeStats): number {
  return stats.bySource.cache + stats.bySource.stale;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}
