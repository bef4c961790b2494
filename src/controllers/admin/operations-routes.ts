import { z } from 'zod';
import { CALCOM_ENDPOINTS } from '../../services/calcom/calcom-ports';
import { MOST_REPORT_MINUTES } from '../../services/calcom/calcom-performance-monitor';
import { wrongField } from '../../errors';
import { companyOf, reachOf, requireRole, type Actor } from '../../services/admin/actor';
import type { TenantId } from '../../domain';
import { companyId, httpUrl, ofCompany } from './list-query';
import {
  cache,
  check,
  circuit,
  connection,
  hostChoiceReport,
  importReport,
  metricsSummary,
  rateLimit,
  snapshot,
  status,
  webhookReport,
} from './operations-schemas';
import { type AdminDeps, route, type RouteSpec } from './route-spec';

const minutes = z.coerce.number().int().min(1).max(MOST_REPORT_MINUTES).default(60);
const get = { tag: 'operations', role: 'read_only', query: ofCompany } as const;
const ofPlatform = { tag: 'operations', role: 'platform' } as const;
const post = { role: 'company_admin', body: ofCompany.prefault({}) } as const;

const watching = [
  route('get /api/admin/status', {
    ...{ ...get, answer: status },
    summary: 'One look at how everything is',
    run: ({ overview }, { actor, query }) => overview.status(reachOf(actor, query.company_id)),
  }),
  route('get /api/admin/rate-limit', {
    ...{ ...get, answer: z.array(rateLimit) },
    summary: 'How much of Cal.com’s limit is used, per key',
    run: ({ overview }, { actor, query }) => overview.rateLimits(reachOf(actor, query.company_id)),
  }),
  route('get /api/admin/circuit-breaker', {
    ...{ ...get, answer: z.array(circuit) },
    summary: 'Whether Cal.com is being asked, per key for reads and writes',
    run: ({ overview }, { actor, query }) => overview.circuits(reachOf(actor, query.company_id)),
  }),
  route('get /api/admin/metrics', {
    ...{ ...ofPlatform, answer: z.array(metricsSummary) },
    summary: 'Figures per endpoint of Cal.com, with percentiles and one row a minute',
    query: z.strictObject({ endpoint: z.enum(CALCOM_ENDPOINTS).optional(), minutes }),
    run: ({ overview }, { query }) => overview.metrics(query.endpoint ?? null, query.minutes),
  }),
  route('get /api/admin/cache', {
    ...{ ...get, tag: 'cache', answer: cache },
    summary: 'What is cached and how often it helps, per event type',
    run: ({ overview }, { actor, query }) => overview.cache(reachOf(actor, query.company_id)),
  }),
  route('get /api/admin/check-setup', {
    ...{ ...get, role: 'company_admin', answer: z.array(check) },
    summary: 'Everything that must be right before a call can end in a booking, and what to do about what is not',
    run: ({ checks }, { actor, query }) => checks.run(reachOf(actor, query.company_id)),
  }),
];

const maintenance = [
  route('post /api/admin/circuit-breaker/reset', {
    ...{ ...ofPlatform, subject: 'circuit_breaker' },
    ...{ summary: 'Asks Cal.com again at once', answer: z.array(circuit) },
    run: async ({ maintenance, overview }, { wrote }) => {
      const keys = await maintenance.resetCircuits();
      return wrote({ record: await overview.circuits(null), change: { companyId: null, after: { keys } } });
    },
  }),
  route('delete /api/admin/cache', {
    ...{ role: 'company_admin', answer: z.object({ event_types: z.int() }) },
    summary: 'Forgets cached availability: of one event type, or of all',
    query: ofCompany.extend({ event_type_id: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
    run: async ({ maintenance }, { actor, query, wrote }) => {
      const companyId = reachOf(actor, query.company_id);
      const record = { event_types: await maintenance.invalidate(companyId, query.event_type_id ?? null) };
      const subjectId = query.event_type_id === undefined ? null : String(query.event_type_id);
      return wrote({ record, change: { companyId, subjectId, after: record } });
    },
  }),
  route('post /api/admin/cache/warm', {
    ...{ role: 'company_admin', status: 202 },
    summary: 'Queues a job that reads ahead what callers ask most. queued false: the same job is under way.',
    body: z
      .strictObject({
        company_id: companyId.optional(),
        days: z.int().min(1).max(60).default(7),
        min_bookings: z.int().min(0).max(100_000).default(5),
        delay_ms: z.int().min(0).max(60_000).default(100),
      })
      .prefault({}),
    answer: z.object({
      queued: z.boolean(),
      job_id: z.guid().nullable().describe('How far it is: GET /api/admin/jobs/{id}'),
    }),
    run: async ({ maintenance, reach }, { actor, body, wrote }) => {
      const companyId = reachOf(actor, body.company_id);
      await reach.requireAccount(actor, companyId);
      const request = { days: body.days, minBookings: body.min_bookings, delayMs: body.delay_ms };
      const { queued, jobId } = await maintenance.warm(companyId, request);
      const record = { queued, job_id: jobId };
      return wrote({ record, change: { companyId, after: { ...request, ...record } } });
    },
  }),
  route('post /api/admin/calcom/test-connection', {
    ...{ ...post, answer: connection },
    summary: 'Whose key it is, by /v2/me within ten seconds',
    run: async (deps, { actor, body, wrote }) => {
      const companyId = await accountOf(deps, actor, body.company_id);
      const { success, user, latencyMs, error } = await deps.checks.testConnection(companyId);
      return wrote({
        record: {
          success,
          user: user && { ...user, time_zone: user.timeZone },
          latency_ms: latencyMs,
          error: error && { code: error.code, message: error.publicMessage },
        },
        change: { companyId, after: { success } },
      });
    },
  }),
  route('post /api/admin/calcom/import-event-types', {
    ...{ ...post, subject: 'services', answer: importReport },
    summary: 'Event types and hosts as services, staff and host mappings. Safe to repeat; managed parents are refused.',
    body: ofCompany
      .extend({ branch_id: z.guid().nullable().default(null), personal: z.boolean().default(true) })
      .prefault({}),
    run: async (deps, { actor, body, wrote }) => {
      const companyId = await accountOf(deps, actor, body.company_id);
      const record = await deps.imports.run(companyId, { branchId: body.branch_id, personal: body.personal });
      const outcomes = record.items.map((item) => ({ event_type_id: item.event_type_id, outcome: item.outcome }));
      return wrote({ record, change: { companyId, after: { outcomes, hosts: record.hosts.length } } });
    },
  }),
  route('post /api/admin/calcom/enable-host-choice', {
    ...{ ...post, subject: 'services' },
    summary: 'Makes Cal.com heed a wish for a person at the event types of the services in use. Safe to repeat.',
    answer: hostChoiceReport,
    run: async (deps, { actor, body, wrote }) => {
      const companyId = await accountOf(deps, actor, body.company_id);
      const record = await deps.hostChoice.enable(companyId);
      return wrote({ record, change: { companyId, after: record } });
    },
  }),
  route('get /api/admin/calcom/disputed-event-types', {
    role: 'platform',
    summary: 'Event types that several companies on one Cal.com key offer, until it is said whose they are',
    answer: z.array(
      z.object({
        key_id: z.string().describe('`platform`, or the id of the companies’ own key'),
        event_type_id: z.int(),
        companies: z.array(z.object({ id: z.guid(), name: z.string() })),
      }),
    ),
    run: async ({ eventTypes }) => {
      const found = await eventTypes.disputed();
      return found.map(({ keyId, eventTypeId, companies }) => ({
        key_id: keyId,
        event_type_id: eventTypeId,
        companies,
      }));
    },
  }),
  route('post /api/admin/calcom/assign-event-type', {
    ...{ subject: 'event_type', role: 'platform' },
    summary:
      'Says which company an event type of a Cal.com account belongs to. Services of others on the same key and event type are switched off.',
    body: z.strictObject({ company_id: companyId, event_type_id: z.int().min(1).max(2_147_483_647) }),
    answer: z.object({ companies: z.array(z.guid()) }),
    run: async ({ assignment }, { actor, body, wrote }) => {
      const companyId = companyOf(actor, body.company_id);
      const record = { companies: await assignment.assign(body.event_type_id, companyId) };
      return wrote({ record, change: { companyId, subjectId: String(body.event_type_id), after: record } });
    },
  }),
  route('post /api/admin/calcom/create-webhook', {
    ...{ ...post, subject: 'calcom_webhook', answer: webhookReport },
    summary:
      'Registers this gateway for booking webhooks at Cal.com, under PUBLIC_URL; another address is taken from the platform only. Safe to repeat.',
    body: ofCompany.extend({ public_url: httpUrl.optional() }).prefault({}),
    run: async (deps, { actor, body, wrote }) => {
      const companyId = companyOf(actor, body.company_id);
      if (body.public_url !== undefined) requireRole(actor, 'platform');
      await deps.reach.requireAccount(actor, companyId);
      const publicUrl = body.public_url ?? deps.publicUrl;
      const problem = 'is required while PUBLIC_URL is not set';
      if (publicUrl === null) throw wrongField('public_url', problem, 'The address of this gateway is not known.');
      const record = await deps.webhooks.create(companyId, publicUrl);
      return wrote({ record, change: { companyId, subjectId: record.webhook_id, after: record } });
    },
  }),
];

export const operationRoutes: RouteSpec[] = [...watching, ...maintenance];

/** Routes that do not answer JSON. */
export const plainRoutes: RouteSpec[] = [
  route('get /api/admin/performance-report', {
    ...{ ...ofPlatform, answer: z.string(), mediaType: 'text/plain' },
    summary: 'The performance report as text',
    query: z.strictObject({ last: minutes }),
    run: async ({ overview }, { query, res }) => res.type('text/plain').send(await overview.report(query.last)),
  }),
  route('get /api/admin/events', {
    ...{ ...get, answer: snapshot, mediaType: 'text/event-stream' },
    summary: 'Server-sent events: one snapshot a second',
    run: ({ live }, { actor, query, res }) => live.join(res, actor, reachOf(actor, query.company_id)),
  }),
];

/** The company whose Cal.com account is meant. @throws Forbidden when the account is not the actor's to use */
async function accountOf({ reach }: AdminDeps, actor: Actor, named: TenantId | undefined): Promise<TenantId> {
  const companyId = companyOf(actor, named);
  await reach.requireAccount(actor, companyId);
  return companyId;
}
