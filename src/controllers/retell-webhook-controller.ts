import { Router, raw, type Request } from 'express';
import { InvalidInput, Unauthorised } from '../errors';
import type { Speaker } from '../services/tenants/ownership';

export type RetellWebhookReply = { kind: 'variables'; body: unknown } | { kind: 'accepted' } | { kind: 'unreadable' };

/** `POST /api/retell/webhook`: `call_inbound` is answered with dynamic variables at once, the rest with 204; never books. */
export function createRetellWebhookRouter(deps: {
  speakerOf: (req: Request, rawBody: Buffer) => Promise<Speaker | null>;
  /** @throws Unauthorised when the speaker may not speak for the call's company */
  receive: (rawBody: Buffer, speaker: Speaker) => Promise<RetellWebhookReply>;
}): Router {
  const router = Router();
  router.post(
    ['/api/retell/webhook', '/api/webhooks/retell', '/api/webhook'],
    raw({ type: () => true, limit: '10mb' }),
    async (req, res) => {
      res.locals.route = '/api/retell/webhook';
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      const speaker = await deps.speakerOf(req, body);
      if (!speaker) throw new Unauthorised();
      const reply = await deps.receive(body, speaker);
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
