import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import { type Answer, bookingBody, MONDAY, openSandbox, type SandboxClient, smallWorld } from './sandbox-client';

let client: SandboxClient;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox(options);
  client = opened.client;
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const attendee = (overrides: Record<string, unknown>): Record<string, unknown> => ({
  attendee: { name: 'Erika Muster', timeZone: 'Europe/Berlin', ...overrides },
});
const message = (answer: Answer): string => answer.body.error?.message ?? answer.body.message;

describe('a created booking', () => {
  beforeEach(() => open());

  it('has exactly the documented keys', async () => {
    const answer = await client.book(
      bookingBody({
        metadata: { gateway_key: 'k1', attempts: '1' },
        bookingFieldsResponses: { notes: 'Bitte kurz' },
        guests: ['guest@example.com'],
      }),
    );
    expect(answer.status).toBe(201);
    const { data } = answer.body;
    expect(data).toEqual({
      id: 1,
      uid: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{22}$/),
      title: 'Herrenhaarschnitt between Anna Sommer and Erika Muster',
      description: 'Bitte kurz',
      hosts: [
        {
          id: 501,
          name: 'Anna Sommer',
          email: 'anna@salon-sonnenschein.example',
          displayEmail: 'anna@salon-sonnenschein.example',
          username: 'anna',
          timeZone: 'Europe/Berlin',
        },
      ],
      status: 'accepted',
      cancellationReason: '',
      cancelledByEmail: '',
      rescheduledByEmail: null,
      start: '2027-06-08T08:00:00.000Z',
      end: '2027-06-08T08:30:00.000Z',
      duration: 30,
      eventTypeId: 1001,
      eventType: { id: 1001, slug: 'herrenhaarschnitt' },
      meetingUrl: 'Sonnenallee 1, 12045 Berlin',
      location: 'Sonnenallee 1, 12045 Berlin',
      absentHost: false,
      createdAt: new Date(MONDAY).toISOString(),
      updatedAt: new Date(MONDAY).toISOString(),
      metadata: { gateway_key: 'k1', attempts: '1' },
      rating: null,
      icsUid: `${data.uid}@Cal.com`,
      attendees: [
        {
          name: 'Erika Muster',
          email: 'erika@example.com',
          displayEmail: 'erika@example.com',
          timeZone: 'Europe/Berlin',
          language: 'de',
          absent: false,
        },
        {
          name: '',
          email: 'guest@example.com',
          displayEmail: 'guest@example.com',
          timeZone: 'Europe/Berlin',
          language: 'en',
          absent: false,
        },
      ],
      guests: ['guest@example.com'],
      bookingFieldsResponses: {
        name: 'Erika Muster',
        email: 'erika@example.com',
        displayEmail: 'erika@example.com',
        notes: 'Bitte kurz',
        guests: ['guest@example.com'],
      },
      isPlatformManagedUserBooking: false,
    });
  });

  it('takes the second host when the first is busy, then none is left', async () => {
    const hosts: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      const answer = await client.book(bookingBody(attendee({ email: `${name}@example.com` })));
      if (answer.status === 201) hosts.push(answer.body.data.hosts[0].id);
      else
        expect([answer.status, message(answer)]).toEqual([
          400,
          expect.stringContaining('One of the hosts either already has booking'),
        ]);
    }
    expect(hosts).toEqual([501, 502]);
  });

  it('may start off the grid when the host is free', async () => {
    const answer = await client.book(bookingBody({ start: '2027-06-08T08:07:00Z' }));
    expect(answer.body.data.start).toBe('2027-06-08T08:07:00.000Z');
  });

  it('hides the suffix of managed users in displayEmail', async () => {
    const answer = await client.book(bookingBody(attendee({ email: 'bob+clxyz0123456789abcdefghij@example.com' })));
    expect(answer.body.data.attendees[0].displayEmail).toBe('bob@example.com');
  });
});

describe('strict input', () => {
  beforeEach(() => open());

  it.each([
    [{ start: 'tomorrow' }, 'start must be a valid ISO 8601 date string'],
    [{ start: undefined }, 'start property is wrong,start must be a valid ISO 8601 date string'],
    [{ attendee: undefined }, 'attendee property is wrong,'],
    [attendee({}), 'at least one contact method'],
    [attendee({ email: 'a@example.com', language: 'xx' }), 'language must be one of'],
    [attendee({ email: 'a@example.com', timeZone: 'Berlin' }), 'timeZone must be a valid IANA time-zone'],
    [attendee({ email: 'a@example.com', company: 'x' }), 'property company should not exist'],
    [{ eventTypeId: '1001' }, 'eventTypeId must be an integer number'],
    [{ eventTypeId: undefined }, 'Either eventTypeId'],
    [{ note: 'x' }, 'note property is wrong,property note should not exist'],
    [{ allowConflicts: true }, 'property allowConflicts should not exist'],
    [{ metadata: { a: null } }, '50 keys'],
    [{ metadata: { a: { b: 1 } } }, '40 characters'],
    [{ metadata: { ['k'.repeat(41)]: 1 } }, '40 characters'],
    [{ metadata: { a: 'x'.repeat(501) } }, '500 characters'],
    [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 1])) }, '50 keys'],
    [{ lengthInMinutes: 0 }, 'lengthInMinutes must not be less than 1'],
    [{ location: { type: 'moon' } }, 'location must have one of'],
    [{ guests: [5] }, 'guests property is wrong,each value in guests must be a string'],
    [{ guests: 'x' }, 'each value in guests must be a string, guests must be an array'],
    [{ metadata: 'x' }, 'metadata must be an object'],
    [{ meetingUrl: 'here' }, 'meetingUrl must be a URL address'],
  ])('%j is refused with one message', async (overrides, fragment) => {
    const answer = await client.book(bookingBody(overrides));
    expect(answer.status).toBe(400);
    expect(answer.body.status).toBe('error');
    expect(message(answer)).toContain('property is wrong,');
    expect(message(answer)).toContain(fragment);
  });

  it('refuses numbers and booleans in metadata behind the input pipe', async () => {
    const answer = await client.book(bookingBody({ metadata: { a: 'x', n: 1, yes: true } }));
    expect([answer.status, answer.body.error.code]).toEqual([400, 'BAD_REQUEST']);
    expect(message(answer)).toBe(
      'metadata.yes - Expected string, received boolean, metadata.n - Expected string, received number, ',
    );
  });

  it('accepts metadata at its limits', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`${index}`.padStart(40, 'k'), 'x'.repeat(500)]),
    );
    expect((await client.book(bookingBody({ metadata }))).status).toBe(201);
  });

  it('refuses a body that is no JSON or no object', async () => {
    expect((await client.book('{"start":')).status).toBe(400);
    expect((await client.book([1])).status).toBe(400);
  });
});

describe('who may be booked how', () => {
  it.each([
    [{ eventTypeId: 4711 }, 404, 'Event type with id 4711 not found.'],
    [{ start: '2027-06-07T05:00:00Z' }, 400, 'book a meeting in the past'],
    [{ start: '2027-06-07T06:30:00Z' }, 400, `can't be booked at the "start" time provided`],
    [{ start: '2028-06-07T08:00:00Z' }, 400, `can't be booked at the "start" time provided`],
    [{ start: '2027-06-13T08:00:00Z' }, 400, 'One of the hosts either already has booking'],
    [{ lengthInMinutes: 60 }, 400, `Can't specify 'lengthInMinutes'`],
    [{ location: { type: 'link' } }, 400, 'Booking location with type link not valid'],
    [attendee({ email: 'nope' }), 400, 'responses - {email}email_validation_error, '],
    [attendee({ name: '', email: 'a@example.com' }), 400, 'responses - {name}error_required_field, '],
    [{ bookingFieldsResponses: { notes: 'n'.repeat(1_001) } }, 400, 'responses - {notes}max_characters_allowed, '],
    [{ instant: true }, 400, 'does not support instant meetings'],
    [attendee({ email: 'a@nowhere.invalid' }), 400, 'cannot receive emails'],
  ])('%j is answered %i', async (overrides, status, fragment) => {
    await open();
    const answer = await client.book(bookingBody(overrides));
    expect([answer.status, message(answer)]).toEqual([status, expect.stringContaining(fragment)]);
  });

  it.each([
    [attendee({ phoneNumber: '+4912' })],
    [attendee({ phoneNumber: '015112345678' })],
    [{ metadata: null, guests: null }],
    [{ recurrenceCount: 3 }],
  ])('%j is accepted', async (overrides) => {
    await open();
    expect((await client.book(bookingBody(overrides))).status).toBe(201);
  });

  it('books by slug of user or team', async () => {
    await open();
    const byTeam = { eventTypeId: undefined, eventTypeSlug: 'bartpflege', teamSlug: 'salon-sonnenschein' };
    expect((await client.book(bookingBody(byTeam))).body.data.eventTypeId).toBe(1004);
    expect((await client.book(bookingBody({ ...byTeam, teamSlug: 'x' }))).status).toBe(404);
  });

  it('answers an ordinary taken time with 400 and a used-up cap with a bare 401', async () => {
    await open({ world: smallWorld({ bookingLimitsCount: { week: 1 } }) });
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    const capped = await client.book(bookingBody({ eventTypeId: 1, start: '2027-06-09T08:00:00Z' }), { key: null });
    expect([capped.status, capped.body]).toEqual([401, { statusCode: 401, message: 'booking_limit_reached' }]);
    await client.control('PATCH', '/event-types/1', { bookingLimitsCount: null });
    const taken = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect([taken.status, message(taken)]).toEqual([
      400,
      expect.stringContaining('User either already has booking at this time or is not available'),
    ]);
  });

  it('answers every conflict of a collective with a bare 500, and counts the further hosts as attendees', async () => {
    await open({
      world: smallWorld({ teamId: 5, schedulingType: 'collective', hosts: [{ userId: 7 }, { userId: 8 }] }),
    });
    await client.control('PATCH', '/hosts/8', { calendarReachable: false });
    const answer = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect([answer.status, answer.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    await client.control('PATCH', '/hosts/8', { calendarReachable: true });
    const both = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(both.body.data.hosts.map((host: { id: number }) => host.id)).toEqual([7]);
    expect(both.body.data.attendees.map((one: { name: string }) => one.name)).toEqual(['Erika Muster', 'Lou']);
    const other = attendee({ email: 'b@example.com' });
    expect((await client.book(bookingBody({ eventTypeId: 1, ...other }), { key: null })).status).toBe(500);
    await client.control('POST', '/behaviour', { collectiveConflict: 'bad_request' });
    const mapped = await client.book(bookingBody({ eventTypeId: 1, ...other }), { key: null });
    expect([mapped.status, message(mapped)]).toEqual([400, expect.stringContaining('One of the hosts either')]);
  });

  it('can answer an exhausted round robin with the bare 500 too', async () => {
    await open({ behaviour: { exhaustedRoundRobin: 'server_error' } });
    expect((await client.book(bookingBody({ start: '2027-06-13T08:00:00Z' }))).status).toBe(500);
  });

  it('asks for a key where the event type does', async () => {
    await open({ world: smallWorld({ bookingRequiresAuthentication: true }) });
    const statuses = [];
    for (const key of [null, 'cal_lou', 'cal_kim'])
      statuses.push((await client.book(bookingBody({ eventTypeId: 1 }), { key })).status);
    expect(statuses).toEqual([401, 403, 201]);
  });

  it('caps the coming appointments of one attendee', async () => {
    await open({
      world: smallWorld({ bookerActiveBookingsLimit: { maximumActiveBookings: 1, offerReschedule: true } }),
    });
    const first = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    const second = await client.book(bookingBody({ eventTypeId: 1, start: '2027-06-09T08:00:00Z' }), { key: null });
    expect(second.status).toBe(400);
    expect(message(second)).toContain('maximum number of active bookings');
    expect(message(second)).toContain(first.body.data.uid);
  });

  it('lets hosts book over conflicts and out of bounds since 2026-02-25, others only seem to', async () => {
    await open({ world: smallWorld({ minimumBookingNotice: 60 * 24 * 30 }) });
    const body = bookingBody({ eventTypeId: 1, allowConflicts: true, allowBookingOutOfBounds: true });
    const anonymous = await client.book(body, { version: '2026-02-25', key: null });
    expect(message(anonymous)).toContain(`can't be booked at the "start" time provided`);
    const host = await client.book(body, { version: '2026-02-25', key: 'cal_kim' });
    expect(host.status).toBe(201);
    const again = await client.book(
      { ...body, start: '2027-06-08T08:30:00Z' },
      { version: '2026-02-25', key: 'cal_kim' },
    );
    expect(again.status).toBe(201);
  });

  it('checks the answers to the own questions of an event type', async () => {
    const bookingFields = [
      { slug: 'hair', type: 'select' as const, required: true, options: ['short', 'long'] },
      { slug: 'age', type: 'number' as const },
    ];
    await open({ world: smallWorld({ bookingFields }) });
    const book = (bookingFieldsResponses: unknown): Promise<Answer> =>
      client.book(bookingBody({ eventTypeId: 1, bookingFieldsResponses }), { key: null });
    expect(message(await book({}))).toContain('Missing required booking field response: hair');
    expect(message(await book({ hair: null }))).toContain("Invalid option '' for booking field 'hair'");
    expect(message(await book({ hair: 'curly' }))).toContain('hair');
    expect(message(await book({ hair: 'long', age: 'old' }))).toContain('age');
    const booked = await book({ hair: 'long', age: 40, unknown: 'dropped' });
    expect(booked.body.data.bookingFieldsResponses).toMatchObject({ hair: 'long', age: 40 });
    expect(booked.body.data.bookingFieldsResponses).not.toHaveProperty('unknown');
  });
});

describe('attendees without an e-mail', () => {
  const phoneNumber = '+4915123456789';
  const phoneField = { slug: 'attendeePhoneNumber', type: 'phone' as const };

  it('get one made of their number where the event type allows it', async () => {
    await open();
    const answer = await client.book(bookingBody(attendee({ phoneNumber })));
    expect(answer.body.data.attendees[0]).toMatchObject({ email: '4915123456789@sms.cal.com', phoneNumber });
    expect(answer.body.data.bookingFieldsResponses.attendeePhoneNumber).toBe(phoneNumber);
  });

  it('are refused where the e-mail is required', async () => {
    await open({ world: smallWorld({ bookingFields: [phoneField] }) });
    const answer = await client.book(bookingBody({ eventTypeId: 1, ...attendee({ phoneNumber }) }), { key: null });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('error_required_field'),
    });
  });

  it('lose even a given address where the e-mail field is hidden', async () => {
    const hidden = { slug: 'email', type: 'email' as const, hidden: true };
    await open({ world: smallWorld({ bookingFields: [hidden, phoneField] }) });
    const book = (fields: Record<string, unknown>): Promise<Answer> =>
      client.book(bookingBody({ eventTypeId: 1, ...attendee(fields) }), { key: null });
    expect(message(await book({ email: 'a@example.com' }))).toBe('Both Phone and Email are missing');
    const booked = await book({ email: 'a@example.com', phoneNumber });
    expect(booked.body.data.attendees[0].email).toBe('4915123456789@sms.cal.com');
  });

  it('need no number where the phone field is required, but one where the reminder number is', async () => {
    await open({ world: smallWorld({ bookingFields: [{ ...phoneField, required: true }] }) });
    expect((await client.book(bookingBody({ eventTypeId: 1 }), { key: null })).status).toBe(201);
    const reminder = { slug: 'smsReminderNumber', type: 'phone', required: true };
    await client.control('PATCH', '/event-types/1', { bookingFields: [reminder] });
    const answer = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(message(answer)).toContain('Missing attendee phone number');
  });
});

it('books, shows and cancels in the first generation with its own words', async () => {
  await open();
  const body = {
    start: '2027-06-08T08:00:00Z',
    eventTypeId: 1001,
    timeZone: 'Europe/Berlin',
    language: 'de',
    metadata: {},
    responses: { name: 'Erika', email: 'erika@example.com' },
  };
  const created = await client.ask('POST', '/bookings', { body });
  expect(created.body.data).toMatchObject({ startTime: '2027-06-08T08:00:00.000Z', status: 'ACCEPTED', userId: 501 });
  const { uid } = created.body.data;
  expect((await client.ask('GET', `/bookings/${uid}`)).body.data.uid).toBe(uid);
  const cancelled = await client.ask('POST', `/bookings/${uid}/cancel`, { body: { cancellationReason: 'x' } });
  expect(cancelled.body.data.status).toBe('CANCELLED');
  const listed = await client.ask('GET', '/bookings?filters[status]=cancelled');
  expect(listed.body.data.bookings).toHaveLength(1);
});

describe('repeating the same request', () => {
  it('returns the existing booking for a round robin, by e-mail whatever the name, and phone when given', async () => {
    await open();
    const phoneNumber = '+4915123456789';
    const first = await client.book(bookingBody(attendee({ email: 'a@example.com', phoneNumber })));
    const byMail = await client.book(bookingBody(attendee({ email: 'a@example.com', name: 'Else' })));
    const withPhone = await client.book(bookingBody(attendee({ email: 'a@example.com', phoneNumber })));
    expect([byMail.status, withPhone.status]).toEqual([201, 201]);
    expect(byMail.body.data.uid).toBe(first.body.data.uid);
    expect(withPhone.body.data.uid).toBe(first.body.data.uid);
    const other = await client.book(bookingBody(attendee({ email: 'a@example.com', phoneNumber: '+4915100000000' })));
    expect(other.body.data.uid).not.toBe(first.body.data.uid);
  });

  it('finds an ordinary time taken by itself', async () => {
    await open({ world: smallWorld() });
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect((await client.book(bookingBody({ eventTypeId: 1 }), { key: null })).status).toBe(400);
  });

  it.each([
    ['database_error', 400, 'An error occurred while querying the database.'],
    ['conflict', 409, 'booking_conflict_error'],
  ] as const)('loses a race for the same time as %s, with %i', async (lostRace, status, text) => {
    await open({ world: smallWorld(), behaviour: { raceWindowMs: 100, lostRace } });
    const both = await Promise.all([
      client.book(bookingBody({ eventTypeId: 1 }), { key: null }),
      client.book(bookingBody({ eventTypeId: 1, ...attendee({ email: 'b@example.com' }) }), { key: null }),
    ]);
    const [won, lost] = both.sort((a, b) => a.status - b.status);
    expect([won?.status, lost?.body]).toEqual([201, { statusCode: status, message: text }]);
    const stored = await client.control('GET', '/bookings');
    expect(stored.body).toHaveLength(1);
  });
});
