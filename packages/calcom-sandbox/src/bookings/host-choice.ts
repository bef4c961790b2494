import { badRequest, uncaughtError } from '../http/api-error';
import { hostIsFree } from '../slots/slot-finder';
import { type Booking, isLive } from '../world/booking';
import { type Interval } from '../world/intervals';
import { type World } from '../world/world';
import { type EventType } from '../world/world-spec';
import { type CreateBookingInput } from './create-input';

const PRIORITIES = ['lowest', 'low', 'medium', 'high', 'highest'];

const USER_TAKEN = 'User either already has booking at this time or is not available';
const TEAM_TAKEN = 'One of the hosts either already has booking at this time or is not available';

export interface HostQuestion {
  eventType: EventType;
  appointment: Interval;
  /** Narrows a round robin to these people. */
  hostSubset?: readonly number[] | undefined;
  ignoreBookingUid?: string | undefined;
  /** A host may book over existing appointments. */
  allowConflicts: boolean;
}

/** When each host got the last booking of this type; someone never booked comes first. */
function lastBookedAtMs(world: World, eventType: EventType): Map<number, number> {
  const latest = new Map<number, number>();
  for (const booking of world.bookings.ofEventType(eventType.id)) {
    if (!isLive(booking)) continue;
    for (const hostId of booking.hostIds) {
      latest.set(hostId, Math.max(latest.get(hostId) ?? 0, booking.createdAtMs));
    }
  }
  return latest;
}

function luckyHost(world: World, eventType: EventType, free: readonly number[]): number | undefined {
  const priorityOf = (hostId: number): number =>
    PRIORITIES.indexOf(eventType.hosts.find((host) => host.userId === hostId)?.priority ?? 'medium');
  const bookedAtMs = lastBookedAtMs(world, eventType);
  const lastOf = (hostId: number): number => bookedAtMs.get(hostId) ?? -1;
  return [...free].sort((a, b) => priorityOf(b) - priorityOf(a) || lastOf(a) - lastOf(b))[0];
}

/**
 * Who takes the appointment; the first one organizes it. Looks at working hours, bookings and calendars,
 * never at reservations and never at a cache.
 * @throws ApiError 400 when the time is taken, 500 for the team conflicts that the real service does not map.
 */
export function chooseHosts(world: World, question: HostQuestion): number[] {
  const { eventType, appointment, hostSubset } = question;
  const hostIds = world.hostIdsOf(eventType).filter((hostId) => hostSubset?.includes(hostId) ?? true);
  const isFree = (hostId: number): boolean =>
    question.allowConflicts ||
    hostIsFree(world, { eventType, hostId, appointment, ignoreBookingUid: question.ignoreBookingUid });
  const free = hostIds.filter(isFree);

  if (eventType.schedulingType === null) {
    if (free.length === 0) throw badRequest(USER_TAKEN);
    return free;
  }
  if (eventType.schedulingType === 'collective') {
    if (free.length === hostIds.length) return free;
    throw world.behaviour.collectiveConflict === 'server_error' ? uncaughtError() : badRequest(TEAM_TAKEN);
  }
  const mandatory = eventType.hosts.filter((host) => host.mandatory).map((host) => host.userId);
  if (free.length > 0 && mandatory.some((hostId) => !free.includes(hostId))) throw uncaughtError();
  const pool = free.filter((hostId) => !mandatory.includes(hostId));
  const lucky = luckyHost(world, eventType, pool);
  if (lucky !== undefined) return [lucky, ...mandatory];
  if (mandatory.length > 0 && free.length > 0 && hostIds.length === mandatory.length) return mandatory;
  throw world.behaviour.exhaustedRoundRobin === 'server_error' || free.length > 0
    ? uncaughtError()
    : badRequest(TEAM_TAKEN);
}

/** The hosts that a moved booking must keep, where its event type says so; else a move may change them. */
export const hostsToKeep = (eventType: EventType, booking: Booking): readonly number[] | undefined =>
  eventType.rescheduleWithSameRoundRobinHost ? booking.hostIds : undefined;

/**
 * The people that a request narrows a round robin to. The wish is dropped in silence while the event type does not
 * allow it, and when none of the ids is a host: then it can be anybody.
 */
export function subsetOf(
  eventType: EventType,
  request: Pick<CreateBookingInput, 'rrHostSubsetIds' | 'routing'>,
): readonly number[] | undefined {
  const wanted = eventType.rrHostSubsetEnabled ? (request.rrHostSubsetIds ?? []) : [];
  const isHost = (hostId: number): boolean => eventType.hosts.some((host) => host.userId === hostId);
  const subset = wanted.length > 0 ? wanted : (request.routing?.teamMemberIds ?? []);
  return eventType.schedulingType === 'roundRobin' && subset.some(isHost) ? subset : undefined;
}
