import { badRequest, forbidden, notFound } from '../http/api-error';
import { type AuthenticatedCall, type Call } from '../http/call';
import { type World } from '../world/world';

/** A numeric path parameter. @throws ApiError 400 (E1) */
export function idParam(call: Call, name: string): number {
  const value = call.params[name] ?? '';
  if (!/^\d+$/.test(value)) throw badRequest('Validation failed (numeric string is expected)');
  return Number(value);
}

/** The team in the path. @throws ApiError 404, or 403 when the caller is not in it */
export function teamForMember(world: World, call: AuthenticatedCall): number {
  const teamId = idParam(call, 'teamId');
  if (!world.teams.has(teamId)) throw notFound(`Team with id=${teamId} not found`);
  if (!world.isTeamMember(call.caller.id, teamId)) {
    throw forbidden(`User with id=${call.caller.id} is not part of the team with id=${teamId}`);
  }
  return teamId;
}

/** The team in the path, for what only its administrators may do. @throws ApiError 404, or 403 for other members */
export function teamForAdmin(world: World, call: AuthenticatedCall): number {
  const teamId = teamForMember(world, call);
  if (!world.administersTeam(call.caller.id, teamId)) {
    throw forbidden(`RolesGuard - User with id=${call.caller.id} is not an admin of the team with id=${teamId}`);
  }
  return teamId;
}
