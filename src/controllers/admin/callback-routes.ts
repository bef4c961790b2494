import { z } from 'zod';
import { companyOf } from '../../services/admin/actor';
import { CALLBACK_OUTCOMES, CALLBACK_STATUSES, type CallbackWork } from '../../services/admin/callback-work';
import { wholeCallback } from './history-schemas';
import { companyId, instant } from './list-query';
import type { Mount } from './mount';
import { route, type RouteSpec } from './route-spec';

const name = z.string().trim().min(1).max(200);
const common = { role: 'front_desk', tag: 'callbacks', subject: 'callback', answer: wholeCallback } as const;

const callbacks = {
  read: route({
    ...{ ...common, method: 'get', path: '/api/admin/callbacks/:id', role: 'read_only' },
    summary: 'One callback request with what was done about it',
  }),
  change: route({
    ...{ ...common, method: 'patch', path: '/api/admin/callbacks/:id' },
    summary:
      'Says who works on a callback and what became of it. An outcome closes it, but not_reached: that counts an attempt and makes it due again, at due_at or after its priority.',
    body: z
      .strictObject({
        status: z.enum(CALLBACK_STATUSES).optional(),
        outcome: z.enum(CALLBACK_OUTCOMES).optional(),
        assigned_to: name.nullable().optional().describe('user:<id> for a person of the company, else a name'),
        note: z.string().trim().min(1).max(2000).optional(),
        due_at: instant.optional(),
        if_updated_at: instant.optional().describe('updated_at as it was read: refused when it was changed since'),
      })
      .refine(({ if_updated_at: _, ...body }) => Object.values(body).some((value) => value !== undefined), {
        error: 'must change something',
      })
      .refine((body) => body.status === undefined || body.outcome === undefined, {
        path: ['outcome'],
        error: 'sets the status itself',
      }),
  }),
  take: route({
    ...{ ...common, method: 'post', path: '/api/admin/callbacks/:id/take' },
    summary: 'Takes a callback that is not assigned; 409 names the one who was faster. A token says for whom.',
    body: z.strictObject({ assigned_to: name.optional() }).prefault({}),
  }),
};

const assignees = route({
  ...{ method: 'get', path: '/api/admin/callback-assignees', role: 'front_desk', tag: 'callbacks' },
  summary: 'People of a company who can be given a callback',
  query: z.strictObject({ company_id: companyId.optional() }),
  answer: z.array(z.object({ id: z.string().describe('For assigned_to'), name: z.string() })),
});

export const callbackSpecs: RouteSpec[] = [...Object.values(callbacks), assignees];

export interface CallbackRoutesDeps {
  callbacks: CallbackWork;
}

export function mountCallbacks(mount: Mount, { callbacks: work }: CallbackRoutesDeps): void {
  mount(callbacks.read, async ({ actor, id, wrote }) => {
    const record = await work.read(actor, id);
    wrote({ companyId: record.company_id, subjectType: 'callback', subjectId: record.id });
    return record;
  });
  mount(callbacks.change, async ({ actor, id, body, wrote }) => {
    const { note = null, if_updated_at: unchangedSince = null, ...fields } = body;
    const { record, change } = await work.change(actor, id, fields, { note, unchangedSince });
    wrote(change);
    return record;
  });
  mount(callbacks.take, async ({ actor, id, body, wrote }) => {
    const { record, change } = await work.take(actor, id, body.assigned_to ?? null);
    wrote(change);
    return record;
  });
  mount(assignees, ({ actor, query }) => work.assignees(companyOf(actor, query.company_id)));
}
