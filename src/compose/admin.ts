import path from 'node:path';
import type { ErrorRequestHandler, Router } from 'express';
import { createAdminRouter } from '../controllers/admin/admin-router';
import { createForeignSignatureLog } from '../controllers/admin/authenticate';
import { LiveEvents } from '../controllers/admin/live-events';
import { createMetricsRouter } from '../controllers/admin/metrics-router';
import type { AdminDeps } from '../controllers/admin/route-spec';
import { createDashboardRouter } from '../controllers/dashboard-controller';
import { createDocsRouter } from '../controllers/openapi/docs-router';
import { NotFound } from '../errors';
import { maskPersonal } from '../infra/masking';
import { maintenanceJobs } from '../jobs/maintenance-jobs';
import { toolByName } from '../retell/tool-names';
import { toolOf } from '../services/voice/tools';
import { AuditTrail } from '../services/admin/audit-trail';
import { CalcomReach } from '../services/admin/calcom-reach';
import { fingerprint } from '../services/calcom/calcom-accounts';
import { CallbackWork } from '../services/admin/callback-work';
import { CallTraces } from '../services/admin/call-trace';
import { CompanyService } from '../services/admin/company-service';
import { CompanySetup } from '../services/admin/company-setup';
import { OperatorActions } from '../services/admin/operator-actions';
import { Overview } from '../services/admin/overview';
import { SecretRotation } from '../services/admin/secret-rotation';
import { bookingSampleKey } from '../services/calcom/calcom-account';
import { UNKNOWN_REFUSAL } from '../services/calcom/drift-watch';
import { SetupCheck } from '../services/admin/setup-check';
import { agentKit } from '../retell/agent-kit';
import type { AgentConnection } from '../retell/agent-connection';
import { agentFolder } from '../retell/agent-folder';
import { agentJobs } from '../jobs/connect-agent-job';
import { composeAgents, composeTestCalls, linesAtRetell } from './agents';
import { composeAppointments, type AppointmentParts } from './appointments';
import type { CalcomKey } from '../services/calcom/calcom-keys';
import { MaintenanceActions } from '../services/admin/maintenance-actions';
import { Trends } from '../services/admin/trends';
import { TokenService } from '../services/admin/token-service';
import { HostChoice } from '../services/admin/host-choice';
import { WebhookSetup } from '../services/admin/webhook-setup';
import type { TenantId } from '../domain';
import { VERSION } from '../version';
import { exposeGauges } from '../metrics/gauges';
import type { Infrastructure } from './infrastructure';
import type { Notifications, Post } from './notifications';
import type { Operations } from './operations';
import type { Ownership } from './ownership';
import type { PeopleParts } from './people';
import type { Upstream } from './upstream';
import type { Voice } from './voice';
import type { Webhooks } from './webhooks';
import { sharedWords } from './shared-words';

export interface Admin {
  api: Router;
  docs: Router;
  dashboard: Router;
  metrics: Router;
  tokens: TokenService;
  people: PeopleParts['people'];
  checks: SetupCheck;
  webhooks: WebhookSetup;
  rotation: SecretRotation;
  agents: AgentConnection;
  live: LiveEvents;
  /** Every company that exists. */
  companies: () => Promise<{ id: TenantId; slug: string; name: string }[]>;
  foreignSignatures: ErrorRequestHandler;
}

/** What operators meet: the API, its document, the dashboard, figures for Prometheus. */
export function composeAdmin(
  base: Infrastructure,
  parts: {
    upstream: Upstream;
    voice: Voice;
    webhooks: Webhooks;
    operations: Operations;
    ownership: Ownership;
    people: PeopleParts;
    notifications: Notifications;
    post: Pick<Post, 'ownAddress'>;
  },
): Admin {
  const { config, clock, nowMs, stores, warn } = base;
  const { figures, reader } = stores;
  const { upstream, voice, webhooks, operations } = parts;
  const platformKeyId = fingerprint(base.backends.calcom.apiKey);
  const reach = new CalcomReach({ reader, platformKeyId });
  const { accounts } = upstream;
  const companyIds = (): Promise<TenantId[]> => stores.companies.ids();
  const keys = (companyId: TenantId | null): Promise<CalcomKey[]> => accounts.keysOf(companyId);
  const tokens = new TokenService({
    store: stores.tokens,
    clock,
    bootstrapToken: base.backends.adminToken.value,
  });
  const audit = new AuditTrail({
    store: stores.audit,
    maskPersonal: (value) => maskPersonal(value),
    nowMs,
  });
  const overview = new Overview({
    monitor: upstream.monitor,
    keys,
    cacheOf: (companyId) => upstream.slots.cache.stats(companyId),
    companyIds,
    figures,
    clock,
    facts: factsOf(config),
  });
  const { checks, rotation, webhookSetup } = composeSetup(base, upstream, reach);
  const live = new LiveEvents({
    snapshot: (companyId) => overview.snapshot(companyId),
    stillValid: async (actors) => {
      const { sessions } = parts.people;
      const programs = await tokens.stillValid(actors.filter(({ person }) => person === undefined));
      return new Set([...programs, ...(await sessions.stillValid(actors))]);
    },
    repeat: (everyMs, work) => {
      const timer = setInterval(work, everyMs);
      timer.unref();
      return () => clearInterval(timer);
    },
    nowMs,
    warn,
  });
  const appointments = composeAppointments(base, upstream, voice);
  const changes = composeChanges(base, { upstream, voice, webhooks, operations, appointments }, reach);
  const { setup } = changes;
  const agents = composeAgents(base, upstream, {
    ...{ reader, setup, checks },
    audit: (actor, action, change) => audit.done(actor, action, change),
  });
  const connectAgent = agentJobs({ agents, jobs: operations.jobs, lastId: (key) => stores.jobs.lastId(key) });
  const api = createAdminRouter({
    connectAgent,
    testCalls: composeTestCalls(base, upstream, parts.post.ownAddress),
    ...parts.people,
    channels: parts.notifications.channels,
    tokens,
    audit,
    warn,
    reader,
    ...changes,
    ...{ calendar: appointments.calendar, history: appointments.history },
    traces: new CallTraces({ reader, traces: stores.reader, now: base.now }),
    trends: new Trends({ store: stores.callHours, clock, timeZone: config.APP_TIMEZONE }),
    overview,
    checks,
    imports: operations.imports,
    webhooks: webhookSetup,
    reach,
    publicUrl: config.PUBLIC_URL ?? null,
    disputedEventTypes: () => stores.eventTypes.disputed(),
    assignEventType: async (eventTypeId, companyId) => {
      if (!(await reader.find('companies', companyId, companyId))) throw new NotFound('The company');
      return parts.ownership.eventTypes.assign(eventTypeId, companyId);
    },
    testConnection: async (companyId) => {
      if (!(await reader.find('companies', companyId, companyId))) throw new NotFound('The company');
      return (await upstream.calcom(companyId)).testConnection();
    },
    live,
  });
  exposeGauges({ ...base, ...upstream, admission: voice.admission, jobs: () => figures.jobs(null) });
  return {
    api,
    docs: createDocsRouter({ version: VERSION }),
    dashboard: createDashboardRouter({
      words: sharedWords,
      folder: path.join(__dirname, '..', 'dashboard'),
      kit: agentFolder(),
    }),
    metrics: createMetricsRouter({ metrics: base.metrics, token: config.METRICS_TOKEN ?? null }),
    tokens,
    people: parts.people.people,
    checks,
    webhooks: webhookSetup,
    rotation,
    agents,
    live,
    companies: () => stores.companies.names(),
    foreignSignatures: createForeignSignatureLog({ audit, warn }),
  };
}

type Changes = Pick<AdminDeps, 'companies' | 'setup' | 'actions' | 'callbacks' | 'maintenance' | 'hostChoice'> & {
  setup: CompanySetup;
};

/** What operators may change: companies and their set-up, appointments, the running gateway. */
function composeChanges(
  { stores, clock }: Infrastructure,
  parts: {
    upstream: Upstream;
    voice: Voice;
    webhooks: Webhooks;
    operations: Operations;
    appointments: AppointmentParts;
  },
  reach: CalcomReach,
): Changes {
  const { upstream, voice, webhooks, operations, appointments } = parts;
  const { accounts, secrets, tenantChanged } = upstream;
  const { reader } = stores;
  const setup = new CompanySetup({
    ...{ reader, writer: stores.setupWriter, tenantChanged, reach },
    lineMapped: (line) => stores.unmappedCalls.closeAlerts(line),
  });
  return {
    companies: new CompanyService({
      reader,
      writer: stores.companyWriter,
      secrets,
      checkCalcomKey: (companyId, apiKey) => accounts.trial(companyId, apiKey).testConnection(),
      tenantChanged,
      reach,
    }),
    setup,
    actions: new OperatorActions({
      reader,
      store: stores.operations,
      ...{ appointments: appointments.changes, history: appointments.history },
      workOnEvent: (id) => webhooks.inbox.process(id),
      forgetCaller: ({ companyId, callIds, isNamedIn }) => voice.memories.forget(companyId, callIds, isNamedIn),
    }),
    callbacks: new CallbackWork({
      reader,
      store: stores.callbackWork,
      dueAgain: (callback) => voice.callbacks.dueFrom(clock.now(), callback),
    }),
    maintenance: new MaintenanceActions({
      ...maintenanceJobs({
        jobs: operations.jobs,
        lastId: (uniqueKey) => stores.jobs.lastId(uniqueKey),
        invalidation: upstream.slots.invalidation,
      }),
      reader,
      companyIds: () => stores.companies.ids(),
      keys: (companyId) => accounts.keysOf(companyId),
      eventTypeIds: async (id) => (await stores.companies.services(id)).map((one) => one.calcomEventTypeId),
      resetCircuit: (keyId) => upstream.breaker.reset(keyId),
    }),
    hostChoice: new HostChoice({
      reader,
      calcomOf: (companyId) => accounts.forTenant(companyId),
      renew: (companyId) => operations.imports.renew(companyId),
    }),
  };
}

function factsOf(config: Infrastructure['config']): ConstructorParameters<typeof Overview>[0]['facts'] {
  return {
    version: VERSION,
    node: process.version,
    embedded: config.embedded,
    budget: {
      limit_per_minute: config.CALCOM_RATE_LIMIT_PER_MINUTE,
      background_share_pct: config.CALCOM_BACKGROUND_SHARE_PCT,
      read_share_pct: config.CALCOM_READ_SHARE_PCT,
    },
    timeZone: config.APP_TIMEZONE,
  };
}

/** What makes a company ready for calls and says what is missing: webhooks at Cal.com, secrets, the check. */
function composeSetup(
  base: Infrastructure,
  upstream: Upstream,
  reach: CalcomReach,
): { checks: SetupCheck; rotation: SecretRotation; webhookSetup: WebhookSetup } {
  const { calcomWebhookSecret, config, now, stores } = base;
  const { companies, reader } = stores;
  const { accounts, monitor, secrets } = upstream;
  const calcomOf = (companyId: TenantId): ReturnType<typeof accounts.forTenant> => accounts.forTenant(companyId);
  const platformKeyId = fingerprint(base.backends.calcom.apiKey);
  const webhookSetup = new WebhookSetup({
    reader,
    writer: stores.companyWriter,
    secrets,
    calcomOf,
    usesPlatformKey: (company) => reach.usesPlatformKey(company),
    secretOf: async (companyId) => {
      const own = (await companies.webhookSecrets()).find((one) => one.companyId === companyId);
      if (own) return upstream.sealed.open('calcom_webhook_secret', own);
      // Cal.com shows a webhook's secret to the account's owner, so the common one stays in the platform's account.
      return (await reach.isOnPlatformKey(companyId)) ? calcomWebhookSecret : null;
    },
    tenantChanged: upstream.tenantChanged,
    webhooksMade: (companyId, eventTypeIds) => upstream.push.webhooksMade(companyId, eventTypeIds),
  });
  const rotation = new SecretRotation({
    companies: {
      sealedSecrets: () => companies.sealedSecrets(),
      nameGivenWebhookSecrets: (id) => companies.nameGivenWebhookSecrets(id, platformKeyId),
      replaceSealed: (secret, resealed) => companies.replaceSealed(secret, resealed),
      givenWebhookSecrets: () => companies.givenWebhookSecrets(),
      onPlatformKey: () => companies.idsOnKey(platformKeyId),
    },
    channels: stores.notifications,
    secrets,
    webhooks: webhookSetup,
    commonSecretId: calcomWebhookSecret === null ? null : fingerprint(calcomWebhookSecret),
  });
  const checks = new SetupCheck({
    reader,
    calcomOf,
    usesPlatformKey: (company) => reach.usesPlatformKey(company),
    pushOf: (companyId) => upstream.push.evidence(companyId),
    now,
    disputedEventTypes: () => stores.eventTypes.disputed(),
    companiesThatKnowCommonSecret: () => rotation.companiesThatKnowCommonSecret(),
    bookingP95Ms: (keyId) => monitor.upstreamP95Ms(bookingSampleKey('/bookings', keyId)),
    linesAtRetell: linesAtRetell(base, upstream),
    unknownRefusals: () => companies.commonAlerts(UNKNOWN_REFUSAL, 5),
    settings: {
      retellKeySet: config.RETELL_API_KEY !== undefined,
      retellManagementKeySet: config.RETELL_MANAGEMENT_KEY !== undefined,
      calcomWebhookSecretSet: calcomWebhookSecret !== null,
      readDeadlineMs: config.VOICE_READ_DEADLINE_MS,
      writeDeadlineMs: config.VOICE_WRITE_DEADLINE_MS,
    },
    agentTools: () => agentKit('de').map(({ name, timeout_ms: timeoutMs }) => ({ name, timeoutMs })),
    openFaults: (companyId) => stores.setupFaults.open(companyId),
    effectOfTool: (name) => {
      const tool = toolByName(name);
      return tool && toolOf(tool).effect;
    },
  });
  return { checks, rotation, webhookSetup };
}
