import { type LatencyBudget } from '../latency';
import { type TimeSource } from '../sandbox-clock';
import { type Attendee, type Booking } from '../world/booking';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';
import { type AnnounceBooking } from './booking-events';
import { attendeeEmail, checkResponses } from './booking-fields';
import { isVideoCall, resolveLocation } from './booking-location';
import {
  checkAttendeeCap,
  checkBookable,
  checkBounds,
  checkLimits,
  commit,
  eventTypeToBook,
  lengthToBook,
  needsConfirmation,
} from './booking-rules';
import { type CreateBookingInput } from './create-input';
import { chooseHosts } from './host-choice';

/** Between the availability check and the insert lies this share of the answer's time: the window for races. */
export const RACE_SHARE = 0.2;

interface CreatorDeps {
  world: World;
  clock: TimeSource;
  announce: AnnounceBooking;
}

/** POST /v2/bookings behind its input pipe. */
export class BookingCreator {
  constructor(private readonly deps: CreatorDeps) {}

  /** @throws ApiError with the status and shape of the official engine. */
  async create(input: CreateBookingInput, caller: User | undefined, latency: LatencyBudget): Promise<Booking> {
    const { world, clock } = this.deps;
    const nowMs = clock.nowMs();
    const eventType = eventTypeToBook(world, input);
    checkBookable(world, eventType, input, caller);
    const lengthMinutes = lengthToBook(eventType, input.lengthInMinutes);
    const answers = checkResponses(eventType, input.bookingFieldsResponses ?? {});
    const email = attendeeEmail(world, eventType, input.attendee);
    const isHost = caller !== undefined && world.managesEventType(caller.id, eventType);

    const uid = world.random.bookingUid();
    const location = input.meetingUrl ?? resolveLocation(eventType, input.location, uid);
    if (!(isHost && input.allowBookingOutOfBounds)) checkBounds(world, eventType, input.start, nowMs);

    const existing = this.#existingBooking(eventType, input, email);
    if (existing) return existing;

    checkAttendeeCap(world, eventType, email, nowMs);
    const startMs = input.start;
    if (!(isHost && input.skipBookingLimits)) checkLimits(world, eventType, { startMs, lengthMinutes });
    const hostIds = chooseHosts(world, {
      eventType,
      appointment: { startMs, endMs: startMs + lengthMinutes * MINUTE_MS },
      hostSubset: input.rrHostSubsetIds ?? input.routing?.teamMemberIds,
      allowConflicts: isHost && input.allowConflicts === true,
    });
    await latency.spend(RACE_SHARE);

    const attendee: Attendee = {
      id: world.nextAttendeeId(),
      name: input.attendee.name,
      email,
      timeZone: input.attendee.timeZone,
      language: input.attendee.language,
      ...(input.attendee.phoneNumber !== undefined && { phoneNumber: input.attendee.phoneNumber }),
      absent: false,
    };
    const organizer = world.users.get(hostIds[0] ?? 0);
    const notes = answers['notes'];
    const createdAtMs = clock.nowMs();
    const booking: Booking = {
      id: world.nextBookingId(),
      uid,
      icsUid: `${uid}@Cal.com`,
      icsSequence: 0,
      eventTypeId: eventType.id,
      title: `${eventType.title} between ${organizer?.name ?? ''} and ${attendee.name}`,
      description: typeof notes === 'string' ? notes : '',
      status: needsConfirmation(eventType, startMs, nowMs) ? 'pending' : 'accepted',
      hostIds,
      startMs,
      endMs: startMs + lengthMinutes * MINUTE_MS,
      attendee,
      guests: eventType.disableGuests ? [] : (input.guests ?? []),
      location,
      metadata: { ...input.metadata, ...(isVideoCall(location) && { videoCallUrl: location }) },
      responses: answers,
      absentHost: false,
      createdAtMs,
      updatedAtMs: createdAtMs,
    };
    commit(world, booking);
    this.deps.announce({ trigger: booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED', booking });
    return booking;
  }

  /** Round robin and confirmation types answer a repeated request with the booking it made the first time. */
  #existingBooking(eventType: EventType, input: CreateBookingInput, email: string): Booking | undefined {
    if (eventType.schedulingType !== 'roundRobin' && !eventType.confirmationPolicy) return undefined;
    const phone = input.attendee.phoneNumber;
    const { world } = this.deps;
    return world
      .hostIdsOf(eventType)
      .flatMap((hostId) => world.bookings.liveOfHost(hostId, input.start, input.start + 1))
      .filter((booking) => booking.eventTypeId === eventType.id && booking.startMs === input.start)
      .find((booking) => booking.attendee.email === email || (phone && booking.attendee.phoneNumber === phone));
  }
}
