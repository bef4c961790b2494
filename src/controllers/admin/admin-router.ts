import { Router } from 'express';
import { NotFound } from '../../errors';
import type { AuditTrail } from '../../services/admin/audit-trail';
import { actionSpecs, mountActions, type ActionRoutesDeps } from './action-routes';
import { actorOf, createAuthenticator, createRefusalLog } from './authenticate';
import { historySpecs, mountHistory, type HistoryRoutesDeps } from './history-routes';
import { mountOn } from './mount';
import { mountOperations, operationSpecs, PLAIN_SPECS, type OperationRoutesDeps } from './operations-routes';
import type { RouteSpec } from './route-spec';
import { createSignInLinkRouter } from './sign-in-link';
import { mountSetup, setupSpecs, type SetupRoutesDeps } from './setup-routes';

/** Every admin route that answers JSON, as the API's document lists them. */
export const ADMIN_SPECS: readonly RouteSpec[] = [...operationSpecs, ...setupSpecs, ...historySpecs, ...actionSpecs];

/** Every route under `/api/admin`. */
export const ADMIN_ROUTES: readonly RouteSpec[] = [...ADMIN_SPECS, ...PLAIN_SPECS.map(({ spec }) => spec)];

export interface AdminRouterDeps extends SetupRoutesDeps, HistoryRoutesDeps, ActionRoutesDeps, OperationRoutesDeps {
  audit: AuditTrail;
  warn: (fields: object, message: string) => void;
}

/** Everything under `/api/admin`: who asks, then what. Nothing but signing in is answered without a token. */
export function createAdminRouter(deps: AdminRouterDeps): Router {
  const router = Router();
  router.use(createSignInLinkRouter(deps.tokens));
  router.use('/api/admin', createAuthenticator(deps.tokens));
  const mount = mountOn(router, { audit: deps.audit, actorOf });
  mountOperations(mount, router, deps);
  mountSetup(mount, deps);
  mountHistory(mount, deps);
  mountActions(mount, deps);
  router.use('/api/admin', (_req, res) => {
    res.locals.route = '/api/admin';
    throw new NotFound('This address');
  });
  router.use('/api/admin', createRefusalLog(deps));
  return router;
}
