import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Clock } from '../infra/clock';
import type { Logger } from '../infra/logger';
import type { GatewayMetrics } from '../metrics/instruments';
import type { Actor } from '../services/admin/actor';
import type { AnswerLog } from '../services/voice/voice-tools';

const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** Gives every request an id and, when it is over, exactly one line, with what a handler adds in `res.locals.log`. */
export function createRequestLog(deps: {
  logger: Logger;
  clock: Pick<Clock, 'monotonicMs'>;
  metrics: Pick<GatewayMetrics, 'count' | 'time'>;
}): RequestHandler {
  return (req, res, next) => {
    const beganMs = deps.clock.monotonicMs();
    const requestId = randomUUID();
    res.locals.requestId = requestId;
    res.setHeader('X-Request-Id', requestId);
    res.once('close', () => {
      const durationMs = Math.round((deps.clock.monotonicMs() - beganMs) * 100) / 100;
      const route = typeof res.locals.route === 'string' ? res.locals.route : 'other';
      deps.metrics.count('askpro_http_requests_total', { route, status: String(res.statusCode) });
      deps.metrics.time('askpro_http_duration_seconds', { route }, durationMs);
      if (QUIET.has(req.path)) return;
      const actor: Actor | undefined = res.locals.actor;
      const added: Partial<AnswerLog> = res.locals.log ?? {};
      deps.logger.info(
        {
          request_id: requestId,
          method: req.method,
          route,
          http: res.statusCode,
          client: req.ip ?? null,
          ...(actor ? { actor: actor.name } : {}),
          duration_ms: durationMs,
          ...added,
          ...(res.writableFinished ? {} : { aborted: true }),
        },
        'request',
      );
    });
    next();
  };
}
