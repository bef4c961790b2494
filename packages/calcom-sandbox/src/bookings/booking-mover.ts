import { badRequest, engineError, nestError } from '../http/api-error';
import { type LatencyBudget } from '../latency';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, minutesLong, organizerId } from '../world/booking';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';
import { spendRaceWindow } from './booking-creator';
import { type AnnounceBooking } from './booking-events';
import { bookingNotFound, checkBounds, checkLimits, commit, needsConfirmation } from './booking-rules';
import { type RescheduleInput } from './change-input';
import { chooseHosts, hostsToKeep } from './host-choice';

interface MoverDeps {
  world: World;
  clock: TimeSource;
  announce: AnnounceBooking;
}

/** POST /v2/bookings/{uid}/reschedule: a new booking takes the place of the old one. */
export class BookingMover {
  constructor(private readonly deps: MoverDeps) {}

  /**
   * A new booking with a new uid; the old one turns cancelled and points to it. Whether the event type forbids moving
   * is not asked, and its notice only of people other than the organizer.
   * @throws ApiError 400, 403, 404, 409, 500.
   */
  async reschedule(
    uid: string,
    input: RescheduleInput,
    caller: User | undefined,
    latency: LatencyBudget,
  ): Promise<Booking> {
    const { world, clock } = this.deps;
    const previous = this.#movable(uid);
    const eventType = world.eventTypes.get(previous.eventTypeId);
    if (!eventType) throw nestError(404, `Event type with id=${previous.eventTypeId} not found`);
    const nowMs = clock.nowMs();
    const mover = this.#mover(input, previous, caller);
    const byOrganizer = mover !== undefined && mover === organizerId(previous);
    checkNotice(eventType, previous, { byOrganizer, nowMs });

    const startMs = input.start;
    const lengthMinutes = minutesLong(previous);
    const endMs = startMs + lengthMinutes * MINUTE_MS;
    const confirms = byOrganizer && world.behaviour.organizerMoveConfirms;
    const waits = needsConfirmation(eventType, startMs, nowMs) && !confirms;
    const standing = this.#standingBooking(eventType, previous, startMs, waits);
    if (standing) return standing;

    const isHost = caller !== undefined && world.managesEventType(caller.id, eventType);
    if (!(isHost && input.allowBookingOutOfBounds)) {
      checkBounds(world, eventType, { startMs, nowMs, bookerZone: previous.attendee.timeZone });
    }
    if (!(isHost && input.skipBookingLimits)) checkLimits(world, eventType, { startMs, lengthMinutes }, uid);
    const hostIds = chooseHosts(world, {
      eventType,
      appointment: { startMs, endMs },
      hostSubset: hostsToKeep(eventType, previous),
      ignoreBookingUid: uid,
      allowConflicts: isHost && input.allowConflicts === true,
    });
    await spendRaceWindow(world, latency);
    return this.#replace(this.#movable(uid), { eventType, input, startMs, endMs, waits, hostIds });
  }

  async #replace(
    current: Booking,
    change: {
      eventType: EventType;
      input: RescheduleInput;
      startMs: number;
      endMs: number;
      waits: boolean;
      hostIds: readonly number[];
    },
  ): Promise<Booking> {
    const { world, clock, announce } = this.deps;
    const { eventType, input, startMs, endMs, waits, hostIds } = change;
    const atMs = clock.nowMs();
    const organizer = world.users.get(hostIds[0] ?? 0);
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
      reschedulingReason: input.reschedulingReason,
      ...(input.rescheduledBy !== undefined && { rescheduledByEmail: input.rescheduledBy }),
      createdAtMs: atMs,
      updatedAtMs: atMs,
    };
    const retired: Booking = {
      ...current,
      status: 'cancelled',
      rescheduledToUid: moved.uid,
      ...(input.rescheduledBy !== undefined && { rescheduledByEmail: input.rescheduledBy }),
      updatedAtMs: atMs,
    };
    world.bookings.put(retired);
    try {
      commit(world, moved);
    } catch (error) {
      world.bookings.put(current);
      throw error;
    }
    if (waits) void announce({ trigger: 'BOOKING_REQUESTED', booking: moved, previous: retired });
    else await announce({ trigger: 'BOOKING_RESCHEDULED', booking: moved, previous: retired });
    return moved;
  }

  /** @throws ApiError 404, or 400 for a booking that is cancelled or has been moved already */
  #movable(uid: string): Booking {
    const booking = this.deps.world.bookings.get(uid);
    if (!booking) throw bookingNotFound(uid);
    const why = `Can't reschedule booking with uid=${uid} because it has been cancelled`;
    const { rescheduledToUid: newer } = booking;
    if (booking.status === 'cancelled' && newer !== undefined) {
      throw badRequest(`${why} and rescheduled already to booking with uid=${newer}.`);
    }
    if (booking.status === 'cancelled') throw badRequest(`${why}.`);
    if (booking.status === 'rejected') throw engineError(404, 'Could not find original booking');
    return booking;
  }

  /** The user on whose behalf the booking moves: the one in `rescheduledBy`, else the key's owner. */
  #mover(input: RescheduleInput, booking: Booking, caller: User | undefined): number | undefined {
    const { rescheduledBy } = input;
    const named =
      rescheduledBy === undefined || rescheduledBy === booking.attendee.email
        ? undefined
        : [...this.deps.world.users.values()].find((user) => user.email === rescheduledBy);
    return named?.id ?? caller?.id;
  }

  /** Like a repeated POST, a move to where the attendee already has a booking of the type answers with that one. */
  #standingBooking(eventType: EventType, previous: Booking, startMs: number, waits: boolean): Booking | undefined {
    if (eventType.schedulingType !== 'roundRobin' && !waits) return undefined;
    const { world } = this.deps;
    return [...world.bookings.ofEventType(eventType.id)].find(
      (booking) =>
        booking.startMs === startMs &&
        booking.status === (waits ? 'pending' : 'accepted') &&
        booking.attendee.email === previous.attendee.email,
    );
  }
}

/** @throws ApiError 403 (E4) */
function checkNotice(eventType: EventType, booking: Booking, situation: { byOrganizer: boolean; nowMs: number }): void {
  const noticeMs = eventType.minimumRescheduleNotice * MINUTE_MS;
  if (!situation.byOrganizer && noticeMs > 0 && booking.startMs - situation.nowMs < noticeMs) {
    throw engineError(403, 'Rescheduling is not allowed within the minimum notice period before the event');
  }
}
