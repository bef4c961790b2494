import { notFound } from '../http/api-error';
import { type World } from './world';
import { type EventType, type Organization } from './world-spec';

export interface SlugSelection {
  eventTypeSlug: string;
  username?: string | undefined;
  teamSlug?: string | undefined;
  organizationSlug?: string | undefined;
}

/** @throws ApiError 404 */
function organizationOf(world: World, slug: string | undefined): Organization | undefined {
  if (slug === undefined) return undefined;
  const organization = world.organizationBySlug(slug);
  if (!organization) throw notFound(`Organization with slug ${slug} not found`);
  return organization;
}

/** The id of the user or team that the slugs name. @throws ApiError 404 naming what is missing. */
function ownerOf(world: World, selection: SlugSelection): { ownerId: number } | { teamId: number } {
  const organizationId = organizationOf(world, selection.organizationSlug)?.id ?? null;
  if (selection.teamSlug !== undefined) {
    const team = world.teamBySlug(selection.teamSlug);
    if (!team || team.organizationId !== organizationId)
      throw notFound(`Team with slug ${selection.teamSlug} not found`);
    return { teamId: team.id };
  }
  const username = selection.username ?? '';
  const user = world.userByName(username);
  if (!user || user.organizationId !== organizationId) throw notFound(`User with username ${username} not found`);
  return { ownerId: user.id };
}

/** Undefined when user or team exist but have no such event type. @throws ApiError 404 */
export function findBySlug(world: World, selection: SlugSelection): EventType | undefined {
  const owner = ownerOf(world, selection);
  return [...world.eventTypes.values()].find(
    (type) =>
      type.slug === selection.eventTypeSlug &&
      ('teamId' in owner ? type.teamId === owner.teamId : type.ownerId === owner.ownerId),
  );
}
