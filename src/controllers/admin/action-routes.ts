import { z } from 'zod';
import { wrongField } from '../../errors';
import { reachOf, type Actor } from '../../services/admin/actor';
import type { TenantId } from '../../domain';
import { alert, appointment, job, review, webhookEvent } from './history-schemas';
import { instant, listRoute, shortText } from './list-query';
import { repeatKey, REPEATS } from './repeat-key';
import { route, type RouteSpec } from './route-spec';
import { guard, token } from './setup-schemas';

const reason = z.string().trim().min(1).max(500);
const ofAppointment = { role: 'front_desk', subject: 'appointment', mayGoOn: true, answer: appointment } as const;

const actions = [
  route('post /api/admin/appointments/:id/cancel', {
    ...ofAppointment,
    summary: `Cancels an appointment at Cal.com and here. ${REPEATS}`,
    body: z.strictObject({ reason: reason.optional(), ...guard }).default({}),
    run: async ({ actions }, { actor, id, body, req, wrote }) =>
      wrote(await actions.change(actor, id, { kind: 'cancel', ...changeOf(body), repeatKey: repeatKey(req) })),
  }),
  route('post /api/admin/appointments/:id/reschedule', {
    ...ofAppointment,
    summary: `Moves an appointment. ${REPEATS}`,
    body: z.strictObject({ starts_at: instant, reason: reason.optional(), ...guard }),
    run: async ({ actions }, { actor, id, body, req, wrote }) => {
      const wish = { kind: 'reschedule', startAt: body.starts_at, ...changeOf(body) } as const;
      return wrote(await actions.change(actor, id, { ...wish, repeatKey: repeatKey(req) }));
    },
  }),
  route('post /api/admin/webhook-events/:id/replay', {
    ...{ role: 'company_admin', subject: 'webhook_event' },
    ...{ summary: 'Works a webhook event off once more', answer: webhookEvent },
    run: async ({ actions }, { actor, id, wrote }) => wrote(await actions.replayEvent(actor, id)),
  }),
  route('post /api/admin/jobs/:id/retry', {
    ...{ role: 'company_admin', subject: 'job', answer: job },
    summary: 'Gives a dead job all its tries again',
    run: async ({ actions }, { actor, id, wrote }) => wrote(await actions.retryJob(actor, id)),
  }),
  route('post /api/admin/manual-reviews/:id/resolve', {
    ...{ role: 'front_desk', subject: 'manual_review' },
    summary: 'Closes a review with what was done about it',
    body: z.strictObject({ resolution: z.string().trim().min(1).max(2000) }),
    answer: review,
    run: async ({ actions }, { actor, id, body, wrote }) =>
      wrote(await actions.resolveReview(actor, id, body.resolution)),
  }),
  route('post /api/admin/alerts/:id/resolve', {
    ...{ role: 'company_admin', subject: 'alert', answer: alert },
    summary: 'Closes an alert that has been taken care of',
    run: async ({ actions }, { actor, id, wrote }) => wrote(await actions.closeAlert(actor, id)),
  }),
  route('delete /api/admin/customers/:id/personal-data', {
    ...{ role: 'company_admin', subject: 'customer' },
    summary: 'Erases name, number, address, words and traces of a customer for good; times of appointments stay',
    answer: z.object({ id: z.guid(), appointments: z.int(), calls: z.int() }),
    run: async ({ actions }, { actor, id, wrote }) => {
      const { erased, change } = await actions.erase(actor, id);
      return wrote({ record: { id, ...erased }, change });
    },
  }),
];

const tokens = [
  listRoute('get /api/admin/tokens', 'tokens', {
    ...{ role: 'company_admin', summary: 'Tokens, without their secrets', answer: token.answer },
    filters: { q: shortText.optional() },
  }),
  route('get /api/admin/tokens/:id', {
    ...{ role: 'company_admin', summary: 'One token, without its secret', answer: token.answer },
    run: ({ reader }, { actor, id }) => reader.require('tokens', actor.companyId, id),
  }),
  route('post /api/admin/tokens', {
    ...{ role: 'company_admin', subject: 'token', status: 201, answer: token.created },
    summary:
      'Makes a token. It is shown in this answer and never again. company_id null: a token of the platform. It expires after 90 days unless expires_in_days says otherwise (null: never), and ends when the token that made it is revoked.',
    body: token.create,
    run: async ({ tokens }, { actor, body, wrote }) => {
      const companyId = ownerOfToken(actor, body.company_id);
      const { name, role, expires_in_days: expiresInDays } = body;
      const made = await tokens.create({ companyId, name, role, expiresInDays, maker: actor });
      const visible = { role: made.role, expires_at: made.expiresAt?.toISOString() ?? null };
      return wrote({
        record: { id: made.id, token: made.token, ...visible },
        change: { companyId, subjectId: made.id, after: { name, ...visible } },
      });
    },
  }),
  route('delete /api/admin/tokens/:id', {
    ...{ role: 'company_admin', subject: 'token', summary: 'Ends a token, and those it made, at once' },
    answer: z.object({ id: z.guid(), outcome: z.literal('revoked') }),
    run: async ({ actions }, { actor, id, wrote }) =>
      wrote({ record: { id, outcome: 'revoked' }, change: await actions.revokeToken(actor, id) }),
  }),
];

export const actionRoutes: RouteSpec[] = [...actions, ...tokens];

/** A token of the platform may make any; a company's only its own company's. */
function ownerOfToken(actor: Actor, named: TenantId | null | undefined): TenantId | null {
  if (named !== null) return reachOf(actor, named);
  if (actor.companyId === null) return null;
  throw wrongField('company_id', 'must be your company', 'This token cannot make one of the platform.');
}

function changeOf(body: { reason?: string | undefined; if_updated_at?: Date | undefined }): {
  reason: string | null;
  unchangedSince: Date | null;
} {
  return { reason: body.reason ?? null, unchangedSince: body.if_updated_at ?? null };
}
