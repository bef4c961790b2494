import { Router } from 'express';
import type { Clock } from '../infra/clock';

const READY_LIFE_MS = 1000;

/**
 * `/healthz`: this process answers. `/readyz`: it should get traffic; never asks Cal.com, and the database at most once a
 * second, however often a balancer asks.
 */
export function createHealthRouter(deps: {
  companies: { ping(): Promise<unknown> };
  redis: { readonly available: boolean };
  clock: Pick<Clock, 'monotonicMs'>;
  isStopping: () => boolean;
  version: string;
}): Router {
  const { clock, companies, isStopping } = deps;
  let known: { database: Promise<'ok' | 'down'>; untilMs: number } | undefined;
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.locals.route = '/healthz';
    res.json({ status: 'ok', version: deps.version });
  });
  router.get('/readyz', async (_req, res) => {
    res.locals.route = '/readyz';
    if (!known || known.untilMs < clock.monotonicMs()) {
      const database = companies.ping().then(
        () => 'ok' as const,
        () => 'down' as const,
      );
      known = { database, untilMs: clock.monotonicMs() + READY_LIFE_MS };
    }
    const postgres = await known.database;
    const redis = deps.redis.available ? 'ok' : 'degraded';
    const ready = postgres === 'ok' && !isStopping();
    const checks = { postgres, redis, ...(isStopping() ? { process: 'down' } : {}) };
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not_ready', checks });
  });
  return router;
}
