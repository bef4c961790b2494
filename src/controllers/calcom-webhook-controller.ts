import { Router, raw } from 'express';
import { Unauthorised } from '../errors';

/**
 * `POST /api/calcom/webhook`: verified, stored, answered; the work follows in a job. Cal.com tries once and does not
 * retry, so nothing but the stored row may stand between the request and the answer.
 */
export function createCalcomWebhookRouter(deps: {
  /** @returns null when no configured secret made this signature */
  receive: (rawBody: Buffer, signature: string | undefined) => Promise<string | null>;
}): Router {
  const router = Router();
  const paths = ['/api/calcom/webhook', '/api/webhooks/calcom'];
  router.get(paths, (_req, res) => {
    res.locals.route = '/api/calcom/webhook';
    res.json({ ping: 'ok' });
  });
  router.post(paths, raw({ type: () => true, limit: '1mb' }), async (req, res) => {
    res.locals.route = '/api/calcom/webhook';
    const signature = req.headers['x-cal-signature-256'];
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const receipt = await deps.receive(body, typeof signature === 'string' ? signature : undefined);
    if (receipt === null) throw new Unauthorised();
    res.locals.log = { status: receipt };
    res.json({ received: true, status: receipt });
  });
  return router;
}
