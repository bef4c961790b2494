import { z } from 'zod';
import { companyOf, reachOf } from '../../services/admin/actor';
import { BUCKETS, MOST_TREND_DAYS } from '../../services/admin/trends';
import { companyId, csvQuery, id } from './list-query';
import { route } from './route-spec';

const percent = z.number().min(0).max(100).nullable();
const amount = z.number().nullable();
const count = z.int();

const figures = z.object({
  calls: count,
  booked: count,
  booked_share: percent.describe('Percent of the calls; null without calls'),
  booked_value: amount.describe('Prices of what was booked; null where none is known, or currencies differ'),
  reasons: z.record(z.string(), count).describe('Calls that booked nothing, by the status of their last tool'),
  lookups: count.describe('Look-ups of free times'),
  hit_rate: percent.describe('Percent of the look-ups that did not wait for Cal.com'),
  answers: count.describe('Answers of tools'),
  p50_latency: amount.describe('Milliseconds until a tool answered'),
  p95_latency: amount,
});

const row = z.object({
  start: z.string().describe('Local date of the day, or of the week’s Monday; the instant of an hour'),
  ...figures.shape,
  calls_week_before: count.describe('Of a day or week that still runs: up to the same hour'),
  booked_week_before: count,
  booked_share_week_before: percent,
  booked_value_week_before: amount,
  hit_rate_week_before: percent,
  p95_latency_week_before: amount,
});

const trend = z.object({
  bucket: z.enum(BUCKETS),
  days: count,
  time_zone: z.string().describe('Decides what today is; each branch’s calls count for its own days'),
  currency: z.string().nullable().describe('null where companies with different ones are summed up'),
  series: z.array(row).describe('Ascending, without gaps; the last one is still running'),
  last_seven_days: figures.describe('Up to yesterday'),
  seven_days_before: figures,
  parts: z
    .array(
      z.object({
        company_id: z.guid(),
        branch_id: z.guid().nullable(),
        name: z.string(),
        currency: z.string(),
        ...figures.shape,
      }),
    )
    .describe('The whole range by branch; by company when no company is named'),
});

export const trendRoute = route('get /api/admin/trends', {
  ...{ role: 'read_only', answer: trend, file: row },
  summary: 'Calls, bookings, their value, reasons, hit rate and latency by hour, day or week, beside the week before',
  query: z.strictObject({
    days: z.coerce.number().int().min(1).max(MOST_TREND_DAYS).default(28).describe('Up to today'),
    bucket: z.enum(BUCKETS).default('day'),
    company_id: companyId.optional(),
    branch_id: id.optional(),
    ...csvQuery,
  }),
  run: async ({ trends }, { actor, query }) => {
    const { bucket, days, branch_id: branchId = null } = query;
    const company = branchId === null ? reachOf(actor, query.company_id) : companyOf(actor, query.company_id);
    const found = await trends.read(company, { bucket, days, branchId });
    return query.format === 'csv' ? { items: found.series, next: null } : found;
  },
});
