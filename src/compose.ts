import type { Server } from 'node:http';
import { buildApp } from './app';
import { composeAdmin, type Admin } from './compose/admin';
import { addStopStoring } from './compose/agents';
import { composeBookingChanges } from './compose/booking-changes';
import { createInfrastructure, type Infrastructure } from './compose/infrastructure';
import { composeOwnership, type Ownership } from './compose/ownership';
import { composeNotifications, composePost, type Notifications } from './compose/notifications';
import { composeOperations, createAlerts, type Operations } from './compose/operations';
import { proveDemo } from './compose/demo-proofs';
import { composePeople } from './compose/people';
import { connectUpstream, TENANT_CHANGED, type Upstream } from './compose/upstream';
import { composeVoice, type Voice } from './compose/voice';
import { composeWebhooks, type Webhooks } from './compose/webhooks';
import type { GatewayConfig } from './config';
import { createAddressLimit } from './controllers/address-limit';
import { createCalcomWebhookRouter } from './controllers/calcom-webhook-controller';
import { createLoadShedder } from './controllers/load-shedder';
import { createHealthRouter, createReadiness } from './controllers/health-controller';
import { createRequestLog } from './controllers/request-log';
import {
  createVoiceRoute,
  ELEVENLABS,
  MCP,
  RETELL_TOOLS,
  RETELL_WEBHOOK,
  VAPI,
  type VoiceControllerDeps,
  type VoiceRoute,
} from './controllers/voice-controller';
import type { Backends } from './embedded';
import type { Stores } from './models/stores';
import type { DataDir } from './infra/data-dir';
import { createHttpServer } from './infra/http-server';
import { withoutSearch, type Logger } from './infra/logger';
import { drain, shutDown, type ShutdownStep } from './infra/shutdown';
import { once } from './once';
import type { CronTicker } from './jobs/cron';
import { orderStopStoring } from './jobs/stop-storing-job';
import { McpPlatform } from './platforms/mcp-platform';
import { VoiceTokens } from './services/tenants/voice-tokens';
import { directionByLine } from './services/tenants/resolve-call';
import { LANGUAGES } from './services/language/languages';
import { VERSION } from './version';

export interface Gateway {
  server: Server;
  parts: {
    stores: Stores;
    upstream: Upstream;
    voice: Voice;
    webhooks: Webhooks;
    operations: Operations;
    admin: Admin;
    notifications: Notifications;
  };
  /**
   * @returns what the operator should know while the platform has no Retell key; null when it has one
   * @throws ConfigError when requests could be neither proven nor safely taken without proof
   */
  requireKeys(): Promise<string | null>;
  /** Keeps in the folder what proves calls of a demo company that this start created. */
  proveDemo(dataDir: Pick<DataDir, 'keepSecret'>): Promise<void>;
  /** Begins the work that no request asks for: jobs, sweeps, schedules. */
  start(): void;
  /** Lets the embedded Cal.com tell this gateway of bookings made there; a real one is set up by an operator. */
  registerSandboxWebhook(gatewayUrl: string): void;
  /** Stops accepting, lets running requests and jobs finish, then closes what was opened. Every step runs. */
  stop(): Promise<void>;
}

const DRAIN_MS = 10_000;

/** The whole gateway, from top to bottom. */
export async function compose(deps: { config: GatewayConfig; logger: Logger; backends: Backends }): Promise<Gateway> {
  const { config, logger } = deps;
  const base = await createInfrastructure(deps);
  const alerts = createAlerts(base);
  const upstream = connectUpstream(base, alerts);
  const ownership = composeOwnership(base, upstream, alerts);
  const changes = composeBookingChanges(base, upstream, ownership);
  const voice = composeVoice(base, upstream, changes, alerts, ownership, (...call) =>
    orderStopStoring(operations.jobs, ...call),
  );
  const webhooks = composeWebhooks(base, upstream, voice, changes, ownership);
  const post = composePost(base, () => server.address());
  const notifications = composeNotifications(base, upstream, post, alerts);
  const operations = composeOperations(base, upstream, voice, webhooks, changes, alerts, notifications);
  addStopStoring(base, upstream, operations.jobs);
  let stopping = false;

  const people = composePeople(base, post);
  const admin = composeAdmin(base, { upstream, voice, webhooks, operations, ownership, people, notifications, post });
  const routes = composeVoiceRoutes(base, { upstream, ownership, voice, webhooks, tokens: admin.tokens });
  const app = buildApp({
    requestLog: createRequestLog({
      logger: withoutSearch(logger),
      nowMs: () => base.clock.monotonicMs(),
      observe: (route, status, durationMs) => {
        base.metrics.count('askpro_http_requests_total', { route, status: String(status) });
        base.metrics.time('askpro_http_duration_seconds', { route }, durationMs);
      },
    }),
    addressLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    healthLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    health: createHealthRouter({
      readiness: createReadiness({
        isStopping: () => stopping,
        pingDatabase: () => base.stores.companies.ping(),
        redis: base.redis,
        nowMs: () => base.clock.monotonicMs(),
      }),
      version: VERSION,
    }),
    metrics: admin.metrics,
    calcomWebhooks: createCalcomWebhookRouter({
      receive: (body, signature) => webhooks.receiveCalcom(body, signature),
    }),
    voice: routes,
    admin: admin.api,
    docs: admin.docs,
    dashboard: admin.dashboard,
    foreignSignatures: admin.foreignSignatures,
    logger,
    trustProxy: config.TRUST_PROXY,
  });
  const shedder = createLoadShedder({ app, routes, crowded: voice.gate.crowded, refuse: voice.gate.refuse });
  const server = createHttpServer(shedder, () => stopping);

  let cron: CronTicker | undefined;
  return {
    server,
    proveDemo: (dataDir) => proveDemo(base, upstream, admin.tokens, dataDir),
    requireKeys: () => ownership.requireKeys(),
    parts: { stores: base.stores, upstream, voice, webhooks, operations, admin, notifications },
    start: () => {
      base.background.run('announce disputed event types', ownership.eventTypes.announceDisputed());
      base.background.run('name given webhook secrets', admin.rotation.nameGivenSecrets());
      voice.loop.start();
      upstream.limiter.start();
      operations.jobs.start();
      operations.ticker.start();
      cron = operations.startCron();
    },
    registerSandboxWebhook: (gatewayUrl) => {
      const { webhookSecret } = deps.backends.calcom;
      if (!config.embedded.calcom || webhookSecret === undefined || config.isProduction) return;
      const hear = async (): Promise<void> => {
        // One account plays Cal.com for every company, so one webhook is enough.
        const [companyId] = await base.stores.companies.ids();
        if (companyId !== undefined) await admin.webhooks.create(companyId, gatewayUrl);
      };
      base.background.run('register with the sandbox', hear());
    },
    stop: once(() => {
      stopping = true;
      const noticeMs = server.listening ? config.SHUTDOWN_NOTICE_MS : 0;
      const steps: ShutdownStep[] = [
        ['readiness', () => base.clock.sleep(noticeMs)],
        ['streams', () => admin.live.stop()],
        ['http', () => drain(server, DRAIN_MS)],
        ['loop', () => voice.loop.stop()],
        ['cron', () => cron?.stop()],
        ['sweeps', () => operations.ticker.stop()],
        ['jobs', () => operations.jobs.stop(DRAIN_MS)],
        ['bookings', () => base.quiet()],
        ['slots', () => upstream.slots.settled()],
        ['trace', () => voice.trace.flush()],
        ['metrics', () => upstream.monitor.stop()],
        ['limiter', () => upstream.limiter.stop()],
        ['client', () => upstream.client.close()],
        ['redis', () => base.redis.close()],
        ['database', () => base.closeDatabase()],
      ];
      return shutDown(steps, (fields, message) => logger.warn(fields, message));
    }),
  };
}

/** The doors of the voice platforms, all before the same tools. */
function composeVoiceRoutes(
  base: Infrastructure,
  parts: { upstream: Upstream; ownership: Ownership; voice: Voice; webhooks: Webhooks; tokens: Admin['tokens'] },
): VoiceRoute[] {
  const { upstream, ownership, voice, webhooks, tokens } = parts;
  const voiceTokens = new VoiceTokens({
    companyOf: async (token) => {
      const actor = await tokens.authenticate(token);
      return actor?.role === 'voice' ? actor.companyId : null;
    },
    nowMs: () => base.clock.nowMs(),
  });
  base.announcements.listen(TENANT_CHANGED, () => voiceTokens.forget());
  const mcp = new McpPlatform({
    companyOf: (token) => voiceTokens.companyOf(token),
    directionOf: (ends) => directionByLine(upstream.tenants, ends),
    version: VERSION,
  });
  const questions = {
    answer: (request, context) => voice.tools.answer(request, context),
    admit: voice.gate.admit,
    unknownTool: (language) => LANGUAGES[language ?? 'de'].phrases.unknownTool(),
    starting: webhooks.calls.starting,
    happened: webhooks.calls.happened,
  } satisfies VoiceControllerDeps;
  return [
    createVoiceRoute(ownership.retell, RETELL_TOOLS, questions),
    createVoiceRoute(ownership.retell, RETELL_WEBHOOK, questions),
    createVoiceRoute(ownership.vapi, VAPI, questions),
    createVoiceRoute(ownership.elevenlabs, ELEVENLABS, questions),
    createVoiceRoute(mcp, MCP, questions),
  ];
}
