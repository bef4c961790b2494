import { type Booking, isLive, organizerId } from './booking';
import { DAY_MS } from './zone-time';

/** The database refuses two accepted bookings of one organizer with exactly the same start and end. */
export class IdenticalBookingError extends Error {}

const identityOf = (booking: Booking): string => `${booking.startMs}|${booking.endMs}|${organizerId(booking)}`;

export type SortKey = 'startMs' | 'endMs' | 'createdAtMs' | 'updatedAtMs';

/** Ascending; bookings with the same time in order of their ids. */
export const byKey =
  (key: SortKey) =>
  (a: Booking, b: Booking): number =>
    a[key] - b[key] || a.id - b.id;

/**
 * All bookings, newest version of each. Indexed by host and UTC day, because every slot list asks who is busy.
 * Bookings are replaced, never changed in place.
 */
export class BookingBook {
  readonly #byUid = new Map<string, Booking>();
  readonly #byHostDay = new Map<string, Set<string>>();
  readonly #byEventType = new Map<number, Set<string>>();
  readonly #bySeries = new Map<string, Set<string>>();
  readonly #byAttendee = new Map<string, Set<string>>();
  readonly #acceptedIdentities = new Map<string, string>();

  readonly #sorted = new Map<SortKey, { revision: number; bookings: readonly Booking[] }>();

  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Adds or replaces. @throws IdenticalBookingError when another accepted booking has the same times and organizer. */
  put(booking: Booking): void {
    const identity = identityOf(booking);
    if (booking.status === 'accepted') {
      const holder = this.#acceptedIdentities.get(identity);
      if (holder !== undefined && holder !== booking.uid) throw new IdenticalBookingError(identity);
    }
    this.#revision += 1;
    const previous = this.#byUid.get(booking.uid);
    if (previous) this.#unindex(previous);
    this.#byUid.set(booking.uid, booking);
    if (booking.status === 'accepted') this.#acceptedIdentities.set(identity, booking.uid);
    this.#setFor(this.#byEventType, booking.eventTypeId).add(booking.uid);
    for (const email of attendeeEmails(booking)) this.#setFor(this.#byAttendee, email).add(booking.uid);
    const series = booking.recurringBookingUid;
    if (series !== undefined) this.#setFor(this.#bySeries, series).add(booking.uid);
    if (isLive(booking)) for (const key of hostDays(booking)) this.#setFor(this.#byHostDay, key).add(booking.uid);
  }

  get(uid: string): Booking | undefined {
    return this.#byUid.get(uid);
  }

  get size(): number {
    return this.#byUid.size;
  }

  all(): IterableIterator<Booking> {
    return this.#byUid.values();
  }

  ofEventType(eventTypeId: number): Generator<Booking> {
    return this.#named(this.#byEventType.get(eventTypeId));
  }

  /** Everything the address ever booked or was a guest of. */
  ofAttendee(email: string): Generator<Booking> {
    return this.#named(this.#byAttendee.get(email));
  }

  /** The bookings of a recurring series, earliest first. */
  ofSeries(recurringBookingUid: string): Booking[] {
    return [...this.#named(this.#bySeries.get(recurringBookingUid))].sort((a, b) => a.startMs - b.startMs);
  }

  /** All bookings in ascending order, remembered until something changes: lists stay quick with many bookings. */
  sortedBy(key: SortKey): readonly Booking[] {
    const known = this.#sorted.get(key);
    if (known?.revision === this.#revision) return known.bookings;
    const bookings = [...this.#byUid.values()].sort(byKey(key));
    this.#sorted.set(key, { revision: this.#revision, bookings });
    return bookings;
  }

  /** Accepted and pending bookings of the host that may touch the stretch of time. */
  liveOfHost(hostId: number, fromMs: number, toMs: number): Booking[] {
    const uids = new Set<string>();
    for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day += 1) {
      for (const uid of this.#byHostDay.get(`${hostId}|${day}`) ?? []) uids.add(uid);
    }
    const found: Booking[] = [];
    for (const uid of uids) {
      const booking = this.#byUid.get(uid);
      if (booking && booking.startMs < toMs && fromMs < booking.endMs) found.push(booking);
    }
    return found;
  }

  clear(): void {
    this.#revision += 1;
    this.#byUid.clear();
    this.#byHostDay.clear();
    this.#byEventType.clear();
    this.#bySeries.clear();
    this.#byAttendee.clear();
    this.#acceptedIdentities.clear();
  }

  *#named(uids: ReadonlySet<string> | undefined): Generator<Booking> {
    for (const uid of uids ?? []) {
      const booking = this.#byUid.get(uid);
      if (booking) yield booking;
    }
  }

  #unindex(booking: Booking): void {
    for (const email of attendeeEmails(booking)) this.#byAttendee.get(email)?.delete(booking.uid);
    for (const key of hostDays(booking)) this.#byHostDay.get(key)?.delete(booking.uid);
    const identity = identityOf(booking);
    if (this.#acceptedIdentities.get(identity) === booking.uid) this.#acceptedIdentities.delete(identity);
  }

  #setFor<Key>(index: Map<Key, Set<string>>, key: Key): Set<string> {
    let uids = index.get(key);
    if (!uids) {
      uids = new Set();
      index.set(key, uids);
    }
    return uids;
  }
}

const attendeeEmails = (booking: Booking): string[] => [booking.attendee.email, ...booking.guests];

function hostDays(booking: Booking): string[] {
  const keys: string[] = [];
  for (let day = Math.floor(booking.startMs / DAY_MS); day <= Math.floor((booking.endMs - 1) / DAY_MS); day += 1) {
    for (const hostId of booking.hostIds) keys.push(`${hostId}|${day}`);
  }
  return keys;
}
