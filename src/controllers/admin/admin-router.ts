import { Router } from 'express';
import { NotFound } from '../../errors';
import { actionRoutes } from './action-routes';
import { agentRoute, testCallRoute } from './agent-routes';
import { createAuthenticator, createRefusalLog } from './authenticate';
import { callbackRoutes } from './callback-routes';
import { calendarRoutes } from './calendar-routes';
import { historyRoutes, searchRoute } from './history-routes';
import { mount } from './mount';
import { notificationRoutes } from './notification-routes';
import { operationRoutes, plainRoutes } from './operations-routes';
import { mountProvider } from './provider-routes';
import type { AdminDeps, RouteSpec } from './route-spec';
import { admitOwnPage, openRoutes, sessionRoutes } from './session-routes';
import { holidayRoutes, setupRoutes } from './setup-routes';
import { createSignInLinkRouter } from './sign-in-link';
import { trendRoute } from './trend-route';
import { userRoutes } from './user-routes';

/** Every admin route that answers JSON about companies, as the API's document lists them. */
export const ADMIN_SPECS: readonly RouteSpec[] = [
  ...operationRoutes,
  ...setupRoutes,
  ...holidayRoutes,
  ...historyRoutes,
  ...calendarRoutes,
  searchRoute,
  trendRoute,
  ...actionRoutes,
  ...callbackRoutes,
  ...userRoutes,
  agentRoute,
  ...notificationRoutes,
];

/** Routes that do not answer JSON. */
export const PLAIN_SPECS: readonly RouteSpec[] = [...plainRoutes, testCallRoute];

/** Every route under `/api/admin`. */
export const ADMIN_ROUTES: readonly RouteSpec[] = [...ADMIN_SPECS, ...PLAIN_SPECS];

/** Everything under `/api/admin`: who asks, then what. Only signing in is answered without a token or a session. */
export function createAdminRouter(given: Omit<AdminDeps, 'routes'>): Router {
  const deps: AdminDeps = { ...given, routes: ADMIN_ROUTES };
  const router = Router();
  router.use(createSignInLinkRouter(deps.tokens));
  for (const spec of openRoutes) mount(router, spec, deps, admitOwnPage(spec, deps.cookie));
  mountProvider(router, deps);
  router.use('/api/admin', createAuthenticator(deps));
  // Express tries one route after the other: the lists, which are asked most, come first.
  const inTurn = [...sessionRoutes, ...ADMIN_ROUTES].toSorted((a, b) => Number(b.list) - Number(a.list));
  for (const spec of inTurn) mount(router, spec, deps);
  router.use('/api/admin', (_req, res) => {
    res.locals.route = '/api/admin';
    throw new NotFound('This address');
  });
  router.use('/api/admin', createRefusalLog(deps));
  return router;
}
