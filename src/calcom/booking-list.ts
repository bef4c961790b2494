import { LRUCache } from 'lru-cache';
import { InvalidInput } from '../errors';
import type { BookingFilter, CalcomCredential, UpstreamBooking } from '../services/calcom/calcom-ports';
import { listsByCursor } from './api-versions';
import type { ListedBookings } from './booking-wire';

type ListStatus = NonNullable<BookingFilter['status']>[number];

const DEFAULT_TAKE = 100;
const MOST_BY_CURSOR = 100;
const REMEMBERED_PAGES = 500;

/** One page to ask for, and what its answer means. */
interface ListPage {
  query: URLSearchParams;
  read: (answer: ListedBookings) => { bookings: UpstreamBooking[]; hasMore: boolean };
}

/**
 * Booking lists in both of Cal.com's ways to turn pages. The newer one hands out cursors and takes one status; its
 * pages must be read in order, by the same process.
 */
export class BookingPages {
  readonly #byCursor: boolean;
  /** The cursor of the page that begins after so many entries of a list. */
  readonly #cursors = new LRUCache<string, string>({ max: REMEMBERED_PAGES });

  constructor(
    version: string,
    private readonly nowMs: () => number,
  ) {
    this.#byCursor = listsByCursor(version);
  }

  /** @throws InvalidInput when cursors are in use and the page before this one was never read */
  page(filter: BookingFilter, credential: CalcomCredential): ListPage {
    const { take = DEFAULT_TAKE, skip = 0, status = [], ...conditions } = filter;
    const query = conditionsQuery(conditions);
    if (!this.#byCursor) {
      if (status.length > 0) query.set('status', status.join(','));
      query.set('take', String(take));
      query.set('skip', String(skip));
      return {
        query,
        // Cal.com counts before it applies the filters by time: a page that is not full is the last, whatever it says.
        read: ({ bookings }) => ({ bookings, hasMore: bookings.length >= take }),
      };
    }
    const [only, ...others] = status;
    if (only !== undefined && others.length === 0) query.set('status', only);
    const list = `${credential.id} ${status.join(',')} ${query.toString()}`;
    query.set('limit', String(Math.min(take, MOST_BY_CURSOR)));
    if (skip > 0) {
      const cursor = this.#cursors.get(`${list} ${skip}`);
      if (cursor === undefined) throw new InvalidInput('The pages of this list are read one after the other.');
      query.set('cursor', cursor);
    }
    return {
      query,
      read: ({ bookings, hasMore, nextCursor }) => {
        if (nextCursor !== null) this.#cursors.set(`${list} ${skip + take}`, nextCursor);
        const nowMs = this.nowMs();
        const wanted =
          others.length === 0 ? bookings : bookings.filter((one) => status.some((name) => hasStatus(one, name, nowMs)));
        return { bookings: wanted, hasMore: hasMore && nextCursor !== null };
      },
    };
  }
}

function conditionsQuery(conditions: Omit<BookingFilter, 'take' | 'skip' | 'status'>): URLSearchParams {
  const { attendeeEmail, eventTypeIds, afterStartAt, beforeEndAt, afterUpdatedAt, afterCreatedAt } = conditions;
  const query = new URLSearchParams();
  if (attendeeEmail !== undefined) query.set('attendeeEmail', attendeeEmail);
  if (eventTypeIds?.length) query.set('eventTypeIds', eventTypeIds.join(','));
  for (const name of ['sortUpdatedAt', 'sortStart'] as const) {
    const order = conditions[name];
    if (order !== undefined) query.set(name, order);
  }
  const instants = { afterStart: afterStartAt, beforeEnd: beforeEndAt, afterUpdatedAt, afterCreatedAt };
  for (const [name, at] of Object.entries(instants)) {
    if (at !== undefined) query.set(name, at.toISOString());
  }
  return query;
}

/** What Cal.com means by its statuses, for lists it cannot narrow down itself. */
function hasStatus(booking: UpstreamBooking, status: ListStatus, nowMs: number): boolean {
  const isOff = booking.status === 'cancelled' || booking.status === 'rejected';
  const isOver = booking.endAt.getTime() < nowMs;
  switch (status) {
    case 'upcoming':
      return !isOff && !isOver;
    case 'past':
      return !isOff && isOver;
    case 'cancelled':
      return isOff;
    case 'unconfirmed':
      return booking.status === 'pending' && !isOver;
    case 'recurring':
      return booking.seriesUid !== null && !isOff && !isOver;
  }
}
