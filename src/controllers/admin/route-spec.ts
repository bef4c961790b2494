import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Actor, Role } from '../../services/admin/actor';
import type { AppointmentHistory } from '../../services/admin/appointment-history';
import type { AuditTrail, Change } from '../../services/admin/audit-trail';
import type { CalcomReach } from '../../services/admin/calcom-reach';
import type { Calendar } from '../../services/admin/calendar';
import type { CallTraces } from '../../services/admin/call-trace';
import type { CallbackWork } from '../../services/admin/callback-work';
import type { CompanyService } from '../../services/admin/company-service';
import type { CompanySetup } from '../../services/admin/company-setup';
import type { EventTypeImport } from '../../services/admin/event-type-import';
import type { HostChoice } from '../../services/admin/host-choice';
import type { MaintenanceActions, QueuedJob } from '../../services/admin/maintenance-actions';
import type { OperatorActions } from '../../services/admin/operator-actions';
import type { Overview } from '../../services/admin/overview';
import type { RecordReader } from '../../services/admin/records';
import type { SetupCheck } from '../../services/admin/setup-check';
import type { TestCalls } from '../../services/admin/test-calls';
import type { TokenService } from '../../services/admin/token-service';
import type { Trends } from '../../services/admin/trends';
import type { WebhookSetup } from '../../services/admin/webhook-setup';
import type { NotificationChannels } from '../../services/notifications/notification-channels';
import type { People } from '../../services/people/people';
import type { IdentityProvider, SessionStore, UserStore } from '../../services/people/people-ports';
import type { Sessions } from '../../services/people/sessions';
import type { EventTypeAssignment, EventTypeOwners } from '../../services/tenants/event-type-owners';
import type { AgentOrder } from './agent-routes';
import type { LiveEvents } from './live-events';
import type { SessionCookie } from './session-cookie';

/** What the routes of the admin API work with. */
export interface AdminDeps {
  reader: RecordReader;
  companies: CompanyService;
  setup: CompanySetup;
  actions: OperatorActions;
  calendar: Calendar;
  history: AppointmentHistory;
  callbacks: CallbackWork;
  traces: CallTraces;
  trends: Trends;
  overview: Overview;
  maintenance: MaintenanceActions;
  checks: SetupCheck;
  imports: EventTypeImport;
  hostChoice: HostChoice;
  webhooks: WebhookSetup;
  reach: CalcomReach;
  /** Where Cal.com reaches this gateway; null when it is not configured. */
  publicUrl: string | null;
  eventTypes: Pick<EventTypeOwners, 'disputed'>;
  assignment: Pick<EventTypeAssignment, 'assign'>;
  /** @throws NotFound, InvalidInput or Conflict for what can be refused at once */
  connectAgent: (actor: Actor, order: AgentOrder) => Promise<QueuedJob>;
  testCalls: TestCalls<unknown>;
  channels: NotificationChannels;
  live: LiveEvents;
  tokens: TokenService;
  sessions: Sessions;
  people: People;
  users: Pick<UserStore, 'change' | 'byId' | 'byEmail'> & Pick<SessionStore, 'end' | 'endOthers'>;
  cookie: SessionCookie;
  /** Every route below `/api/admin` that needs a role. */
  routes: readonly RouteSpec[];
  /** null: people sign in with passwords alone. */
  provider: IdentityProvider | null;
  audit: AuditTrail;
  warn: (fields: object, message: string) => void;
}

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** One route: what it takes, what it answers, its line in the API's document, and its handler. */
export interface RouteSpec<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  method: Method;
  /** Express' spelling: `/api/admin/calls/:id/trace`. */
  path: string;
  /** The least role that may ask it. */
  role: Role;
  tag: string;
  summary: string;
  /** What the audit log says was written to. */
  subject: string;
  query: Query;
  body: Body;
  /** The largest body, as Express' reader takes it. */
  limit: string;
  /** The `data` of the answer; for lists one item. */
  answer: z.ZodType;
  list: boolean;
  /** One row of the file, where it can be had as one and is not a list. */
  file?: z.ZodType;
  status: 200 | 201 | 202;
  /** Also answered 202 when the work goes on after the answer. */
  mayGoOn: boolean;
  /** Where it does not answer JSON: the handler sends the answer itself. */
  mediaType?: string;
  run(deps: AdminDeps, input: HandlerInput<Query, Body>): unknown;
}

export interface HandlerInput<Query extends z.ZodType, Body extends z.ZodType> {
  /** Not for routes that are answered without a token and without a session. */
  readonly actor: Actor;
  /** The path's `:id`, empty for paths without one. */
  id: string;
  query: z.output<Query>;
  body: z.output<Body>;
  req: Request;
  res: Response;
  /**
   * Must be called once by every handler that wrote something, or that read a person's record.
   * @param written.change of the route's subject as a whole where it names none
   * @param written.pending the work goes on after the answer, which is 202
   * @returns the record, for the answer
   */
  wrote: (written: {
    record: unknown;
    change: Pick<Change, 'companyId'> & Partial<Change>;
    pending?: boolean;
  }) => unknown;
}

const emptyQuery = z.strictObject({});
/** DELETE and some POSTs come without a body; an empty object is as good. */
const emptyBody = emptyQuery.optional();
/** The largest thing an operator writes is a week of opening hours. */
const LARGEST_BODY = '256kb';

/**
 * A route with what goes without saying filled in.
 * @param action method and path; the part after `/api/admin/` is the tag unless another one is given
 */
export function route<Query extends z.ZodType = typeof emptyQuery, Body extends z.ZodType = typeof emptyBody>(
  action: `${Method} /api/admin/${string}`,
  given: Pick<RouteSpec<Query, Body>, 'role' | 'summary' | 'answer' | 'run'> & Partial<RouteSpec<Query, Body>>,
): RouteSpec {
  const [method = '', path = ''] = action.split(' ');
  const [, , , tag = ''] = path.split('/');
  return {
    ...{ method: method as Method, path, tag, subject: given.tag ?? tag },
    ...{ query: emptyQuery, body: emptyBody, limit: LARGEST_BODY, list: false, status: 200, mayGoOn: false },
    ...given,
  };
}

/** `post /api/admin/jobs/:id/retry`, as the audit log names it. */
export function actionOf({ method, path }: Pick<RouteSpec, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
