import { InvalidInput, UpstreamMalformed, UpstreamRejected } from '../../src/errors';
import { failureOf, HAIRCUT, json, makeCall, makeClient, wireBooking, WireServer } from './wire-server';

const server = new WireServer();
let client: ReturnType<typeof makeClient>;

beforeAll(async () => {
  client = makeClient(await server.start());
});
afterAll(async () => {
  client.close();
  await server.stop();
});

const answer = (data: unknown, extra: object = {}, status = 200): void => {
  server.handler = (_request, response) => json(response, status, { status: 'success', data, ...extra });
};

describe('a booking', () => {
  test('is read with hosts, attendees, metadata and instants', async () => {
    answer(wireBooking(), {}, 201);
    expect(await client.createBooking(HAIRCUT, makeCall())).toEqual({
      id: 77,
      uid: 'bo0kingUid22characters',
      status: 'accepted',
      startAt: new Date('2027-06-08T08:00:00Z'),
      endAt: new Date('2027-06-08T08:30:00Z'),
      eventTypeId: 1001,
      hosts: [{ id: 501, name: 'Anna', email: 'anna@example.com' }],
      attendees: [{ name: 'Erika', email: 'erika@example.com', phone: '+4915123456789', absent: false }],
      metadata: { gateway_key: 'k1' },
      createdAt: new Date('2027-06-01T08:00:00Z'),
      updatedAt: new Date('2027-06-01T09:00:00Z'),
      rescheduledFromUid: null,
      rescheduledToUid: null,
      cancellationReason: null,
      seriesUid: null,
      seatUid: null,
      saidAt: expect.any(Date),
    });
  });

  test('may have a host that Cal.com does not know', async () => {
    const unknownHost = { id: 'unknown', name: 'unknown', email: 'unknown', username: 'unknown' };
    answer(wireBooking({ hosts: [unknownHost] }));
    expect((await client.getBooking('abc', makeCall()))?.hosts).toMatchObject([{ id: null }]);
  });

  test.each([undefined, null, ''])('may have %j for everything optional', async (nothing) => {
    const optional = ['rescheduledFromUid', 'rescheduledToUid', 'cancellationReason'];
    const lists = { hosts: nothing, metadata: nothing, createdAt: nothing, updatedAt: nothing };
    answer(
      wireBooking({
        ...Object.fromEntries(optional.map((key) => [key, nothing])),
        ...lists,
        eventTypeId: undefined,
        eventType: { id: 5, slug: 'x' },
        attendees: [{ name: 'E', email: nothing, phoneNumber: nothing }],
      }),
    );
    const booking = await client.getBooking('abc', makeCall());
    expect(booking).toMatchObject({
      rescheduledFromUid: null,
      rescheduledToUid: null,
      cancellationReason: null,
      seriesUid: null,
      eventTypeId: 5,
    });
    expect(booking?.attendees).toEqual([{ name: 'E', email: null, phone: null }]);
    expect(booking).toMatchObject({ hosts: [], metadata: {}, createdAt: null, updatedAt: null });
  });

  test('keeps only plain metadata values', async () => {
    answer(wireBooking({ metadata: { a: 'x', b: 2, c: true, d: null, e: { deep: 1 } } }));
    expect((await client.getBooking('abc', makeCall()))?.metadata).toEqual({ a: 'x', b: 2, c: true });
  });

  test('of a series comes as the first of its instances', async () => {
    answer([wireBooking({ uid: 'first', recurringBookingUid: 'r' }), wireBooking({ uid: 'second' })], {}, 201);
    expect((await client.createBooking(HAIRCUT, makeCall())).uid).toBe('first');
    expect((await client.getBooking('r', makeCall()))?.uid).toBe('first');
    expect((await client.cancelBooking('r', 'ill', makeCall())).uid).toBe('first');
  });

  test('that several people share says which seat was taken, and what is whose', async () => {
    answer(
      wireBooking({
        seatUid: 's',
        metadata: undefined,
        attendees: [
          { name: 'E', email: 'e@b.example', seatUid: 's', bookingFieldsResponses: {}, metadata: { gateway_key: 'k' } },
        ],
      }),
      {},
      201,
    );
    expect(await client.createBooking(HAIRCUT, makeCall())).toMatchObject({
      ...{ seatUid: 's', metadata: {} },
      attendees: [{ name: 'E', phone: null, seat: { uid: 's', metadata: { gateway_key: 'k' } } }],
    });
  });

  test.each([
    ['a missing uid', wireBooking({ uid: undefined })],
    ['a start without zone', wireBooking({ start: '2027-06-08T08:00:00' })],
    ['an empty series', []],
    ['nothing', null],
  ])('with %s is unreadable, and the error names no value', async (_what, data) => {
    answer(data);
    const error = await failureOf(client.getBooking('abc', makeCall()));
    expect(error).toBeInstanceOf(UpstreamMalformed);
    expect(String(error)).not.toMatch(/Erika|dreaming/);
  });

  test('cut in the middle is unreadable', async () => {
    server.handler = (_request, response) => response.end(JSON.stringify({ data: wireBooking() }).slice(0, 80));
    expect(await failureOf(client.getBooking('abc', makeCall()))).toBeInstanceOf(UpstreamMalformed);
  });

  test('that Cal.com does not know is null; a missing route is not', async () => {
    server.handler = (_request, response) =>
      json(response, 404, {
        status: 'error',
        error: { code: 'NotFoundException', message: 'Booking with uid=abc was not found in the database' },
      });
    expect(await client.getBooking('abc', makeCall())).toBeNull();
    server.handler = (_request, response) =>
      json(response, 404, {
        status: 'error',
        error: { code: 'NotFoundException', message: 'Cannot GET /v2/bookings/abc' },
      });
    const error = await failureOf(client.getBooking('abc', makeCall()));
    expect(error).toBeInstanceOf(UpstreamRejected);
    expect(error).toMatchObject({ reason: 'unknown_version' });
  });

  test.each(['', '../me', 'a/b', 'a?b'])('is never asked for under %j, which is no uid', async (uid) => {
    const before = server.captured.length;
    expect(await failureOf(client.getBooking(uid, makeCall()))).toBeInstanceOf(InvalidInput);
    expect(await failureOf(client.cancelBooking(uid, 'ill', makeCall()))).toBeInstanceOf(InvalidInput);
    expect(server.captured).toHaveLength(before);
  });
});

describe('event types', () => {
  const base = { id: 1, title: 'Cut', slug: 'cut', lengthInMinutes: 30, description: '', locations: [] };

  test("of a person name the person as host, and Cal.com's silence means its defaults", async () => {
    answer([{ ...base, ownerId: 7, users: [{ id: 7, name: 'Kim', username: 'kim', avatarUrl: null }] }]);
    expect(await client.eventTypes(makeCall())).toEqual([
      {
        id: 1,
        title: 'Cut',
        slug: 'cut',
        lengthMinutes: 30,
        lengthOptionsMinutes: [30],
        teamId: null,
        schedulingType: 'single',
        hosts: [{ userId: 7, name: 'Kim', username: 'kim', email: null }],
        minimumNoticeMinutes: 0,
        bufferBeforeMinutes: 0,
        bufferAfterMinutes: 0,
        seats: 1,
        requiresConfirmation: false,
        emailRequired: true,
        phoneEnabled: false,
        requiredFields: [],
        price: null,
        hidden: false,
        emailVerification: false,
        recurring: false,
        hostSubsetEnabled: null,
        cancellingDisabled: false,
        reschedulingDisabled: false,
        rescheduleNoticeMinutes: 0,
        locations: [],
        bookingLimits: {},
      },
    ]);
  });

  test('of a team are read with all that booking by phone needs to know', async () => {
    answer([
      {
        ...base,
        teamId: 10,
        schedulingType: 'roundRobin',
        lengthInMinutesOptions: [15, 30],
        hosts: [{ userId: 501, name: 'Anna', username: 'anna', mandatory: false, priority: 'medium' }],
        minimumBookingNotice: 60,
        beforeEventBuffer: 5,
        afterEventBuffer: 10,
        seats: { seatsPerTimeSlot: 4, showAttendeeInfo: false },
        confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false },
        price: 4500,
        hidden: true,
        bookingFields: [
          { isDefault: true, type: 'name', slug: 'name', required: true },
          { isDefault: true, type: 'email', slug: 'email', required: false, hidden: false },
          { isDefault: true, type: 'phone', slug: 'attendeePhoneNumber', required: true, hidden: false },
          { isDefault: true, type: 'text', slug: 'title', label: 'Worum geht es?', required: true },
          { type: 'text', slug: 'old', required: true, hidden: true },
          { type: 'text', slug: 'plate', label: '', required: true },
          { type: 'text', slug: 'wish', required: false },
        ],
      },
    ]);
    const [type] = await client.teamEventTypes(10, makeCall());
    expect(server.last.url.pathname).toBe('/v2/teams/10/event-types');
    expect(type).toMatchObject({
      teamId: 10,
      schedulingType: 'roundRobin',
      lengthOptionsMinutes: [15, 30],
      hosts: [{ userId: 501, name: 'Anna', username: 'anna', email: null }],
      minimumNoticeMinutes: 60,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      seats: 4,
      requiresConfirmation: true,
      emailRequired: false,
      phoneEnabled: true,
      requiredFields: [
        { slug: 'title', label: 'Worum geht es?' },
        { slug: 'plate', label: 'plate' },
      ],
      price: 45,
      hidden: true,
    });
  });

  test.each([
    [4550, 'eur', 45.5],
    [4550, 'jpy', 4550],
    [4550, null, 45.5],
    [0, 'usd', null],
  ])('that cost %d of the smallest unit of %s cost %p', async (price, currency, meant) => {
    answer([{ ...base, price, currency }]);
    expect(await client.eventTypes(makeCall())).toMatchObject([{ price: meant }]);
  });

  test('that want a code from the booker’s e-mail say so', async () => {
    answer([{ ...base, requiresBookerEmailVerification: true }]);
    expect(await client.eventTypes(makeCall())).toMatchObject([{ emailVerification: true }]);
  });

  test.each([
    ['managed', 'managed'],
    ['MANAGED', 'managed'],
    ['ROUND_ROBIN', 'roundRobin'],
    ['collective', 'collective'],
    [null, 'single'],
  ])('scheduled as %s are %s', async (given, meant) => {
    answer([{ ...base, schedulingType: given, confirmationPolicy: { disabled: true }, seats: { disabled: true } }]);
    expect(await client.eventTypes(makeCall())).toMatchObject([
      { schedulingType: meant, requiresConfirmation: false, seats: 1 },
    ]);
  });

  test('with a hidden e-mail field need no address', async () => {
    answer([{ ...base, bookingFields: [{ type: 'email', slug: 'email', required: true, hidden: true }] }]);
    expect(await client.eventTypes(makeCall())).toMatchObject([{ emailRequired: false }]);
  });
});

test('the account may lack a name, a zone and an organisation', async () => {
  answer({ id: 3, email: 'kim@b.example', username: 'kim', name: null, timeZone: '', organizationId: null });
  expect(await client.me(makeCall())).toEqual({
    id: 3,
    email: 'kim@b.example',
    username: 'kim',
    name: 'kim',
    timeZone: 'UTC',
    organizationId: null,
  });
});

test('teams, webhooks and holds are read, and numeric webhook ids become texts', async () => {
  answer([{ id: 10, name: 'Salon', slug: 'salon' }]);
  expect(await client.teams(makeCall())).toEqual([{ id: 10, name: 'Salon' }]);
  answer([
    { id: 5, subscriberUrl: 'https://g.example/hook', active: true, triggers: ['BOOKING_CREATED'], secret: 's' },
  ]);
  expect(await client.webhooks(null, makeCall())).toEqual([
    { id: '5', subscriberUrl: 'https://g.example/hook', active: true, triggers: ['BOOKING_CREATED'] },
  ]);
  answer({ reservationUid: 'r-1', reservationUntil: '2027-06-08T08:05:00.000Z' }, {}, 201);
  const hold = await client.reserveSlot(1001, new Date('2027-06-08T09:00:00Z'), 5, makeCall());
  expect(hold).toEqual({ uid: 'r-1', until: new Date('2027-06-08T08:05:00Z') });
  expect(server.last.body).toEqual({ eventTypeId: 1001, slotStart: '2027-06-08T09:00:00Z', reservationDuration: 5 });
});

test('releasing a hold needs no body in the answer', async () => {
  server.handler = (_request, response) => response.writeHead(204).end();
  await expect(client.releaseReservation('r-1', makeCall())).resolves.toBeUndefined();
  expect(server.last).toMatchObject({
    method: 'DELETE',
    url: expect.objectContaining({ pathname: '/v2/slots/reservations/r-1' }) as unknown,
  });
});

test('every answer, good or bad, is reported once with what it says about the budget', async () => {
  const headers = {
    'X-RateLimit-Limit-Default': '120',
    'X-RateLimit-Remaining-Default': '0',
    'X-RateLimit-Reset-Default': '12',
    'Retry-After': '2',
  };
  server.handler = (_request, response) =>
    json(
      response,
      429,
      { status: 'error', error: { code: 'ThrottlerException', message: 'Too many requests' } },
      headers,
    );
  const call = makeCall();
  expect(await failureOf(client.me(call))).toMatchObject({ code: 'rate_limited', retryAfterMs: 2000 });
  expect(call.answers).toEqual([
    { status: 429, rateLimit: { limit: 120, remaining: 0, resetMs: 12_000 }, retryAfterMs: 2000 },
  ]);
});
