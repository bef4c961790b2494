import { badRequest, engineError, forbidden, trpcError } from '../http/api-error';
import { type LatencyBudget } from '../latency';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, minutesLong } from '../world/booking';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';
import { RACE_SHARE } from './booking-creator';
import { type AnnounceBooking } from './booking-events';
import { bookingNotFound, checkBounds, checkLimits, commit, needsConfirmation } from './booking-rules';
import { type CancelInput, type MarkAbsentInput, type RescheduleInput } from './change-input';
import { chooseHosts, hostToKeep } from './host-choice';

interface ChangerDeps {
  world: World;
  clock: TimeSource;
  announce: AnnounceBooking;
}

/** Everything that can happen to a booking after it was made. */
export class BookingChanger {
  constructor(private readonly deps: ChangerDeps) {}

  /** @throws ApiError 404 */
  find(uid: string): Booking {
    const booking = this.deps.world.bookings.get(uid);
    if (!booking) throw bookingNotFound(uid);
    return booking;
  }

  /** A new booking with a new uid; the old one turns cancelled and points to it. @throws ApiError 400, 403, 404, 409. */
  async reschedule(
    uid: string,
    input: RescheduleInput,
    caller: User | undefined,
    latency: LatencyBudget,
  ): Promise<Booking> {
    const { world, clock } = this.deps;
    const previous = this.find(uid);
    checkMovable(previous, input);
    const eventType = this.#eventTypeOf(previous);
    const nowMs = clock.nowMs();
    const isHost = caller !== undefined && this.#manages(caller, previous);
    checkRescheduleAllowed(eventType, previous, { isHost, nowMs });

    const startMs = input.start;
    const lengthMinutes = minutesLong(previous);
    const endMs = startMs + lengthMinutes * MINUTE_MS;
    if (!(isHost && input.allowBookingOutOfBounds)) checkBounds(world, eventType, startMs, nowMs);
    if (!(isHost && input.skipBookingLimits)) checkLimits(world, eventType, { startMs, lengthMinutes }, uid);
    const hostIds = chooseHosts(world, {
      eventType,
      appointment: { startMs, endMs },
      preferredHostId: hostToKeep(eventType, previous),
      ignoreBookingUid: uid,
      allowConflicts: isHost && input.allowConflicts === true,
    });
    await latency.spend(RACE_SHARE);
    const current = this.find(uid);
    checkMovable(current, input);

    const changedAtMs = clock.nowMs();
    const organizer = world.users.get(hostIds[0] ?? 0);
    const confirmedByOwner = input.rescheduledBy !== undefined && input.rescheduledBy === organizer?.email;
    const waits = needsConfirmation(eventType, startMs, nowMs) && !confirmedByOwner;
    const moved: Booking = {
      ...current,
      id: world.nextBookingId(),
      uid: world.random.bookingUid(),
      icsSequence: current.icsSequence + 1,
      title: `${eventType.title} between ${organizer?.name ?? ''} and ${current.attendee.name}`,
      status: waits ? 'pending' : 'accepted',
      hostIds,
      startMs,
      endMs,
      rescheduledFromUid: current.uid,
      ...(input.reschedulingReason !== undefined && { reschedulingReason: input.reschedulingReason }),
      ...(input.rescheduledBy !== undefined && { rescheduledByEmail: input.rescheduledBy }),
      createdAtMs: changedAtMs,
      updatedAtMs: changedAtMs,
    };
    const retired: Booking = { ...current, status: 'cancelled', rescheduledToUid: moved.uid, updatedAtMs: changedAtMs };
    world.bookings.put(retired);
    try {
      commit(world, moved);
    } catch (error) {
      world.bookings.put(current);
      throw error;
    }
    this.deps.announce({
      trigger: waits ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED',
      booking: moved,
      previous: retired,
    });
    return moved;
  }

  /** @throws ApiError 400 or 404 */
  cancel(uid: string, input: CancelInput, caller: User | undefined): Booking {
    const booking = this.find(uid);
    if (booking.status === 'cancelled') {
      throw badRequest(`Can't cancel booking with uid=${uid} because it is already cancelled`);
    }
    if (input.seatUid !== undefined) throw badRequest(`Booking with uid=${uid} has no seat with uid=${input.seatUid}`);
    const eventType = this.#eventTypeOf(booking);
    const nowMs = this.deps.clock.nowMs();
    if (eventType.disableCancelling) throw engineError(400, 'This event type does not allow cancellations');
    if (booking.endMs < nowMs) throw engineError(400, 'Cannot cancel a booking that has already ended');
    const isHost = caller !== undefined && this.#manages(caller, booking);
    if (reasonRequired(eventType, isHost) && !input.cancellationReason?.trim()) {
      throw engineError(400, 'Cancellation reason is required');
    }
    const cancelled: Booking = {
      ...booking,
      status: 'cancelled',
      ...(input.cancellationReason !== undefined && { cancellationReason: input.cancellationReason }),
      ...(caller && { cancelledByEmail: caller.email }),
      updatedAtMs: nowMs,
    };
    this.deps.world.bookings.put(cancelled);
    this.deps.announce({ trigger: 'BOOKING_CANCELLED', booking: cancelled });
    return cancelled;
  }

  /** Availability is not asked again: two confirmed requests may overlap. @throws ApiError 400 (E6), 403, 404, 409. */
  confirm(uid: string, caller: User): Booking {
    const booking = this.#pendingBooking(uid, caller);
    const confirmed: Booking = { ...booking, status: 'accepted', updatedAtMs: this.deps.clock.nowMs() };
    commit(this.deps.world, confirmed);
    this.deps.announce({ trigger: 'BOOKING_CREATED', booking: confirmed });
    return confirmed;
  }

  /** @throws ApiError 400 (E6), 403, 404 */
  decline(uid: string, reason: string | undefined, caller: User): Booking {
    const booking = this.#pendingBooking(uid, caller);
    const declined: Booking = {
      ...booking,
      status: 'rejected',
      ...(reason !== undefined && { rejectionReason: reason }),
      updatedAtMs: this.deps.clock.nowMs(),
    };
    this.deps.world.bookings.put(declined);
    this.deps.announce({ trigger: 'BOOKING_REJECTED', booking: declined });
    return declined;
  }

  /** @throws ApiError 400 before the start, 403, 404 */
  markAbsent(uid: string, input: MarkAbsentInput, caller: User): Booking {
    const booking = this.find(uid);
    this.#checkManaged(caller, booking);
    const nowMs = this.deps.clock.nowMs();
    if (booking.startMs > nowMs) {
      throw badRequest(
        `Bookings can only be marked as absent after their start time. Booking with uid=${uid} is in the future`,
      );
    }
    const mark = input.attendees?.find((attendee) => attendee.email === booking.attendee.email);
    const marked: Booking = {
      ...booking,
      absentHost: input.host ?? booking.absentHost,
      attendee: { ...booking.attendee, absent: mark?.absent ?? booking.attendee.absent },
      updatedAtMs: nowMs,
    };
    this.deps.world.bookings.put(marked);
    this.deps.announce({ trigger: 'BOOKING_NO_SHOW_UPDATED', booking: marked });
    return marked;
  }

  #pendingBooking(uid: string, caller: User): Booking {
    const booking = this.find(uid);
    this.#checkManaged(caller, booking);
    if (booking.status === 'accepted') throw trpcError(400, 'Booking already confirmed');
    if (booking.status !== 'pending') throw trpcError(400, `Booking is ${booking.status} and cannot be changed`);
    return booking;
  }

  #checkManaged(caller: User, booking: Booking): void {
    if (!this.#manages(caller, booking)) {
      throw forbidden(`User with id=${caller.id} is not allowed to manage booking with uid=${booking.uid}`);
    }
  }

  #manages(caller: User, booking: Booking): boolean {
    return (
      booking.hostIds.includes(caller.id) || this.deps.world.managesEventType(caller.id, this.#eventTypeOf(booking))
    );
  }

  #eventTypeOf(booking: Booking): EventType {
    const eventType = this.deps.world.eventTypes.get(booking.eventTypeId);
    if (!eventType) throw badRequest(`Booking with uid=${booking.uid} belongs to a deleted event type`);
    return eventType;
  }
}

/** @throws ApiError 400 */
function checkMovable(booking: Booking, input: RescheduleInput): void {
  if (input.seatUid !== undefined) {
    throw badRequest(`Booking with uid=${booking.uid} has no seat with uid=${input.seatUid}`);
  }
  if (booking.rescheduledToUid !== undefined) {
    throw badRequest(
      `Can't reschedule booking with uid=${booking.uid} because it was already rescheduled to uid=${booking.rescheduledToUid}`,
    );
  }
  if (booking.status === 'cancelled') {
    throw badRequest(`Can't reschedule booking with uid=${booking.uid} because it is already cancelled`);
  }
  if (booking.status === 'rejected') {
    throw badRequest(`Can't reschedule booking with uid=${booking.uid} because it was rejected`);
  }
}

/** @throws ApiError 400 or 403 (both E4 where the engine answers) */
function checkRescheduleAllowed(
  eventType: EventType,
  booking: Booking,
  situation: { isHost: boolean; nowMs: number },
): void {
  if (eventType.disableRescheduling) throw badRequest('This event type does not allow rescheduling');
  const noticeMs = eventType.minimumRescheduleNotice * MINUTE_MS;
  if (!situation.isHost && noticeMs > 0 && booking.startMs - situation.nowMs < noticeMs) {
    throw engineError(403, 'Rescheduling is not allowed within the minimum notice period before the event');
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
