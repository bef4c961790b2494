import { badRequest } from '../http/api-error';
import { type Booking } from '../world/booking';
import { type World } from '../world/world';
import { type User } from '../world/world-spec';
import { type BookingFilters, type CursorQuery, type ListStatus, type PagedQuery } from './list-query';

export interface PageInfo {
  returnedItems: number;
  totalItems: number;
  itemsPerPage: number;
  remainingItems: number;
  currentPage: number;
  totalPages: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** A pending booking of a series is `recurring` and not `upcoming`. */
function hasStatus(booking: Booking, status: ListStatus, nowMs: number): boolean {
  const isSeries = booking.recurringBookingUid !== undefined;
  const over = booking.status === 'cancelled' || booking.status === 'rejected';
  switch (status) {
    case 'upcoming':
      return booking.endMs >= nowMs && (isSeries ? booking.status === 'accepted' : !over);
    case 'recurring':
      return booking.endMs >= nowMs && isSeries && !over;
    case 'past':
      return booking.endMs <= nowMs && !over;
    case 'cancelled':
      return over;
    case 'unconfirmed':
      return booking.status === 'pending' && booking.endMs >= nowMs;
  }
}

type Sees = (booking: Booking) => boolean;

/**
 * Own appointments and those one attends; who owns or administers a team also sees what its event types hold, and
 * everything its members host or attend. Plain members see only their own.
 */
function visibilityOf(world: World, caller: User): Sees {
  const teams = [...world.teams.values()].filter((team) => world.administersTeam(caller.id, team.id));
  const teamIds = new Set<number | null>(teams.map((team) => team.id));
  const userIds = new Set([caller.id, ...teams.flatMap((team) => team.members.map((member) => member.userId))]);
  const emails = new Set([...userIds].map((userId) => world.users.get(userId)?.email));
  return (booking) =>
    booking.hostIds.some((hostId) => userIds.has(hostId)) ||
    emails.has(booking.attendee.email) ||
    teamIds.has(world.eventTypes.get(booking.eventTypeId)?.teamId ?? null);
}

/** Everything but the address, and the times of creation and change. */
function passes(world: World, booking: Booking, filters: BookingFilters): boolean {
  const { attendee } = booking;
  const teamId = world.eventTypes.get(booking.eventTypeId)?.teamId ?? undefined;
  const isIn = (ids: readonly number[] | undefined, id: number | undefined): boolean =>
    ids === undefined || (id !== undefined && ids.includes(id));
  const equals = <Value>(wanted: Value | undefined, actual: Value): boolean =>
    wanted === undefined || wanted === actual;
  return (
    equals(filters.attendeeName, attendee.name) &&
    equals(filters.bookingUid, booking.uid) &&
    isIn(
      filters.eventTypeIds ?? (filters.eventTypeId === undefined ? undefined : [filters.eventTypeId]),
      booking.eventTypeId,
    ) &&
    isIn(filters.teamsIds ?? (filters.teamId === undefined ? undefined : [filters.teamId]), teamId) &&
    booking.startMs >= (filters.afterStart ?? -Infinity) &&
    booking.endMs <= (filters.beforeEnd ?? Infinity)
  );
}

function inTimeFilters(booking: Booking, filters: BookingFilters): boolean {
  return (
    booking.createdAtMs >= (filters.afterCreatedAt ?? -Infinity) &&
    booking.createdAtMs <= (filters.beforeCreatedAt ?? Infinity) &&
    booking.updatedAtMs >= (filters.afterUpdatedAt ?? -Infinity) &&
    booking.updatedAtMs <= (filters.beforeUpdatedAt ?? Infinity)
  );
}

interface ListDeps {
  world: World;
  nowMs: number;
  caller: User;
}

/** The bookings that any filter but the times of creation and change lets through. */
function select(deps: ListDeps, filters: BookingFilters, statuses: readonly ListStatus[] | undefined): Booking[] {
  const { world, nowMs } = deps;
  const sees = visibilityOf(world, deps.caller);
  const candidates =
    filters.attendeeEmail === undefined ? world.bookings.all() : world.bookings.ofAttendee(filters.attendeeEmail);
  const found: Booking[] = [];
  for (const booking of candidates) {
    if (!passes(world, booking, filters) || !sees(booking)) continue;
    if (statuses === undefined || statuses.some((status) => hasStatus(booking, status, nowMs))) found.push(booking);
  }
  return found;
}

type Order = (a: Booking, b: Booking) => number;

/** Past and cancelled bookings asked for alone come latest first; otherwise one sort key counts, or the start. */
function orderOf(query: PagedQuery): Order {
  const keys = [
    [query.sortStart, (booking: Booking) => booking.startMs],
    [query.sortEnd, (booking: Booking) => booking.endMs],
    [query.sortCreated, (booking: Booking) => booking.createdAtMs],
    [query.sortUpdatedAt, (booking: Booking) => booking.updatedAtMs],
  ] as const;
  const chosen = keys.find(([direction]) => direction !== undefined);
  const [only] = query.status?.length === 1 ? query.status : [];
  const latestFirst = chosen ? chosen[0] === 'desc' : only === 'past' || only === 'cancelled';
  const keyOf = chosen?.[1] ?? ((booking: Booking) => booking.startMs);
  const sign = latestFirst ? -1 : 1;
  return (a, b) => sign * (keyOf(a) - keyOf(b)) || a.id - b.id;
}

const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max));

/** Says how many there are without the time filters, and counts as returned what would be without them. */
function pageInfo(totalItems: number, { take, skip: wanted }: { take: number; skip: number }): PageInfo {
  const skip = clamp(wanted, totalItems);
  const totalPages = Math.ceil(totalItems / take);
  return {
    returnedItems: clamp(totalItems - skip, take),
    totalItems,
    itemsPerPage: take,
    remainingItems: clamp(totalItems - (skip + take), totalItems),
    currentPage: totalPages === 0 ? 0 : Math.min(Math.floor(skip / take) + 1, totalPages),
    totalPages,
    hasNextPage: skip + take < totalItems,
    hasPreviousPage: skip > 0,
  };
}

/** The list of 2024-08-13 and 2026-02-25: `take` and `skip`. */
export function listPaged(deps: ListDeps, query: PagedQuery): { bookings: Booking[]; pagination: PageInfo } {
  const found = select(deps, query, query.status);
  const { take, skip } = query;
  const bookings = found
    .filter((booking) => inTimeFilters(booking, query))
    .sort(orderOf(query))
    .slice(skip, skip + take);
  return { bookings, pagination: pageInfo(found.length, query) };
}

const ASCENDING: readonly (ListStatus | undefined)[] = ['upcoming', 'recurring', 'unconfirmed'];

const encodeCursor = (booking: Booking): string =>
  Buffer.from(`${booking.startMs}:${booking.id}`).toString('base64url');

/** @throws ApiError 400 */
function decodeCursor(cursor: string): { startMs: number; id: number } {
  const [startMs, id] = Buffer.from(cursor, 'base64url').toString().split(':').map(Number);
  if (startMs === undefined || id === undefined || Number.isNaN(startMs) || Number.isNaN(id)) {
    throw badRequest('Invalid cursor');
  }
  return { startMs, id };
}

/** The list of 2026-05-01: `cursor` and `limit`. @throws ApiError 400 for a cursor that is not ours. */
export function listByCursor(
  deps: ListDeps,
  query: CursorQuery,
): { bookings: Booking[]; pagination: { nextCursor: string | null; hasMore: boolean } } {
  const sign = ASCENDING.includes(query.status) ? 1 : -1;
  const order = (a: { startMs: number; id: number }, b: { startMs: number; id: number }): number =>
    sign * (a.startMs - b.startMs || a.id - b.id);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const found = select(deps, query, query.status && [query.status])
    .filter((booking) => inTimeFilters(booking, query))
    .sort(order)
    .filter((booking) => after === undefined || order(booking, after) > 0);
  const bookings = found.slice(0, query.limit);
  const hasMore = found.length > bookings.length;
  const last = bookings.at(-1);
  return { bookings, pagination: { nextCursor: hasMore && last ? encodeCursor(last) : null, hasMore } };
}
