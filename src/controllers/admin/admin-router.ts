import { Router } from 'express';
import { NotFound } from '../../errors';
import type { AuditTrail } from '../../services/admin/audit-trail';
import { actionSpecs, mountActions, type ActionRoutesDeps } from './action-routes';
import { agentSpecs, mountAgents, type AgentRoutesDeps } from './agent-routes';
import { actorOf, createAuthenticator, createRefusalLog } from './authenticate';
import { callbackSpecs, mountCallbacks, type CallbackRoutesDeps } from './callback-routes';
import { calendarSpecs, mountCalendar, type CalendarRoutesDeps } from './calendar-routes';
import { historySpecs, mountHistory, type HistoryRoutesDeps } from './history-routes';
import { holidaySpecs, mountHolidays } from './holiday-routes';
import { mountOn } from './mount';
import { mountNotifications, notificationSpecs, type NotificationRoutesDeps } from './notification-routes';
import { mountOperations, operationSpecs, PLAIN_SPECS, type OperationRoutesDeps } from './operations-routes';
import { mountProvider } from './provider-routes';
import type { RouteSpec } from './route-spec';
import { mountSearch, searchSpecs } from './search-route';
import { createSignInLinkRouter } from './sign-in-link';
import { mountOpenSession, mountSession, type SessionRoutesDeps } from './session-routes';
import { mountSetup, setupSpecs, type SetupRoutesDeps } from './setup-routes';
import { mountTrends, trendSpecs, type TrendRoutesDeps } from './trend-route';
import { mountTestCalls, type TestCallRouteDeps } from './test-call-route';
import { mountUsers, userSpecs } from './user-routes';

/** Every admin route that answers JSON about companies, as the API's document lists them. */
export const ADMIN_SPECS: readonly RouteSpec[] = [
  ...operationSpecs,
  ...setupSpecs,
  ...holidaySpecs,
  ...historySpecs,
  ...calendarSpecs,
  ...searchSpecs,
  ...trendSpecs,
  ...actionSpecs,
  ...callbackSpecs,
  ...userSpecs,
  ...agentSpecs,
  ...notificationSpecs,
];

/** Every route under `/api/admin`. */
export const ADMIN_ROUTES: readonly RouteSpec[] = [...ADMIN_SPECS, ...PLAIN_SPECS.map(({ spec }) => spec)];

export interface AdminRouterDeps
  extends
    SetupRoutesDeps,
    HistoryRoutesDeps,
    CalendarRoutesDeps,
    ActionRoutesDeps,
    CallbackRoutesDeps,
    OperationRoutesDeps,
    Omit<SessionRoutesDeps, 'routes'>,
    TrendRoutesDeps,
    AgentRoutesDeps,
    NotificationRoutesDeps,
    TestCallRouteDeps {
  audit: AuditTrail;
  warn: (fields: object, message: string) => void;
}

/** Everything under `/api/admin`: who asks, then what. Only signing in is answered without a token or a session. */
export function createAdminRouter(deps: AdminRouterDeps): Router {
  const router = Router();
  router.use(createSignInLinkRouter(deps.tokens));
  const session = { ...deps, routes: ADMIN_ROUTES };
  mountOpenSession(router, session);
  mountProvider(router, deps);
  router.use('/api/admin', createAuthenticator(deps));
  mountSession(router, session);
  const mount = mountOn(router, { audit: deps.audit, actorOf });
  mountOperations(mount, router, deps);
  mountTestCalls(router, deps);
  mountSetup(mount, deps);
  mountHolidays(mount, deps);
  mountHistory(mount, deps);
  mountCalendar(mount, deps);
  mountSearch(mount, deps);
  mountTrends(mount, deps);
  mountActions(mount, deps);
  mountCallbacks(mount, deps);
  mountUsers(mount, deps);
  mountAgents(mount, deps);
  mountNotifications(mount, deps);
  router.use('/api/admin', (_req, res) => {
    res.locals.route = '/api/admin';
    throw new NotFound('This address');
  });
  router.use('/api/admin', createRefusalLog(deps));
  return router;
}
