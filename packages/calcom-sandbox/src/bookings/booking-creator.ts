import { setTimeout as sleep } from 'node:timers/promises';
import { type LatencyBudget } from '../latency';
import { type TimeSource } from '../sandbox-clock';
import { type Attendee, type Booking } from '../world/booking';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';
import { type AnnounceBooking } from './booking-events';
import { attendeeEmail, checkResponses, type Responses } from './booking-fields';
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
import { chooseHosts, subsetOf } from './host-choice';
import { seriesStarts } from './recurrence';

/** Between the availability check and the insert lies this share of the answer's time: the window for races. */
const RACE_SHARE = 0.2;

/** Waits where concurrent requests overtake each other. */
export async function spendRaceWindow(world: World, latency: LatencyBudget): Promise<void> {
  await latency.spend(RACE_SHARE);
  const { raceWindowMs } = world.behaviour;
  if (raceWindowMs > 0) await sleep(raceWindowMs, undefined, { ref: false });
}

interface CreatorDeps {
  world: World;
  clock: TimeSource;
  announce: AnnounceBooking;
}

/** What is the same for every booking of one request. */
interface Plan {
  eventType: EventType;
  input: CreateBookingInput;
  lengthMinutes: number;
  answers: Responses;
  email: string;
  /** Hosts may book out of bounds and over limits. */
  isHost: boolean;
  recurringBookingUid?: string;
  /** Set for all but the first booking of a series: taken over without asking whether they are free. */
  seriesHostIds?: readonly number[] | undefined;
}

/** POST /v2/bookings behind its input pipe. */
export class BookingCreator {
  constructor(private readonly deps: CreatorDeps) {}

  /**
   * One booking, or all bookings of a recurring event type. A series that fails on its way leaves what it has made.
   * @throws ApiError with the status and shape of the official engine.
   */
  async create(
    input: CreateBookingInput,
    caller: User | undefined,
    latency: LatencyBudget,
  ): Promise<Booking | Booking[]> {
    const { world } = this.deps;
    const eventType = eventTypeToBook(world, input);
    checkBookable(world, eventType, input, caller);
    const { phoneNumber, timeZone } = input.attendee;
    const answers = checkResponses(eventType, input.bookingFieldsResponses ?? {}, phoneNumber);
    const lengthMinutes = lengthToBook(eventType, input.lengthInMinutes);
    const isHost = caller !== undefined && world.managesEventType(caller.id, eventType);
    const { recurrence } = eventType;
    const starts = recurrence
      ? seriesStarts(recurrence, { startMs: input.start, timeZone, count: input.recurrenceCount })
      : [];
    resolveLocation(eventType, input.location, '');
    const email = attendeeEmail(world, eventType, input, answers);
    const plan: Plan = { eventType, input, lengthMinutes, answers, email, isHost };
    if (!recurrence) return this.#createOne(plan, input.start, latency);

    const recurringBookingUid = world.random.uuid();
    const made: Booking[] = [];
    for (const startMs of starts) {
      const seriesHostIds = made[0]?.hostIds;
      made.push(await this.#createOne({ ...plan, recurringBookingUid, seriesHostIds }, startMs, latency));
    }
    return made;
  }

  async #createOne(plan: Plan, startMs: number, latency: LatencyBudget): Promise<Booking> {
    const { world, clock, announce } = this.deps;
    const { eventType, input, lengthMinutes, email, isHost } = plan;
    const nowMs = clock.nowMs();
    checkAttendeeCap(world, eventType, email, nowMs);
    const existing = this.#existingBooking(plan, startMs, nowMs);
    if (existing) return existing;

    if (!(isHost && input.allowBookingOutOfBounds)) {
      checkBounds(world, eventType, { startMs, nowMs, bookerZone: input.attendee.timeZone });
    }
    if (!(isHost && input.skipBookingLimits)) checkLimits(world, eventType, { startMs, lengthMinutes });
    const endMs = startMs + lengthMinutes * MINUTE_MS;
    const hostIds =
      plan.seriesHostIds ??
      chooseHosts(world, {
        eventType,
        appointment: { startMs, endMs },
        hostSubset: subsetOf(eventType, input),
        allowConflicts: isHost && input.allowConflicts === true,
      });
    await spendRaceWindow(world, latency);

    const booking = this.#build(plan, { startMs, endMs, nowMs, hostIds });
    commit(world, booking);
    if (booking.status === 'accepted') await announce({ trigger: 'BOOKING_CREATED', booking });
    else void announce({ trigger: 'BOOKING_REQUESTED', booking });
    return booking;
  }

  #build(
    plan: Plan,
    { startMs, endMs, nowMs, hostIds }: { startMs: number; endMs: number; nowMs: number; hostIds: readonly number[] },
  ): Booking {
    const { world, clock } = this.deps;
    const { eventType, input, answers, email, recurringBookingUid } = plan;
    const uid = world.random.bookingUid();
    const location = input.meetingUrl ?? resolveLocation(eventType, input.location, uid);
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
    return {
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
      endMs,
      attendee,
      guests: eventType.disableGuests ? [] : (input.guests ?? []),
      ...(recurringBookingUid !== undefined && { recurringBookingUid }),
      location,
      metadata: { ...input.metadata, ...(isVideoCall(location) && { videoCallUrl: location }) },
      responses: answers,
      absentHost: false,
      createdAtMs,
      updatedAtMs: createdAtMs,
    };
  }

  /**
   * Round robin and confirmation types answer a repeated request with the booking it made the first time, whatever
   * the name. A phone number must be the same one too when the request has it.
   */
  #existingBooking({ eventType, input, email }: Plan, startMs: number, nowMs: number): Booking | undefined {
    const waits = needsConfirmation(eventType, startMs, nowMs);
    if (eventType.schedulingType !== 'roundRobin' && !waits) return undefined;
    const { world } = this.deps;
    const phone = input.attendee.phoneNumber;
    return world
      .hostIdsOf(eventType)
      .flatMap((hostId) => world.bookings.liveOfHost(hostId, startMs, startMs + 1))
      .filter((booking) => booking.eventTypeId === eventType.id && booking.startMs === startMs)
      .filter((booking) => booking.status === (waits ? 'pending' : 'accepted'))
      .find(({ attendee }) => attendee.email === email && (phone === undefined || attendee.phoneNumber === phone));
  }
}
