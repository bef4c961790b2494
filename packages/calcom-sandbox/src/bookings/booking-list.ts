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

function hasStatus(booking: Booking, status: ListStatus, nowMs: number): boolean {
  const over = booking.status === 'cancelled' || booking.status === 'rejected';
  switch (status) {
    case 'upcoming':
      return booking.endMs >= nowMs && !over;
    case 'past':
      return booking.endMs < nowMs && !over;
    case 'cancelled':
      return over;
    case 'unconfirmed':
      return booking.status === 'pending' && booking.endMs >= nowMs;
    case 'recurring':
      return false;
  }
}

/** Own appointments, those one attends, and those of teams one administers. */
function isVisibleTo(world: World, caller: User, booking: Booking): boolean {
  if (booking.hostIds.includes(caller.id) || booking.attendee.email === caller.email) return true;
  const teamId = world.eventTypes.get(booking.eventTypeId)?.teamId ?? null;
  return teamId !== null && world.administersTeam(caller.id, teamId);
}

function passes(world: World, booking: Booking, filters: BookingFilters): boolean {
  const { attendee } = booking;
  const teamId = world.eventTypes.get(booking.eventTypeId)?.teamId ?? undefined;
  const isIn = (ids: readonly number[] | undefined, id: number | undefined): boolean =>
    ids === undefined || (id !== undefined && ids.includes(id));
  const equals = <Value>(wanted: Value | undefined, actual: Value): boolean =>
    wanted === undefined || wanted === actual;
  return (
    equals(filters.attendeeEmail, attendee.email) &&
    equals(filters.attendeeName, attendee.name) &&
    equals(filters.bookingUid, booking.uid) &&
    equals(filters.eventTypeId, booking.eventTypeId) &&
    isIn(filters.eventTypeIds, booking.eventTypeId) &&
    (filters.teamId === undefined || filters.teamId === teamId) &&
    isIn(filters.teamsIds, teamId) &&
    booking.startMs >= (filters.afterStart ?? -Infinity) &&
    booking.endMs <= (filters.beforeEnd ?? Infinity) &&
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

function select(deps: ListDeps, filters: BookingFilters, statuses: readonly ListStatus[] | undefined): Booking[] {
  return [...deps.world.bookings.all()].filter(
    (booking) =>
      isVisibleTo(deps.world, deps.caller, booking) &&
      passes(deps.world, booking, filters) &&
      (statuses === undefined || statuses.some((status) => hasStatus(booking, status, deps.nowMs))),
  );
}

function compare(a: Booking, b: Booking, query: PagedQuery): number {
  const keys = [
    [query.sortStart, a.startMs - b.startMs],
    [query.sortEnd, a.endMs - b.endMs],
    [query.sortCreated, a.createdAtMs - b.createdAtMs],
    [query.sortUpdatedAt, a.updatedAtMs - b.updatedAtMs],
  ] as const;
  for (const [direction, difference] of keys) {
    if (direction !== undefined && difference !== 0) return direction === 'asc' ? difference : -difference;
  }
  return a.id - b.id;
}

/** The list of 2024-08-13 and 2026-02-25: `take` and `skip`. */
export function listPaged(deps: ListDeps, query: PagedQuery): { bookings: Booking[]; pagination: PageInfo } {
  const found = select(deps, query, query.status).sort((a, b) => compare(a, b, query));
  const { take, skip } = query;
  const bookings = found.slice(skip, skip + take);
  const remainingItems = Math.max(0, found.length - skip - bookings.length);
  return {
    bookings,
    pagination: {
      returnedItems: bookings.length,
      totalItems: found.length,
      itemsPerPage: take,
      remainingItems,
      currentPage: Math.floor(skip / take) + 1,
      totalPages: Math.ceil(found.length / take),
      hasNextPage: remainingItems > 0,
      hasPreviousPage: skip > 0,
    },
  };
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
    .sort(order)
    .filter((booking) => after === undefined || order(booking, after) > 0);
  const bookings = found.slice(0, query.limit);
  const hasMore = found.length > bookings.length;
  const last = bookings.at(-1);
  return { bookings, pagination: { nextCursor: hasMore && last ? encodeCursor(last) : null, hasMore } };
}
