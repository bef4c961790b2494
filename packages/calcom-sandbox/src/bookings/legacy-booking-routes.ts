import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { VERSIONS } from '../http/api-version';
import { created, ok } from '../http/call';
import { type Route } from '../http/router';
import { email, failuresOf, instantMs, integer, oneOf, text, timeZone } from '../http/validation';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, organizerId } from '../world/booking';
import { type World } from '../world/world';
import { isoUtc } from '../world/zone-time';
import { type BookingChanger } from './booking-changer';
import { type BookingCreator } from './booking-creator';
import { listPaged } from './booking-list';
import { LANGUAGES, parseCreateInput } from './create-input';

const legacyInput = z.object({
  start: instantMs('start'),
  eventTypeId: integer('eventTypeId'),
  timeZone: timeZone('timeZone'),
  language: oneOf('language', LANGUAGES),
  metadata: z.record(z.string(), z.unknown(), { error: 'metadata must be an object' }),
  responses: z
    .object({ name: text('name'), email: email('email'), attendeePhoneNumber: text('attendeePhoneNumber').optional() })
    .optional(),
});

const legacyFilters = z.object({
  'filters[status]': oneOf('status', ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed']).optional(),
});

function legacyView(world: World, booking: Booking): Record<string, unknown> {
  const { attendee } = booking;
  return {
    id: booking.id,
    uid: booking.uid,
    userId: organizerId(booking),
    eventTypeId: booking.eventTypeId,
    title: booking.title,
    description: booking.description,
    startTime: isoUtc(booking.startMs),
    endTime: isoUtc(booking.endMs),
    status: booking.status.toUpperCase(),
    location: booking.location,
    metadata: booking.metadata,
    attendees: [
      {
        id: attendee.id,
        name: attendee.name,
        email: attendee.email,
        timeZone: attendee.timeZone,
        locale: attendee.language,
      },
    ],
    user: world.users.get(organizerId(booking))?.email ?? null,
  };
}

/** This generation shows one booking of a series. */
function firstOf(bookings: Booking | Booking[]): Booking {
  const first = Array.isArray(bookings) ? bookings[0] : bookings;
  if (!first) throw new Error('a series without bookings');
  return first;
}

/**
 * What a request without a version header meets: the first generation of `/v2/bookings`, with other fields in and
 * out and without a reschedule route.
 */
export function legacyBookingRoutes(deps: {
  world: World;
  clock: TimeSource;
  creator: BookingCreator;
  changer: BookingChanger;
}): Route[] {
  const { world, clock, creator, changer } = deps;
  const versions = VERSIONS.legacyBookings;
  return [
    {
      method: 'POST',
      path: '/v2/bookings',
      versions,
      auth: 'optional',
      latency: 'bookingWrite',
      handle: async (call) => {
        const parsed = legacyInput.safeParse(call.body);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const { start, eventTypeId, language, metadata, responses } = parsed.data;
        const input = parseCreateInput(
          {
            start: isoUtc(start),
            eventTypeId,
            attendee: {
              name: responses?.name,
              email: responses?.email,
              phoneNumber: responses?.attendeePhoneNumber,
              timeZone: parsed.data.timeZone,
              language,
            },
            metadata,
          },
          '2024-08-13',
        );
        const made = await creator.create(input, call.caller, call.latency);
        return created(legacyView(world, firstOf(made)));
      },
    },
    {
      method: 'GET',
      path: '/v2/bookings',
      versions,
      auth: 'required',
      latency: 'read',
      handle: (call) => {
        const parsed = legacyFilters.safeParse(call.query);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const status = parsed.data['filters[status]'];
        const { bookings } = listPaged(
          { world, nowMs: clock.nowMs(), caller: call.caller },
          { status: status && [status], take: 250, skip: 0 },
        );
        return ok({
          bookings: bookings.map((booking) => legacyView(world, booking)),
          recurringInfo: [],
          nextCursor: null,
        });
      },
    },
    {
      method: 'GET',
      path: '/v2/bookings/:uid',
      versions,
      auth: 'none',
      latency: 'read',
      handle: (call) => ok(legacyView(world, changer.find(call.params['uid'] ?? ''))),
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/cancel',
      versions,
      auth: 'optional',
      latency: 'bookingWrite',
      handle: async (call) => {
        const body = z.object({ cancellationReason: text('cancellationReason').optional() }).safeParse(call.body);
        if (!body.success) throw validationFailed(failuresOf(body.error));
        const cancelled = await changer.cancel(call.params['uid'] ?? '', body.data, call.caller);
        return ok(legacyView(world, firstOf(cancelled)));
      },
    },
  ];
}
