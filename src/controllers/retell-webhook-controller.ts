import { Router, raw } from 'express';
import { InvalidInput, Unauthorised } from '../errors';

export type RetellWebhookReply = { kind: 'variables'; body: unknown } | { kind: 'accepted' } | { kind: 'unreadable' };

/** `POST /api/retell/webhook`: `call_inbound` is answered with dynamic variables at once, the rest with 204; never books. */
export function createRetellWebhookRouter(deps: {
  verify: (rawBody: Buffer, signature: string | undefined) => boolean;
  receive: (rawBody: Buffer, requestId: string) => Promise<RetellWebhookReply>;
}): Router {
  const router = Router();
  router.post(
    ['/api/retell/webhook', '/api/webhooks/retell', '/api/webhook'],
    raw({ type: () => true, limit: '10mb' }),
    async (req, res) => {
      res.locals.route = '/api/retell/webhook';
      const signature = req.headers['x-retell-signature'];
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      if (!deps.verify(body, typeof signature === 'string' ? signature : undefined)) throw new Unauthorised();
      const reply = await deps.receive(body, String(res.locals.requestId));
      if (reply.kind === 'unreadable') throw new InvalidInput('The body is not a webhook event.');
      if (reply.kind === 'accepted') {
        res.status(204).end();
        return;
      }
      res.json(reply.body);
    },
  );
  return router;
}
