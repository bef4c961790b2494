import { type World } from '../world/world';
import { type Booking } from '../world/booking';
import { MINUTE_MS } from '../world/zone-time';
import { type SeedInput } from './control-input';
import { UnknownSubjectError } from './control-route';

const numbered = (text: string, n: number): string => text.replaceAll('{n}', String(n));

/**
 * Puts bookings into the world without asking whether they are possible. Returns their uids in order of their starts.
 * @throws UnknownSubjectError for an unknown event type, IdenticalBookingError for a start that the host has already
 */
export function seedBookings(world: World, nowMs: number, input: SeedInput): string[] {
  const eventType = world.eventTypes.get(input.eventTypeId);
  if (!eventType) throw new UnknownSubjectError(`no event type ${input.eventTypeId}`);
  const hostIds = input.hostIds ?? world.hostIdsOf(eventType).slice(0, 1);
  const organizer = world.users.get(hostIds[0] ?? 0)?.name ?? '';
  const createdAtMs = input.createdAt ?? nowMs;
  return Array.from({ length: input.count }, (_none, index) => {
    const n = index + 1;
    const uid = world.random.bookingUid();
    const startMs = input.start + index * input.everyMinutes * MINUTE_MS;
    const { name, email, ...rest } = input.attendee;
    const attendee = { id: world.nextAttendeeId(), name: numbered(name, n), email: numbered(email, n), absent: false };
    const booking: Booking = {
      id: world.nextBookingId(),
      uid,
      icsUid: `${uid}@Cal.com`,
      icsSequence: 0,
      eventTypeId: eventType.id,
      title: `${eventType.title} between ${organizer} and ${attendee.name}`,
      description: '',
      status: input.status,
      hostIds,
      startMs,
      endMs: startMs + eventType.lengthInMinutes * MINUTE_MS,
      attendee: { ...attendee, ...rest },
      guests: [],
      location: '',
      metadata: input.metadata,
      responses: {},
      absentHost: false,
      createdAtMs,
      updatedAtMs: input.updatedAt ?? createdAtMs,
    };
    world.bookings.put(booking);
    return uid;
  });
}
