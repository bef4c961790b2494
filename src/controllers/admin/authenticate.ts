import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { classify, ForeignSignature, Internal, Unauthorised } from '../../errors';
import type { Actor } from '../../services/admin/actor';
import type { AuditTrail } from '../../services/admin/audit-trail';
import type { TokenService } from '../../services/admin/token-service';
import { actionOf, type RouteSpec } from './route-spec';

const BEARER = /^Bearer +([^\s]+)$/i;

/** Only the header counts: a token in an address ends up in logs and histories. */
export function createAuthenticator(tokens: Pick<TokenService, 'authenticate'>): RequestHandler {
  return async (req, res, next) => {
    const token = BEARER.exec(req.get('authorization') ?? '')?.[1];
    const actor = token === undefined ? null : await tokens.authenticate(token, req.ip ?? null);
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

/** @throws Internal when no one was authenticated, which would be a mistake in the order of the routes */
export function actorOf(res: Response): Actor {
  const actor: Actor | undefined = res.locals.actor;
  if (!actor) throw new Internal(new Error('a request reached a route without being authenticated'));
  return actor;
}

interface RefusalLogDeps {
  audit: AuditTrail;
  warn: (fields: object, message: string) => void;
}

/**
 * Refused writes are written down, and reads of what is not there or not the actor's. A log that cannot be written must
 * not hide why the request was refused.
 */
export function createRefusalLog(deps: RefusalLogDeps): ErrorRequestHandler {
  return async (error, req, res, next) => {
    const actor: Actor | undefined = res.locals.actor;
    const spec: RouteSpec | undefined = res.locals.spec;
    const code = codeOf(error);
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
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

function codeOf(error: unknown): string {
  const unreadable =
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
  return unreadable ? 'invalid_input' : classify(error).code;
}
