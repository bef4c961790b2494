import { z } from 'zod';
import { reachOf } from '../../services/admin/actor';
import type { RecordReader } from '../../services/admin/records';
import type { People } from '../../services/people/people';
import { USER_ROLES, USER_STATES } from '../../services/people/people-ports';
import { listQuery, recordQuery } from './list-query';
import type { Mount } from './mount';
import { route, type RouteSpec } from './route-spec';
import { user } from './user-schemas';

const all = { path: '/api/admin/users', tag: 'users', subject: 'user', role: 'company_admin' } as const;
const one = { ...all, path: '/api/admin/users/:id' } as const;

const users = {
  list: route({
    ...{
      ...all,
      method: 'get',
      summary: 'People who sign in, without their passwords',
      list: true,
      answer: user.answer,
    },
    query: listQuery({
      q: z.string().trim().min(1).max(200).optional(),
      role: z.enum(USER_ROLES).optional(),
      state: z.enum(USER_STATES).optional(),
    }),
  }),
  read: route({ ...one, method: 'get', summary: 'One person', answer: user.answer }),
  invite: route({
    ...{ ...all, method: 'post', status: 201, body: user.create, answer: user.created },
    summary:
      'Invites a person. The link by which they choose a password is mailed, or is in this answer and never again; it works once, within 72 hours.',
  }),
  link: route({
    ...{ ...one, path: '/api/admin/users/:id/link', method: 'post', answer: user.issued },
    summary: 'A new one-time link: an invitation until the person has a password, then a reset (one hour)',
  }),
  update: route({
    ...{ ...one, method: 'patch', body: user.update, answer: user.answer },
    summary:
      'Changes a person. A new role, or deactivation, ends their sessions, and tokens they made that may do more than they still may.',
  }),
  remove: route({
    ...{ ...one, method: 'delete', answer: z.object({ id: z.guid(), outcome: z.literal('deleted') }) },
    summary:
      'Removes a person and their data, and ends the tokens they made; the log keeps what they did under their id',
  }),
};

export const userSpecs: RouteSpec[] = Object.values(users);

export interface UserRoutesDeps {
  reader: RecordReader;
  people: People;
}

export function mountUsers(mount: Mount, { reader, people }: UserRoutesDeps): void {
  mount(users.list, ({ actor, query }) => reader.list('users', reachOf(actor, query.company_id), recordQuery(query)));
  mount(users.read, ({ actor, id }) => people.find(actor, id));
  mount(users.invite, async ({ actor, body, wrote }) => {
    const { company_id: companyId, email, name, role, language } = body;
    const { record, issued, change } = await people.invite(actor, { email, name, role, companyId, language });
    wrote(change);
    return { ...record, invitation: shown(issued) };
  });
  mount(users.link, async ({ actor, id, wrote }) => {
    const { issued, change } = await people.linkFor(actor, id);
    wrote(change);
    return shown(issued);
  });
  mount(users.update, async ({ actor, id, body, wrote }) => {
    const { if_updated_at: since, ...given } = body;
    const fields = Object.entries(given).filter(([, value]) => value !== undefined);
    const { record, change } = await people.change(actor, id, Object.fromEntries(fields), since ?? null);
    wrote(change);
    return record;
  });
  mount(users.remove, async ({ actor, id, wrote }) => {
    wrote(await people.remove(actor, id));
    return { id, outcome: 'deleted' };
  });
}

function shown({ mail, link, expires_at: expiresAt }: Awaited<ReturnType<People['linkFor']>>['issued']): unknown {
  return { mail, link, expires_at: expiresAt.toISOString() };
}
