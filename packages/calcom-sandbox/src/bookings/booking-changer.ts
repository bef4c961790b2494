import { badRequest, engineError, notFound, trpcError } from '../http/api-error';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, organizerId } from '../world/booking';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { isoUtc } from '../world/zone-time';
import { type AnnounceBooking } from './booking-events';
import { bookingNotFound, commit } from './booking-rules';
import { type CancelInput, type MarkAbsentInput } from './change-input';

interface ChangerDeps {
  world: World;
  clock: TimeSource;
  announce: AnnounceBooking;
}

/** Everything that can happen to a booking after it was made, but a move. */
export class BookingChanger {
  constructor(private readonly deps: ChangerDeps) {}

  /** @throws ApiError 404 */
  find(uid: string): Booking {
    const booking = this.deps.world.bookings.get(uid);
    if (!booking) throw bookingNotFound(uid);
    return booking;
  }

  /** One booking, or all of a series when the uid is the series' own. @throws ApiError 404 */
  look(uid: string): Booking | Booking[] {
    const series = this.deps.world.bookings.ofSeries(uid);
    return series.length > 0 ? series : this.find(uid);
  }

  /**
   * Cancels a booking, the rest of its series, or the series that the uid names: then the whole series comes back.
   * Subscribers are notified, and waited for, before the booking changes.
   * @throws ApiError 400 or 404
   */
  async cancel(uid: string, input: CancelInput, caller: User | undefined): Promise<Booking | Booking[]> {
    const { world, clock, announce } = this.deps;
    if (input.seatUid !== undefined) {
      throw badRequest('Invalid seatUid: this seat does not exist or has already been cancelled.');
    }
    const [oldest] = world.bookings.ofSeries(uid);
    if (oldest && input.cancelSubsequentBookings) {
      throw badRequest(
        'Cannot cancel subsequent bookings for recurring event - you have to provide uid of one of the individual bookings of a recurring booking.',
      );
    }
    const booking = oldest ?? world.bookings.get(uid);
    if (!booking) throw notFound(`Booking with uid=${uid} not found`);
    const nowMs = clock.nowMs();
    this.#checkCancellable(booking, input, { caller, nowMs, uid });

    const cancelled = (one: Booking): Booking => ({
      ...one,
      status: 'cancelled',
      ...(input.cancellationReason !== undefined && { cancellationReason: input.cancellationReason }),
      updatedAtMs: clock.nowMs(),
    });
    await announce({ trigger: 'BOOKING_CANCELLED', booking: cancelled(booking) });

    const { recurringBookingUid: seriesUid } = booking;
    const wholeSeries = oldest !== undefined || input.cancelSubsequentBookings === true;
    if (wholeSeries && seriesUid === undefined) {
      world.bookings.put(cancelled(booking));
      throw badRequest(`Booking with bookingUid=${uid} is not part of a recurring booking.`);
    }
    if (!wholeSeries || seriesUid === undefined) {
      const changed = cancelled(world.bookings.get(uid) ?? booking);
      world.bookings.put(changed);
      return changed;
    }
    const fromMs = input.cancelSubsequentBookings ? booking.startMs : nowMs;
    for (const one of world.bookings.ofSeries(seriesUid)) if (one.startMs >= fromMs) world.bookings.put(cancelled(one));
    return world.bookings.ofSeries(seriesUid);
  }

  /** Availability is not asked again: two confirmed requests may overlap. @throws ApiError 400 (E6), 403, 404, 409. */
  async confirm(uid: string, caller: User): Promise<Booking> {
    const booking = this.#unconfirmedBooking(uid, caller);
    const confirmed: Booking = { ...booking, status: 'accepted', updatedAtMs: this.deps.clock.nowMs() };
    commit(this.deps.world, confirmed);
    await this.deps.announce({ trigger: 'BOOKING_CREATED', booking: confirmed });
    return confirmed;
  }

  /** @throws ApiError 400 (E6), 401 (E6), 404 */
  async decline(uid: string, reason: string | undefined, caller: User): Promise<Booking> {
    const booking = this.#unconfirmedBooking(uid, caller);
    const declined: Booking = {
      ...booking,
      status: 'rejected',
      ...(reason !== undefined && { rejectionReason: reason }),
      updatedAtMs: this.deps.clock.nowMs(),
    };
    this.deps.world.bookings.put(declined);
    await this.deps.announce({ trigger: 'BOOKING_REJECTED', booking: declined });
    return declined;
  }

  /**
   * Takes a mark back as well as it sets one, whatever the booking's status. Only marks of attendees need a right to the
   * booking and are announced; an address of none of them marks no one. They leave `updatedAt` as it was, a mark of the
   * host does not.
   * @throws ApiError 400 before the start, 404, 500 for a key without that right
   */
  async markAbsent(uid: string, input: MarkAbsentInput, caller: User): Promise<Booking> {
    const { world, clock, announce } = this.deps;
    const booking = world.bookings.get(uid);
    if (!booking) throw notFound(`Booking with uid=${uid} not found.`);
    const nowMs = clock.nowMs();
    if (booking.startMs > nowMs) {
      throw badRequest(
        `Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: ${isoUtc(nowMs)}, Booking start time in UTC+0: ${isoUtc(booking.startMs)}`,
      );
    }
    let marked = booking;
    if (input.attendees !== undefined) {
      if (!this.#manages(caller, booking)) throw engineError(500, 'Failed to update no-show status');
      const { attendee } = booking;
      const marks = input.attendees.filter(({ email }) => email === attendee.email);
      marked = { ...booking, attendee: { ...attendee, absent: marks.at(-1)?.absent ?? attendee.absent } };
      world.bookings.put(marked);
      await announce({ trigger: 'BOOKING_NO_SHOW_UPDATED', booking: marked, marks });
    }
    if (input.host !== undefined) {
      marked = { ...marked, absentHost: input.host, updatedAtMs: nowMs };
      world.bookings.put(marked);
    }
    return marked;
  }

  /** Only an accepted booking is refused: even a cancelled or rejected one can be confirmed. */
  #unconfirmedBooking(uid: string, caller: User): Booking {
    const booking = this.find(uid);
    if (!this.#manages(caller, booking)) throw trpcError(401, 'User is not authorized to confirm this booking');
    if (booking.status === 'accepted') throw trpcError(400, 'Booking already confirmed');
    return booking;
  }

  /** @throws ApiError 400, in the order of the official engine */
  #checkCancellable(
    booking: Booking,
    input: CancelInput,
    { caller, nowMs, uid }: { caller: User | undefined; nowMs: number; uid: string },
  ): void {
    if (booking.status === 'cancelled') {
      throw badRequest(`Can't cancel booking with uid=${uid} because it has been cancelled already.`);
    }
    const eventType = this.deps.world.eventTypes.get(booking.eventTypeId);
    if (eventType?.disableCancelling) throw engineError(400, 'This event type does not allow cancellations');
    const isHost = caller !== undefined && caller.id === organizerId(booking);
    if (eventType && reasonRequired(eventType, isHost) && !input.cancellationReason?.trim()) {
      throw engineError(400, 'Cancellation reason is required');
    }
    if (booking.endMs < nowMs) throw engineError(400, 'Cannot cancel a booking that has already ended');
  }

  #manages(caller: User, booking: Booking): boolean {
    const eventType = this.deps.world.eventTypes.get(booking.eventTypeId);
    const managesType = eventType !== undefined && this.deps.world.managesEventType(caller.id, eventType);
    return managesType || booking.hostIds.includes(caller.id);
  }
}

function reasonRequired(eventType: EventType, isHost: boolean): boolean {
  switch (eventType.cancellationReasonPolicy) {
    case 'mandatory_both':
      return true;
    case 'mandatory_host_only':
      return isHost;
    case 'mandatory_attendee_only':
      return !isHost;
    case 'optional_both':
      return false;
  }
}
