import { randomUUID } from 'node:crypto';
import { UpstreamRejected, type UpstreamReason } from '../../src/errors';
import type { BookingUpstream } from '../../src/services/booking/booking-ports';
import type { WriteSubject } from '../../src/services/calcom/calcom-account';
import type { BookingFilter, BookingRequest, UpstreamBooking } from '../../src/services/calcom/calcom-ports';

export interface MemoryCalcomOptions {
  /** Length of each event type, minutes. */
  minutes: Record<number, number>;
  /** Cal.com user ids that serve every event type (round robin). */
  hostIds: number[];
  nowMs: () => number;
}

/** What the next request meets instead of the usual: before it is carried out, or after. */
export interface Disturbance {
  when: 'before' | 'after';
  error: Error;
}

/** One Cal.com account in memory: round-robin event types, bookings, refusals as Cal.com words them. */
export class MemoryCalcom implements BookingUpstream {
  readonly bookings: UpstreamBooking[] = [];
  readonly disturbances: Disturbance[] = [];
  readonly requests: string[] = [];
  writeFaults = 0;
  #nextId = 1;

  constructor(private readonly options: MemoryCalcomOptions) {}

  createBooking(request: BookingRequest, mayLeave?: () => Promise<void>): Promise<UpstreamBooking> {
    return this.#write('create', mayLeave, () => {
      const { eventTypeId, startAt, attendee, metadata, hostIds = [] } = request;
      const standing = this.bookings.find(
        (one) => isStanding(one) && one.startAt.getTime() === startAt.getTime() && sameAttendee(one, attendee.email),
      );
      // A round robin answers the same attendee's second request for a start with the booking that stands.
      if (standing) return standing;
      const host = this.#freeHost(startAt, this.#endOf(eventTypeId, startAt), hostIds);
      if (host === undefined) throw refused(400, 'slot_not_available');
      return this.#add(eventTypeId, startAt, host, {
        attendees: [{ name: attendee.name, email: attendee.email, phone: attendee.phone }],
        metadata: { ...metadata },
      });
    });
  }

  rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    { mayLeave }: WriteSubject,
  ): Promise<UpstreamBooking> {
    return this.#write('reschedule', mayLeave, () => {
      const old = this.#standing(uid);
      const eventTypeId = old.eventTypeId ?? 0;
      const host = this.#freeHost(change.startAt, this.#endOf(eventTypeId, change.startAt), [], uid);
      if (host === undefined) throw refused(400, 'slot_not_available');
      const next = this.#add(eventTypeId, change.startAt, host, {
        attendees: old.attendees,
        metadata: old.metadata,
        rescheduledFromUid: uid,
      });
      Object.assign(old, { status: 'cancelled', rescheduledToUid: next.uid, updatedAt: this.#now() });
      return next;
    });
  }

  cancelBooking(uid: string, reason: string, { mayLeave }: WriteSubject): Promise<UpstreamBooking> {
    return this.#write('cancel', mayLeave, () =>
      Object.assign(this.#standing(uid), {
        status: 'cancelled' as const,
        cancellationReason: reason,
        updatedAt: this.#now(),
      }),
    );
  }

  markAbsent(
    uid: string,
    { email, absent }: { email: string; absent: boolean },
    { mayLeave }: WriteSubject,
  ): Promise<UpstreamBooking> {
    return this.#write('mark-absent', mayLeave, () => {
      const booking = this.bookings.find((one) => one.uid === uid);
      if (!booking) throw refused(404, 'not_found');
      if (booking.startAt.getTime() > this.options.nowMs()) throw refused(400, 'not_started');
      booking.attendees = booking.attendees.map((one) => (one.email === email ? { ...one, absent } : one));
      return booking;
    });
  }

  async isStartFree(start: {
    eventTypeId: number;
    startAt: Date;
    hostIds: number[];
    movedUid: string | null;
  }): Promise<boolean> {
    this.requests.push('slots');
    const endAt = this.#endOf(start.eventTypeId, start.startAt);
    return this.#freeHost(start.startAt, endAt, start.hostIds, start.movedUid) !== undefined;
  }

  async countWriteFault(): Promise<void> {
    this.writeFaults++;
  }

  async getBooking(uid: string): Promise<UpstreamBooking | null> {
    this.requests.push('get');
    const found = this.bookings.find((one) => one.uid === uid);
    return found ? { ...found } : null;
  }

  async listBookings(filter: BookingFilter): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    this.requests.push('list');
    const { eventTypeIds = [], afterStartAt, beforeEndAt, take = 100, skip = 0 } = filter;
    const found = this.bookings.filter(
      (one) =>
        (eventTypeIds.length === 0 || eventTypeIds.includes(one.eventTypeId ?? 0)) &&
        (!afterStartAt || one.startAt >= afterStartAt) &&
        (!beforeEndAt || one.endAt <= beforeEndAt),
    );
    const page = found.slice(skip, skip + take);
    return { bookings: page.map((one) => ({ ...one })), hasMore: page.length >= take };
  }

  async #write(
    name: string,
    mayLeave: (() => Promise<void>) | undefined,
    carryOut: () => UpstreamBooking,
  ): Promise<UpstreamBooking> {
    await mayLeave?.();
    this.requests.push(name);
    const disturbance = this.disturbances.shift();
    if (disturbance?.when === 'before') throw disturbance.error;
    const booking = carryOut();
    if (disturbance) throw disturbance.error;
    return { ...booking };
  }

  #standing(uid: string): UpstreamBooking {
    const found = this.bookings.find((one) => one.uid === uid);
    if (!found) throw refused(404, 'not_found');
    if (!isStanding(found)) throw refused(400, found.rescheduledToUid ? 'already_rescheduled' : 'already_cancelled');
    return found;
  }

  #freeHost(startAt: Date, endAt: Date, among: number[], exceptUid: string | null = null): number | undefined {
    const busy = new Set(
      this.bookings
        .filter((one) => isStanding(one) && one.uid !== exceptUid && one.startAt < endAt && one.endAt > startAt)
        .map((one) => one.hosts[0]?.id),
    );
    const allowed = this.options.hostIds.filter((id) => among.length === 0 || among.includes(id));
    return allowed.find((id) => !busy.has(id));
  }

  #endOf(eventTypeId: number, startAt: Date): Date {
    return new Date(startAt.getTime() + (this.options.minutes[eventTypeId] ?? 30) * 60_000);
  }

  #add(eventTypeId: number, startAt: Date, hostId: number, more: Partial<UpstreamBooking>): UpstreamBooking {
    const booking: UpstreamBooking = {
      id: this.#nextId++,
      uid: randomUUID(),
      status: 'accepted',
      startAt,
      endAt: this.#endOf(eventTypeId, startAt),
      eventTypeId,
      hosts: [{ id: hostId, name: `Host ${hostId}`, email: null }],
      attendees: [],
      metadata: {},
      createdAt: this.#now(),
      updatedAt: this.#now(),
      saidAt: this.#now(),
      rescheduledFromUid: null,
      rescheduledToUid: null,
      cancellationReason: null,
      seriesUid: null,
      ...more,
    };
    this.bookings.push(booking);
    return booking;
  }

  #now(): Date {
    return new Date(this.options.nowMs());
  }
}

function isStanding({ status }: UpstreamBooking): boolean {
  return status === 'accepted' || status === 'pending';
}

function sameAttendee({ attendees }: UpstreamBooking, email: string | null): boolean {
  return email !== null && attendees.some((one) => one.email?.toLowerCase() === email.toLowerCase());
}

function refused(status: number, reason: UpstreamReason): UpstreamRejected {
  return new UpstreamRejected(status, reason, reason);
}
