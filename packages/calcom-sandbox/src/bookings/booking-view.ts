import { type Attendee, type Booking, minutesLong } from '../world/booking';
import { type World } from '../world/world';
import { isoUtc } from '../world/zone-time';

/** A managed user's address carries `+` and 25 characters that nobody should see. */
const displayEmail = (email: string): string => email.replace(/\+[a-zA-Z0-9]{25}(?=@|$)/, '');

function hostView(world: World, hostId: number): Record<string, unknown> | undefined {
  const user = world.users.get(hostId);
  if (!user) return undefined;
  const { id, name, email, username, timeZone } = user;
  return { id, name, email, displayEmail: displayEmail(email), username, timeZone };
}

export function attendeeView(attendee: Attendee): Record<string, unknown> {
  const { name, email, timeZone, language, absent, phoneNumber } = attendee;
  return {
    name,
    email,
    displayEmail: displayEmail(email),
    timeZone,
    language,
    absent,
    ...(phoneNumber !== undefined && { phoneNumber }),
  };
}

function ownMetadata(booking: Booking): Record<string, unknown> {
  const { videoCallUrl: _url, ...own } = booking.metadata;
  return own;
}

/** The booking as every current endpoint shows it. Keys without a value are absent. */
export function bookingView(world: World, booking: Booking): Record<string, unknown> {
  const { attendee } = booking;
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.description,
    hosts: booking.hostIds.map((hostId) => hostView(world, hostId)).filter((host) => host !== undefined),
    status: booking.status,
    cancellationReason: booking.cancellationReason,
    cancelledByEmail: booking.cancelledByEmail,
    reschedulingReason: booking.reschedulingReason,
    rescheduledByEmail: booking.rescheduledByEmail,
    rescheduledFromUid: booking.rescheduledFromUid,
    rescheduledToUid: booking.rescheduledToUid,
    start: isoUtc(booking.startMs),
    end: isoUtc(booking.endMs),
    duration: minutesLong(booking),
    eventTypeId: booking.eventTypeId,
    eventType: { id: booking.eventTypeId, slug: world.eventTypes.get(booking.eventTypeId)?.slug ?? '' },
    meetingUrl: booking.location,
    location: booking.location,
    absentHost: booking.absentHost,
    createdAt: isoUtc(booking.createdAtMs),
    updatedAt: isoUtc(booking.updatedAtMs),
    metadata: ownMetadata(booking),
    rating: null,
    icsUid: booking.icsUid,
    attendees: [attendeeView(attendee)],
    ...(booking.guests.length > 0 && { guests: booking.guests }),
    bookingFieldsResponses: {
      ...booking.responses,
      name: attendee.name,
      email: attendee.email,
      displayEmail: displayEmail(attendee.email),
      ...(attendee.phoneNumber !== undefined && { attendeePhoneNumber: attendee.phoneNumber }),
      ...(booking.guests.length > 0 && { guests: booking.guests }),
    },
  };
}

/** Create and reschedule say one thing more. */
export const freshBookingView = (world: World, booking: Booking): Record<string, unknown> => ({
  ...bookingView(world, booking),
  isPlatformManagedUserBooking: false,
});
