import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { Conflict, Unauthorised } from '../../errors';
import { type Actor, hasRole, nameOfPerson, personOf, type Role, ROLES } from '../../services/admin/actor';
import type { Change } from '../../services/admin/audit-trail';
import { LINK_PURPOSES, type StoredSession, type StoredUser } from '../../services/people/people-ports';
import type { OpenedSession } from '../../services/people/sessions';
import { sessionOf } from './authenticate';
import { type AdminDeps, route, type RouteSpec } from './route-spec';
import type { SessionCookie } from './session-cookie';
import { name as personName } from './setup-schemas';

const common = { role: 'voice', limit: '16kb' } as const;
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

const link = z.object({ purpose: z.enum(LINK_PURPOSES), name: z.string(), email: z.string(), language });

/** Routes that are answered without a token and without a session. */
export const openRoutes: RouteSpec[] = [
  route('get /api/admin/session/options', {
    ...common,
    summary: 'How people can sign in here, and whether this browser is signed in',
    answer: z.object({
      signed_in: z.boolean(),
      mail: z.boolean().describe('Whether links are mailed'),
      provider: z.string().nullable().describe('Name of the identity provider, when there is one'),
    }),
    run: async ({ cookie, people, provider, sessions }, { req, res }) => {
      const shown = cookie.read(req);
      const known = shown === null ? null : await sessions.recognise(shown, req.ip ?? null);
      if (known?.newToken) cookie.set(req, res, known.newToken);
      return { signed_in: known !== null, mail: people.canMail, provider: provider?.name ?? null };
    },
  }),
  route('post /api/admin/session', {
    ...{ ...common, answer: whoami },
    summary: 'Signs a person in and sets the session cookie',
    body: z.strictObject({ email: text, password }),
    run: async (deps, { body, req, res }) =>
      enter(deps, await deps.sessions.signIn(body.email.trim(), body.password, req.ip ?? null), req, res),
  }),
  route('post /api/admin/session/link', {
    ...{ ...common, answer: link },
    summary: 'Whose invitation or reset a one-time link is',
    body: z.strictObject({ token: text }),
    run: async ({ people }, { body }) => {
      const { purpose, user } = await people.link(body.token);
      return { purpose, name: user.name, email: user.email, language: user.language };
    },
  }),
  route('post /api/admin/session/password', {
    ...{ ...common, answer: whoami },
    summary: 'Sets a password by a one-time link, which is used up, and signs the person in; their other sessions end',
    body: z.strictObject({ token: text, password }),
    run: async (deps, { body, req, res }) => {
      const { user } = await deps.people.setPasswordByLink(body.token, body.password);
      const opened = await deps.sessions.open(user);
      if (!opened) throw new Unauthorised('This person can no longer sign in.');
      return enter(deps, opened, req, res);
    },
  }),
  route('post /api/admin/session/reset', {
    ...{ ...common, status: 202, answer: z.object({ mail: z.boolean() }) },
    summary:
      'Mails a reset link if the address is known; the answer is the same when it is not. mail: false: none is sent',
    body: z.strictObject({ email: text }),
    run: ({ people }, { body, req }) => {
      people.forgotten(body.email.trim(), req.ip ?? null);
      return { mail: people.canMail };
    },
  }),
];

/** Routes of the one who is signed in, or of a program's token. */
export const sessionRoutes: RouteSpec[] = [
  route('get /api/admin/session', {
    ...{ ...common, answer: whoami },
    summary: 'Who asks: a person by their session, or a program by its token',
    run: async (deps, { actor: { name, role, companyId }, res }) => {
      const session = sessionOf(res);
      if (session) return aboutPerson(deps, session.user, session.csrfToken);
      const known = { kind: 'program', id: null, name, email: null, role, company_id: companyId };
      const spoken = { company_name: await companyName(deps, companyId), language: null };
      return { ...known, ...spoken, may: allowed(deps, role), csrf_token: null };
    },
  }),
  route('patch /api/admin/session', {
    ...{ ...common, subject: 'user', answer: whoami },
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
    run: async (deps, { actor, body, req, res, wrote }) => {
      const { id, user, csrfToken } = requireSession(res);
      const { password: next, current_password: current, ...given } = body;
      if (next !== undefined && current !== undefined) {
        await deps.sessions.requirePassword(user, current, req.ip ?? null);
        await deps.people.setPassword(user, next, id);
      }
      const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      if (Object.keys(change).length > 0) await deps.users.change(user.id, change, null);
      const changed = await deps.users.byId(user.id);
      return wrote({
        record: await aboutPerson(deps, changed ?? user, csrfToken),
        change: aboutOneself(actor, { ...change, ...(next === undefined ? {} : { password_changed: true }) }),
      });
    },
  }),
  route('delete /api/admin/session', {
    ...{ ...common, answer: z.object({ outcome: z.literal('signed_out') }) },
    summary: 'Ends this session',
    run: async ({ cookie, users }, { actor, req, res, wrote }) => {
      await users.end(requireSession(res).id);
      cookie.clear(req, res);
      const record = { outcome: 'signed_out' };
      return wrote({ record, change: aboutOneself(actor, record) });
    },
  }),
  route('delete /api/admin/session/others', {
    ...{ ...common, answer: z.object({ ended: z.int() }) },
    summary: 'Ends one’s sessions in other browsers',
    run: async ({ users }, { actor, res, wrote }) => {
      const { userId, id } = requireSession(res);
      const record = { ended: await users.endOthers(userId, id) };
      return wrote({ record, change: aboutOneself(actor, record) });
    },
  }),
];

/** What comes before the open routes: no other site's page may use them. */
export function admitOwnPage(spec: RouteSpec, cookie: SessionCookie): RequestHandler {
  return (req, res, next) => {
    res.locals.route = spec.path;
    if (spec.method !== 'get') cookie.requireOwnPage(req);
    res.setHeader('Cache-Control', 'no-store');
    next();
  };
}

/** @throws Conflict for a program, which has no session */
function requireSession(res: Response): StoredSession {
  const session = sessionOf(res);
  if (!session) throw new Conflict('A token is not signed in: it has no session and no password.');
  return session;
}

function aboutOneself({ companyId, name }: Actor, after: object): Change {
  return { companyId, subjectType: 'user', subjectId: personOf(name), after };
}

/** Sets the cookie of a session that was just opened. */
async function enter(deps: AdminDeps, opened: OpenedSession, req: Request, res: Response): Promise<unknown> {
  deps.cookie.set(req, res, opened.token);
  const { id, companyId } = opened.user;
  const actor = { name: nameOfPerson(id), address: req.ip ?? null };
  const change = { companyId, subjectType: 'session', subjectId: id };
  await deps.audit.done(actor, `post ${String(res.locals.route)}`, change);
  return aboutPerson(deps, opened.user, opened.csrfToken);
}

async function aboutPerson(deps: AdminDeps, user: StoredUser, csrfToken: string): Promise<unknown> {
  const { id, name, email: address, role, companyId, language: spoken } = user;
  return {
    ...{ kind: 'person', id, name, email: address, role, company_id: companyId },
    ...{ company_name: await companyName(deps, companyId), language: spoken },
    ...{ may: allowed(deps, role), csrf_token: csrfToken },
  };
}

function allowed({ routes }: AdminDeps, role: Role): string[] {
  return routes
    .filter((spec) => hasRole({ role }, spec.role))
    .map(({ method, path }) => `${method} ${path.replace('/api/admin', '')}`);
}

async function companyName({ reader }: AdminDeps, id: StoredUser['companyId']): Promise<unknown> {
  return id === null ? null : ((await reader.find('companies', id, id))?.name ?? null);
}
