import { companyNames, type OfKey } from './calcom-keys';
import type { CircuitStatus } from '../circuit-breaker';
import type { RateLimitStatus } from './rate-limit-status';

/** Latencies in milliseconds, rates in percent. */
export interface MetricsSummary {
  endpoint: string;
  total_calls: number;
  cached_calls: number;
  uncached_calls: number;
  success_calls: number;
  error_calls: number;
  stale_calls: number;
  coalesced_calls: number;
  waited_calls: number;
  refused_calls: number;
  total_latency: number;
  avg_latency: number;
  p50_latency: number;
  p95_latency: number;
  p99_latency: number;
  cache_hit_rate: number;
  /** Calls by latency range, `<from>-<below>`. */
  buckets: Record<string, number>;
  /** Calls by `success`, `error` and HTTP status. */
  statuses: Record<string, number>;
  /** Minutes that have figures, ascending, UTC; in a range of more than two hours whole hours, then minutes. */
  series: MinuteFigures[];
}

export type MinuteFigures = { minute: string } & Pick<
  MetricsSummary,
  'total_calls' | 'cached_calls' | 'error_calls' | 'refused_calls' | 'avg_latency' | 'p95_latency'
>;

/** The report as the command line prints it. */
export function performanceReport(
  minutes: number,
  rateLimits: OfKey<RateLimitStatus>[],
  circuits: CircuitStatus[],
  summaries: MetricsSummary[],
): string {
  const range = minutes > 48 * 60 ? `${Math.round(minutes / 1440)} days` : `${minutes} minutes`;
  const lines = [`Cal.com Performance Report (Last ${range})`, '='.repeat(60), ''];
  for (const status of rateLimits) {
    lines.push(
      rateLimits.length > 1
        ? `Rate Limit Status (key ${status.key}${status.main ? ', main' : ''}):`
        : 'Rate Limit Status:',
      ...(rateLimits.length > 1 ? [`  Companies: ${companyNames(status)}`] : []),
      `  Current Minute: ${status.current_minute}`,
      `  Requests: ${status.requests_this_minute}/${status.limit}`,
      `  Last 60 s: ${status.requests_last_60s}`,
      `  Remaining: ${status.remaining}`,
      `  Status: ${status.status}`,
      ...(status.blocked_until ? [`  Blocked until: ${status.blocked_until}`] : []),
      ...(status.mode === 'shared' ? [] : [`  Mode: ${status.mode}`]),
      '',
    );
  }
  for (const circuit of circuits) {
    lines.push(
      `Circuit ${circuit.service}${rateLimits.length > 1 ? ` (key ${circuit.key})` : ''}: ${circuit.state}` +
        (circuit.state === 'closed' ? '' : `, next try in ${circuit.seconds_until_retry} s`) +
        ` (failures ${circuit.failure_count}/${circuit.failure_threshold})`,
    );
  }
  if (circuits.length > 0) lines.push('');
  if (summaries.length === 0) lines.push('No calls in this time.', '');
  for (const summary of summaries) lines.push(...endpointLines(summary), '');
  return lines.join('\n');
}

function endpointLines(summary: MetricsSummary): string[] {
  const successPct = summary.total_calls > 0 ? (summary.success_calls / summary.total_calls) * 100 : 0;
  return [
    `Endpoint: ${summary.endpoint}`,
    `  Total Calls: ${summary.total_calls}`,
    `  Cached: ${summary.cached_calls} (${summary.cache_hit_rate}%)`,
    `  Avg Latency: ${summary.avg_latency}ms`,
    `  P50 Latency: ${summary.p50_latency}ms`,
    `  P95 Latency: ${summary.p95_latency}ms`,
    `  P99 Latency: ${summary.p99_latency}ms`,
    `  Success Rate: ${Math.round(successPct * 100) / 100}%`,
    `  Stale: ${summary.stale_calls}, coalesced: ${summary.coalesced_calls}, waited: ${summary.waited_calls}, refused: ${summary.refused_calls}`,
  ];
}
