import { json, type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { Conflict, Unauthorised } from '../../errors';
import { hasRole, nameOfPerson, personOf, type Role, ROLES } from '../../services/admin/actor';
import type { AuditTrail } from '../../services/admin/audit-trail';
import type { RecordReader } from '../../services/admin/records';
import type { People } from '../../services/people/people';
import type { IdentityProvider, StoredSession, StoredUser, UserStore } from '../../services/people/people-ports';
import type { OpenedSession, Sessions } from '../../services/people/sessions';
import { actorOf, sessionOf } from './authenticate';
import { admit, parse } from './mount';
import { actionOf, route, type RouteSpec } from './route-spec';
import type { SessionCookie } from './session-cookie';
import { personName } from './user-schemas';

const post = { method: 'post', tag: 'session', role: 'voice', subject: 'session' } as const;
const text = z.string().min(1).max(500);
/** Its rules are said where a new one is set; a wrong one is simply wrong. */
const password = z.string().min(1).max(1000);
const language = z.enum(OPERATOR_LANGUAGES);

const whoami = z.object({
  kind: z.enum(['person', 'program']),
  id: z.guid().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(ROLES),
  company_id: z.guid().nullable(),
  company_name: z.string().nullable(),
  language: language.nullable(),
  may: z.array(z.string()).describe('The routes that the role may ask, such as `post /companies`'),
  csrf_token: z.string().nullable().describe('To be sent as X-CSRF-Token with everything that is not a GET'),
});

const link = z.object({ purpose: z.enum(['invitation', 'reset']), name: z.string(), email: z.string(), language });

/** Routes that are answered without a token and without a session. */
const open = {
  options: route({
    ...{ ...post, method: 'get', path: '/api/admin/session/options' },
    summary: 'How people can sign in here, and whether this browser is signed in',
    answer: z.object({
      signed_in: z.boolean(),
      mail: z.boolean().describe('Whether links are mailed'),
      provider: z.string().nullable().describe('Name of the identity provider, when there is one'),
    }),
  }),
  signIn: route({
    ...{ ...post, path: '/api/admin/session', answer: whoami },
    summary: 'Signs a person in and sets the session cookie',
    body: z.strictObject({ email: text, password }),
  }),
  link: route({
    ...{ ...post, path: '/api/admin/session/link', answer: link },
    summary: 'Whose invitation or reset a one-time link is',
    body: z.strictObject({ token: text }),
  }),
  password: route({
    ...{ ...post, path: '/api/admin/session/password', answer: whoami },
    summary: 'Sets a password by a one-time link, which is used up, and signs the person in; their other sessions end',
    body: z.strictObject({ token: text, password }),
  }),
  reset: route({
    ...{ ...post, path: '/api/admin/session/reset', status: 202, answer: z.object({ mail: z.boolean() }) },
    summary:
      'Mails a reset link if the address is known; the answer is the same when it is not. mail: false: none is sent',
    body: z.strictObject({ email: text }),
  }),
};

/** Routes of the one who is signed in, or of a program's token. */
const own = {
  whoami: route({
    ...{ ...post, method: 'get', path: '/api/admin/session', answer: whoami },
    summary: 'Who asks: a person by their session, or a program by its token',
  }),
  change: route({
    ...{ ...post, method: 'patch', path: '/api/admin/session', subject: 'user', answer: whoami },
    summary: 'Changes one’s own name, language or password. A new password ends the other sessions.',
    body: z
      .strictObject({
        name: personName.optional(),
        language: language.optional(),
        current_password: password.optional(),
        password: password.optional(),
      })
      .refine((body) => body.password === undefined || body.current_password !== undefined, {
        path: ['current_password'],
        error: 'is required to change the password',
      }),
  }),
  signOut: route({
    ...{
      ...post,
      method: 'delete',
      path: '/api/admin/session',
      answer: z.object({ outcome: z.literal('signed_out') }),
    },
    summary: 'Ends this session',
  }),
  endOthers: route({
    ...{ ...post, method: 'delete', path: '/api/admin/session/others', answer: z.object({ ended: z.int() }) },
    summary: 'Ends one’s sessions in other browsers',
  }),
};

export const openSpecs: RouteSpec[] = Object.values(open);
export const sessionSpecs: RouteSpec[] = Object.values(own);

export interface SessionRoutesDeps {
  sessions: Sessions;
  people: People;
  users: Pick<UserStore, 'change' | 'byId' | 'byEmail'>;
  endSession: (id: string) => Promise<void>;
  endOtherSessions: (userId: string, keptSessionId: string) => Promise<number>;
  cookie: SessionCookie;
  /** null: people sign in with passwords alone. */
  provider: IdentityProvider | null;
  reader: RecordReader;
  audit: AuditTrail;
  /** Every route below `/api/admin`. */
  routes: readonly RouteSpec[];
}

type Handle<Body> = (body: Body, req: Request, res: Response) => Promise<unknown>;

const readJson = json({ limit: '16kb' });

function mountOne<Query extends z.ZodType, Body extends z.ZodType>(
  router: Router,
  spec: RouteSpec<Query, Body>,
  first: RequestHandler,
  handle: Handle<z.output<Body>>,
): void {
  router[spec.method](spec.path, first, readJson, async (req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    parse(spec.query, req.query, 'The query');
    const result = await handle(parse(spec.body, req.body, 'The body'), req, res);
    res.status(spec.status).json({ data: spec.answer.parse(result) });
  });
}

/** What comes before authentication. */
export function mountOpenSession(router: Router, deps: SessionRoutesDeps): void {
  const { sessions, people, cookie } = deps;
  const mount = <Query extends z.ZodType, Body extends z.ZodType>(
    spec: RouteSpec<Query, Body>,
    handle: Handle<z.output<Body>>,
  ): void => {
    const first: RequestHandler = (req, res, next) => {
      res.locals.route = spec.path;
      if (spec.method !== 'get') cookie.requireOwnPage(req);
      next();
    };
    mountOne(router, spec, first, handle);
  };
  const entered = async (opened: OpenedSession, spec: RouteSpec, req: Request, res: Response): Promise<unknown> => {
    cookie.set(req, res, opened.token);
    const { id, companyId } = opened.user;
    const actor = { name: nameOfPerson(id), address: req.ip ?? null };
    await deps.audit.done(actor, actionOf(spec), { companyId, subjectType: 'session', subjectId: id });
    return aboutPerson(deps, opened.user, opened.csrfToken);
  };
  mount(open.options, async (_body, req, res) => {
    const shown = cookie.read(req);
    const known = shown === null ? null : await sessions.recognise(shown, req.ip ?? null);
    if (known?.newToken) cookie.set(req, res, known.newToken);
    return { signed_in: known !== null, mail: people.canMail, provider: deps.provider?.name ?? null };
  });
  mount(open.signIn, async (body, req, res) => {
    const opened = await sessions.signIn(body.email.trim(), body.password, req.ip ?? null);
    return entered(opened, open.signIn, req, res);
  });
  mount(open.link, async ({ token }) => {
    const { purpose, user } = await people.link(token);
    return { purpose, name: user.name, email: user.email, language: user.language };
  });
  mount(open.password, async (body, req, res) => {
    const { user } = await people.setPasswordByLink(body.token, body.password);
    const opened = await sessions.open(user);
    if (!opened) throw new Unauthorised('This person can no longer sign in.');
    return entered(opened, open.password, req, res);
  });
  mount(open.reset, async (body, req) => {
    people.forgotten(body.email.trim(), req.ip ?? null);
    return { mail: people.canMail };
  });
}

/** What comes after authentication. */
export function mountSession(router: Router, deps: SessionRoutesDeps): void {
  const { people, cookie } = deps;
  const mount = <Query extends z.ZodType, Body extends z.ZodType>(
    spec: RouteSpec<Query, Body>,
    handle: Handle<z.output<Body>>,
  ): void => mountOne(router, spec, admit(spec, actorOf), handle);
  const audited = (spec: RouteSpec, res: Response, after: object): Promise<void> => {
    const { companyId, name } = actorOf(res);
    const subjectId = personOf(name);
    return deps.audit.done(actorOf(res), actionOf(spec), { companyId, subjectType: 'user', subjectId, after });
  };
  mount(own.whoami, async (_body, _req, res) => {
    const session = sessionOf(res);
    if (session) return aboutPerson(deps, session.user, session.csrfToken);
    const { name, role, companyId } = actorOf(res);
    const known = { kind: 'program', id: null, name, email: null, role, company_id: companyId };
    const spoken = { company_name: await companyName(deps, companyId), language: null };
    return { ...known, ...spoken, may: allowed(deps, role), csrf_token: null };
  });
  mount(own.change, async (body, req, res) => {
    const session = requireSession(res);
    const { user } = session;
    const { name, language: spoken, password: next, current_password: current } = body;
    if (next !== undefined && current !== undefined) {
      await deps.sessions.requirePassword(user, current, req.ip ?? null);
      await people.setPassword(user, next, session.id);
    }
    const change = { ...(name === undefined ? {} : { name }), ...(spoken === undefined ? {} : { language: spoken }) };
    if (Object.keys(change).length > 0) await deps.users.change(user.id, change, null);
    await audited(own.change, res, { ...change, ...(next === undefined ? {} : { password_changed: true }) });
    const changed = await deps.users.byId(user.id);
    return aboutPerson(deps, changed ?? user, session.csrfToken);
  });
  mount(own.signOut, async (_body, req, res) => {
    const session = requireSession(res);
    await deps.endSession(session.id);
    cookie.clear(req, res);
    await audited(own.signOut, res, { outcome: 'signed_out' });
    return { outcome: 'signed_out' };
  });
  mount(own.endOthers, async (_body, _req, res) => {
    const { userId, id } = requireSession(res);
    const ended = await deps.endOtherSessions(userId, id);
    await audited(own.endOthers, res, { ended });
    return { ended };
  });
}

/** @throws Conflict for a program, which has no session */
function requireSession(res: Response): StoredSession {
  const session = sessionOf(res);
  if (!session) throw new Conflict('A token is not signed in: it has no session and no password.');
  return session;
}

async function aboutPerson(deps: SessionRoutesDeps, user: StoredUser, csrfToken: string): Promise<unknown> {
  const { id, name, email: address, role, companyId, language: spoken } = user;
  return {
    ...{ kind: 'person', id, name, email: address, role, company_id: companyId },
    ...{ company_name: await companyName(deps, companyId), language: spoken },
    ...{ may: allowed(deps, role), csrf_token: csrfToken },
  };
}

function allowed({ routes }: SessionRoutesDeps, role: Role): string[] {
  const asked = routes.filter((spec) => hasRole({ role }, spec.role));
  return asked.map(({ method, path }) => `${method} ${path.replace('/api/admin', '')}`);
}

async function companyName({ reader }: SessionRoutesDeps, id: StoredUser['companyId']): Promise<unknown> {
  return id === null ? null : ((await reader.find('companies', id, id))?.name ?? null);
}
