import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import {
  type Answer,
  bookingBody,
  type ManualTime,
  openSandbox,
  type SandboxClient,
  smallWorld,
} from './sandbox-client';

const TUESDAY = { start: '2027-06-08', end: '2027-06-08' };

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox(options);
  ({ client, time } = opened);
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const starts = (answer: Answer): string[] =>
  Object.values<{ start: string }[]>(answer.body.data).flatMap((day) => day.map((slot) => slot.start));

const berlinTimes = async (query: Record<string, string>): Promise<string[]> => {
  const answer = await client.slots({ eventTypeId: '1', timeZone: 'Europe/Berlin', ...TUESDAY, ...query });
  expect(answer.status).toBe(200);
  return starts(answer).map((start) => start.slice(11, 16));
};

describe('what the listing looks like', () => {
  beforeEach(() => open());

  it('lists UTC times by UTC date, with data before status, and leaves closed days out', async () => {
    const answer = await client.slots({ eventTypeId: '1002', start: '2027-06-12', end: '2027-06-14' });
    expect(Object.keys(answer.body)).toEqual(['data', 'status']);
    expect(Object.keys(answer.body.data)).toEqual(['2027-06-12', '2027-06-14']);
    expect(answer.body.data['2027-06-12'][0]).toEqual({ start: '2027-06-12T07:00:00.000Z' });
    expect(answer.body.data['2027-06-12'].at(-1)).toEqual({ start: '2027-06-12T11:00:00.000Z' });
  });

  it('writes the offset of the requested zone, and both ends on request', async () => {
    const answer = await client.slots({ eventTypeId: '1003', ...TUESDAY, timeZone: 'Europe/Berlin', format: 'RANGE' });
    expect(answer.body.data['2027-06-08'][0]).toEqual({
      start: '2027-06-08T09:00:00.000+02:00',
      end: '2027-06-08T10:30:00.000+02:00',
    });
  });

  it('answers with an empty object when nothing is free', async () => {
    const answer = await client.slots({ eventTypeId: '1001', start: '2027-06-13', end: '2027-06-13' });
    expect(answer.body).toEqual({ data: {}, status: 'success' });
  });

  it('answers the first generation in its own shapes', async () => {
    const ask = (extra: string): Promise<Answer> =>
      client.ask(
        'GET',
        `/slots/available?eventTypeId=1002&startTime=2027-06-08T06:00:00Z&endTime=2027-06-08T08:00:00Z${extra}`,
      );
    expect((await ask('')).body).toEqual({
      status: 'success',
      data: { slots: { '2027-06-08': [{ time: '2027-06-08T07:00:00.000Z' }] } },
    });
    expect((await ask('&slotFormat=time&timeZone=Europe/Berlin')).body.data.slots['2027-06-08'][0]).toEqual({
      startTime: '2027-06-08T09:00:00.000+02:00',
      endTime: '2027-06-08T10:00:00.000+02:00',
    });
  });
});

type BookingWindow = NonNullable<Parameters<typeof smallWorld>[0]>['bookingWindow'];

describe('which times are offered', () => {
  it('steps by slotInterval inside the working hours, each slot ending inside too', async () => {
    await open({ world: smallWorld({ slotInterval: 30 }) });
    const times = await berlinTimes({});
    expect(times.slice(0, 3)).toEqual(['09:00', '09:30', '10:00']);
    expect(times.at(-1)).toBe('16:00');
  });

  it('steps by length and offsetStart together, from a first start that is off the grid by offsetStart', async () => {
    await open({ world: smallWorld({ lengthInMinutes: 45, offsetStart: 5 }) });
    expect((await berlinTimes({})).slice(0, 3)).toEqual(['09:05', '09:55', '10:45']);
  });

  it('keeps the minimum notice and snaps what is left to the grid', async () => {
    await open({ world: smallWorld({ slotInterval: 30, minimumBookingNotice: 130 }) });
    const times = await berlinTimes({ start: '2027-06-07', end: '2027-06-07' });
    expect(times[0]).toBe('10:30');
  });

  it('never lists a slot that ends after the end, and reads a date or midnight as the whole day', async () => {
    await open({ world: smallWorld({ slotInterval: 30 }) });
    expect((await berlinTimes({ end: '2027-06-08T09:00:00Z' })).at(-1)).toBe('10:00');
    expect((await berlinTimes({ end: '2027-06-08T00:00:00Z' })).at(-1)).toBe('16:00');
  });

  it('keeps a zone to the requested local days', async () => {
    await open({ world: smallWorld() });
    const answer = await client.slots({
      eventTypeId: '1',
      start: '2027-06-08',
      end: '2027-06-08',
      timeZone: 'Pacific/Auckland',
    });
    expect(Object.keys(answer.body.data)).toEqual(['2027-06-08']);
    expect(starts(answer)[0]).toBe('2027-06-08T19:00:00.000+12:00');
  });

  it('follows the clock change of the host: 09:00 stays 09:00', async () => {
    await open({ world: smallWorld() });
    time.atMs = Date.parse('2027-10-29T06:00:00Z');
    const answer = await client.slots({
      eventTypeId: '1',
      start: '2027-10-30',
      end: '2027-10-31',
      timeZone: 'Europe/Berlin',
    });
    expect(answer.body.data['2027-10-30'][0].start).toBe('2027-10-30T09:00:00.000+02:00');
    expect(answer.body.data['2027-10-31'][0].start).toBe('2027-10-31T09:00:00.000+01:00');
  });

  it('leaves room before and after appointments, counting the buffers of both', async () => {
    await open({
      world: smallWorld({ slotInterval: 30, lengthInMinutes: 30, beforeEventBuffer: 15, afterEventBuffer: 15 }),
    });
    await client.book(bookingBody({ eventTypeId: 1, start: '2027-06-08T10:00:00Z' }), { key: null });
    const times = await berlinTimes({});
    expect(times).not.toContain('11:30');
    expect(times).not.toContain('12:00');
    expect(times).not.toContain('12:30');
    expect(times).toContain('11:00');
    expect(times).toContain('13:00');
  });

  it('keeps the time after an appointment free on both of its sides', async () => {
    await open({ world: smallWorld({ slotInterval: 30, lengthInMinutes: 30, afterEventBuffer: 30 }) });
    await client.book(bookingBody({ eventTypeId: 1, start: '2027-06-08T10:00:00Z' }), { key: null });
    const times = await berlinTimes({});
    expect(times.slice(times.indexOf('11:00'))).toEqual(expect.arrayContaining(['11:00', '13:00']));
    for (const blocked of ['11:30', '12:00', '12:30']) expect(times).not.toContain(blocked);
  });

  it('gives a rolling window as many bookable days, today included', async () => {
    const lastDay = async (bookingWindow: BookingWindow, busy: { start: string; end: string }[] = []) => {
      await open({ world: smallWorld({ bookingWindow }) });
      await client.control('PATCH', '/hosts/7', { busy });
      const answer = await client.slots({ eventTypeId: '1', start: '2027-06-07', end: '2027-06-30' });
      await stop();
      return Object.keys(answer.body.data).at(-1);
    };
    expect(await lastDay({ type: 'businessDays', value: 5, rolling: true })).toBe('2027-06-11');
    expect(await lastDay({ type: 'calendarDays', value: 5, rolling: true })).toBe('2027-06-11');
    const wednesdayFull = [{ start: '2027-06-09T00:00:00Z', end: '2027-06-10T00:00:00Z' }];
    expect(await lastDay({ type: 'calendarDays', value: 5, rolling: true }, wednesdayFull)).toBe('2027-06-12');
    expect(await lastDay({ type: 'businessDays', value: 5, rolling: true }, wednesdayFull)).toBe('2027-06-14');
  });

  it('does not hold a booking to a rolling window', async () => {
    await open({ world: smallWorld({ bookingWindow: { type: 'calendarDays', value: 2, rolling: true } }) });
    const late = bookingBody({ eventTypeId: 1, start: '2027-06-21T08:00:00Z' });
    expect((await client.book(late, { key: null })).status).toBe(201);
  });

  it('ends with the booking window, in calendar days, business days or a fixed range', async () => {
    const lastDay = async (bookingWindow: BookingWindow) => {
      await open({ world: smallWorld({ bookingWindow }) });
      const answer = await client.slots({ eventTypeId: '1', start: '2027-06-07', end: '2027-06-30' });
      const last = Object.keys(answer.body.data).at(-1);
      await stop();
      return last;
    };
    expect(await lastDay({ type: 'calendarDays', value: 6 })).toBe('2027-06-13');
    expect(await lastDay({ type: 'businessDays', value: 6 })).toBe('2027-06-15');
    expect(await lastDay({ type: 'range', value: ['2027-06-09', '2027-06-10'] })).toBe('2027-06-10');
  });

  it('stops offering a day whose cap is reached', async () => {
    await open({ world: smallWorld({ bookingLimitsCount: { day: 1 } }) });
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    const answer = await client.slots({ eventTypeId: '1', start: '2027-06-08', end: '2027-06-09' });
    expect(Object.keys(answer.body.data)).toEqual(['2027-06-09']);
  });

  it('lists only the first time of a day where the event type wants that', async () => {
    await open({ world: smallWorld({ onlyShowFirstAvailableSlot: true }) });
    expect(await berlinTimes({})).toEqual(['09:00']);
  });

  it('offers any length that is asked for, whether the event type has it or not', async () => {
    await open({ world: smallWorld({ lengthInMinutesOptions: [60, 120] }) });
    expect(await berlinTimes({ duration: '120' })).toEqual(['09:00', '11:00', '13:00', '15:00']);
    expect((await berlinTimes({ duration: '45' })).slice(0, 3)).toEqual(['09:00', '09:45', '10:30']);
  });

  it('frees the own time of a booking that is about to move', async () => {
    await open({ world: smallWorld() });
    const { body } = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(await berlinTimes({})).not.toContain('10:00');
    expect(await berlinTimes({ bookingUidToReschedule: body.data.uid })).toContain('10:00');
  });

  it('honours overrides, private appointments and unreachable calendars of a host', async () => {
    await open({ world: smallWorld() });
    await client.control('PATCH', '/hosts/7', {
      busy: [{ start: '2027-06-08T07:00:00Z', end: '2027-06-08T12:00:00Z' }],
    });
    expect(await berlinTimes({})).toEqual(['14:00', '15:00', '16:00']);
    await client.control('PATCH', '/hosts/7', {
      busy: [],
      schedule: {
        timeZone: 'Europe/Berlin',
        availability: [],
        overrides: [{ date: '2027-06-08', startTime: '10:00', endTime: '12:00' }],
      },
    });
    expect(await berlinTimes({})).toEqual(['10:00', '11:00']);
    await client.control('PATCH', '/hosts/7', { calendarReachable: false });
    expect(await berlinTimes({})).toEqual([]);
  });
});

describe('several hosts', () => {
  const team = { teamId: 5, hosts: [{ userId: 7 }, { userId: 8 }] };
  const occupied = { busy: [{ start: '2027-06-08T07:00:00Z', end: '2027-06-08T08:00:00Z' }] };

  it('offers a round robin while any host is free, a collective only when all are', async () => {
    await open({ world: smallWorld({ ...team, schedulingType: 'roundRobin' }) });
    await client.control('PATCH', '/hosts/7', occupied);
    expect(await berlinTimes({})).toContain('09:00');
    expect(await berlinTimes({ rrHostSubsetIds: '7' })).toContain('09:00');
    await client.control('PATCH', '/event-types/1', { rrHostSubsetEnabled: true });
    expect(await berlinTimes({ rrHostSubsetIds: '7' })).not.toContain('09:00');
    expect(await berlinTimes({ rrHostSubsetIds: '99' })).toEqual([]);
    await client.control('PATCH', '/event-types/1', { schedulingType: 'collective' });
    expect((await berlinTimes({}))[0]).toBe('10:00');
  });

  it('finds event types by user, by team and as a meeting of several people', async () => {
    await open({
      world: smallWorld(
        {},
        {
          organizations: [{ id: 3, slug: 'acme', name: 'Acme' }],
          users: smallWorld().users.map((user) => ({ ...user, organizationId: 3 })),
        },
      ),
    });
    const ask = (query: Record<string, string>): Promise<Answer> => client.slots({ ...TUESDAY, ...query });
    const byUser = { eventTypeSlug: 'talk', username: 'kim', organizationSlug: 'acme' };
    expect(starts(await ask(byUser))).toHaveLength(8);
    expect(starts(await ask({ usernames: 'kim,lou', organizationSlug: 'acme' }))).toHaveLength(16);
    const missing = await Promise.all([
      ask({ ...byUser, username: 'nobody' }),
      ask({ ...byUser, organizationSlug: 'none' }),
      ask({ ...byUser, eventTypeSlug: 'none' }),
      ask({ eventTypeSlug: 'talk', teamSlug: 'none' }),
      ask({ eventTypeId: '99' }),
    ]);
    expect(missing.map((answer) => [answer.status, answer.body.error.message])).toEqual([
      [404, 'User with username nobody not found'],
      [404, 'Organization with slug none not found'],
      [404, 'Event Type not found'],
      [404, 'Team with slug none not found'],
      [404, 'Event Type not found'],
    ]);
  });
});

describe('strict input', () => {
  beforeEach(() => open());

  it('reads the number at the beginning of a length, and nothing as the own length', async () => {
    const listed = async (duration: string): Promise<unknown> =>
      (await client.slots({ eventTypeId: '1001', ...TUESDAY, duration })).body.data;
    const own = (await client.slots({ eventTypeId: '1001', ...TUESDAY })).body.data;
    expect(await listed('30min')).toEqual(own);
    expect(await listed('0')).toEqual(own);
    const refused = await client.slots({ eventTypeId: '1001', ...TUESDAY, duration: 'long' });
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      'duration property is wrong,duration must be a number conforming to the specified constraints ',
    ]);
  });

  it.each([
    [{ eventTypeId: '1001', start: '2027-06-08' }, 'end property is wrong,end must be a valid ISO 8601 date string'],
    [{ eventTypeId: '1001', start: '08.06.2027', end: '2027-06-09' }, 'start must be a valid ISO 8601 date string'],
    [{ eventTypeId: '1001', start: '2027-02-30', end: '2027-06-09' }, 'start must be a valid ISO 8601 date string'],
    [{ eventTypeId: '1001', ...TUESDAY, timeZone: 'Berlin' }, 'timeZone property is wrong,'],
    [{ eventTypeId: '1001', ...TUESDAY, format: 'list' }, "slotFormat must be either 'range' or 'time'"],
    [{ eventTypeId: 'x', ...TUESDAY }, 'eventTypeId must be a number conforming to the specified constraints'],
    [{ eventTypeId: '1001', ...TUESDAY, teamId: '10' }, 'teamId property is wrong,property teamId should not exist'],
    [{ eventTypeId: '1001', ...TUESDAY, username: 'anna' }, 'property username should not exist'],
    [TUESDAY, 'usernames property is wrong,'],
  ])('%j is refused with one message', async (query, fragment) => {
    const answer = await client.slots(query);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({
      code: 'BadRequestException',
      message: expect.stringContaining(fragment),
    });
    expect(answer.body.error.details).toMatchObject({ statusCode: 400, error: 'Bad Request' });
  });

  it('answers a range that runs backwards with nothing', async () => {
    const answer = await client.slots({ eventTypeId: '1001', start: '2027-06-09', end: '2027-06-08' });
    expect([answer.status, answer.body.data]).toEqual([200, {}]);
  });
});

describe('the 2 s cache', () => {
  it('shows a taken time for up to 2 s when it is on', async () => {
    await open({ world: smallWorld(), behaviour: { slotCache: true } });
    expect(await berlinTimes({})).toContain('10:00');
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(await berlinTimes({})).toContain('10:00');
    time.advance(2_000);
    expect(await berlinTimes({})).not.toContain('10:00');
  });

  it('is off unless switched on', async () => {
    await open({ world: smallWorld() });
    await berlinTimes({});
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(await berlinTimes({})).not.toContain('10:00');
  });
});
