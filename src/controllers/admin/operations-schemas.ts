import { z } from 'zod';
import { PHONE_OBSTACLES } from '../../domain';
import { IMPORT_REFUSAL_CODES } from '../../services/admin/event-type-limits';
import { alert } from './history-schemas';
import { stamp } from './setup-schemas';

const figures = z.record(z.string(), z.number());

/** Of which key a figure is, and whose key that is. */
const ofKey = {
  key: z.string(),
  companies: z.array(z.object({ id: z.guid(), name: z.string() })),
  company_count: z.int(),
};

/** null: nothing was measured. */
const figure = z.number().nullable();

export const rateLimit = z.object({
  ...ofKey,
  main: z.boolean(),
  current_minute: z.string(),
  requests_this_minute: z.int(),
  requests_last_60s: z.int(),
  limit: z.int(),
  remaining: z.int(),
  utilization_pct: z.number(),
  status: z.enum(['ok', 'warning', 'exceeded']),
  blocked_until: stamp.nullable(),
  mode: z.enum(['shared', 'local', 'cold']),
});

export const circuit = z.object({
  ...ofKey,
  service: z.string(),
  state: z.enum(['closed', 'open', 'half_open']),
  failure_count: z.int(),
  success_count: z.int(),
  failure_threshold: z.int(),
  recovery_timeout: z.number(),
  opened_at: stamp.nullable(),
  seconds_until_retry: z.int(),
});

const counts = {
  total_calls: z.number(),
  cached_calls: z.number(),
  error_calls: z.number(),
  refused_calls: z.number(),
  avg_latency: z.number(),
  p95_latency: z.number(),
};

export const metricsSummary = z.object({
  endpoint: z.string(),
  ...counts,
  uncached_calls: z.number(),
  success_calls: z.number(),
  stale_calls: z.number(),
  coalesced_calls: z.number(),
  waited_calls: z.number(),
  total_latency: z.number(),
  p50_latency: z.number(),
  p99_latency: z.number(),
  cache_hit_rate: z.number(),
  buckets: figures,
  statuses: figures,
  series: z.array(z.object({ minute: z.string(), ...counts })),
});

export const snapshot = z.object({
  at: stamp,
  rate_limit: z.array(rateLimit),
  circuit_breaker: z.array(circuit),
  cache: z.object({ hit_rate: figure }),
  latency: z.object({ p50_latency: figure, p95_latency: figure, p99_latency: figure }),
  bookings_today: z.object({
    by_hour: z.array(z.object({ hour: z.int(), outcomes: figures })),
    total: z.int(),
    booked: z.int(),
  }),
  jobs: z.object({ queued: z.int(), running: z.int(), dead: z.int() }),
  alerts: z.array(alert.omit({ company_id: true, resolved_at: true }).extend({ platform: z.string().nullable() })),
});

export const status = snapshot.extend({
  version: z.string(),
  node: z.string(),
  embedded: z.object({ postgres: z.boolean(), redis: z.boolean(), calcom: z.boolean() }),
  budget: z.object({ limit_per_minute: z.int(), background_share_pct: z.number(), read_share_pct: z.number() }),
  uptime_seconds: z.int(),
});

export const cache = z.object({
  stored_days: z.int().nullable(),
  reads: z.int(),
  hit_rate: figure,
  event_types: z.array(
    z.object({
      company_id: z.guid(),
      event_type_id: z.int(),
      reads: z.int(),
      hit_rate: figure,
      by_source: figures,
      refreshes: z.int(),
    }),
  ),
});

export const connection = z.object({
  success: z.boolean(),
  user: z
    .object({
      id: z.int(),
      name: z.string(),
      username: z.string().nullable(),
      email: z.string(),
      time_zone: z.string(),
    })
    .nullable(),
  latency_ms: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const importReport = z.object({
  items: z.array(
    z.object({
      event_type_id: z.int(),
      title: z.string(),
      team_id: z.int().nullable(),
      outcome: z.enum(['created', 'updated', 'refused', 'deactivated']),
      service_id: z.guid().nullable(),
      reason: z.enum(IMPORT_REFUSAL_CODES).nullable(),
      detail: z.string().nullable(),
      missing_fields: z.array(z.string()),
      obstacles: z.array(z.enum(PHONE_OBSTACLES)),
    }),
  ),
  hosts: z.array(
    z.object({
      host_id: z.int(),
      name: z.string(),
      staff_id: z.guid().nullable(),
      outcome: z.enum(['created', 'matched', 'known']),
    }),
  ),
  differences: z
    .array(
      z.object({
        service_id: z.guid(),
        service_name: z.string(),
        field: z.string(),
        before: z.unknown(),
        after: z.unknown(),
      }),
    )
    .describe('What this import changed about services known before'),
});

export const webhookReport = z.object({
  outcome: z.enum(['created', 'exists', 'renewed']),
  webhook_id: z.string(),
  subscriber_url: z.string(),
  triggers: z.array(z.string()),
  event_types: z.array(
    z.object({ event_type_id: z.int(), outcome: z.enum(['created', 'exists', 'renewed', 'by_hand']) }),
  ),
  what_to_do: z.string().nullable(),
});

export const check = z.object({
  id: z.string(),
  company_id: z.guid().nullable(),
  company_name: z.string().nullable(),
  title: z.string(),
  title_de: z.string(),
  status: z.enum(['ok', 'warning', 'error']),
  detail: z.string(),
  detail_de: z.string(),
  what_to_do: z.string().nullable(),
  what_to_do_de: z.string().nullable(),
});

export const hostChoiceReport = z.object({
  event_types: z.array(
    z.object({ event_type_id: z.int(), title: z.string(), outcome: z.enum(['enabled', 'by_hand']) }),
  ),
  what_to_do: z.string().nullable(),
});
