import { z } from 'zod';
import { notFound, validationFailed } from '../http/api-error';
import { VERSIONS } from '../http/api-version';
import { type AuthenticatedCall, type Call, created, ok } from '../http/call';
import { type Route } from '../http/router';
import { failuresOf, integerText, oneOf, text } from '../http/validation';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { createdEventType, patched } from './event-type-patch';
import { idParam, teamForAdmin, teamForMember } from './path-subject';
import { eventTypeView, legacyEventTypeView } from './event-type-view';

const listQuery = z.object({
  username: text('username').optional(),
  eventSlug: text('eventSlug').optional(),
  usernames: text('usernames').optional(),
  orgSlug: text('orgSlug').optional(),
  orgId: integerText('orgId').optional(),
  sortCreatedAt: oneOf('sortCreatedAt', ['asc', 'desc']).optional(),
});

const teamListQuery = z.object({
  eventSlug: text('eventSlug').optional(),
  hostsLimit: integerText('hostsLimit').optional(),
  sortCreatedAt: oneOf('sortCreatedAt', ['asc', 'desc']).optional(),
});

function parse<Output>(schema: z.ZodType<Output>, call: Call): Output {
  const parsed = schema.safeParse(call.query);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return parsed.data;
}

/** Ids are given out in order of creation. */
function sorted(types: EventType[], direction: 'asc' | 'desc' | undefined): EventType[] {
  if (direction === undefined) return types;
  return types.sort((a, b) => (direction === 'asc' ? a.id - b.id : b.id - a.id));
}

export function eventTypeRoutes(world: World): Route[] {
  const usersOf = (query: z.output<typeof listQuery>, caller: User | undefined): User[] => {
    const organizationId = query.orgId ?? (query.orgSlug && world.organizationBySlug(query.orgSlug)?.id) ?? undefined;
    const names = query.usernames?.split(',') ?? (query.username === undefined ? [] : [query.username]);
    if (names.length === 0) return caller ? [caller] : [];
    return names
      .map((name) => world.userByName(name.trim()))
      .filter((user) => user !== undefined)
      .filter((user) => organizationId === undefined || user.organizationId === organizationId);
  };

  const managed = (call: AuthenticatedCall): EventType => {
    const eventTypeId = idParam(call, 'eventTypeId');
    const eventType = world.eventTypes.get(eventTypeId);
    if (!eventType || !world.managesEventType(call.caller.id, eventType)) {
      throw notFound(`Event type with id ${eventTypeId} not found`);
    }
    return eventType;
  };
  const ofTeam = (call: AuthenticatedCall): EventType => {
    const teamId = teamForAdmin(world, call);
    const eventTypeId = idParam(call, 'eventTypeId');
    const eventType = world.eventTypes.get(eventTypeId);
    if (eventType?.teamId !== teamId) throw notFound(`Event type with id ${eventTypeId} not found`);
    return eventType;
  };
  const change = (eventType: EventType, body: unknown): Record<string, unknown> => {
    const changed = patched(eventType, body);
    world.eventTypes.set(changed.id, changed);
    return eventTypeView(world, changed);
  };

  const make = (owner: { ownerId: number } | { teamId: number }, body: unknown): Record<string, unknown> => {
    const id = Math.max(0, ...world.eventTypes.keys()) + 1;
    const made = createdEventType(id, owner, body);
    world.eventTypes.set(id, made);
    return eventTypeView(world, made);
  };
  const remove = (eventType: EventType): Record<string, unknown> => {
    world.eventTypes.delete(eventType.id);
    const { id, lengthInMinutes, slug, title } = eventType;
    return { id, lengthInMinutes, slug, title };
  };

  return [
    {
      method: 'POST',
      path: '/v2/event-types',
      versions: VERSIONS.eventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => created(make({ ownerId: call.caller.id }, call.body)),
    },
    {
      method: 'DELETE',
      path: '/v2/event-types/:eventTypeId',
      versions: VERSIONS.eventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => ok(remove(managed(call))),
    },
    {
      method: 'POST',
      path: '/v2/teams/:teamId/event-types',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      needs: ['teams'],
      handle: (call) => created(make({ teamId: teamForAdmin(world, call) }, call.body)),
    },
    {
      method: 'DELETE',
      path: '/v2/teams/:teamId/event-types/:eventTypeId',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      needs: ['teams'],
      handle: (call) => ok(remove(ofTeam(call))),
    },
    {
      method: 'GET',
      path: '/v2/event-types',
      versions: VERSIONS.eventTypes,
      auth: 'optional',
      latency: 'read',
      handle: (call) => {
        const query = parse(listQuery, call);
        const ownerIds = new Set(usersOf(query, call.caller).map((user) => user.id));
        const types = [...world.eventTypes.values()]
          .filter((type) => type.ownerId !== null && ownerIds.has(type.ownerId))
          .filter((type) => !type.hidden || type.ownerId === call.caller?.id)
          .filter((type) => query.eventSlug === undefined || type.slug === query.eventSlug);
        return ok(sorted(types, query.sortCreatedAt).map((type) => eventTypeView(world, type)));
      },
    },
    {
      method: 'GET',
      path: '/v2/event-types/:eventTypeId',
      versions: VERSIONS.eventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => ok(eventTypeView(world, managed(call))),
    },
    {
      method: 'PATCH',
      path: '/v2/event-types/:eventTypeId',
      versions: VERSIONS.eventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => ok(change(managed(call), call.body)),
    },
    {
      method: 'GET',
      path: '/v2/event-types',
      versions: VERSIONS.legacyEventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => {
        const own = [...world.eventTypes.values()].filter((type) => type.ownerId === call.caller.id);
        const { username, name } = call.caller;
        return ok({
          eventTypeGroups: [
            { teamId: null, profile: { slug: username, name }, eventTypes: own.map(legacyEventTypeView) },
          ],
          profiles: [{ slug: username, name, teamId: null }],
        });
      },
    },
    {
      method: 'GET',
      path: '/v2/event-types/:eventTypeId',
      versions: VERSIONS.legacyEventTypes,
      auth: 'required',
      latency: 'read',
      handle: (call) => ok({ eventType: legacyEventTypeView(managed(call)) }),
    },
    {
      method: 'GET',
      path: '/v2/teams/:teamId/event-types',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      needs: ['teams'],
      handle: (call) => {
        const teamId = teamForMember(world, call);
        const query = parse(teamListQuery, call);
        const types = [...world.eventTypes.values()]
          .filter((type) => type.teamId === teamId)
          .filter((type) => query.eventSlug === undefined || type.slug === query.eventSlug)
          .map((type) => ({ ...type, hosts: type.hosts.slice(0, query.hostsLimit) }));
        return ok(sorted(types, query.sortCreatedAt).map((type) => eventTypeView(world, type)));
      },
    },
    {
      method: 'GET',
      path: '/v2/teams/:teamId/event-types/:eventTypeId',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      needs: ['teams'],
      handle: (call) => ok(eventTypeView(world, ofTeam(call))),
    },
    {
      method: 'PATCH',
      path: '/v2/teams/:teamId/event-types/:eventTypeId',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      needs: ['teams'],
      handle: (call) => ok(change(ofTeam(call), call.body)),
    },
  ];
}
