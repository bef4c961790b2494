import { z } from 'zod';
import { companyOf } from '../../services/admin/actor';
import { CALLBACK_OUTCOMES, CALLBACK_STATUSES } from '../../services/admin/callback-work';
import { wholeCallback } from './history-schemas';
import { changeOf } from '../../services/admin/records';
import { instant, ofCompany, shortText } from './list-query';
import { route, type RouteSpec } from './route-spec';

const common = { role: 'front_desk', subject: 'callback', answer: wholeCallback } as const;

export const callbackRoutes: RouteSpec[] = [
  route('get /api/admin/callbacks/:id', {
    ...{ ...common, role: 'read_only' },
    summary: 'One callback request with what was done about it',
    run: async ({ callbacks }, { actor, id, wrote }) => {
      const record = await callbacks.read(actor, id);
      return wrote({ record, change: changeOf('callbacks', record, {}) });
    },
  }),
  route('patch /api/admin/callbacks/:id', {
    ...common,
    summary:
      'Says who works on a callback and what became of it. An outcome closes it, but not_reached: that counts an attempt and makes it due again, at due_at or after its priority.',
    body: z
      .strictObject({
        status: z.enum(CALLBACK_STATUSES).optional(),
        outcome: z.enum(CALLBACK_OUTCOMES).optional(),
        assigned_to: shortText.nullable().optional().describe('user:<id> for a person of the company, else a name'),
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
    run: async ({ callbacks }, { actor, id, body, wrote }) => {
      const { note = null, if_updated_at: unchangedSince = null, ...fields } = body;
      return wrote(await callbacks.change(actor, id, fields, { note, unchangedSince }));
    },
  }),
  route('post /api/admin/callbacks/:id/take', {
    ...common,
    summary: 'Takes a callback that is not assigned; 409 names the one who was faster. A token says for whom.',
    body: z.strictObject({ assigned_to: shortText.optional() }).prefault({}),
    run: async ({ callbacks }, { actor, id, body, wrote }) =>
      wrote(await callbacks.take(actor, id, body.assigned_to ?? null)),
  }),
  route('get /api/admin/callback-assignees', {
    ...{ role: 'front_desk', tag: 'callbacks' },
    summary: 'People of a company who can be given a callback',
    query: ofCompany,
    answer: z.array(z.object({ id: z.string().describe('For assigned_to'), name: z.string() })),
    run: ({ callbacks }, { actor, query }) => callbacks.assignees(companyOf(actor, query.company_id)),
  }),
];
