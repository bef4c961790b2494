import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { NotFound } from '../../errors';
import { nameOfPerson } from '../../services/admin/actor';
import type { IdentityProvider } from '../../services/people/people-ports';
import type { AdminDeps } from './route-spec';

const BEGIN = '/api/admin/session/oidc';
export const PROVIDER_CALLBACK = `${BEGIN}/callback`;
const MEMORY = 'askpro_oidc';
/** A person may have to type a password and a code there. */
const MEMORY_KEPT_MS = 10 * 60_000;

const memory = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });

/** Signing in at an identity provider; both addresses are opened by the browser itself and answer with a redirect. */
export function mountProvider(router: Router, deps: AdminDeps): void {
  const { provider, cookie } = deps;
  router.get(BEGIN, async (req, res) => {
    res.locals.route = BEGIN;
    if (!provider) throw new NotFound('An identity provider');
    try {
      const { address, memory: kept } = await provider.begin();
      const value = Buffer.from(JSON.stringify(kept)).toString('base64url');
      // Lax: the browser comes back from another site.
      res.cookie(MEMORY, value, { ...attributes(deps, req), maxAge: MEMORY_KEPT_MS });
      res.redirect(303, address);
    } catch (error) {
      deps.warn({ err: error }, 'the identity provider cannot be asked');
      refuse(res, 'failed');
    }
  });
  router.get(PROVIDER_CALLBACK, async (req, res) => {
    res.locals.route = PROVIDER_CALLBACK;
    if (!provider) throw new NotFound('An identity provider');
    res.clearCookie(MEMORY, attributes(deps, req));
    const email = await finished(deps, provider, req);
    if (email === undefined) return refuse(res, 'failed');
    const user = email === null ? null : await deps.users.byEmail(email);
    const opened = user && user.state !== 'disabled' ? await deps.sessions.open(user) : null;
    if (!user || !opened) return refuse(res, 'unknown');
    cookie.set(req, res, opened.token);
    const actor = { name: nameOfPerson(user.id), address: req.ip ?? null };
    const change = { companyId: user.companyId, subjectType: 'session', subjectId: user.id };
    await deps.audit.done(actor, `get ${PROVIDER_CALLBACK}`, change);
    res.redirect(303, '/admin');
  });
}

/** The verified address; null when it is not verified, undefined when the answer cannot be trusted. */
async function finished(
  { warn }: AdminDeps,
  provider: IdentityProvider,
  req: Request,
): Promise<string | null | undefined> {
  try {
    const kept = new RegExp(`(?:^|; *)${MEMORY}=([\\w-]+)`).exec(req.headers.cookie ?? '')?.[1] ?? '';
    const known = memory.parse(JSON.parse(Buffer.from(kept, 'base64url').toString('utf8')));
    return await provider.finish(new URL(req.originalUrl, 'http://gateway').search, known);
  } catch (error) {
    warn({ err: error }, 'an answer of the identity provider was refused');
    return undefined;
  }
}

function attributes({ cookie }: AdminDeps, req: Request): object {
  return { httpOnly: true, sameSite: 'lax', secure: cookie.isOverTls(req), path: BEGIN };
}

/** The page says why. */
function refuse(res: Response, why: 'failed' | 'unknown'): void {
  res.redirect(303, `/admin#/refused/${why}`);
}
