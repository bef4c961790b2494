import type { Router } from 'express';
import { z } from 'zod';
import { CALCOM_ENDPOINTS } from '../../services/calcom/calcom-ports';
import { MOST_REPORT_MINUTES } from '../../services/calcom/calcom-performance-monitor';
import { InvalidInput } from '../../errors';
import { companyOf, reachOf, requireRole } from '../../services/admin/actor';
import type { CalcomReach } from '../../services/admin/calcom-reach';
import type { EventTypeImport } from '../../services/admin/event-type-import';
import type { Overview } from '../../services/admin/overview';
import type { SetupCheck } from '../../services/admin/setup-check';
import type { MaintenanceActions } from '../../services/admin/maintenance-actions';
import type { HostChoice } from '../../services/admin/host-choice';
import type { WebhookSetup } from '../../services/admin/webhook-setup';
import type { ConnectionTest } from '../../services/calcom/calcom-account';
import type { TenantId } from '../../domain';
import type { DisputedEventType } from '../../services/tenants/event-type-owners';
import { actorOf } from './authenticate';
import { companyId } from './list-query';
import type { LiveEvents } from './live-events';
import { admit, parse, type Mount } from './mount';
import { TEST_CALL } from './test-call-route';
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
import { route, type RouteSpec } from './route-spec';

const ofCompany = z.strictObject({ company_id: companyId.optional() });
const minutes = z.coerce.number().int().min(1).max(MOST_REPORT_MINUTES).default(60);
const get = { method: 'get', tag: 'operations', role: 'read_only' } as const;
const post = { method: 'post', tag: 'operations', role: 'company_admin' } as const;

const watching = {
  status: route({
    ...get,
    path: '/api/admin/status',
    summary: 'One look at how everything is',
    query: ofCompany,
    answer: status,
  }),
  rateLimit: route({
    ...{ ...get, path: '/api/admin/rate-limit', query: ofCompany, answer: z.array(rateLimit) },
    summary: 'How much of Cal.com’s limit is used, per key',
  }),
  circuits: route({
    ...{ ...get, path: '/api/admin/circuit-breaker', query: ofCompany, answer: z.array(circuit) },
    summary: 'Whether Cal.com is being asked, per key for reads and writes',
  }),
  metrics: route({
    ...{ ...get, path: '/api/admin/metrics', answer: z.array(metricsSummary), role: 'platform' },
    summary: 'Figures per endpoint of Cal.com, with percentiles and one row a minute',
    query: z.strictObject({ endpoint: z.enum(CALCOM_ENDPOINTS).optional(), minutes }),
  }),
  cache: route({
    ...{ ...get, path: '/api/admin/cache', tag: 'cache', query: ofCompany, answer: cache },
    summary: 'What is cached and how often it helps, per event type',
  }),
  checks: route({
    ...{ ...get, path: '/api/admin/check-setup', role: 'company_admin', query: ofCompany, answer: z.array(check) },
    summary: 'Everything that must be right before a call can end in a booking, and what to do about what is not',
  }),
};

const maintenance = {
  reset: route({
    ...{ ...post, path: '/api/admin/circuit-breaker/reset', subject: 'circuit_breaker', role: 'platform' },
    ...{ summary: 'Asks Cal.com again at once', answer: z.array(circuit) },
  }),
  invalidate: route({
    ...{
      method: 'delete',
      path: '/api/admin/cache',
      role: 'company_admin',
      tag: 'cache',
      subject: 'cache',
      answer: z.object({ event_types: z.int() }),
    },
    summary: 'Forgets cached availability: of one event type, or of all',
    query: ofCompany.extend({ event_type_id: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
  }),
  warm: route({
    ...{ ...post, path: '/api/admin/cache/warm', tag: 'cache', subject: 'cache', status: 202 },
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
  }),
  test: route({
    ...{ ...post, path: '/api/admin/calcom/test-connection', tag: 'calcom', subject: 'calcom', answer: connection },
    summary: 'Whose key it is, by /v2/me within ten seconds',
    body: ofCompany.prefault({}),
  }),
  import: route({
    ...{
      ...post,
      path: '/api/admin/calcom/import-event-types',
      tag: 'calcom',
      subject: 'services',
      answer: importReport,
    },
    summary: 'Event types and hosts as services, staff and host mappings. Safe to repeat; managed parents are refused.',
    body: ofCompany
      .extend({ branch_id: z.guid().nullable().default(null), personal: z.boolean().default(true) })
      .prefault({}),
  }),
  hostChoice: route({
    ...{ ...post, path: '/api/admin/calcom/enable-host-choice', tag: 'calcom', subject: 'services' },
    summary: 'Makes Cal.com heed a wish for a person at the event types of the services in use. Safe to repeat.',
    body: ofCompany.prefault({}),
    answer: hostChoiceReport,
  }),
  disputed: route({
    ...{ ...get, path: '/api/admin/calcom/disputed-event-types', tag: 'calcom', role: 'platform' },
    summary: 'Event types that several companies on one Cal.com key offer, until it is said whose they are',
    answer: z.array(
      z.object({
        key_id: z.string().describe('`platform`, or the id of the companies’ own key'),
        event_type_id: z.int(),
        companies: z.array(z.object({ id: z.guid(), name: z.string() })),
      }),
    ),
  }),
  assign: route({
    ...{ ...post, path: '/api/admin/calcom/assign-event-type', tag: 'calcom', subject: 'event_type', role: 'platform' },
    summary:
      'Says which company an event type of a Cal.com account belongs to. Services of others on the same key and event type are switched off.',
    body: z.strictObject({ company_id: companyId, event_type_id: z.int().min(1).max(2_147_483_647) }),
    answer: z.object({ companies: z.array(z.guid()) }),
  }),
  webhook: route({
    ...{
      ...post,
      path: '/api/admin/calcom/create-webhook',
      tag: 'calcom',
      subject: 'calcom_webhook',
      answer: webhookReport,
    },
    summary:
      'Registers this gateway for booking webhooks at Cal.com, under PUBLIC_URL; another address is taken from the platform only. Safe to repeat.',
    body: ofCompany
      .extend({
        public_url: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .optional(),
      })
      .prefault({}),
  }),
};

/** Routes that do not answer JSON. */
const plain = {
  report: route({
    ...{ ...get, path: '/api/admin/performance-report', answer: z.string(), role: 'platform' },
    summary: 'The performance report as text',
    query: z.strictObject({ last: minutes }),
  }),
  events: route({
    ...{ ...get, path: '/api/admin/events', query: ofCompany, answer: snapshot },
    summary: 'Server-sent events: one snapshot a second',
  }),
};

export const operationSpecs: RouteSpec[] = [...Object.values(watching), ...Object.values(maintenance)];
export const PLAIN_SPECS: { spec: RouteSpec; mediaType: string }[] = [
  { spec: plain.report, mediaType: 'text/plain' },
  { spec: plain.events, mediaType: 'text/event-stream' },
  TEST_CALL,
];

export interface OperationRoutesDeps {
  overview: Overview;
  maintenance: MaintenanceActions;
  checks: SetupCheck;
  imports: EventTypeImport;
  hostChoice: HostChoice;
  webhooks: WebhookSetup;
  reach: CalcomReach;
  /** Where Cal.com reaches this gateway; null when it is not configured. */
  publicUrl: string | null;
  /** @throws NotFound */
  testConnection: (companyId: TenantId) => Promise<ConnectionTest>;
  /** @returns the companies concerned @throws NotFound */
  disputedEventTypes: () => Promise<DisputedEventType[]>;
  assignEventType: (eventTypeId: number, companyId: TenantId) => Promise<TenantId[]>;
  live: LiveEvents;
}

export function mountOperations(mount: Mount, router: Router, deps: OperationRoutesDeps): void {
  const { overview } = deps;
  mount(watching.status, ({ actor, query }) => overview.status(reachOf(actor, query.company_id)));
  mount(watching.rateLimit, ({ actor, query }) => overview.rateLimits(reachOf(actor, query.company_id)));
  mount(watching.circuits, ({ actor, query }) => overview.circuits(reachOf(actor, query.company_id)));
  mount(watching.metrics, ({ query }) => overview.metrics(query.endpoint ?? null, query.minutes));
  mount(watching.cache, ({ actor, query }) => overview.cache(reachOf(actor, query.company_id)));
  mount(watching.checks, ({ actor, query }) => deps.checks.run(reachOf(actor, query.company_id)));
  mountMaintenance(mount, deps);
  mountPlain(router, deps);
}

function mountMaintenance(mount: Mount, deps: OperationRoutesDeps): void {
  mount(maintenance.reset, async ({ wrote }) => {
    const keys = await deps.maintenance.resetCircuits();
    wrote({ companyId: null, subjectType: 'circuit_breaker', subjectId: null, after: { keys } });
    return deps.overview.circuits(null);
  });
  mount(maintenance.invalidate, async ({ actor, query, wrote }) => {
    const company = reachOf(actor, query.company_id);
    const count = await deps.maintenance.invalidate(company, query.event_type_id ?? null);
    const subjectId = query.event_type_id === undefined ? null : String(query.event_type_id);
    wrote({ companyId: company, subjectType: 'cache', subjectId, after: { event_types: count } });
    return { event_types: count };
  });
  mount(maintenance.warm, async ({ actor, body, wrote }) => {
    const company = reachOf(actor, body.company_id);
    await deps.reach.requireAccount(actor, company);
    const request = { days: body.days, minBookings: body.min_bookings, delayMs: body.delay_ms };
    const { queued, jobId } = await deps.maintenance.warm(company, request);
    wrote({ companyId: company, subjectType: 'cache', subjectId: null, after: { ...request, queued, job_id: jobId } });
    return { queued, job_id: jobId };
  });
  mount(maintenance.test, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    await deps.reach.requireAccount(actor, company);
    const { success, user, latencyMs, error } = await deps.testConnection(company);
    wrote({ companyId: company, subjectType: 'calcom', subjectId: null, after: { success } });
    const seen = user && {
      id: user.id,
      name: user.name,
      username: user.username,
      email: user.email,
      time_zone: user.timeZone,
    };
    return {
      success,
      user: seen,
      latency_ms: latencyMs,
      error: error && { code: error.code, message: error.publicMessage },
    };
  });
  mount(maintenance.import, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    await deps.reach.requireAccount(actor, company);
    const report = await deps.imports.run(company, { branchId: body.branch_id, personal: body.personal });
    const outcomes = report.items.map((item) => ({ event_type_id: item.event_type_id, outcome: item.outcome }));
    wrote({
      companyId: company,
      subjectType: 'services',
      subjectId: null,
      after: { outcomes, hosts: report.hosts.length },
    });
    return report;
  });
  mount(maintenance.hostChoice, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    await deps.reach.requireAccount(actor, company);
    const report = await deps.hostChoice.enable(company);
    wrote({ companyId: company, subjectType: 'services', subjectId: null, after: report });
    return report;
  });
  mount(maintenance.disputed, async () => {
    const found = await deps.disputedEventTypes();
    return found.map(({ keyId, eventTypeId, companies }) => ({ key_id: keyId, event_type_id: eventTypeId, companies }));
  });
  mount(maintenance.assign, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    const companies = await deps.assignEventType(body.event_type_id, company);
    wrote({
      companyId: company,
      subjectType: 'event_type',
      subjectId: String(body.event_type_id),
      after: { companies },
    });
    return { companies };
  });
  mount(maintenance.webhook, async ({ actor, body, wrote }) => {
    const company = companyOf(actor, body.company_id);
    if (body.public_url !== undefined) requireRole(actor, 'platform');
    await deps.reach.requireAccount(actor, company);
    const publicUrl = body.public_url ?? deps.publicUrl;
    if (publicUrl === null) {
      throw new InvalidInput('The address of this gateway is not known.', [
        { path: 'public_url', message: 'is required while PUBLIC_URL is not set' },
      ]);
    }
    const report = await deps.webhooks.create(company, publicUrl);
    wrote({ companyId: company, subjectType: 'calcom_webhook', subjectId: report.webhook_id, after: report });
    return report;
  });
}

function mountPlain(router: Router, { overview, live }: OperationRoutesDeps): void {
  router.get(plain.report.path, admit(plain.report, actorOf), async (req, res) => {
    const { last } = parse(plain.report.query, req.query, 'The query');
    res.type('text/plain').send(await overview.report(last));
  });
  router.get(plain.events.path, admit(plain.events, actorOf), (req, res) => {
    const { company_id: named } = parse(plain.events.query, req.query, 'The query');
    const actor = actorOf(res);
    live.join(res, actor, reachOf(actor, named));
  });
}
