import { type Attendee, type Booking, minutesLong, organizerId } from '../world/booking';
import { type World } from '../world/world';
import { isoUtc } from '../world/zone-time';

/** A managed user's address carries `+` and 25 characters that no one should see. */
const displayEmail = (email: string): string => email.replace(/\+[a-zA-Z0-9]{25}(?=@|$)/, '');

function hostView(world: World, hostId: number): Record<string, unknown> | undefined {
  const user = world.users.get(hostId);
  if (!user) return undefined;
  const { id, name, email, username, timeZone } = user;
  return { id, name, email, displayEmail: displayEmail(email), username, timeZone };
}

export function attendeeView(attendee: Omit<Attendee, 'id'>): Record<string, unknown> {
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

/** Guests and, on team types, the hosts beside the organizer are attendees too; the booker stands first. */
function attendeesView(world: World, booking: Booking): Record<string, unknown>[] {
  const { attendee, guests } = booking;
  const companion = { timeZone: attendee.timeZone, absent: false };
  const guestViews = guests.map((email) => attendeeView({ ...companion, name: '', email, language: 'en' }));
  const hostViews = booking.hostIds
    .slice(1)
    .map((hostId) => world.users.get(hostId))
    .filter((user) => user !== undefined)
    .map(({ name, email, timeZone, locale }) =>
      attendeeView({ name, email, timeZone, language: locale, absent: false }),
    );
  const booker = booking.recurringBookingUid === undefined ? attendee : { ...attendee, phoneNumber: undefined };
  return [attendeeView(booker), ...guestViews, ...hostViews];
}

/**
 * The booking as every current endpoint shows it. Some keys without a value are absent, others null or empty. Of the
 * hosts only the organizer is named. A booking of a series says neither who moved it where nor the attendee's phone.
 */
export function bookingView(world: World, booking: Booking): Record<string, unknown> {
  const { attendee } = booking;
  const isSeries = booking.recurringBookingUid !== undefined;
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.description,
    hosts: [hostView(world, organizerId(booking))].filter((host) => host !== undefined),
    status: booking.status,
    cancellationReason: booking.cancellationReason ?? '',
    cancelledByEmail: booking.cancelledByEmail ?? '',
    reschedulingReason: booking.reschedulingReason,
    rescheduledFromUid: booking.rescheduledFromUid,
    ...(isSeries
      ? { recurringBookingUid: booking.recurringBookingUid }
      : { rescheduledByEmail: booking.rescheduledByEmail ?? null, rescheduledToUid: booking.rescheduledToUid }),
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
    attendees: attendeesView(world, booking),
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

/** One booking, or the array of a series. */
export const bookingsView = (world: World, bookings: Booking | Booking[]): unknown =>
  Array.isArray(bookings) ? bookings.map((booking) => bookingView(world, booking)) : bookingView(world, bookings);

/** Create and reschedule say one thing more. */
export function freshBookingView(world: World, bookings: Booking | Booking[]): unknown {
  if (Array.isArray(bookings)) return bookings.map((booking) => freshBookingView(world, booking));
  return { ...bookingView(world, bookings), isPlatformManagedUserBooking: false };
}
