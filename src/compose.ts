import { buildApp } from './app';
import { composeAdmin } from './compose/admin';
import { createInfrastructure } from './compose/infrastructure';
import { composeNotifications, composeOperations } from './compose/operations';
import { composePlatforms, type Platforms } from './compose/platforms';
import { connectUpstream } from './compose/upstream';
import { composeBookings, composeVoice, composeWebhooks, type Voice, type Webhooks } from './compose/voice';
import { retellKeyWarning, type GatewayConfig } from './config';
import { createAddressLimit } from './controllers/address-limit';
import { createCalcomWebhookRouter } from './controllers/calcom-webhook-controller';
import { createHealthRouter } from './controllers/health-controller';
import { createLoadShedder } from './controllers/load-shedder';
import { createRequestLog } from './controllers/request-log';
import {
  createVoiceRoute,
  ELEVENLABS,
  MCP,
  RETELL_TOOLS,
  RETELL_WEBHOOK,
  VAPI,
  type VoiceRoute,
} from './controllers/voice-controller';
import type { Backends } from './embedded';
import type { DataDir } from './infra/data-dir';
import { createHttpServer } from './infra/http-server';
import { withoutSearch, type Logger } from './infra/logger';
import { drain, shutDown, type ShutdownStep } from './infra/shutdown';
import { once } from './once';
import { proveDemo } from './services/admin/demo-proofs';
import { VERSION } from './version';

export type Gateway = Awaited<ReturnType<typeof compose>>;

const DRAIN_MS = 10_000;

/** The whole gateway, from top to bottom. */
export async function compose(deps: { config: GatewayConfig; logger: Logger; backends: Backends }) {
  const { config, logger, backends } = deps;
  const base = await createInfrastructure(deps);
  const { background, clock, stores } = base;
  const upstream = connectUpstream(base);
  const platforms = composePlatforms(base, upstream);
  const bookings = composeBookings(base, upstream, platforms);
  const voice = composeVoice(base, upstream, platforms, bookings);
  const webhooks = composeWebhooks(base, upstream, platforms, voice, bookings);
  const notifications = composeNotifications(base, upstream, () => server);
  const operations = composeOperations(base, upstream, bookings, webhooks, notifications);
  const parts = { ...platforms, ...bookings, ...voice, ...webhooks, ...operations, ...notifications };
  const admin = composeAdmin(base, upstream, parts);
  let stopping = false;
  const isStopping = (): boolean => stopping;

  const routes = composeVoiceRoutes(platforms, voice, webhooks);
  const app = buildApp({
    ...admin,
    requestLog: createRequestLog({ ...base, logger: withoutSearch(logger) }),
    addressLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    healthLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    health: createHealthRouter({ ...base, companies: stores.companies, isStopping, version: VERSION }),
    calcomWebhooks: createCalcomWebhookRouter({ receive: webhooks.receiveCalcom }),
    voice: routes,
    logger,
    trustProxy: config.TRUST_PROXY,
  });
  const shedder = createLoadShedder({ app, routes, crowded: voice.gate.crowded, refuse: voice.gate.refuse });
  const server = createHttpServer(shedder, isStopping);

  let stopCron = async (): Promise<void> => undefined;
  return {
    server,
    parts: {
      stores,
      tenantChanged: base.tenantChanged,
      upstream,
      voice: { ...voice, ...bookings },
      webhooks,
      operations,
      admin,
      notifications,
    },
    /** As programs on this machine reach it. */
    address: () => notifications.ownAddress(),
    /**
     * @returns what the operator should know while the platform has no Retell key; null when it has one
     * @throws ConfigError when requests could be neither proven nor safely taken without proof
     */
    requireKeys: async () => retellKeyWarning(config, await platforms.owners.hasKeys()),
    /** Keeps in the folder what proves calls of a demo company that this start created. */
    proveDemo: async (dataDir: Pick<DataDir, 'keepSecret'>): Promise<void> => {
      if (base.isDemoNew) await proveDemo({ ...base, ...stores, ...upstream, ...platforms, dataDir });
    },
    /** Begins the work that no request asks for: jobs, sweeps, schedules. */
    start: (): void => {
      background.run('announce disputed event types', platforms.assignment.announceDisputed());
      background.run('name given webhook secrets', admin.rotation.nameGivenSecrets());
      voice.loop.start();
      upstream.limiter.start();
      operations.jobs.start();
      operations.ticker.start();
      stopCron = operations.startCron();
    },
    /** Lets the embedded Cal.com tell this gateway of bookings made there; a real one is set up by an operator. */
    registerSandboxWebhook: (gatewayUrl: string): void => {
      if (!config.embedded.calcom || backends.calcom.webhookSecret === undefined || config.isProduction) return;
      const register = async (): Promise<void> => {
        // One account plays Cal.com for every company, so one webhook is enough.
        const [companyId] = await stores.companies.ids();
        if (companyId !== undefined) await admin.webhooks.create(companyId, gatewayUrl);
      };
      background.run('register with the sandbox', register());
    },
    /** Stops accepting, lets running requests and jobs finish, then closes what was opened. Every step runs. */
    stop: once(() => {
      stopping = true;
      const noticeMs = server.listening ? config.SHUTDOWN_NOTICE_MS : 0;
      const steps: ShutdownStep[] = [
        ['readiness', () => clock.sleep(noticeMs)],
        ['streams', () => admin.live.stop()],
        ['http', () => drain(server, DRAIN_MS)],
        ['loop', () => voice.loop.stop()],
        ['cron', () => stopCron()],
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
      return shutDown(steps, base.warn);
    }),
  };
}

/** The doors of the voice platforms, all before the same tools. */
function composeVoiceRoutes(platforms: Platforms, { gate, tools }: Voice, { calls }: Webhooks): VoiceRoute[] {
  const { elevenlabs, mcp, retell, vapi } = platforms;
  const deps = { tools, gate, calls };
  return [
    createVoiceRoute(retell, RETELL_TOOLS, deps),
    createVoiceRoute(retell, RETELL_WEBHOOK, deps),
    createVoiceRoute(vapi, VAPI, deps),
    createVoiceRoute(elevenlabs, ELEVENLABS, deps),
    createVoiceRoute(mcp, MCP, deps),
  ];
}
