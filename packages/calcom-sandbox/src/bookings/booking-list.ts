import { badRequest } from '../http/api-error';
import { type Booking } from '../world/booking';
import { byKey, type SortKey } from '../world/booking-book';
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

type Filter = (booking: Booking) => boolean;

/** Everything but the address, and the times of creation and change. */
function filtersOf(world: World, query: BookingFilters): Filter[] {
  const { attendeeName, bookingUid, afterStart, beforeEnd } = query;
  const eventTypeIds = query.eventTypeIds ?? (query.eventTypeId === undefined ? undefined : [query.eventTypeId]);
  const teamIds = query.teamsIds ?? (query.teamId === undefined ? undefined : [query.teamId]);
  const filters: (Filter | false)[] = [
    attendeeName !== undefined && ((booking) => booking.attendee.name === attendeeName),
    bookingUid !== undefined && ((booking) => booking.uid === bookingUid),
    eventTypeIds !== undefined && ((booking) => eventTypeIds.includes(booking.eventTypeId)),
    teamIds !== undefined &&
      ((booking) => teamIds.includes(world.eventTypes.get(booking.eventTypeId)?.teamId ?? Number.NaN)),
    afterStart !== undefined && ((booking) => booking.startMs >= afterStart),
    beforeEnd !== undefined && ((booking) => booking.endMs <= beforeEnd),
  ];
  return filters.filter((filter) => filter !== false);
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

interface Order {
  key: SortKey;
  latestFirst: boolean;
}

/** In the asked-for order: how many any filter but the times of creation and change lets through, and the rest. */
function select(
  deps: ListDeps,
  query: BookingFilters,
  statuses: readonly ListStatus[] | undefined,
  { key, latestFirst }: Order,
): { total: number; bookings: Booking[] } {
  const { world, nowMs } = deps;
  const { attendeeEmail } = query;
  const sorted =
    attendeeEmail === undefined
      ? world.bookings.sortedBy(key)
      : [...world.bookings.ofAttendee(attendeeEmail)].sort(byKey(key));
  const filters = [
    ...filtersOf(world, query),
    visibilityOf(world, deps.caller),
    ...(statuses ? [(booking: Booking) => statuses.some((status) => hasStatus(booking, status, nowMs))] : []),
  ];
  let total = 0;
  const bookings: Booking[] = [];
  for (const booking of sorted) {
    if (!filters.every((filter) => filter(booking))) continue;
    total += 1;
    if (inTimeFilters(booking, query)) bookings.push(booking);
  }
  return { total, bookings: latestFirst ? bookings.reverse() : bookings };
}

/** Past and cancelled bookings asked for alone come latest first; otherwise one sort key counts, or the start. */
function orderOf(query: PagedQuery): Order {
  const keys = [
    ['startMs', query.sortStart],
    ['endMs', query.sortEnd],
    ['createdAtMs', query.sortCreated],
    ['updatedAtMs', query.sortUpdatedAt],
  ] as const;
  const [key, direction] = keys.find(([, asked]) => asked !== undefined) ?? ['startMs', undefined];
  const [only] = query.status?.length === 1 ? query.status : [];
  return { key, latestFirst: direction ? direction === 'desc' : only === 'past' || only === 'cancelled' };
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
  const { total, bookings } = select(deps, query, query.status, orderOf(query));
  return { bookings: bookings.slice(query.skip, query.skip + query.take), pagination: pageInfo(total, query) };
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
  const selected = select(deps, query, query.status && [query.status], { key: 'startMs', latestFirst: sign < 0 });
  const found = selected.bookings.filter((booking) => after === undefined || order(booking, after) > 0);
  const bookings = found.slice(0, query.limit);
  const hasMore = found.length > bookings.length;
  const last = bookings.at(-1);
  return { bookings, pagination: { nextCursor: hasMore && last ? encodeCursor(last) : null, hasMore } };
}
