import { VERSIONS } from '../http/api-version';
import { created, ok, type Reply } from '../http/call';
import { type Route } from '../http/router';
import { notFound } from '../http/api-error';
import { type TimeSource } from '../sandbox-clock';
import { type World } from '../world/world';
import { type BookingChanger } from './booking-changer';
import { type BookingCreator } from './booking-creator';
import { type BookingMover } from './booking-mover';
import { listByCursor, listPaged } from './booking-list';
import { attendeeView, bookingsView, bookingView, freshBookingView } from './booking-view';
import { parseCancelInput, parseDeclineInput, parseMarkAbsentInput, parseRescheduleInput } from './change-input';
import { parseCreateInput } from './create-input';
import { parseCursorQuery, parsePagedQuery } from './list-query';

interface BookingRouteDeps {
  world: World;
  clock: TimeSource;
  creator: BookingCreator;
  mover: BookingMover;
  changer: BookingChanger;
}

const CURSOR_LIST_VERSION = '2026-05-01';

/** `/v2/bookings` as it is since 2024-08-13. */
export function bookingRoutes({ world, clock, creator, mover, changer }: BookingRouteDeps): Route[] {
  const versions = VERSIONS.bookings;
  const uidOf = (call: { params: Record<string, string> }): string => call.params['uid'] ?? '';

  return [
    {
      method: 'POST',
      path: '/v2/bookings',
      versions,
      auth: 'optional',
      latency: 'bookingWrite',
      handle: async (call) => {
        const input = parseCreateInput(call.body, call.version);
        return created(freshBookingView(world, await creator.create(input, call.caller, call.latency)));
      },
    },
    {
      method: 'GET',
      path: '/v2/bookings',
      versions,
      auth: 'required',
      permissions: true,
      latency: 'read',
      handle: (call): Reply => {
        const deps = { world, nowMs: clock.nowMs(), caller: call.caller };
        const { bookings, pagination } =
          call.version === CURSOR_LIST_VERSION
            ? listByCursor(deps, parseCursorQuery(call.query))
            : listPaged(deps, parsePagedQuery(call.query));
        const data = bookings.map((booking) => bookingView(world, booking));
        return { status: 200, body: { status: 'success', data, pagination } };
      },
    },
    {
      method: 'GET',
      path: '/v2/bookings/by-seat/:seatUid',
      versions,
      auth: 'optional',
      latency: 'read',
      handle: (call) => {
        throw notFound(`Booking with seatUid=${call.params['seatUid'] ?? ''} was not found in the database`);
      },
    },
    {
      method: 'GET',
      path: '/v2/bookings/:uid',
      versions,
      auth: 'optional',
      latency: 'read',
      handle: (call) => ok(bookingsView(world, changer.look(uidOf(call)))),
    },
    {
      method: 'GET',
      path: '/v2/bookings/:uid/attendees',
      versions,
      auth: 'required',
      latency: 'read',
      handle: (call) => {
        const { attendee } = changer.find(uidOf(call));
        return ok([{ ...attendeeView(attendee), id: attendee.id }]);
      },
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/reschedule',
      versions,
      auth: 'optional',
      latency: 'bookingWrite',
      handle: async (call) => {
        const input = parseRescheduleInput(call.body, call.version);
        const moved = await mover.reschedule(uidOf(call), input, call.caller, call.latency);
        return created(freshBookingView(world, moved));
      },
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/cancel',
      versions,
      auth: 'optional',
      latency: 'bookingWrite',
      handle: async (call) =>
        ok(bookingsView(world, await changer.cancel(uidOf(call), parseCancelInput(call.body), call.caller))),
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/confirm',
      versions,
      auth: 'required',
      permissions: true,
      latency: 'bookingWrite',
      handle: async (call) => ok(bookingView(world, await changer.confirm(uidOf(call), call.caller))),
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/decline',
      versions,
      auth: 'required',
      permissions: true,
      latency: 'bookingWrite',
      handle: async (call) => {
        const { reason } = parseDeclineInput(call.body);
        return ok(bookingView(world, await changer.decline(uidOf(call), reason, call.caller)));
      },
    },
    {
      method: 'POST',
      path: '/v2/bookings/:uid/mark-absent',
      versions,
      auth: 'required',
      permissions: true,
      latency: 'read',
      handle: async (call) =>
        ok(bookingView(world, await changer.markAbsent(uidOf(call), parseMarkAbsentInput(call.body), call.caller))),
    },
  ];
}
