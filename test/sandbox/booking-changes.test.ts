import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import {
  type Answer,
  bookingBody,
  type ManualTime,
  openSandbox,
  type SandboxClient,
  smallWorld,
} from './sandbox-client';

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox(options);
  ({ client, time } = opened);
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const message = (answer: Answer): string => answer.body.error?.message ?? answer.body.message;
const booked = async (overrides: Record<string, unknown> = {}): Promise<string> =>
  (await client.book(bookingBody(overrides), { key: null })).body.data.uid;

describe('rescheduling', () => {
  it('makes a new booking and leaves a chain of uids', async () => {
    await open();
    const original = await client.book(bookingBody({ metadata: { gateway_key: 'k1' } }));
    const { uid } = original.body.data;
    const moved = await client.booking('POST', `/${uid}/reschedule`, {
      start: '2027-06-08T09:00:00Z',
      reschedulingReason: 'Bus verpasst',
    });
    expect(moved.status).toBe(201);
    expect(moved.body.data).toMatchObject({
      status: 'accepted',
      rescheduledFromUid: uid,
      reschedulingReason: 'Bus verpasst',
      start: '2027-06-08T09:00:00.000Z',
      metadata: { gateway_key: 'k1' },
      icsUid: original.body.data.icsUid,
      attendees: original.body.data.attendees,
    });
    expect(moved.body.data.uid).not.toBe(uid);
    expect(moved.body.data.id).not.toBe(original.body.data.id);
    const old = await client.booking('GET', `/${uid}`);
    expect(old.body.data).toMatchObject({ status: 'cancelled', rescheduledToUid: moved.body.data.uid });
    const again = await client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-08T10:00:00Z' });
    expect(again.status).toBe(400);
    expect(message(again)).toContain(
      `has been cancelled and rescheduled already to booking with uid=${moved.body.data.uid}`,
    );
  });

  it('forgets the reason of an earlier move', async () => {
    await open();
    const move = (uid: string, body: Record<string, unknown>): Promise<Answer> =>
      client.booking('POST', `/${uid}/reschedule`, body);
    const first = await move(await booked(), { start: '2027-06-08T09:00:00Z', reschedulingReason: 'Bus verpasst' });
    const second = await move(first.body.data.uid, { start: '2027-06-08T10:00:00Z' });
    expect([second.status, second.body.data.reschedulingReason]).toEqual([201, undefined]);
  });

  it('keeps the length of the booking and may overlap its own old time', async () => {
    await open({ world: smallWorld({ lengthInMinutesOptions: [60, 120] }) });
    const uid = await booked({ eventTypeId: 1, lengthInMinutes: 120 });
    const moved = await client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-08T09:00:00Z' }, { key: null });
    expect(moved.body.data).toMatchObject({ duration: 120, end: '2027-06-08T11:00:00.000Z' });
  });

  it.each([
    ['unknown', { start: '2027-06-08T09:00:00Z' }, 404, 'was not found in the database'],
    [undefined, { start: '2027-06-08T09:00:00Z', length: 5 }, 400, 'property length should not exist'],
    [undefined, { start: '2027-06-08T09:00:00Z', allowConflicts: true }, 400, 'allowConflicts'],
    ['unknown', { start: '2027-06-08T09:00:00Z', seatUid: 's' }, 404, 'was not found in the database'],
    [undefined, {}, 400, 'start property is wrong'],
    [undefined, { start: '2027-06-01T09:00:00Z' }, 400, 'in the past'],
    [undefined, { start: '2027-06-13T09:00:00Z' }, 400, 'already has booking at this time or is not available'],
  ])('of %s to %j is refused with %i', async (target, body, status, fragment) => {
    await open();
    const uid = target ?? (await booked());
    const answer = await client.booking('POST', `/${uid}/reschedule`, body);
    expect([answer.status, message(answer)]).toEqual([status, expect.stringContaining(fragment)]);
  });

  it('holds guests, but not hosts, to the minimum notice for changes', async () => {
    await open({ world: smallWorld({ minimumRescheduleNotice: 60 * 48 }) });
    const uid = await booked({ eventTypeId: 1 });
    const move = (key: string | null): Promise<Answer> =>
      client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-10T08:00:00Z' }, { key });
    const guest = await move(null);
    expect([guest.status, guest.body]).toEqual([
      403,
      { statusCode: 403, message: expect.stringContaining('minimum notice period') },
    ]);
    expect((await move('cal_kim')).status).toBe(201);
  });

  it('asks for confirmation again unless the owner moves the booking', async () => {
    await open({ world: smallWorld({ confirmationPolicy: { type: 'always' } }) });
    const uid = await booked({ eventTypeId: 1 });
    const moved = await client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-09T08:00:00Z' }, { key: null });
    expect(moved.body.data.status).toBe('pending');
    const byOwner = await client.booking(
      'POST',
      `/${moved.body.data.uid}/reschedule`,
      { start: '2027-06-10T08:00:00Z', rescheduledBy: 'kim@example.com' },
      { key: null },
    );
    expect(byOwner.body.data).toMatchObject({ status: 'accepted', rescheduledByEmail: 'kim@example.com' });
  });

  it('accepts a pending booking that is moved with the key of its organizer', async () => {
    await open({ world: smallWorld({ confirmationPolicy: { type: 'always' } }) });
    const uid = await booked({ eventTypeId: 1 });
    const moved = await client.booking(
      'POST',
      `/${uid}/reschedule`,
      { start: '2027-06-10T08:00:00Z' },
      { key: 'cal_kim' },
    );
    expect(moved.body.data.status).toBe('accepted');
  });

  it('does not ask whether the event type forbids moving, while cancelling does', async () => {
    await open({ world: smallWorld({ disableRescheduling: true, disableCancelling: true }) });
    const uid = await booked({ eventTypeId: 1 });
    const move = { start: '2027-06-10T08:00:00Z' };
    const moved = await client.booking('POST', `/${uid}/reschedule`, move, { key: 'cal_kim' });
    expect(moved.status).toBe(201);
    const reason = { cancellationReason: 'x' };
    const cancelled = await client.booking('POST', `/${moved.body.data.uid}/cancel`, reason, { key: 'cal_kim' });
    expect(cancelled.body).toEqual({ statusCode: 400, message: 'This event type does not allow cancellations' });
  });

  it('may change the host of a round robin, unless the event type keeps it', async () => {
    const hosts = [{ userId: 7 }, { userId: 8 }];
    await open({ world: smallWorld({ teamId: 5, schedulingType: 'roundRobin', hosts }) });
    const hostOf = async (uid: string): Promise<number> =>
      (await client.booking('GET', `/${uid}`, undefined, { key: null })).body.data.hosts[0].id;
    const move = async (uid: string, hour: string): Promise<string> =>
      (await client.booking('POST', `/${uid}/reschedule`, { start: `2027-06-10T${hour}:00:00Z` }, { key: null })).body
        .data.uid;
    const first = await booked({ eventTypeId: 1 });
    const moved = await move(first, '08');
    expect([await hostOf(first), await hostOf(moved)]).toEqual([7, 8]);
    await client.control('PATCH', '/event-types/1', { rescheduleWithSameRoundRobinHost: true });
    expect(await hostOf(await move(moved, '10'))).toBe(8);
  });
});

describe('cancelling', () => {
  it('keeps the uid, stores the reason and frees the time', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    const cancelled = await client.booking(
      'POST',
      `/${uid}/cancel`,
      { cancellationReason: 'krank' },
      { key: 'cal_kim' },
    );
    expect(cancelled.status).toBe(200);
    expect(cancelled.body.data).toMatchObject({
      uid,
      status: 'cancelled',
      cancellationReason: 'krank',
      cancelledByEmail: '',
      rescheduledByEmail: null,
    });
    expect(await booked({ eventTypeId: 1 })).toEqual(expect.any(String));
    const again = await client.booking('POST', `/${uid}/cancel`, {}, { key: null });
    expect([again.status, message(again)]).toEqual([
      400,
      expect.stringContaining('because it has been cancelled already'),
    ]);
  });

  it('wants a reason from hosts, but not from guests', async () => {
    await open();
    const uid = await booked();
    const host = await client.booking('POST', `/${uid}/cancel`, {});
    expect([host.status, host.body]).toEqual([400, { statusCode: 400, message: 'Cancellation reason is required' }]);
    expect((await client.booking('POST', `/${uid}/cancel`, {}, { key: null })).status).toBe(200);
  });

  it.each([
    ['mandatory_both', null, 400],
    ['mandatory_attendee_only', null, 400],
    ['mandatory_attendee_only', 'cal_kim', 200],
    ['optional_both', 'cal_kim', 200],
  ] as const)('under %s without a reason, key %s is answered %i', async (cancellationReasonPolicy, key, status) => {
    await open({ world: smallWorld({ cancellationReasonPolicy }) });
    const uid = await booked({ eventTypeId: 1 });
    expect((await client.booking('POST', `/${uid}/cancel`, {}, { key })).status).toBe(status);
  });

  it.each([
    [{ cancellationReason: 'x', why: 'y' }, 400, 'property why should not exist'],
    [{ cancellationReason: 'x', seatUid: 's' }, 400, 'Invalid seatUid'],
    [[], 400, 'property is wrong'],
  ])('with %j is refused', async (body, status, fragment) => {
    await open();
    const uid = await booked();
    const answer = await client.booking('POST', `/${uid}/cancel`, body);
    expect([answer.status, message(answer)]).toEqual([status, expect.stringContaining(fragment)]);
  });

  it('is too late after the end, and impossible where it is switched off', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    await client.control('PATCH', '/event-types/1', { disableCancelling: true });
    expect((await client.booking('POST', `/${uid}/cancel`, {}, { key: null })).body.statusCode).toBe(400);
    await client.control('PATCH', '/event-types/1', { disableCancelling: false });
    time.advance(3 * 86_400_000);
    const late = await client.booking('POST', `/${uid}/cancel`, {}, { key: null });
    expect([late.status, late.body.message]).toEqual([400, expect.stringContaining('already ended')]);
    const none = await client.booking('POST', '/none/cancel', {}, { key: null });
    expect([none.status, message(none)]).toEqual([404, 'Booking with uid=none not found']);
  });
});

describe('confirmation', () => {
  beforeEach(() => open({ world: smallWorld({ confirmationPolicy: { type: 'always' } }) }));

  it('turns a pending booking accepted once', async () => {
    const uid = await booked({ eventTypeId: 1 });
    expect((await client.booking('GET', `/${uid}`, undefined, { key: null })).body.data.status).toBe('pending');
    expect((await client.booking('POST', `/${uid}/confirm`, undefined, { key: null })).status).toBe(403);
    const stranger = await client.booking('POST', `/${uid}/confirm`, undefined, { key: 'cal_lou' });
    expect([stranger.status, stranger.body.error.code]).toEqual([401, 'TRPCError']);
    const confirmed = await client.booking('POST', `/${uid}/confirm`, undefined, { key: 'cal_kim' });
    expect([confirmed.status, confirmed.body.data.status]).toEqual([200, 'accepted']);
    const again = await client.booking('POST', `/${uid}/confirm`, undefined, { key: 'cal_kim' });
    expect(again.status).toBe(400);
    expect(again.body.error).toEqual({ code: 'TRPCError', message: 'Booking already confirmed' });
  });

  it('can be declined', async () => {
    const uid = await booked({ eventTypeId: 1 });
    const declined = await client.booking('POST', `/${uid}/decline`, { reason: 'voll' }, { key: 'cal_kim' });
    expect([declined.status, declined.body.data.status]).toEqual([200, 'rejected']);
    const move = await client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-09T08:00:00Z' }, { key: null });
    expect([move.status, move.body.message]).toEqual([404, 'Could not find original booking']);
  });

  it('does not keep a pending time from being booked by others, unless the event type blocks it', async () => {
    const other = { attendee: { name: 'B', email: 'b@example.com', timeZone: 'Europe/Berlin' } };
    await booked({ eventTypeId: 1 });
    expect(await booked({ eventTypeId: 1, ...other })).toEqual(expect.any(String));
    await client.control('PATCH', '/event-types/1', {
      confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
    });
    const third = { attendee: { name: 'C', email: 'c@example.com', timeZone: 'Europe/Berlin' } };
    expect((await client.book(bookingBody({ eventTypeId: 1, ...third }), { key: null })).status).toBe(400);
  });

  it('needs none beyond the threshold of a notice policy', async () => {
    await client.control('PATCH', '/event-types/1', {
      confirmationPolicy: { type: 'time', noticeThresholdMinutes: 60 * 24 * 2 },
    });
    const status = async (start: string): Promise<string> =>
      (await client.book(bookingBody({ eventTypeId: 1, start }), { key: null })).body.data.status;
    expect(await status('2027-06-08T08:00:00Z')).toBe('pending');
    expect(await status('2027-06-11T08:00:00Z')).toBe('accepted');
  });
});

describe('absence', () => {
  const ERIKA = 'erika@example.com';
  const mark = (uid: string, body: unknown, key = 'cal_kim'): Promise<Answer> =>
    client.booking('POST', `/${uid}/mark-absent`, body as object, { key });
  const attendee = (absent: boolean, email = ERIKA): unknown => ({ attendees: [{ email, absent }] });
  const isAbsent = (answer: Answer): boolean => answer.body.data.attendees[0].absent;

  it('can only be marked after the start, and taken back', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    const early = await mark(uid, attendee(true));
    expect([early.status, message(early)]).toEqual([400, expect.stringContaining('after their scheduled start time')]);
    time.advance(2 * 86_400_000);
    expect(isAbsent(await mark(uid, attendee(true)))).toBe(true);
    expect(isAbsent(await mark(uid, attendee(false)))).toBe(false);
  });

  it('of an attendee leaves updatedAt, and of the host does not', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    const { updatedAt } = (await client.booking('GET', `/${uid}`, undefined, { key: 'cal_kim' })).body.data;
    time.advance(2 * 86_400_000);
    expect((await mark(uid, attendee(true))).body.data).toMatchObject({ updatedAt, absentHost: false });
    const host = (await mark(uid, { host: true })).body.data;
    expect([host.absentHost, host.updatedAt === updatedAt]).toEqual([true, false]);
  });

  it('marks no attendee by an address that is no attendee’s, and a cancelled booking like any other', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    await client.booking('POST', `/${uid}/cancel`, { cancellationReason: 'krank' }, { key: 'cal_kim' });
    time.advance(2 * 86_400_000);
    const other = await mark(uid, attendee(true, 'other@example.com'));
    expect([other.status, isAbsent(other)]).toEqual([200, false]);
    expect(isAbsent(await mark(uid, attendee(true)))).toBe(true);
  });

  it('is refused for an unknown uid, without a key, with another’s key and for an empty list', async () => {
    await open({ world: smallWorld() });
    const uid = await booked({ eventTypeId: 1 });
    time.advance(2 * 86_400_000);
    expect((await mark('unknown', { host: true })).status).toBe(404);
    expect((await client.booking('POST', `/${uid}/mark-absent`, { host: true }, { key: null })).status).toBe(403);
    const foreign = await mark(uid, attendee(true), 'cal_lou');
    expect([foreign.status, message(foreign)]).toEqual([500, 'Failed to update no-show status']);
    expect((await mark(uid, { attendees: [] })).status).toBe(400);
  });
});
