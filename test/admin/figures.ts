import type { MetricsSummary } from '../../src/services/calcom/calcom-performance-report';

export const KEYS = [
  { id: 'main', main: true, companies: [] },
  { id: 'other', main: false, companies: [] },
];

export const noFigures: Omit<MetricsSummary, 'endpoint'> = {
  ...{
    total_calls: 10,
    cached_calls: 8,
    uncached_calls: 2,
    success_calls: 10,
    error_calls: 0,
    stale_calls: 0,
    coalesced_calls: 1,
  },
  ...{
    waited_calls: 0,
    refused_calls: 0,
    total_latency: 900,
    avg_latency: 90,
    p50_latency: 80,
    p95_latency: 300,
    p99_latency: 400,
  },
  ...{ cache_hit_rate: 80, buckets: { '0-100': 8 }, statuses: { success: 10 }, series: [] },
};

export const limitOf = (key: string) => ({
  ...{
    key,
    main: key === 'main',
    current_minute: '2026-11-24-08-00',
    requests_this_minute: 3,
    requests_last_60s: 3,
    limit: 120,
  },
  ...{ remaining: 117, utilization_pct: 2.5, status: 'ok' as const, blocked_until: null, mode: 'shared' as const },
});
export const circuitOf = (key: string) => ({
  ...{
    service: 'calcom_api:reads',
    key,
    state: 'closed' as const,
    failure_count: 0,
    success_count: 0,
    failure_threshold: 5,
  },
  ...{ recovery_timeout: 60, opened_at: null, seconds_until_retry: 0 },
});

/** Columns of an appointment that stands. */
export const BOOKED = {
  ...{ starts_at: '2026-12-01T09:00:00Z', ends_at: '2026-12-01T09:30:00Z', time_zone: 'Europe/Berlin' },
  ...{ status: 'booked', attendee_name: 'Erika Muster', sync_origin: 'retell', calcom_event_type_id: 1001 },
};
