import { type BookingEvent } from '../bookings/booking-events';
import { isVideoCall } from '../bookings/booking-location';
import { type Booking, minutesLong, organizerId } from '../world/booking';
import { type World } from '../world/world';
import { type User } from '../world/world-spec';
import { isoUtc, offsetMinutesAt } from '../world/zone-time';
import { ICS_WEBHOOK_VERSION } from './webhook-input';

type Payload = Record<string, unknown>;

/** Whole seconds, `Z`. */
const secondsUtc = (atMs: number): string => isoUtc(atMs).replace('.000Z', 'Z');
/** Cancelled bookings come out of another code path, which writes UTC as an offset. */
const secondsWithOffset = (atMs: number): string => isoUtc(atMs).replace('.000Z', '+00:00');

function organizerView(user: User | undefined, atMs: number): Payload {
  return {
    id: user?.id ?? 0,
    name: user?.name ?? '',
    email: user?.email ?? '',
    username: user?.username ?? '',
    timeZone: user?.timeZone ?? 'UTC',
    language: { locale: user?.locale ?? 'en' },
    timeFormat: user?.timeFormat === 12 ? 'h:mma' : 'HH:mm',
    utcOffset: offsetMinutesAt(user?.timeZone ?? 'UTC', atMs),
  };
}

function attendeeView({ attendee, startMs }: Booking): Payload {
  const [firstName = '', ...lastNames] = attendee.name.split(' ');
  return {
    email: attendee.email,
    name: attendee.name,
    firstName,
    lastName: lastNames.join(' '),
    timeZone: attendee.timeZone,
    language: { locale: attendee.language },
    utcOffset: offsetMinutesAt(attendee.timeZone, startMs),
    ...(attendee.phoneNumber !== undefined && { phoneNumber: attendee.phoneNumber }),
  };
}

function guestView({ attendee, startMs }: Booking, email: string): Payload {
  const { timeZone } = attendee;
  return {
    email,
    name: '',
    firstName: '',
    lastName: '',
    timeZone,
    language: { locale: 'en' },
    utcOffset: offsetMinutesAt(timeZone, startMs),
  };
}

/** On a team's event type the hosts beside the organizer are the team's members of this booking. */
function teamView(world: World, booking: Booking): Payload {
  const teamId = world.eventTypes.get(booking.eventTypeId)?.teamId ?? null;
  const team = teamId === null ? undefined : world.teams.get(teamId);
  if (!team) return {};
  const members = booking.hostIds.slice(1).map((hostId) => organizerView(world.users.get(hostId), booking.startMs));
  return { team: { id: team.id, name: team.name, members } };
}

function responsesView(world: World, booking: Booking): Payload {
  const labels = new Map(
    (world.eventTypes.get(booking.eventTypeId)?.bookingFields ?? []).map((field) => [field.slug, field]),
  );
  const answers: Payload = {
    name: booking.attendee.name,
    email: booking.attendee.email,
    ...(booking.attendee.phoneNumber !== undefined && { attendeePhoneNumber: booking.attendee.phoneNumber }),
    ...booking.responses,
  };
  return Object.fromEntries(
    Object.entries(answers).map(([slug, value]) => {
      const field = labels.get(slug);
      return [slug, { label: field?.label || slug, value, isHidden: field?.hidden ?? false }];
    }),
  );
}

function calendarFile(booking: Booking, isCancelled: boolean): string {
  const stamp = (atMs: number): string => isoUtc(atMs).replace(/[-:]|\.\d{3}/g, '');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `METHOD:${isCancelled ? 'CANCEL' : 'REQUEST'}`,
    'BEGIN:VEVENT',
    `UID:${booking.icsUid}`,
    `SEQUENCE:${booking.icsSequence}`,
    `DTSTART:${stamp(booking.startMs)}`,
    `DTEND:${stamp(booking.endMs)}`,
    `SUMMARY:${booking.title}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** What most triggers have in common. */
export function bookingPayload(world: World, booking: Booking, webhookVersion: string): Payload {
  const eventType = world.eventTypes.get(booking.eventTypeId);
  const isCancelled = booking.status === 'cancelled';
  const time = isCancelled ? secondsWithOffset : secondsUtc;
  const withMetadata = !isCancelled || world.behaviour.metadataInCancelledWebhook;
  return {
    uid: booking.uid,
    bookingId: booking.id,
    eventTypeId: booking.eventTypeId,
    type: eventType?.slug ?? '',
    title: booking.title,
    eventTitle: eventType?.title ?? '',
    eventDescription: eventType?.description ?? '',
    additionalNotes: booking.description,
    startTime: time(booking.startMs),
    endTime: time(booking.endMs),
    length: minutesLong(booking),
    status: booking.status.toUpperCase(),
    organizer: organizerView(world.users.get(organizerId(booking)), booking.startMs),
    attendees: [attendeeView(booking), ...booking.guests.map((email) => guestView(booking, email))],
    ...teamView(world, booking),
    responses: responsesView(world, booking),
    userFieldsResponses: {},
    location: booking.location,
    ...(withMetadata && { metadata: booking.metadata }),
    iCalUID: booking.icsUid,
    iCalSequence: booking.icsSequence,
    requiresConfirmation: eventType?.confirmationPolicy != null,
    price: eventType?.price ?? 0,
    currency: eventType?.currency ?? 'eur',
    seatsPerTimeSlot: null,
    seatsShowAttendees: null,
    videoCallData: isVideoCall(booking.location) ? { type: 'daily_video', url: booking.location } : null,
    conferenceData: null,
    appsStatus: null,
    organizationId: null,
    destinationCalendar: null,
    ...(webhookVersion === ICS_WEBHOOK_VERSION && {
      attendeeIcsContent: calendarFile(booking, isCancelled),
      organizerIcsContent: calendarFile(booking, isCancelled),
    }),
  };
}

function noShowPayload(booking: Booking, marks: readonly { email: string; absent: boolean }[]): Payload {
  const [only, ...others] = marks;
  const isOne = only !== undefined && others.length === 0;
  return {
    message: isOne ? `${only.email} ${only.absent ? 'marked' : 'unmarked'} as no-show` : 'No-show status updated',
    bookingUid: booking.uid,
    bookingId: booking.id,
    attendees: marks.map(({ email, absent }) => ({ email, noShow: absent })),
  };
}

function movedFrom(previous: Booking, booking: Booking): Payload {
  return {
    rescheduleId: previous.id,
    rescheduleUid: previous.uid,
    rescheduleStartTime: secondsUtc(previous.startMs),
    rescheduleEndTime: secondsUtc(previous.endMs),
    rescheduledBy: booking.rescheduledByEmail ?? null,
  };
}

export function eventPayload(world: World, event: BookingEvent, webhookVersion: string): Payload {
  const { booking } = event;
  const common = (): Payload => bookingPayload(world, booking, webhookVersion);
  switch (event.trigger) {
    case 'BOOKING_CREATED':
      return common();
    case 'BOOKING_REQUESTED':
      return { ...common(), ...(event.previous && { rescheduleUid: event.previous.uid }) };
    case 'BOOKING_RESCHEDULED':
      return { ...common(), ...movedFrom(event.previous, booking) };
    case 'BOOKING_CANCELLED':
      return {
        ...common(),
        cancellationReason: booking.cancellationReason ?? '',
        cancelledBy: booking.cancelledByEmail,
        requestReschedule: false,
      };
    case 'BOOKING_REJECTED':
      return { ...common(), rejectionReason: booking.rejectionReason ?? '' };
    case 'BOOKING_NO_SHOW_UPDATED':
      return noShowPayload(booking, event.marks);
  }
}

/** The test button of the user interface: no uid, people who do not exist. */
export function pingPayload(nowMs: number): Payload {
  return {
    type: 'Test',
    title: 'Test trigger event',
    description: '',
    startTime: isoUtc(nowMs),
    endTime: isoUtc(nowMs),
    attendees: [{ email: 'jdoe@example.com', name: 'John Doe', timeZone: 'Europe/London', language: { locale: 'en' } }],
    organizer: { name: 'Cal', email: 'no-reply@cal.com', timeZone: 'Europe/London', language: { locale: 'en' } },
  };
}
