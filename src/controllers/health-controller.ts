import { Router } from 'express';

export interface ReadinessReport {
  ready: boolean;
  checks: Record<string, 'ok' | 'degraded' | 'down'>;
}

/** `/healthz`: this process answers. `/readyz`: it should get traffic; never asks Cal.com. */
export function createHealthRouter(deps: { readiness: () => Promise<ReadinessReport>; version: string }): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.locals.route = '/healthz';
    res.json({ status: 'ok', version: deps.version });
  });
  router.get('/readyz', async (_req, res) => {
    res.locals.route = '/readyz';
    const report = await deps.readiness();
    res.status(report.ready ? 200 : 503).json({ status: report.ready ? 'ready' : 'not_ready', checks: report.checks });
  });
  return router;
}

const READY_LIFE_MS = 1000;

/** Asks the database at most once a second, however often a balancer asks. */
export function createReadiness(deps: {
  isStopping: () => boolean;
  pingDatabase: () => Promise<unknown>;
  redis: { readonly available: boolean };
  nowMs: () => number;
}): () => Promise<ReadinessReport> {
  let known: { database: Promise<'ok' | 'down'>; untilMs: number } | undefined;
  return async () => {
    if (!known || known.untilMs < deps.nowMs()) {
      const database = deps.pingDatabase().then(
        () => 'ok' as const,
        () => 'down' as const,
      );
      known = { database, untilMs: deps.nowMs() + READY_LIFE_MS };
    }
    const postgres = await known.database;
    const redis = deps.redis.available ? 'ok' : 'degraded';
    return {
      ready: postgres === 'ok' && !deps.isStopping(),
      checks: { postgres, redis, ...(deps.isStopping() ? { process: 'down' } : {}) },
    };
  };
}
