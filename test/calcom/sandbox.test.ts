import { DeadlineExceeded } from '../../src/errors';
import { type FaultRuleInput } from '../../packages/calcom-sandbox/src/http/fault-book';
import { DEMO_API_KEY } from '../../packages/calcom-sandbox/src/world/demo-world';
import { type Sandbox, startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import type { CalcomVersions } from '../../src/calcom/api-versions';
import { FakeClock } from '../support/fake-clock';
import { failureOf, HAIRCUT, makeCall, makeClient, VERSIONS } from './wire-server';

/** A Monday, 08:00 in Berlin. */
const MONDAY = Date.parse('2027-06-07T06:00:00Z');
const TUESDAY_TEN = new Date('2027-06-08T08:00:00Z');

let sandbox: Sandbox;
const opened: { close(): void }[] = [];

beforeEach(async () => {
  sandbox = await startSandbox({
    clock: { nowMs: () => MONDAY },
    seed: 7,
    rateLimit: 'off',
    behaviour: { privateWebhookUrls: true },
  });
});
afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await sandbox.stop();
});

const ask = (): ReturnType<typeof makeCall> => makeCall(DEMO_API_KEY);

function open(versions: Partial<CalcomVersions> = {}, timeoutMs = 5000): ReturnType<typeof makeClient> {
  const timeouts = { slotsMs: timeoutMs, bookingMs: timeoutMs, testMs: timeoutMs };
  const client = makeClient(sandbox.url, { versions: { ...VERSIONS, ...versions }, timeouts }, new FakeClock(MONDAY));
  opened.push(client);
  return client;
}

const book = (
  client: ReturnType<typeof makeClient>,
  startAt = TUESDAY_TEN,
  hostIds?: number[],
): ReturnType<typeof client.createBooking> =>
  client.createBooking({ ...HAIRCUT, startAt, ...(hostIds ? { hostIds } : {}) }, ask());

test.each(['2024-09-04', '2024-08-13'])('lists the same starts through slots version %s', async (slots) => {
  const days = await open({ slots }).slots(
    { eventTypeId: 1002, startDate: '2027-06-07', endDate: '2027-06-13', timeZone: 'Europe/Berlin' },
    ask(),
  );
  // Monday to Saturday; Sunday is closed, so it is absent.
  expect([...days.keys()]).toEqual([
    '2027-06-07',
    '2027-06-08',
    '2027-06-09',
    '2027-06-10',
    '2027-06-11',
    '2027-06-12',
  ]);
  const tuesday = days.get('2027-06-08') ?? [];
  expect(tuesday[0]).toBe(Date.parse('2027-06-08T07:00:00Z'));
  expect(tuesday.at(-1)).toBe(Date.parse('2027-06-08T15:00:00Z'));
  expect(tuesday).toHaveLength(17);
});

test('lists a start that a booking frees when it is moved, and narrows down to hosts', async () => {
  const client = open();
  const day = { eventTypeId: 1001, startDate: '2027-06-08', endDate: '2027-06-08', timeZone: 'Europe/Berlin' };
  const booking = await book(client, TUESDAY_TEN, [501]);
  expect(booking.hosts.map(({ id }) => id)).toEqual([501]);
  const isListed = async (more: object): Promise<boolean> => {
    const listed = await client.slots({ ...day, ...more }, ask());
    return listed.get('2027-06-08')?.includes(TUESDAY_TEN.getTime()) ?? false;
  };
  expect(await isListed({ hostIds: [501] })).toBe(false);
  expect(await isListed({ hostIds: [502] })).toBe(true);
  expect(await isListed({ hostIds: [501], bookingUidToReschedule: booking.uid })).toBe(true);
});

test.each(['2024-08-13', '2026-02-25', '2026-05-01'])(
  'books, finds, lists, moves and cancels under bookings version %s',
  async (bookings) => {
    const client = open({ bookings });
    const booking = await book(client);
    expect(booking).toMatchObject({
      status: 'accepted',
      startAt: TUESDAY_TEN,
      eventTypeId: 1001,
      metadata: { gateway_key: 'k1' },
    });
    expect(booking.attendees).toEqual([
      { name: 'Erika Muster', email: 'erika@example.com', phone: null, absent: false },
    ]);
    expect(await client.getBooking(booking.uid, ask())).toEqual({ ...booking, saidAt: expect.any(Date) });

    const listed = await client.listBookings(
      {
        attendeeEmail: 'erika@example.com',
        eventTypeIds: [1001],
        status: ['upcoming', 'unconfirmed'],
        afterStartAt: new Date(TUESDAY_TEN.getTime() - 60_000),
        beforeEndAt: new Date(booking.endAt.getTime() + 60_000),
      },
      ask(),
    );
    expect(listed).toEqual({ bookings: [{ ...booking, saidAt: expect.any(Date) }], hasMore: false });

    const startAt = new Date('2027-06-09T09:30:00Z');
    const moved = await client.rescheduleBooking(booking.uid, { startAt, reason: 'ill' }, ask());
    expect(moved.uid).not.toBe(booking.uid);
    expect(moved).toMatchObject({ startAt, rescheduledFromUid: booking.uid, metadata: { gateway_key: 'k1' } });
    expect(await client.getBooking(booking.uid, ask())).toMatchObject({
      status: 'cancelled',
      rescheduledToUid: moved.uid,
    });

    const cancelled = await client.cancelBooking(moved.uid, '', ask());
    expect(cancelled).toMatchObject({ uid: moved.uid, status: 'cancelled' });
    expect(cancelled.cancellationReason).not.toBeNull();
  },
);

test('books by phone alone, under the address that Cal.com makes up', async () => {
  const attendee = { ...HAIRCUT.attendee, email: null, phone: '+4930901820' };
  const client = open();
  const booking = await client.createBooking({ ...HAIRCUT, attendee, responses: { notes: 'Bitte kurz' } }, ask());
  expect(booking.attendees).toMatchObject([
    { name: 'Erika Muster', email: '4930901820@sms.cal.com', phone: '+4930901820' },
  ]);
  const { bookings } = await client.listBookings({ attendeeEmail: '4930901820@sms.cal.com' }, ask());
  expect(bookings.map(({ uid }) => uid)).toEqual([booking.uid]);
});

test.each(['2024-08-13', '2026-05-01'])('turns the pages of a list under %s until the end', async (bookings) => {
  const client = open({ bookings });
  for (const hour of [7, 8, 9, 10, 11]) await book(client, new Date(Date.UTC(2027, 5, 10, hour)));
  const starts: number[] = [];
  let hasMore = true;
  for (let skip = 0; hasMore; skip += 2) {
    const page = await client.listBookings({ status: ['upcoming'], take: 2, skip }, ask());
    starts.push(...page.bookings.map(({ startAt }) => startAt.getUTCHours()));
    hasMore = page.hasMore;
  }
  expect(starts.sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11]);
});

test('holds a start and gives it back, also when the old listing is configured', async () => {
  const client = open({ slots: '2024-08-13' });
  const hold = await client.reserveSlot(1001, TUESDAY_TEN, 7, ask());
  expect(hold.until.getTime()).toBe(MONDAY + 7 * 60_000);
  await client.releaseReservation(hold.uid, ask());
  const again = await client.reserveSlot(1001, TUESDAY_TEN, 7, ask());
  expect(again.uid).not.toBe(hold.uid);
});

test('reads account, teams, event types and webhooks', async () => {
  const client = open();
  expect(await client.me(ask())).toMatchObject({ id: 501, name: 'Anna Sommer', username: 'anna' });
  expect(await client.teams(ask())).toEqual([{ id: 10, name: 'Salon Sonnenschein' }]);
  expect(await client.eventTypes(ask())).toEqual([]);
  const types = await client.teamEventTypes(10, ask());
  expect(types.map(({ id }) => id)).toEqual([1001, 1002, 1003, 1004]);
  expect(types[0]).toMatchObject({
    lengthMinutes: 30,
    teamId: 10,
    schedulingType: 'roundRobin',
    minimumNoticeMinutes: 60,
    emailRequired: false,
    phoneEnabled: true,
    hosts: [{ userId: 501 }, { userId: 502 }],
  });
  const hook = await client.createWebhook(
    null,
    { subscriberUrl: 'http://127.0.0.1:9/hook', triggers: ['BOOKING_CREATED'], secret: 'shh' },
    ask(),
  );
  expect(await client.webhooks(null, ask())).toEqual([hook]);
});

test.each([
  [
    'a start that is taken',
    'slot_not_available',
    async (client: ReturnType<typeof makeClient>) => {
      await book(client, TUESDAY_TEN, [501]);
      await client.createBooking(
        { ...HAIRCUT, attendee: { ...HAIRCUT.attendee, email: 'other@example.com' }, hostIds: [501] },
        ask(),
      );
    },
  ],
  [
    'a start in the past',
    'start_in_past',
    (client: ReturnType<typeof makeClient>) => book(client, new Date(MONDAY - 3_600_000)),
  ],
  [
    'a start too soon',
    'start_out_of_bounds',
    (client: ReturnType<typeof makeClient>) => book(client, new Date(MONDAY + 600_000)),
  ],
  [
    'an unknown event type',
    'event_type_gone',
    (client: ReturnType<typeof makeClient>) => client.createBooking({ ...HAIRCUT, eventTypeId: 4 }, ask()),
  ],
  [
    'an address that takes no mail',
    'invalid_email',
    (client: ReturnType<typeof makeClient>) =>
      client.createBooking({ ...HAIRCUT, attendee: { ...HAIRCUT.attendee, email: 'a@b.invalid' } }, ask()),
  ],
  [
    'a second cancellation',
    'already_cancelled',
    async (client: ReturnType<typeof makeClient>) => {
      const { uid } = await book(client);
      await client.cancelBooking(uid, 'ill', ask());
      await client.cancelBooking(uid, 'ill', ask());
    },
  ],
  [
    'a second move',
    'already_rescheduled',
    async (client: ReturnType<typeof makeClient>) => {
      const { uid } = await book(client);
      const startAt = new Date('2027-06-09T09:30:00Z');
      await client.rescheduleBooking(uid, { startAt }, ask());
      await client.rescheduleBooking(uid, { startAt }, ask());
    },
  ],
  [
    'an unknown booking',
    'not_found',
    (client: ReturnType<typeof makeClient>) => client.cancelBooking('nobody', 'ill', ask()),
  ],
  [
    'one more hold than a round robin has hosts',
    'reservation_conflict',
    async (client: ReturnType<typeof makeClient>) => {
      for (let hold = 0; hold < 3; hold += 1) await client.reserveSlot(1001, TUESDAY_TEN, 5, ask());
    },
  ],
  [
    'a number of entries that is too large',
    'validation',
    (client: ReturnType<typeof makeClient>) => client.listBookings({ take: 900 }, ask()),
  ],
])('%s is refused as %s', async (_what, reason, attempt) => {
  expect(await failureOf(attempt(open()))).toMatchObject({ code: 'upstream_rejected', reason });
});

test('a version that a route does not know is called that', async () => {
  const client = open({ slots: '2026-05-01', bookings: '2024-09-04' });
  const slots = client.slots(
    { eventTypeId: 1001, startDate: '2027-06-08', endDate: '2027-06-08', timeZone: 'Europe/Berlin' },
    ask(),
  );
  expect(await failureOf(slots)).toMatchObject({ code: 'upstream_rejected', reason: 'unknown_version' });
  expect(await failureOf(client.listBookings({}, ask()))).toMatchObject({
    code: 'upstream_rejected',
    reason: 'unknown_version',
  });
});

test('a wrong key is called that', async () => {
  expect(await failureOf(open().me(makeCall('cal_wrong_key')))).toMatchObject({ code: 'upstream_unauthorised' });
});

test('the budget comes with every answer, and a block with its length', async () => {
  sandbox.limiter.enabled = true;
  const client = open();
  const call = ask();
  for (let i = 0; i < 120; i++) await client.me({ ...call, signal: new AbortController().signal });
  expect(call.answers[0]?.rateLimit).toEqual({ limit: 120, remaining: 119, resetMs: 60_000 });
  expect(call.answers[119]?.rateLimit?.remaining).toBe(0);
  expect(await failureOf(client.me(ask()))).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 });
});

const FAULTS: [string, FaultRuleInput['fault'], object][] = [
  [
    'E1',
    {
      kind: 'status',
      status: 400,
      shape: 'E1',
      message: 'User either already has booking at this time or is not available',
    },
    { code: 'upstream_rejected', reason: 'slot_not_available' },
  ],
  [
    'E2',
    { kind: 'status', status: 400, shape: 'E2', message: 'start must be a date' },
    { code: 'upstream_rejected', reason: 'validation' },
  ],
  [
    'E3',
    { kind: 'status', status: 400, shape: 'E3', message: 'take must be a number' },
    { code: 'upstream_rejected', reason: 'validation' },
  ],
  [
    'E4',
    { kind: 'status', status: 401, shape: 'E4', message: 'booking_limit_reached' },
    { code: 'upstream_rejected', reason: 'booking_limit' },
  ],
  ['E5', { kind: 'status', status: 500, shape: 'E5' }, { code: 'upstream_unavailable', upstreamStatus: 500 }],
  [
    'E6',
    { kind: 'status', status: 400, shape: 'E6', message: 'Booking already confirmed' },
    { code: 'upstream_rejected', reason: 'other' },
  ],
  [
    'E7',
    { kind: 'status', status: 400, shape: 'E7', message: 'error_required_field' },
    { code: 'upstream_rejected', reason: 'missing_field' },
  ],
  ['E8', { kind: 'status', status: 403, shape: 'E8' }, { code: 'upstream_unavailable', upstreamStatus: 403 }],
  ['a page of the proxy', { kind: 'html-502' }, { code: 'upstream_unavailable', upstreamStatus: 502 }],
  [
    'a 429 of the proxy',
    { kind: 'rate-limited', withHeaders: false, retryAfterSeconds: 4 },
    { code: 'rate_limited', retryAfterMs: 4000 },
  ],
  ['no JSON', { kind: 'malformed-body' }, { code: 'upstream_malformed' }],
  ['another shape', { kind: 'wrong-shape' }, { code: 'upstream_malformed' }],
  ['a reset', { kind: 'reset-after-commit' }, { code: 'upstream_unavailable', neverSent: false }],
  [
    'an error although it is booked',
    { kind: 'error-after-commit' },
    { code: 'upstream_unavailable', upstreamStatus: 500 },
  ],
  ['no answer', { kind: 'timeout-after-commit' }, { code: 'upstream_unavailable', neverSent: false }],
  [
    'an answer that drips',
    { kind: 'slow-body', durationMs: 20_000 },
    { code: 'upstream_unavailable', neverSent: false },
  ],
];

test.each(FAULTS)('%s is understood, and the booking is sent once', async (_what, fault, expected) => {
  sandbox.faults.add({ match: { method: 'POST' }, fault });
  const client = open({}, 400);
  expect(await failureOf(book(client))).toMatchObject(expected);
  expect(client.requestCount()).toBe(1);
});

test('a booking whose answer was lost is found again by its key', async () => {
  sandbox.faults.add({ match: { method: 'POST' }, fault: { kind: 'reset-after-commit' } });
  const client = open();
  await failureOf(book(client));
  const { bookings } = await client.listBookings({ attendeeEmail: 'erika@example.com', eventTypeIds: [1001] }, ask());
  expect(bookings.map(({ metadata }) => metadata)).toEqual([{ gateway_key: 'k1' }]);
});

test('a caller who hangs up ends a read that hangs', async () => {
  sandbox.faults.add({ fault: { kind: 'hang' } });
  const controller = new AbortController();
  const waiting = failureOf(open().me(makeCall(DEMO_API_KEY, controller.signal)));
  setTimeout(() => controller.abort(new DeadlineExceeded('gone', true)), 30);
  expect(await waiting).toMatchObject({ code: 'deadline_exceeded', callerGone: true });
});
