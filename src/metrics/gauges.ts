import type { RedisConnections } from '../infra/redis';
import type { CalcomAccounts } from '../services/calcom/calcom-accounts';
import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { CalcomApiRateLimiter } from '../services/calcom-api-rate-limiter';
import type { CircuitBreaker } from '../services/circuit-breaker';
import type { Admission } from '../services/voice/admission';
import type { GatewayMetrics } from './instruments';

interface GaugeSources {
  readonly metrics: GatewayMetrics;
  readonly redis: Pick<RedisConnections, 'available'>;
  readonly limiter: CalcomApiRateLimiter;
  readonly breaker: CircuitBreaker;
  readonly accounts: CalcomAccounts;
  readonly monitor: CalcomPerformanceMonitor;
  readonly admission: Admission;
  readonly jobs: () => Promise<{ queued: number; running: number; dead: number }>;
}

const STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** Figures that are read at the moment of scraping. */
export function exposeGauges(sources: GaugeSources): void {
  const { metrics, redis, limiter, breaker, accounts, monitor, admission, jobs } = sources;
  const keyIds = async (): Promise<string[]> => (await accounts.keys()).map(({ id }) => id);
  metrics.gauge(
    'askpro_calcom_budget_used',
    'Requests to Cal.com in the last 60 seconds, by key',
    ['key'],
    async (set) => {
      for (const status of await limiter.status(await keyIds())) set({ key: status.key }, status.requests_last_60s);
    },
  );
  metrics.gauge('askpro_calcom_budget_limit', "Cal.com's limit per minute, by key", ['key'], async (set) => {
    for (const status of await limiter.status(await keyIds())) set({ key: status.key }, status.limit);
  });
  metrics.gauge('askpro_circuit_state', 'Circuits: 0 closed, 1 half open, 2 open', ['service', 'key'], async (set) => {
    for (const key of await keyIds()) {
      for (const circuit of await breaker.getStatus(key)) set({ service: circuit.service, key }, STATES[circuit.state]);
    }
  });
  metrics.gauge(
    'askpro_calcom_latency_ms',
    'Latency of Cal.com in the last five minutes',
    ['endpoint', 'quantile'],
    async (set) => {
      for (const summary of await monitor.summaries(5)) {
        set({ endpoint: summary.endpoint, quantile: '0.5' }, summary.p50_latency);
        set({ endpoint: summary.endpoint, quantile: '0.95' }, summary.p95_latency);
      }
    },
  );
  metrics.gauge(
    'askpro_cache_hit_rate',
    'Percent of availability questions answered from the cache, five minutes',
    [],
    async (set) => {
      set({}, (await monitor.getMetricsSummary('/slots', 5)).cache_hit_rate);
    },
  );
  metrics.gauge('askpro_jobs', 'Jobs that are not done, of all processes', ['status'], async (set) => {
    for (const [status, count] of Object.entries(await jobs())) set({ status }, count);
  });
  metrics.gauge('askpro_redis_available', 'Whether this process has Redis: 1 yes, 0 no', [], (set) =>
    set({}, redis.available ? 1 : 0),
  );
  metrics.gauge('askpro_voice_in_work', 'Voice requests in work in this process', [], (set) =>
    set({}, admission.inWork),
  );
}
