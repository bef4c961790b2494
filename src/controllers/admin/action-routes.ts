import { z } from 'zod';
import { InvalidInput } from '../../errors';
import { reachOf, type Actor } from '../../services/admin/actor';
import type { OperatorActions } from '../../services/admin/operator-actions';
import type { RecordReader, Written } from '../../services/admin/records';
import type { TokenService } from '../../services/admin/token-service';
import type { TenantId } from '../../domain';
import { alert, appointment, job, review, webhookEvent } from './history-schemas';
import { instant, listQuery, recordQuery } from './list-query';
import type { Mount } from './mount';
import { repeatKey, REPEATS } from './repeat-key';
import { route, type HandlerInput, type RouteSpec } from './route-spec';
import { guard, token } from './setup-schemas';

const reason = z.string().trim().min(1).max(500);

const actions = {
  cancel: route({
    ...{
      method: 'post',
      path: '/api/admin/appointments/:id/cancel',
      role: 'front_desk',
      tag: 'appointments',
      subject: 'appointment',
      mayGoOn: true,
    },
    summary: `Cancels an appointment at Cal.com and here. ${REPEATS}`,
    body: z.strictObject({ reason: reason.optional(), ...guard }).default({}),
    answer: appointment,
  }),
  reschedule: route({
    ...{
      method: 'post',
      path: '/api/admin/appointments/:id/reschedule',
      role: 'front_desk',
      tag: 'appointments',
      subject: 'appointment',
      mayGoOn: true,
    },
    summary: `Moves an appointment. ${REPEATS}`,
    body: z.strictObject({ starts_at: instant, reason: reason.optional(), ...guard }),
    answer: appointment,
  }),
  replay: route({
    ...{
      method: 'post',
      path: '/api/admin/webhook-events/:id/replay',
      role: 'company_admin',
      tag: 'webhook-events',
      subject: 'webhook_event',
    },
    ...{ summary: 'Works a webhook event off once more', answer: webhookEvent },
  }),
  retry: route({
    ...{
      method: 'post',
      path: '/api/admin/jobs/:id/retry',
      role: 'company_admin',
      tag: 'jobs',
      subject: 'job',
      answer: job,
    },
    summary: 'Gives a dead job all its tries again',
  }),
  resolve: route({
    ...{
      method: 'post',
      path: '/api/admin/manual-reviews/:id/resolve',
      role: 'front_desk',
      tag: 'manual-reviews',
      subject: 'manual_review',
    },
    summary: 'Closes a review with what was done about it',
    body: z.strictObject({ resolution: z.string().trim().min(1).max(2000) }),
    answer: review,
  }),
  closeAlert: route({
    ...{
      method: 'post',
      path: '/api/admin/alerts/:id/resolve',
      role: 'company_admin',
      tag: 'alerts',
      subject: 'alert',
      answer: alert,
    },
    summary: 'Closes an alert that has been taken care of',
  }),
  erase: route({
    ...{
      method: 'delete',
      path: '/api/admin/customers/:id/personal-data',
      role: 'company_admin',
      tag: 'customers',
      subject: 'customer',
    },
    summary: 'Erases name, number, address, words and traces of a customer for good; times of appointments stay',
    answer: z.object({ id: z.guid(), appointments: z.int(), calls: z.int() }),
  }),
};

const tokens = {
  list: route({
    ...{
      method: 'get',
      path: '/api/admin/tokens',
      role: 'company_admin',
      tag: 'tokens',
      summary: 'Tokens, without their secrets',
      list: true,
      answer: token.answer,
    },
    query: listQuery({ q: z.string().trim().min(1).max(200).optional() }),
  }),
  read: route({
    method: 'get',
    path: '/api/admin/tokens/:id',
    role: 'company_admin',
    tag: 'tokens',
    summary: 'One token, without its secret',
    answer: token.answer,
  }),
  create: route({
    ...{
      method: 'post',
      path: '/api/admin/tokens',
      role: 'company_admin',
      tag: 'tokens',
      subject: 'token',
      status: 201,
      answer: token.created,
    },
    summary:
      'Makes a token. It is shown in this answer and never again. company_id null: a token of the platform. It expires after 90 days unless expires_in_days says otherwise (null: never), and ends when the token that made it is revoked.',
    body: token.create,
  }),
  revoke: route({
    ...{ method: 'delete', path: '/api/admin/tokens/:id', role: 'company_admin', tag: 'tokens', subject: 'token' },
    ...{
      summary: 'Ends a token, and those it made, at once',
      answer: z.object({ id: z.guid(), outcome: z.literal('revoked') }),
    },
  }),
};

export const actionSpecs: RouteSpec[] = [...Object.values(actions), ...Object.values(tokens)];

export interface ActionRoutesDeps {
  reader: RecordReader;
  actions: OperatorActions;
  tokens: TokenService;
}

type AnyInput = Pick<HandlerInput<z.ZodType, z.ZodType>, 'wrote'>;

export function mountActions(mount: Mount, deps: ActionRoutesDeps): void {
  const does = deps.actions;
  mount(actions.cancel, async ({ actor, id, body, header, wrote, goesOn }) => {
    const done = await does.cancel(actor, id, { ...changeOf(body), repeatKey: repeatKey(header) });
    if (done.pending) goesOn();
    return noted({ wrote }, done);
  });
  mount(actions.reschedule, async ({ actor, id, body, header, wrote, goesOn }) => {
    const request = { startAt: body.starts_at, ...changeOf(body), repeatKey: repeatKey(header) };
    const done = await does.reschedule(actor, id, request);
    if (done.pending) goesOn();
    return noted({ wrote }, done);
  });
  mount(actions.replay, async ({ actor, id, wrote }) => noted({ wrote }, await does.replayEvent(actor, id)));
  mount(actions.retry, async ({ actor, id, wrote }) => noted({ wrote }, await does.retryJob(actor, id)));
  mount(actions.resolve, async ({ actor, id, body, wrote }) =>
    noted({ wrote }, await does.resolveReview(actor, id, body.resolution)),
  );
  mount(actions.closeAlert, async ({ actor, id, wrote }) => noted({ wrote }, await does.closeAlert(actor, id)));
  mount(actions.erase, async ({ actor, id, wrote }) => {
    const { erased, change } = await does.erase(actor, id);
    wrote(change);
    return { id, ...erased };
  });
  mountTokens(mount, deps);
}

function mountTokens(mount: Mount, deps: ActionRoutesDeps): void {
  mount(tokens.list, ({ actor, query }) =>
    deps.reader.list('tokens', reachOf(actor, query.company_id), recordQuery(query)),
  );
  mount(tokens.read, ({ actor, id }) => deps.actions.find(actor, 'tokens', id));
  mount(tokens.create, async ({ actor, body, wrote }) => {
    const companyId = ownerOfToken(actor, body.company_id);
    const { name, role, expires_in_days: expiresInDays } = body;
    const made = await deps.tokens.create({ companyId, name, role, expiresInDays, maker: actor });
    const visible = { role: made.role, expires_at: made.expiresAt?.toISOString() ?? null };
    wrote({ companyId, subjectType: 'token', subjectId: made.id, after: { name, ...visible } });
    return { id: made.id, token: made.token, ...visible };
  });
  mount(tokens.revoke, async ({ actor, id, wrote }) => {
    wrote(await deps.actions.revokeToken(actor, id));
    return { id, outcome: 'revoked' };
  });
}

/** A token of the platform may make any; a company's only its own company's. */
function ownerOfToken(actor: Actor, named: TenantId | null | undefined): TenantId | null {
  if (named !== null) return reachOf(actor, named);
  if (actor.companyId === null) return null;
  throw new InvalidInput('This token cannot make one of the platform.', [
    { path: 'company_id', message: 'must be your company' },
  ]);
}

function changeOf(body: { reason?: string | undefined; if_updated_at?: Date | undefined }): {
  reason: string | null;
  unchangedSince: Date | null;
} {
  return { reason: body.reason ?? null, unchangedSince: body.if_updated_at ?? null };
}

function noted({ wrote }: AnyInput, result: Written): unknown {
  wrote(result.change);
  return result.record;
}
