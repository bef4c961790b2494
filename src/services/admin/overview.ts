import type { Clock } from '../../infra/clock';
import type { CalcomPerformanceMonitor } from '../calcom/calcom-performance-monitor';
import type { MetricsSummary } from '../calcom/calcom-performance-report';
import type { CalcomEndpoint } from '../calcom/calcom-ports';
import type { CircuitStatus } from '../circuit-breaker';
import type { TenantId } from '../../domain';
import { withCompanies, type CalcomKey, type OfKey } from '../calcom/calcom-keys';
import type { RateLimitStatus } from '../calcom/rate-limit-status';
import type { EventTypeStats } from '../availability/cache-stats';

/** What is counted in the database, shown as it comes. */
interface Figures {
  /** Of today: how many were made in which wall-clock hour, and which status they have now. */
  bookings: object;
  /** Those that are not done, by status. */
  jobs: object;
  /** Open ones. */
  alerts: object[];
}

interface OverviewDeps {
  monitor: Pick<
    CalcomPerformanceMonitor,
    'getMetricsSummary' | 'summaries' | 'getRateLimitStatus' | 'getCircuitBreakerStatus' | 'generateReport'
  >;
  accounts: {
    /** The key that a company uses; every key for null. */
    keysOf(companyId: TenantId | null): Promise<CalcomKey[]>;
  };
  slots: {
    cache: { stats(companyId: TenantId): Promise<{ storedDays: number | null; eventTypes: EventTypeStats[] }> };
  };
  companies: { ids(): Promise<TenantId[]> };
  figures: {
    /** @param companyId null: over all companies. @param timeZone decides when today began */
    read(companyId: TenantId | null, timeZone: string): Promise<Figures>;
  };
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
    const keys = await this.deps.accounts.keysOf(companyId);
    return withCompanies(await this.deps.monitor.getRateLimitStatus(keys.map(({ id }) => id)), keys);
  }

  async circuits(companyId: TenantId | null): Promise<OfKey<CircuitStatus>[]> {
    const keys = await this.deps.accounts.keysOf(companyId);
    return withCompanies(await this.deps.monitor.getCircuitBreakerStatus(keys.map(({ id }) => id)), keys);
  }

  /** @param endpoint null: every endpoint that has figures */
  async metrics(endpoint: CalcomEndpoint | null, minutes: number): Promise<MetricsSummary[]> {
    if (endpoint === null) return this.deps.monitor.summaries(minutes);
    return [await this.deps.monitor.getMetricsSummary(endpoint, minutes)];
  }

  async report(minutes: number): Promise<string> {
    return this.deps.monitor.generateReport(minutes, await this.deps.accounts.keysOf(null));
  }

  /** What is cached; `stored_days` is null when the store cannot be reached, shares are percent and null of nothing. */
  async cache(companyId: TenantId | null) {
    const companies = companyId === null ? await this.deps.companies.ids() : [companyId];
    let storedDays: number | null = companies.length === 0 ? 0 : null;
    const eventTypes: EventTypeStats[] = [];
    // One after the other: each counts keys in the shared store.
    for (const id of companies) {
      const stats = await this.deps.slots.cache.stats(id);
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

  /** Latencies are milliseconds and of the last minutes, as is the hit rate (percent); null when nothing was asked. */
  async snapshot(companyId: TenantId | null) {
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
      ...{ bookings_today: figures.bookings, jobs: figures.jobs, alerts: figures.alerts },
    };
  }

  async status(companyId: TenantId | null) {
    const { timeZone: _timeZone, ...facts } = this.deps.facts;
    const uptimeSeconds = Math.floor((this.deps.clock.monotonicMs() - this.#startedAtMs) / 1000);
    return { ...(await this.snapshot(companyId)), ...facts, uptime_seconds: uptimeSeconds };
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
