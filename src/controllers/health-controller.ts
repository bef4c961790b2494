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
