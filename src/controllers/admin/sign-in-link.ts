import { json, Router } from 'express';
import { z } from 'zod';
import type { TokenService } from '../../services/admin/token-service';
import { parse } from './mount';

export const SIGN_IN_LINK = '/api/admin/sign-in-link';
export const signInLink = {
  body: z.strictObject({ code: z.string().min(1).max(512).describe('the code in the link') }),
  answer: z.object({ token: z.string(), expires_at: z.iso.datetime() }),
};

/** Exchanges the code of the link that `askpro open` prints for a token; stands before authentication. */
export function createSignInLinkRouter(tokens: Pick<TokenService, 'redeem'>): Router {
  const router = Router();
  router.post(SIGN_IN_LINK, json({ limit: '1kb' }), async (req, res) => {
    res.locals.route = SIGN_IN_LINK;
    res.setHeader('Cache-Control', 'no-store');
    const { token, expiresAt } = await tokens.redeem(parse(signInLink.body, req.body, 'The body').code);
    res.json({ data: signInLink.answer.parse({ token, expires_at: expiresAt.toISOString() }) });
  });
  return router;
}
