import type { Instrument, Metrics } from '../infra/metrics';
import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { SlotReadMetrics } from '../services/availability/ports';
import type { CalcomEgress } from '../services/calcom/calcom-egress';

const counter = <Name extends string>(name: Name, help: string, ...labels: string[]): Instrument<Name> => ({
  ...{ kind: 'counter', name, help, labels },
});
const histogram = <Name extends string>(name: Name, help: string, ...labels: string[]): Instrument<Name> => ({
  ...{ kind: 'histogram', name, help, labels },
});

/** Every counter and histogram of the gateway. */
export const INSTRUMENTS = [
  counter('askpro_http_requests_total', 'HTTP requests by route and status', 'route', 'status'),
  histogram('askpro_http_duration_seconds', 'Duration of HTTP requests', 'route'),
  counter(
    'askpro_tool_answers_total',
    'Voice answers by tool, status and voice platform',
    'tool',
    'status',
    'platform',
  ),
  histogram('askpro_tool_duration_seconds', 'Time to a voice answer', 'tool', 'platform'),
  counter('askpro_shed_total', 'Voice requests refused because the process was at its capacity', 'tool'),
  counter('askpro_slot_reads_total', 'Availability questions by where the answer came from', 'source'),
  counter('askpro_calcom_requests_total', 'Requests sent to Cal.com by endpoint and result', 'endpoint', 'result'),
  histogram('askpro_calcom_duration_seconds', 'Duration of requests to Cal.com', 'endpoint'),
  counter('askpro_calcom_refused_total', 'Requests that budget, circuit or deadline did not let out', 'endpoint'),
  histogram('askpro_budget_wait_seconds', 'Time spent waiting for a place in the budget', 'priority'),
  counter(
    'askpro_bookings_total',
    'Bookings, moves and cancellations by what the asker was told',
    'kind',
    'outcome',
    'origin',
  ),
  counter(
    'askpro_pending_operations_failed_total',
    'Requests that were pending when the caller was answered and came to nothing',
    'kind',
  ),
  counter('askpro_false_confirmations_total', 'Calls in which the agent confirmed a booking that does not exist'),
  counter('askpro_reconcile_differences_total', 'Differences between the ledger and Cal.com'),
  counter('askpro_webhooks_total', 'Webhook deliveries', 'provider', 'result'),
  counter('askpro_jobs_total', 'Finished jobs by name and result', 'job', 'result'),
  histogram('askpro_job_duration_seconds', 'Duration of jobs', 'job'),
  counter('askpro_trace_lost_total', 'Traces given up because the database could not take them'),
  counter('askpro_alerts_total', 'Alerts raised by kind', 'kind'),
  counter(
    'askpro_notifications_total',
    'Tries to send a notification by channel, type and result: sent, to_be_repeated, failed for good',
    'channel',
    'type',
    'result',
  ),
  counter('askpro_health_checks_total', 'Passes of the watch'),
];

export type GatewayMetrics = Metrics<(typeof INSTRUMENTS)[number]['name']>;

type EgressDeps = ConstructorParameters<typeof CalcomEgress>[0];

/** The monitor, which also tells Prometheus what was sent and what was refused. */
export function watchedMonitor(monitor: CalcomPerformanceMonitor, metrics: GatewayMetrics): EgressDeps['monitor'] {
  return {
    recordApiCall: (endpoint, latencyMs, facts = {}) => {
      monitor.recordApiCall(endpoint, latencyMs, facts);
      const result = facts.code === undefined ? (facts.status ?? 'success') : String(facts.code);
      metrics.count('askpro_calcom_requests_total', { endpoint, result });
      metrics.time('askpro_calcom_duration_seconds', { endpoint }, latencyMs);
    },
    recordRefusal: (endpoint) => {
      monitor.recordRefusal(endpoint);
      metrics.count('askpro_calcom_refused_total', { endpoint });
    },
    recordSample: (key, latencyMs) => monitor.recordSample(key, latencyMs),
    upstreamP95Ms: (key) => monitor.upstreamP95Ms(key),
  };
}

/** The limiter, whose waits are measured; a wait that ended in a refusal is one too. */
export function watchedLimiter(limiter: EgressDeps['limiter'], metrics: GatewayMetrics): EgressDeps['limiter'] {
  return {
    acquire: async (request) => {
      const beganMs = performance.now();
      try {
        return await limiter.acquire(request);
      } finally {
        const { priority } = request;
        metrics.time('askpro_budget_wait_seconds', { priority }, performance.now() - beganMs);
      }
    },
  };
}

/** Reads of the slot cache; one that asked Cal.com itself is recorded where it was sent. */
export function slotReadMetrics(monitor: CalcomPerformanceMonitor, metrics: GatewayMetrics): SlotReadMetrics {
  return {
    onRefusal: () => monitor.recordRefusal('/slots'),
    onRead: ({ cached, stale, coalesced, latencyMs }) => {
      if (cached || stale || coalesced) monitor.recordApiCall('/slots', latencyMs, { cached, stale, coalesced });
      const source = stale ? 'stale' : cached ? 'cache' : coalesced ? 'coalesced' : 'upstream';
      metrics.count('askpro_slot_reads_total', { source });
    },
  };
}
