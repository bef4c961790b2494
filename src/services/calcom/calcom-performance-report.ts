import { companyNames, type OfKey } from './calcom-keys';
import type { CalcomEndpoint } from './calcom-ports';
import { percentile } from './latency-histogram';
import type { CircuitStatus } from '../circuit-breaker';
import type { RateLimitStatus } from './rate-limit-status';

export function sumOf(parts: Record<string, number>[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const figures of parts)
    for (const [name, figure] of Object.entries(figures)) totals[name] = (totals[name] ?? 0) + figure;
  return totals;
}

/** Figures of a minute or an hour, named by its beginning. */
export interface Part {
  minute: string;
  figures: Record<string, number>;
}

export type MetricsSummary = ReturnType<typeof summarise>;

/** Figures of an endpoint in a time. */
export function summarise(endpoint: CalcomEndpoint, minutes: Part[]) {
  const totals = sumOf(minutes.map(({ figures }) => figures));
  return {
    endpoint,
    ...derive(totals),
    /** Calls by latency range, `<from>-<below>`. */
    buckets: part(totals, 'bucket_'),
    /** Calls by `success`, `error` and HTTP status. */
    statuses: part(totals, 'status_'),
    /** Minutes that have figures, ascending, UTC; in a range of more than two hours whole hours, then minutes. */
    series: minutes
      .filter(({ figures }) => Object.keys(figures).length > 0)
      .map(({ minute, figures }) => {
        const { total_calls, cached_calls, error_calls, refused_calls, avg_latency, p95_latency } = derive(figures);
        return { minute, total_calls, cached_calls, error_calls, refused_calls, avg_latency, p95_latency };
      }),
  };
}

/** Latencies in milliseconds, rates in percent. */
function derive(figures: Record<string, number>) {
  const of = (name: string): number => figures[name] ?? 0;
  const total = of('total_calls');
  const buckets = part(figures, 'bucket_');
  return {
    total_calls: total,
    cached_calls: of('cached_calls'),
    uncached_calls: total - of('cached_calls'),
    success_calls: of('status_success'),
    error_calls: of('status_error'),
    stale_calls: of('stale_calls'),
    coalesced_calls: of('coalesced_calls'),
    waited_calls: of('waited_calls'),
    refused_calls: of('refused_calls'),
    total_latency: rounded(of('total_latency')),
    avg_latency: total > 0 ? rounded(of('total_latency') / total) : 0,
    p50_latency: percentile(buckets, 0.5),
    p95_latency: percentile(buckets, 0.95),
    p99_latency: percentile(buckets, 0.99),
    cache_hit_rate: total > 0 ? rounded((of('cached_calls') / total) * 100) : 0,
  };
}

function part(figures: Record<string, number>, prefix: string): Record<string, number> {
  const named = Object.entries(figures).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(named.map(([name, figure]) => [name.slice(prefix.length), figure]));
}

function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}

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
