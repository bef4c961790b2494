import {
  badRequest,
  databaseError,
  engineError,
  forbidden,
  nestError,
  notFound,
  unauthorized,
  unprocessable,
} from '../http/api-error';
import { BookingLimits } from '../slots/booking-limits';
import { startWindow } from '../slots/booking-window';
import { type Booking } from '../world/booking';
import { IdenticalBookingError } from '../world/booking-book';
import { findBySlug } from '../world/event-type-lookup';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';
import { type CreateBookingInput } from './create-input';

/** @throws ApiError 404 */
export function eventTypeToBook(world: World, input: CreateBookingInput): EventType {
  if (input.eventTypeId !== undefined) {
    const eventType = world.eventTypes.get(input.eventTypeId);
    if (!eventType) throw notFound(`Event type with id ${input.eventTypeId} not found.`);
    return eventType;
  }
  const slug = input.eventTypeSlug ?? '';
  const eventType = findBySlug(world, { ...input, eventTypeSlug: slug });
  if (!eventType) {
    const owner = input.teamSlug === undefined ? `user ${input.username ?? ''}` : `team ${input.teamSlug}`;
    throw notFound(`Event type with slug ${slug} belonging to ${owner} not found.`);
  }
  return eventType;
}

/** @throws ApiError 401, 403, 422 or 400 when this event type cannot be booked by this caller in this way. */
export function checkBookable(
  world: World,
  eventType: EventType,
  input: CreateBookingInput,
  caller: User | undefined,
): void {
  if (eventType.bookingRequiresAuthentication) {
    if (!caller) throw unauthorized(`Event type with id ${eventType.id} requires authentication`);
    if (!world.managesEventType(caller.id, eventType)) {
      throw forbidden(`You are not allowed to book event type with id ${eventType.id}`);
    }
  }
  if (world.hostIdsOf(eventType).length === 0) {
    throw unprocessable(
      `Can't book this team event type because it has no hosts (event type with id=${eventType.id}).`,
    );
  }
  if (input.instant === true) throw badRequest(`Event type with id ${eventType.id} does not support instant meetings`);
}

/** Length in minutes. @throws ApiError 400 when a length is asked for that the event type does not offer. */
export function lengthToBook(eventType: EventType, requested: number | undefined): number {
  if (requested === undefined) return eventType.lengthInMinutes;
  const options = eventType.lengthInMinutesOptions;
  if (!options) {
    throw badRequest("Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths.");
  }
  if (!options.includes(requested)) {
    throw badRequest(
      `Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: ${options.join(', ')}`,
    );
  }
  return requested;
}

/**
 * A rolling window is not asked: only the listing knows where it ends.
 * @throws ApiError 400 for a start in the past, too soon, or beyond the booking window.
 */
export function checkBounds(
  world: World,
  eventType: EventType,
  { startMs, nowMs, bookerZone }: { startMs: number; nowMs: number; bookerZone: string },
): void {
  if (startMs < nowMs) throw badRequest('Attempting to book a meeting in the past.');
  const { earliestMs, latestMs } = startWindow(world, eventType, { nowMs, bookerZone });
  if (startMs < earliestMs || startMs > latestMs) {
    throw badRequest(
      `The event type can't be booked at the "start" time provided. It is too soon, or outside the booking window.`,
    );
  }
}

/** @throws ApiError 401 (E4) when the event type's caps for the period are used up. A business answer, not auth. */
export function checkLimits(
  world: World,
  eventType: EventType,
  appointment: { startMs: number; lengthMinutes: number },
  ignoreBookingUid?: string,
): void {
  const limits = new BookingLimits(world, eventType, ignoreBookingUid);
  if (limits.reached(appointment.startMs, appointment.lengthMinutes)) throw engineError(401, 'booking_limit_reached');
}

/** @throws ApiError 400 when this attendee already has as many coming appointments as the event type allows. */
export function checkAttendeeCap(world: World, eventType: EventType, email: string, nowMs: number): void {
  const cap = eventType.bookerActiveBookingsLimit;
  if (!cap) return;
  const active = [...world.bookings.ofEventType(eventType.id)]
    .filter((booking) => booking.status === 'accepted' && booking.startMs >= nowMs && booking.attendee.email === email)
    .sort((a, b) => a.startMs - b.startMs);
  if (active.length < cap.maximumActiveBookings) return;
  const latest = active.at(-1);
  const hint =
    cap.offerReschedule && latest
      ? ` You can reschedule your existing booking (${latest.uid}) to a new timeslot instead.`
      : '';
  throw badRequest(
    `Attendee with this email can't book because the maximum number of active bookings has been reached.${hint}`,
  );
}

export function needsConfirmation(eventType: EventType, startMs: number, nowMs: number): boolean {
  const policy = eventType.confirmationPolicy;
  if (!policy) return false;
  return policy.type === 'always' || startMs - nowMs < policy.noticeThresholdMinutes * MINUTE_MS;
}

/** Stores the booking. @throws ApiError 400 or 409 (E4) when an identical accepted booking got in first. */
export function commit(world: World, booking: Booking): void {
  try {
    world.bookings.put(booking);
  } catch (error) {
    if (!(error instanceof IdenticalBookingError)) throw error;
    throw world.behaviour.lostRace === 'conflict' ? engineError(409, 'booking_conflict_error') : databaseError();
  }
}

export const bookingNotFound = (uid: string): Error =>
  nestError(404, `Booking with uid=${uid} was not found in the database`);
