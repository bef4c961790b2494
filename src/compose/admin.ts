import { createAdminRouter } from '../controllers/admin/admin-router';
import { createForeignSignatureLog } from '../controllers/admin/authenticate';
import { LiveEvents } from '../controllers/admin/live-events';
import { createMetricsRouter } from '../controllers/admin/metrics-router';
import { PROVIDER_CALLBACK } from '../controllers/admin/provider-routes';
import { SessionCookie } from '../controllers/admin/session-cookie';
import { createDashboardRouter } from '../controllers/dashboard-controller';
import { createDocsRouter } from '../controllers/openapi/docs-router';
import { maskPersonal } from '../infra/masking';
import { OpenIdProvider } from '../infra/openid-provider';
import { argon2Hasher } from '../infra/password-hash';
import { RedisTryCounts } from '../infra/redis-try-counts';
import { agentJobs } from '../jobs/connect-agent-job';
import { maintenanceJobs } from '../jobs/availability-jobs';
import { DEFAULT_LANGUAGE } from '../domain';
import { exposeGauges } from '../metrics/gauges';
import { playBookedCall } from '../platforms/conversation';
import { AgentConnection } from '../retell/agent-connection';
import { agentFolder, agentKit } from '../retell/agent-kit';
import { toolByName } from '../retell/tool-names';
import { AgentLines } from '../services/admin/agent-lines';
import { AppointmentChanges } from '../services/admin/appointment-changes';
import { AppointmentHistory } from '../services/admin/appointment-history';
import { AuditTrail } from '../services/admin/audit-trail';
import { Calendar } from '../services/admin/calendar';
import { CallbackWork } from '../services/admin/callback-work';
import { CallTraces } from '../services/admin/call-trace';
import { CompanyService } from '../services/admin/company-service';
import { CompanySetup } from '../services/admin/company-setup';
import { FreeStarts } from '../services/admin/free-starts';
import { HostChoice } from '../services/admin/host-choice';
import { MaintenanceActions } from '../services/admin/maintenance-actions';
import { OperatorActions } from '../services/admin/operator-actions';
import { Overview } from '../services/admin/overview';
import { SecretRotation } from '../services/admin/secret-rotation';
import { SetupCheck } from '../services/admin/setup-check';
import { TestCalls } from '../services/admin/test-calls';
import { Trends } from '../services/admin/trends';
import { WebhookSetup } from '../services/admin/webhook-setup';
import { fingerprint } from '../services/calcom/calcom-accounts';
import { People } from '../services/people/people';
import { Sessions } from '../services/people/sessions';
import { OwnTryCounts, SignInThrottle, TRIES_WINDOW_MS } from '../services/people/sign-in-throttle';
import { toolOf } from '../services/voice/tools';
import { VERSION } from '../version';
import type { Infrastructure } from './infrastructure';
import type { Notifications, Operations } from './operations';
import type { Platforms } from './platforms';
import { sharedWords } from './shared-words';
import type { Upstream } from './upstream';
import type { Bookings, Voice, Webhooks } from './voice';

type Parts = Platforms & Bookings & Voice & Webhooks & Operations & Notifications;

/** What operators meet: the API, its document, the dashboard, figures for Prometheus. */
export function composeAdmin(base: Infrastructure, upstream: Upstream, parts: Parts) {
  const { config, stores } = base;
  const { figures } = stores;
  const shared = { ...base, ...stores, ...upstream, ...parts, publicUrl: config.PUBLIC_URL ?? null };
  const timeZone = config.APP_TIMEZONE;
  const audit = new AuditTrail({ ...base, store: stores.audit, maskPersonal });
  const overview = new Overview({ ...shared, facts: factsOf(config) });
  const people = composePeople(base, parts);
  const setup = composeSetup(base, upstream, parts.senders);
  const live = new LiveEvents({ ...shared, ...people, overview, repeat });
  const lines = new AgentLines({ ...shared, ...setup, audit });
  const agents = new AgentConnection({ ...shared, ...setup, lines, retentionDays: config.TRANSCRIPT_RETENTION_DAYS });
  const api = createAdminRouter({
    ...{ ...shared, ...people, ...setup, audit, overview, live },
    ...composeChanges(base, upstream, parts),
    connectAgent: agentJobs({ ...shared, agents }),
    testCalls: new TestCalls({
      ...shared,
      play: async (order, show) => {
        const call = { ...order, baseUrl: parts.ownAddress() };
        await playBookedCall(await upstream.retellAccess.caller(order.companyId, call), order, show);
      },
    }),
    traces: new CallTraces({ ...shared, traces: stores.reader }),
    trends: new Trends({ ...base, store: stores.callHours, timeZone }),
    hostChoice: new HostChoice(shared),
  });
  exposeGauges({ ...shared, jobs: () => figures.jobs(null) });
  return {
    api,
    docs: createDocsRouter({ version: VERSION }),
    dashboard: createDashboardRouter({ words: sharedWords, kit: agentFolder() }),
    metrics: createMetricsRouter({ metrics: base.metrics, token: config.METRICS_TOKEN ?? null }),
    tokens: parts.tokens,
    people: people.people,
    ...setup,
    agents,
    live,
    /** Every company that exists. */
    companies: () => stores.companies.names(),
    foreignSignatures: createForeignSignatureLog({ ...base, audit }),
  };
}

function repeat(everyMs: number, work: () => void): () => void {
  const timer = setInterval(work, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** People, and how they sign in. */
function composePeople(base: Infrastructure, { address, mailer }: Notifications) {
  const { clock, config, guard, redis, stores } = base;
  const { users } = stores;
  const counts = new RedisTryCounts(redis, guard, new OwnTryCounts(clock), TRIES_WINDOW_MS);
  const throttle = new SignInThrottle(clock, counts);
  const shared = { ...base, ...stores, hasher: argon2Hasher, throttle, store: users };
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret = null } = config;
  const returnTo = (): string => `${address()}${PROVIDER_CALLBACK}`;
  return {
    users,
    sessions: new Sessions(shared),
    people: new People({ ...shared, address, mailer }),
    cookie: new SessionCookie(config.PUBLIC_URL ?? null),
    provider:
      issuer === undefined || clientId === undefined
        ? null
        : Object.assign(new OpenIdProvider({ issuer, clientId, clientSecret, returnTo }), { name: config.OIDC_NAME }),
  };
}

/** What operators may change: companies, appointments, the running gateway. */
function composeChanges(base: Infrastructure, upstream: Upstream, parts: Parts) {
  const { stores } = base;
  const shared = { ...base, ...stores, ...upstream, ...parts };
  const history = new AppointmentHistory({ ...stores, store: stores.appointments });
  const appointments = new AppointmentChanges({ ...shared, starts: new FreeStarts(shared) });
  return {
    history,
    calendar: new Calendar(shared),
    companies: new CompanyService({ ...shared, writer: stores.companyWriter }),
    actions: new OperatorActions({ ...shared, store: stores.operations, appointments, history }),
    callbacks: new CallbackWork({ ...shared, store: stores.callbacks }),
    maintenance: new MaintenanceActions({ ...shared, ...maintenanceJobs(upstream) }),
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

/** What makes a company ready for calls and says what is missing: its rows, webhooks at Cal.com, secrets, the check. */
function composeSetup(base: Infrastructure, upstream: Upstream, senders: Webhooks['senders']) {
  const { calcomWebhookSecret, config, stores } = base;
  const shared = { ...base, ...stores, ...upstream, senders };
  const webhooks = new WebhookSetup({ ...shared, writer: stores.companyWriter });
  const rotation = new SecretRotation({
    ...{ ...shared, webhooks },
    commonSecretId: calcomWebhookSecret === null ? null : fingerprint(calcomWebhookSecret),
  });
  const checks = new SetupCheck({
    ...{ ...shared, rotation },
    linesAtRetell: upstream.retellAccess.lines,
    settings: {
      retellKeySet: config.RETELL_API_KEY !== undefined,
      retellManagementKeySet: config.RETELL_MANAGEMENT_KEY !== undefined,
      calcomWebhookSecretSet: calcomWebhookSecret !== null,
      readDeadlineMs: config.VOICE_READ_DEADLINE_MS,
      writeDeadlineMs: config.VOICE_WRITE_DEADLINE_MS,
    },
    agentTools: () => agentKit(DEFAULT_LANGUAGE).map(({ name, timeout_ms: timeoutMs }) => ({ name, timeoutMs })),
    effectOfTool: (name) => {
      const tool = toolByName(name);
      return tool && toolOf(tool).effect;
    },
  });
  return { checks, rotation, webhooks, setup: new CompanySetup({ ...shared, writer: stores.setupWriter }) };
}
