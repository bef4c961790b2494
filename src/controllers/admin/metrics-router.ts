import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { isFromThisMachine } from '../../direct-client';
import { Forbidden, Unauthorised } from '../../errors';
import type { Metrics } from '../../infra/metrics';

/** `/metrics` for Prometheus. @param deps.token scrapers must show it; null: only clients on this machine are answered */
export function createMetricsRouter(deps: { metrics: Metrics; token: string | null }): Router {
  const router = Router();
  const expected = deps.token === null ? null : digest(`Bearer ${deps.token}`);
  router.get('/metrics', async (req, res) => {
    res.locals.route = '/metrics';
    if (expected === null && !isFromThisMachine(req)) {
      throw new Forbidden('Set METRICS_TOKEN to read the figures from another machine.');
    }
    const given = digest(req.get('authorization') ?? '');
    if (expected !== null && !timingSafeEqual(expected, given)) throw new Unauthorised();
    const { registry } = deps.metrics;
    res.setHeader('Cache-Control', 'no-store');
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
