import { z } from 'zod';
import { forbidden, nestError, notFound, validationFailed } from '../http/api-error';
import { type AuthenticatedCall, created, ok } from '../http/call';
import { type Route } from '../http/router';
import { failuresOf, integerText } from '../http/validation';
import { idParam, teamForAdmin } from '../catalogue/path-subject';
import { type Webhook, type WebhookOwner } from '../world/booking';
import { type World } from '../world/world';
import { DEFAULT_WEBHOOK_VERSION, parseWebhookInput, parseWebhookPatch } from './webhook-input';

const page = z.object({
  take: integerText('take')
    .pipe(z.number().min(1).max(250, { error: 'take must not be greater than 250' }))
    .default(250),
  skip: integerText('skip').pipe(z.number().min(0)).default(0),
});

function webhookView(webhook: Webhook): Record<string, unknown> {
  const { owner, ...rest } = webhook;
  return {
    ...rest,
    ...ownerIdOf(owner),
  };
}

function ownerIdOf(owner: WebhookOwner): Record<string, number> {
  const { kind: _kind, ...id } = owner;
  return id;
}

type OwnerOf = (call: AuthenticatedCall) => WebhookOwner;

const sameOwner = (a: WebhookOwner, b: WebhookOwner): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The five webhook endpoints below one address. */
function crud(world: World, base: string, ownerOf: OwnerOf, needs: Route['needs'] = []): Route[] {
  const common = { versions: 'any', auth: 'required', latency: 'read', needs } as const;
  const ownWebhooks = (owner: WebhookOwner): Webhook[] =>
    [...world.webhooks.values()].filter((webhook) => sameOwner(webhook.owner, owner));
  const find = (call: AuthenticatedCall): Webhook => {
    const webhook = world.webhooks.get(call.params['webhookId'] ?? '');
    if (!webhook || !sameOwner(webhook.owner, ownerOf(call))) {
      throw notFound(`Webhook (${call.params['webhookId'] ?? ''}) not found`);
    }
    return webhook;
  };
  return [
    {
      ...common,
      method: 'POST',
      path: base,
      handle: (call: AuthenticatedCall) => {
        const owner = ownerOf(call);
        const input = parseWebhookInput(call.body, world.behaviour.privateWebhookUrls);
        if (ownWebhooks(owner).some((webhook) => webhook.subscriberUrl === input.subscriberUrl)) {
          const subject = owner.kind === 'user' ? 'user' : 'event type';
          throw nestError(409, `Webhook with this subscriber url already exists for this ${subject}`);
        }
        const webhook: Webhook = {
          id: world.random.uuid(),
          owner,
          subscriberUrl: input.subscriberUrl,
          active: input.active,
          triggers: input.triggers,
          payloadTemplate: input.payloadTemplate ?? null,
          secret: input.secret ?? null,
          version: input.version ?? DEFAULT_WEBHOOK_VERSION,
        };
        world.webhooks.set(webhook.id, webhook);
        return created(webhookView(webhook));
      },
    },
    {
      ...common,
      method: 'GET',
      path: base,
      handle: (call: AuthenticatedCall) => {
        const parsed = page.safeParse(call.query);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const { take, skip } = parsed.data;
        return ok(
          ownWebhooks(ownerOf(call))
            .slice(skip, skip + take)
            .map(webhookView),
        );
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${base}/:webhookId`,
      handle: (call: AuthenticatedCall) => ok(webhookView(find(call))),
    },
    {
      ...common,
      method: 'PATCH',
      path: `${base}/:webhookId`,
      handle: (call: AuthenticatedCall) => {
        const webhook = find(call);
        const patch = parseWebhookPatch(call.body, world.behaviour.privateWebhookUrls);
        const changed: Webhook = Object.assign({}, webhook, patch);
        world.webhooks.set(webhook.id, changed);
        return ok(webhookView(changed));
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: `${base}/:webhookId`,
      handle: (call: AuthenticatedCall) => {
        const webhook = find(call);
        world.webhooks.delete(webhook.id);
        return ok(webhookView(webhook));
      },
    },
  ];
}

/** Webhooks of a user and of an event type: for a personal event type both fire for the same booking. */
export function webhookRoutes(world: World): Route[] {
  const eventTypeOwner: OwnerOf = (call) => {
    const eventTypeId = idParam(call, 'eventTypeId');
    const eventType = world.eventTypes.get(eventTypeId);
    if (!eventType) throw notFound(`Event type with id ${eventTypeId} not found`);
    if (!world.managesEventType(call.caller.id, eventType)) {
      throw forbidden(`User with id=${call.caller.id} does not own event type with id ${eventTypeId}`);
    }
    return { kind: 'eventType', eventTypeId };
  };
  const teamEventTypeOwner: OwnerOf = (call) => {
    const teamId = teamForAdmin(world, call);
    const eventTypeId = idParam(call, 'eventTypeId');
    if (world.eventTypes.get(eventTypeId)?.teamId !== teamId) {
      throw notFound(`Event type with id ${eventTypeId} not found in the team with id=${teamId}`);
    }
    return { kind: 'eventType', eventTypeId };
  };
  return [
    ...crud(world, '/v2/webhooks', (call) => ({ kind: 'user', userId: call.caller.id })),
    ...crud(world, '/v2/event-types/:eventTypeId/webhooks', eventTypeOwner),
    ...crud(world, '/v2/teams/:teamId/event-types/:eventTypeId/webhooks', teamEventTypeOwner, [
      'teams',
      'teamEventTypeWebhooks',
    ]),
  ];
}
