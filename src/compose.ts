import http, { type Server } from 'node:http';
import { buildApp } from './app';
import { composeAdmin, type Admin } from './compose/admin';
import { createInfrastructure } from './compose/infrastructure';
import { composeOperations, createAlerts, enqueueAfterChange, type Operations } from './compose/operations';
import { connectUpstream, type Upstream } from './compose/upstream';
import { composeVoice, type Voice } from './compose/voice';
import { composeVoiceGate } from './compose/voice-gate';
import { composeWebhooks, type Webhooks } from './compose/webhooks';
import type { GatewayConfig } from './config';
import { createAddressLimit } from './controllers/address-limit';
import { createCalcomWebhookRouter } from './controllers/calcom-webhook-controller';
import { createLoadShedder } from './controllers/load-shedder';
import { createHealthRouter, type ReadinessReport } from './controllers/health-controller';
import { createRequestLog } from './controllers/request-log';
import { createRetellWebhookRouter } from './controllers/retell-webhook-controller';
import { createVoiceRoute } from './controllers/voice-controller';
import { CatchUp } from './services/sync/catch-up';
import type { Backends } from './embedded';
import { answerClientErrors } from './infra/client-errors';
import { withoutSearch, type Logger } from './infra/logger';
import type { CronTicker } from './jobs/cron';
import { createSignatureVerifier } from './retell/signature';
import { createToolCallParser } from './retell/tool-call';
import { LANGUAGES } from './services/language/languages';
import { VERSION } from './version';

export interface Gateway {
  server: Server;
  parts: { upstream: Upstream; voice: Voice; webhooks: Webhooks; operations: Operations; admin: Admin };
  /** Begins the work that no request asks for: jobs, sweeps, schedules. */
  start(): void;
  /** Lets the embedded Cal.com tell this gateway of bookings made there; a real one is set up by an operator. */
  registerSandboxWebhook(gatewayUrl: string): void;
  /** Stops accepting, lets running requests and jobs finish, then closes what was opened. Every step runs. */
  stop(): Promise<void>;
}

const READY_LIFE_MS = 1000;
const DRAIN_MS = 10_000;

/** The whole gateway, from top to bottom. */
export async function compose(deps: { config: GatewayConfig; logger: Logger; backends: Backends }): Promise<Gateway> {
  const { config, logger } = deps;
  const base = await createInfrastructure(deps);
  const upstream = connectUpstream(base);
  const alerts = createAlerts(base, upstream);
  const afterChange = enqueueAfterChange(() => operations.jobs, base);
  const voice = composeVoice(
    base,
    upstream,
    afterChange,
    (kind, key, message, companyId) => alerts.raise(kind, key, message, companyId),
    (companyId, uid) => catchUp.run(companyId, uid),
  );
  const webhooks = composeWebhooks(base, upstream, voice, afterChange);
  const catchUp = new CatchUp({
    upstream: (companyId) => upstream.accounts.forTenant(companyId),
    sync: webhooks.sync,
  });
  const operations: Operations = composeOperations(base, upstream, voice, webhooks, alerts);
  let stopping = false;

  const verify = createSignatureVerifier({ keys: config.RETELL_API_KEY ?? [], nowMs: () => base.clock.nowMs() });
  const gate = composeVoiceGate(base, upstream, voice);
  const admin = composeAdmin(base, { upstream, voice, webhooks, operations });
  const app = buildApp({
    requestLog: createRequestLog({
      logger: withoutSearch(logger),
      nowMs: () => base.clock.monotonicMs(),
      observe: (route, status, durationMs) => {
        base.metrics.count('askpro_http_requests_total', 'HTTP requests by route and status', {
          route,
          status: String(status),
        });
        base.metrics.time('askpro_http_duration_seconds', 'Duration of HTTP requests', { route }, durationMs);
      },
    }),
    addressLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    healthLimit: createAddressLimit(config.HTTP_RATE_LIMIT_PER_MINUTE),
    health: createHealthRouter({ readiness: cachedReadiness(() => stopping, upstream, base), version: VERSION }),
    metrics: admin.metrics,
    retellWebhooks: createRetellWebhookRouter({ verify, receive: (body) => webhooks.receiveRetell(body) }),
    calcomWebhooks: createCalcomWebhookRouter({
      receive: (body, signature) => webhooks.receiveCalcom(body, signature),
    }),
    voice: createVoiceRoute({
      verify,
      parse: createToolCallParser((language) => LANGUAGES[language ?? 'de'].phrases.unknownTool()),
      answer: (request, context) => voice.tools.answer(request, context),
      admit: gate.admit,
    }),
    admin: admin.api,
    docs: admin.docs,
    dashboard: admin.dashboard,
    logger,
    trustProxy: config.TRUST_PROXY,
  });
  const server = http.createServer(
    {
      requestTimeout: 15_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16_384,
    },
    createLoadShedder({ app, crowded: gate.crowded, refuse: gate.refuse }),
  );
  server.prependListener('request', (_req, res) => {
    // A connection kept alive would be closed under a proxy's next request.
    if (stopping) res.setHeader('Connection', 'close');
  });
  answerClientErrors(server);
  server.maxConnections = 5000;
  server.maxRequestsPerSocket = 0;

  let cron: CronTicker | undefined;
  return {
    server,
    parts: { upstream, voice, webhooks, operations, admin },
    start: () => {
      if (!config.RETELL_API_KEY)
        logger.warn({}, 'RETELL_API_KEY is not set: voice requests are accepted without a signature');
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
        const [companyId] = await upstream.companies.ids();
        if (companyId !== undefined) await admin.webhooks.create(companyId, gatewayUrl);
      };
      base.background.run('register with the sandbox', hear());
    },
    stop: once(async () => {
      stopping = true;
      await step(
        'readiness',
        () => new Promise((resolve) => setTimeout(resolve, server.listening ? config.SHUTDOWN_NOTICE_MS : 0)),
      );
      await step('streams', async () => admin.live.stop());
      await step('http', () => drain(server));
      await step('loop', async () => voice.loop.stop());
      await step('cron', async () => cron?.stop());
      await step('sweeps', () => operations.ticker.stop());
      await step('jobs', () => operations.jobs.stop(DRAIN_MS));
      await step('bookings', () => base.quiet());
      await step('slots', () => upstream.slots.settled());
      await step('trace', () => voice.trace.flush());
      await step('metrics', () => upstream.monitor.stop());
      await step('limiter', async () => upstream.limiter.stop());
      await step('client', async () => upstream.client.close());
      await step('redis', async () => base.redis.close());
      await step('database', () => base.closeDatabase());
    }),
  };

  async function step(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ step: name, err: error }, 'shutdown step failed');
    }
  }
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function cachedReadiness(
  stopping: () => boolean,
  upstream: Upstream,
  base: { redis: { available: boolean } },
): () => Promise<ReadinessReport> {
  let known: { report: Promise<'ok' | 'down'>; untilMs: number } | undefined;
  return async () => {
    if (!known || known.untilMs < performance.now()) {
      const report = upstream.companies.ping().then(
        () => 'ok' as const,
        () => 'down' as const,
      );
      known = { report, untilMs: performance.now() + READY_LIFE_MS };
    }
    const postgres = await known.report;
    const redis = base.redis.available ? 'ok' : 'degraded';
    return {
      ready: postgres === 'ok' && !stopping(),
      checks: { postgres, redis, ...(stopping() ? { process: 'down' } : {}) },
    };
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
