import { z } from 'zod';
import { bookingView } from '../bookings/booking-view';
import { hashOf } from '../http/authenticator';
import { apiKeySpec, type EventType, eventTypeSpec, userSpec } from '../world/world-spec';
import { DEFAULT_WEBHOOK_VERSION } from '../webhooks/webhook-input';
import { seedBookings } from './booking-seed';
import { accountInput, apiKeyInput, eventTypeInput, hostInput, seedInput, webhookInput } from './control-input';
import { type ControlDeps, type ControlRoute, UnknownSubjectError } from './control-route';

const HASH_PREFIX_LENGTH = 12;

/** People, keys and event types: changes count from the next request on. */
export function worldRoutes({ world, listing, clock }: ControlDeps): ControlRoute[] {
  const eventTypeOf = (subject: string): EventType => {
    const eventType = world.eventTypes.get(Number(subject));
    if (!eventType) throw new UnknownSubjectError(`no event type ${subject}`);
    return eventType;
  };
  return [
    {
      method: 'POST',
      path: '/accounts',
      handle: ({ body }) => {
        const { user, schedule, team, apiKey } = accountInput.parse(body);
        world.users.set(user.id, { ...user, defaultScheduleId: user.defaultScheduleId ?? schedule?.id ?? null });
        if (schedule) world.schedules.set(schedule.id, schedule);
        if (team) world.teams.set(team.id, team);
        if (apiKey !== undefined) {
          world.apiKeys.set(apiKey, apiKeySpec.parse({ key: apiKey, userId: user.id }));
        }
        return { userId: user.id };
      },
    },
    {
      method: 'POST',
      path: '/api-keys',
      handle: ({ body }) => {
        const apiKey = apiKeyInput.parse(body);
        world.apiKeys.set(apiKey.key, apiKey);
        return { apiKeyHash: hashOf(apiKey.key).slice(0, HASH_PREFIX_LENGTH) };
      },
    },
    { method: 'GET', path: '/event-types', handle: () => [...world.eventTypes.values()] },
    {
      method: 'POST',
      path: '/event-types',
      handle: ({ body }) => {
        const eventType = eventTypeInput.parse(body);
        world.eventTypes.set(eventType.id, eventType);
        listing.clearCache();
        return eventType;
      },
    },
    {
      method: 'PATCH',
      path: '/event-types/*',
      handle: ({ subject, body }) => {
        const eventType = eventTypeOf(subject);
        const patch = z.record(z.string(), z.unknown()).parse(body);
        const changed = eventTypeSpec.parse({ ...eventType, ...patch, id: eventType.id });
        world.eventTypes.set(changed.id, changed);
        listing.clearCache();
        return changed;
      },
    },
    {
      method: 'DELETE',
      path: '/event-types/*',
      handle: ({ subject }) => {
        world.eventTypes.delete(eventTypeOf(subject).id);
        listing.clearCache();
      },
    },
    { method: 'GET', path: '/hosts', handle: () => [...world.users.values()] },
    {
      method: 'PATCH',
      path: '/hosts/*',
      handle: ({ subject, body }) => {
        const user = world.users.get(Number(subject));
        if (!user) throw new UnknownSubjectError(`no host ${subject}`);
        const { schedule, ...patch } = hostInput.parse(body);
        const scheduleId = user.defaultScheduleId ?? user.id;
        if (schedule) world.schedules.set(scheduleId, { ...schedule, id: scheduleId, ownerId: user.id });
        const defaultScheduleId = schedule ? scheduleId : user.defaultScheduleId;
        const changed = userSpec.parse({ ...user, defaultScheduleId, ...patch, id: user.id });
        world.users.set(user.id, changed);
        listing.clearCache();
        return changed;
      },
    },
    {
      method: 'GET',
      path: '/bookings',
      handle: () => [...world.bookings.all()].map((booking) => bookingView(world, booking)),
    },
    {
      method: 'POST',
      path: '/bookings',
      handle: ({ body }) => {
        const uids = seedBookings(world, clock.nowMs(), seedInput.parse(body));
        listing.clearCache();
        return { uids };
      },
    },
    {
      method: 'POST',
      path: '/webhooks',
      handle: ({ body }) => {
        const { teamId, ...input } = webhookInput.parse(body);
        if (!world.teams.has(teamId)) throw new UnknownSubjectError(`no team ${teamId}`);
        const id = world.random.uuid();
        const owner = { kind: 'team', teamId } as const;
        world.webhooks.set(id, { ...input, id, owner, payloadTemplate: null, version: DEFAULT_WEBHOOK_VERSION });
        return { id };
      },
    },
    { method: 'GET', path: '/reservations', handle: () => [...world.reservations.values()] },
  ];
}
