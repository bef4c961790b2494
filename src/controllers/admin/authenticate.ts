import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { classify, Forbidden, ForeignSignature, Internal, Unauthorised } from '../../errors';
import type { Actor } from '../../services/admin/actor';
import type { AuditTrail } from '../../services/admin/audit-trail';
import type { StoredSession } from '../../services/people/people-ports';
import { hasCsrfToken } from '../../services/people/sessions';
import { isUnreadable } from '../error-response';
import { actionOf, type AdminDeps, type RouteSpec } from './route-spec';

const CSRF_HEADER = 'x-csrf-token';
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const BEARER = /^Bearer +([^\s]+)$/i;

type AuthenticatorDeps = Pick<AdminDeps, 'tokens' | 'sessions' | 'cookie'>;

/**
 * Programs show a token in the header: in an address it would end up in logs and histories. People's browsers show a
 * cookie, and where something is changed also the session's own word, which other sites cannot read.
 */
export function createAuthenticator(deps: AuthenticatorDeps): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('authorization');
    const actor = header === undefined ? await byCookie(deps, req, res) : await byToken(deps, header, req);
    if (!actor) {
      res.locals.route = '/api/admin';
      res.setHeader('WWW-Authenticate', 'Bearer realm="AskPro Gateway"');
      throw new Unauthorised('A valid token is needed: Authorization: Bearer <token>.');
    }
    res.locals.actor = actor;
    res.setHeader('Cache-Control', 'no-store');
    next();
  };
}

function byToken({ tokens }: AuthenticatorDeps, header: string, req: Request): Promise<Actor | null> {
  const token = BEARER.exec(header)?.[1];
  return token === undefined ? Promise.resolve(null) : tokens.authenticate(token, req.ip ?? null);
}

async function byCookie({ sessions, cookie }: AuthenticatorDeps, req: Request, res: Response): Promise<Actor | null> {
  const shown = cookie.read(req);
  const known = shown === null ? null : await sessions.recognise(shown, req.ip ?? null);
  if (!known) return null;
  if (!READS.has(req.method)) {
    cookie.requireOwnPage(req);
    if (!hasCsrfToken(known.session, req.get(CSRF_HEADER))) {
      throw new Forbidden('The request does not carry the session’s X-CSRF-Token. Please load the page again.');
    }
  }
  if (known.newToken !== null) cookie.set(req, res, known.newToken);
  res.locals.session = known.session;
  return known.actor;
}

/** Of a request by a person; null for a program. */
export function sessionOf(res: Response): StoredSession | null {
  const session: StoredSession | undefined = res.locals.session;
  return session ?? null;
}

/** @throws Internal when no one was authenticated, which would be a mistake in the order of the routes */
export function actorOf(res: Response): Actor {
  const actor: Actor | undefined = res.locals.actor;
  if (!actor) throw new Internal(new Error('a request reached a route without being authenticated'));
  return actor;
}

type RefusalLogDeps = Pick<AdminDeps, 'audit' | 'warn'>;

/**
 * Refused writes are written down, and reads of what is not there or not the actor's. A log that cannot be written must
 * not hide why the request was refused.
 */
export function createRefusalLog(deps: RefusalLogDeps): ErrorRequestHandler {
  return async (error, req, res, next) => {
    const actor: Actor | undefined = res.locals.actor;
    const spec: RouteSpec | undefined = res.locals.spec;
    const code = isUnreadable(error) ? 'invalid_input' : classify(error).code;
    const isRead = READS.has(req.method);
    if (actor && (isRead ? spec && ['not_found', 'forbidden'].includes(code) : true)) {
      const id: unknown = res.locals.subjectId;
      const action = spec ? actionOf(spec) : `${req.method.toLowerCase()} /api/admin`;
      const subjectId = typeof id === 'string' && id !== '' ? id.slice(0, 100) : null;
      await writtenDown(deps, actor, action, { subjectType: spec?.subject ?? 'unknown', subjectId, code });
    }
    next(error);
  };
}

export function createForeignSignatureLog(deps: RefusalLogDeps): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    if (error instanceof ForeignSignature) {
      const [companyId = null] = error.signedBy;
      const actor = { name: `retell_key:${companyId ?? 'platform'}`, companyId, address: req.ip ?? null };
      const action = `${req.method.toLowerCase()} ${String(res.locals.route ?? '/api')}`;
      await writtenDown(deps, actor, action, { subjectType: 'signature', subjectId: null, code: error.code });
    }
    next(error);
  };
}

function writtenDown({ audit, warn }: RefusalLogDeps, ...entry: Parameters<AuditTrail['refused']>): Promise<void> {
  return audit
    .refused(...entry)
    .catch((failure: unknown) => warn({ err: failure }, 'a refused request could not be written down'));
}
