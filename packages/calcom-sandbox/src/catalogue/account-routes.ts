import { z } from 'zod';
import { notFound, validationFailed } from '../http/api-error';
import { VERSIONS } from '../http/api-version';
import { type AuthenticatedCall, ok } from '../http/call';
import { type Route } from '../http/router';
import { failuresOf, integerText } from '../http/validation';
import { type World } from '../world/world';
import { type Schedule, type Team, type User } from '../world/world-spec';
import { idParam, teamForAdmin, teamForMember } from './path-subject';

function meView(user: User): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    name: user.name,
    avatarUrl: user.avatarUrl,
    bio: user.bio,
    timeFormat: user.timeFormat,
    defaultScheduleId: user.defaultScheduleId,
    weekStart: user.weekStart,
    timeZone: user.timeZone,
    organizationId: user.organizationId,
    ...(user.organizationId !== null && { organization: { isPlatform: false, id: user.organizationId } }),
  };
}

function teamView(team: Team): Record<string, unknown> {
  return {
    id: team.id,
    ...(team.organizationId !== null && { parentId: team.organizationId }),
    name: team.name,
    slug: team.slug,
    isOrganization: false,
    isPrivate: false,
    hideBranding: false,
    metadata: {},
    timeFormat: 24,
    timeZone: team.timeZone,
    weekStart: team.weekStart,
  };
}

function membershipView(world: World, team: Team, member: Team['members'][number]): Record<string, unknown> {
  const user = world.users.get(member.userId);
  return {
    id: member.id,
    userId: member.userId,
    teamId: team.id,
    accepted: member.accepted,
    role: member.role,
    disableImpersonation: false,
    user: {
      email: user?.email ?? '',
      name: user?.name ?? '',
      username: user?.username ?? '',
      avatarUrl: user?.avatarUrl ?? null,
      bio: user?.bio ?? null,
      metadata: {},
    },
  };
}

function scheduleView(schedule: Schedule, owner: User): Record<string, unknown> {
  const { id, ownerId, name, timeZone, availability, overrides } = schedule;
  return { id, ownerId, name, timeZone, availability, isDefault: owner.defaultScheduleId === id, overrides };
}

/** The first generation counts weekdays from Sunday = 0. */
function legacyScheduleView(schedule: Schedule, owner: User): Record<string, unknown> {
  const sundayFirst = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  return {
    id: schedule.id,
    userId: schedule.ownerId,
    name: schedule.name,
    timeZone: schedule.timeZone,
    isDefault: owner.defaultScheduleId === schedule.id,
    availability: schedule.availability.map((rule) => ({
      days: rule.days.map((day) => sundayFirst.indexOf(day)),
      startTime: `${rule.startTime}:00`,
      endTime: `${rule.endTime}:00`,
    })),
  };
}

const page = z.object({
  take: integerText('take').pipe(z.number().min(1).max(250)).default(250),
  skip: integerText('skip').pipe(z.number().min(0)).default(0),
});

function scheduleRoutes(world: World): Route[] {
  const ownSchedules = (user: User): Schedule[] =>
    [...world.schedules.values()].filter((schedule) => schedule.ownerId === user.id);
  const findOwn = (call: AuthenticatedCall): Schedule => {
    const scheduleId = idParam(call, 'scheduleId');
    const schedule = ownSchedules(call.caller).find((candidate) => candidate.id === scheduleId);
    if (!schedule) throw notFound(`Schedule with ID=${scheduleId} does not exist.`);
    return schedule;
  };
  const findDefault = (user: User): Schedule => {
    const schedule = user.defaultScheduleId === null ? undefined : world.schedules.get(user.defaultScheduleId);
    if (!schedule) throw notFound(`User with ID=${user.id} does not have a default schedule.`);
    return schedule;
  };
  const generations = [
    { versions: VERSIONS.schedules, view: scheduleView },
    { versions: VERSIONS.legacySchedules, view: legacyScheduleView },
  ];
  return generations.flatMap(({ versions, view }): Route[] => {
    const common = { method: 'GET', versions, auth: 'required', latency: 'read' } as const;
    return [
      {
        ...common,
        path: '/v2/schedules',
        handle: (call: AuthenticatedCall) =>
          ok(ownSchedules(call.caller).map((schedule) => view(schedule, call.caller))),
      },
      {
        ...common,
        path: '/v2/schedules/default',
        handle: (call: AuthenticatedCall) => ok(view(findDefault(call.caller), call.caller)),
      },
      {
        ...common,
        path: '/v2/schedules/:scheduleId',
        handle: (call: AuthenticatedCall) => ok(view(findOwn(call), call.caller)),
      },
    ];
  });
}

function teamRoutes(world: World): Route[] {
  const common = { method: 'GET', versions: 'any', auth: 'required', latency: 'read', needs: ['teams'] } as const;
  const teamOf = (call: AuthenticatedCall): Team => {
    const team = world.teams.get(teamForMember(world, call));
    if (!team) throw notFound('Team not found');
    return team;
  };
  const administeredTeamOf = (call: AuthenticatedCall): Team => {
    teamForAdmin(world, call);
    return teamOf(call);
  };
  return [
    {
      ...common,
      path: '/v2/teams',
      handle: (call: AuthenticatedCall) =>
        ok([...world.teams.values()].filter((team) => world.isTeamMember(call.caller.id, team.id)).map(teamView)),
    },
    { ...common, path: '/v2/teams/:teamId', handle: (call: AuthenticatedCall) => ok(teamView(teamOf(call))) },
    {
      ...common,
      path: '/v2/teams/:teamId/memberships',
      handle: (call: AuthenticatedCall) => {
        const parsed = page.safeParse(call.query);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const { take, skip } = parsed.data;
        const team = administeredTeamOf(call);
        return ok(team.members.slice(skip, skip + take).map((member) => membershipView(world, team, member)));
      },
    },
    {
      ...common,
      path: '/v2/teams/:teamId/memberships/:membershipId',
      handle: (call: AuthenticatedCall) => {
        const team = administeredTeamOf(call);
        const membershipId = idParam(call, 'membershipId');
        const member = team.members.find((candidate) => candidate.id === membershipId);
        if (!member) throw notFound(`Membership with id=${membershipId} not found`);
        return ok(membershipView(world, team, member));
      },
    },
  ];
}

/** Who the key belongs to, and what that person is part of. */
export function accountRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: '/v2/me',
      versions: 'any',
      auth: 'required',
      latency: 'read',
      handle: (call: AuthenticatedCall) => ok(meView(call.caller)),
    },
    {
      method: 'GET',
      path: '/v2/allowlists',
      versions: 'any',
      auth: 'none',
      latency: 'read',
      handle: () =>
        ok({
          metadata: { schemaVersion: 1 },
          services: { webhooks: { direction: 'egress-from-cal', ipv4: ['127.0.0.1'] } },
        }),
    },
    ...scheduleRoutes(world),
    ...teamRoutes(world),
  ];
}
