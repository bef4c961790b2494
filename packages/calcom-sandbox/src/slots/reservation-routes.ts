import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { VERSIONS } from '../http/api-version';
import { created, ok } from '../http/call';
import { type Route } from '../http/router';
import { failuresOf, instantMs, integer } from '../http/validation';
import { type Reservation } from '../world/booking';
import { isoUtc, MINUTE_MS } from '../world/zone-time';
import { type HoldRequest, type Reservations } from './reservations';

const positive = (name: string) => integer(name).min(1, { error: `${name} must not be less than 1` });

const holdInput = z.object({
  eventTypeId: integer('eventTypeId'),
  slotStart: instantMs('slotStart'),
  slotDuration: positive('slotDuration').optional(),
  reservationDuration: positive('reservationDuration').optional(),
});

const legacyHoldInput = z.object({
  eventTypeId: integer('eventTypeId'),
  slotUtcStartDate: instantMs('slotUtcStartDate'),
  slotUtcEndDate: instantMs('slotUtcEndDate'),
});

/** Unknown keys are dropped. @throws ApiError 400 (E3) */
function parseHold(body: unknown): HoldRequest {
  const parsed = holdInput.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return parsed.data;
}

function storedView(reservation: Reservation): Record<string, unknown> {
  return {
    eventTypeId: reservation.eventTypeId,
    slotStart: isoUtc(reservation.startMs),
    slotEnd: isoUtc(reservation.endMs),
    slotDuration: (reservation.endMs - reservation.startMs) / MINUTE_MS,
    reservationUid: reservation.uid,
    reservationUntil: isoUtc(reservation.untilMs),
  };
}

const freshView = (reservation: Reservation): Record<string, unknown> => ({
  ...storedView(reservation),
  reservationDuration: reservation.reservationMinutes,
});

/** The uid is the secret: reading, changing and releasing need no key. */
export function reservationRoutes(reservations: Reservations): Route[] {
  const path = '/v2/slots/reservations/:uid';
  const common = { versions: VERSIONS.slots, latency: 'read' } as const;
  return [
    {
      ...common,
      method: 'POST',
      path: '/v2/slots/reservations',
      auth: 'optional',
      handle: (call) => created(freshView(reservations.hold(parseHold(call.body), call.caller))),
    },
    {
      ...common,
      method: 'GET',
      path,
      auth: 'none',
      handle: (call) => {
        const reservation = reservations.find(call.params['uid'] ?? '');
        return ok(reservation ? storedView(reservation) : null);
      },
    },
    {
      ...common,
      method: 'PATCH',
      path,
      auth: 'none',
      handle: (call) => ok(freshView(reservations.change(call.params['uid'] ?? '', parseHold(call.body), call.caller))),
    },
    {
      ...common,
      method: 'DELETE',
      path,
      auth: 'none',
      handle: (call) => {
        reservations.release(call.params['uid'] ?? '');
        return { status: 200, body: { status: 'success' } };
      },
    },
    {
      method: 'POST',
      path: '/v2/slots/reserve',
      versions: VERSIONS.legacySlots,
      latency: 'read',
      auth: 'none',
      handle: (call) => {
        const parsed = legacyHoldInput.safeParse(call.body);
        if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
        const { eventTypeId, slotUtcStartDate: slotStart, slotUtcEndDate: slotEnd } = parsed.data;
        const { uid } = reservations.hold({ eventTypeId, slotStart, slotEnd }, undefined);
        return { ...created(uid), headers: { 'Set-Cookie': `uid=${uid}; Path=/; HttpOnly` } };
      },
    },
    {
      method: 'DELETE',
      path: '/v2/slots/selected-slot',
      versions: VERSIONS.legacySlots,
      latency: 'read',
      auth: 'none',
      handle: (call) => {
        const uid = call.query['uid'];
        if (typeof uid === 'string') reservations.release(uid);
        return { status: 200, body: { status: 'success' } };
      },
    },
  ];
}
