import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { Unauthorised } from '../../errors';
import type { Metrics } from '../../infra/metrics';

/** `/metrics` for Prometheus. @param deps.token when set, scrapers must show it; null: open to every client that reaches the port */
export function createMetricsRouter(deps: { metrics: Metrics; token: string | null }): Router {
  const router = Router();
  const expected = deps.token === null ? null : digest(`Bearer ${deps.token}`);
  router.get('/metrics', async (req, res) => {
    res.locals.route = '/metrics';
    const given = digest(req.get('authorization') ?? '');
    if (expected !== null && !timingSafeEqual(expected, given)) throw new Unauthorised();
    const { registry } = deps.metrics;
    res.setHeader('Cache-Control', 'no-store');
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
