import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import type { People } from '../../services/people/people';
import { USER_ROLES, USER_STATES } from '../../services/people/people-ports';
import { companyId, listRoute, shortText } from './list-query';
import { route, type RouteSpec } from './route-spec';
import { guard, name as personName, stamp } from './setup-schemas';

const languageCode = z.enum(OPERATOR_LANGUAGES);

const answer = z.object({
  id: z.guid(),
  company_id: z.guid().nullable(),
  email: z.string(),
  name: z.string(),
  role: z.enum(USER_ROLES),
  state: z.enum(USER_STATES).describe('invited: has not set a password yet'),
  language: languageCode,
  password_set: z.boolean(),
  last_sign_in_at: stamp.nullable(),
  created_at: stamp,
  updated_at: stamp,
});

const issuedLink = z.object({
  mail: z.enum(['sent', 'not_set_up', 'failed']).describe('What became of the mail with the link'),
  link: z.string().nullable().describe('Shown only in this answer, to be passed on; null when it was mailed'),
  expires_at: stamp,
});

const common = { subject: 'user', role: 'company_admin' } as const;

export const userRoutes: RouteSpec[] = [
  listRoute('get /api/admin/users', 'users', {
    ...common,
    summary: 'People who sign in, without their passwords',
    answer,
    filters: { q: shortText.optional(), role: z.enum(USER_ROLES).optional(), state: z.enum(USER_STATES).optional() },
  }),
  route('get /api/admin/users/:id', {
    ...{ ...common, summary: 'One person', answer },
    run: ({ people }, { actor, id }) => people.find(actor, id),
  }),
  route('post /api/admin/users', {
    ...{ ...common, status: 201, answer: answer.extend({ invitation: issuedLink }) },
    summary:
      'Invites a person. The link by which they choose a password is mailed, or is in this answer and never again; it works once, within 72 hours.',
    body: z.strictObject({
      company_id: companyId.nullable().optional(),
      email: z.string().trim().pipe(z.email().max(254)),
      name: personName,
      role: z.enum(USER_ROLES),
      language: languageCode.optional(),
    }),
    run: async ({ people }, { actor, body, wrote }) => {
      const { company_id: companyId, email, name, role, language } = body;
      const { record, issued, change } = await people.invite(actor, { email, name, role, companyId, language });
      return wrote({ record: { ...record, invitation: shown(issued) }, change });
    },
  }),
  route('post /api/admin/users/:id/link', {
    ...{ ...common, answer: issuedLink },
    summary: 'A new one-time link: an invitation until the person has a password, then a reset (one hour)',
    run: async ({ people }, { actor, id, wrote }) => {
      const { issued, change } = await people.linkFor(actor, id);
      return wrote({ record: shown(issued), change });
    },
  }),
  route('patch /api/admin/users/:id', {
    ...{ ...common, answer },
    summary:
      'Changes a person. A new role, or deactivation, ends their sessions, and tokens they made that may do more than they still may.',
    body: z.strictObject({
      ...guard,
      name: personName.optional(),
      role: z.enum(USER_ROLES).optional(),
      language: languageCode.optional(),
      state: z.enum(['active', 'disabled']).optional(),
    }),
    run: async ({ people }, { actor, id, body, wrote }) => {
      const { if_updated_at: since = null, ...given } = body;
      const fields = Object.entries(given).filter(([, value]) => value !== undefined);
      return wrote(await people.change(actor, id, Object.fromEntries(fields), since));
    },
  }),
  route('delete /api/admin/users/:id', {
    ...{ ...common, answer: z.object({ id: z.guid(), outcome: z.literal('deleted') }) },
    summary:
      'Removes a person and their data, and ends the tokens they made; the log keeps what they did under their id',
    run: async ({ people }, { actor, id, wrote }) =>
      wrote({ record: { id, outcome: 'deleted' }, change: await people.remove(actor, id) }),
  }),
];

function shown({ mail, link, expires_at: expiresAt }: Awaited<ReturnType<People['linkFor']>>['issued']): unknown {
  return { mail, link, expires_at: expiresAt.toISOString() };
}
