import fc from 'fast-check';
import { DateTime } from 'luxon';
import { InvalidInput, UpstreamMalformed } from '../../src/errors';
import { localDays, slotsAnswer, slotsByDay, slotsRequest } from '../../src/calcom/slot-wire';
import { parseAnswer } from '../../src/calcom/wire-parsing';
import type { SlotsQuery } from '../../src/services/calcom/calcom-ports';

const BERLIN = 'Europe/Berlin';
/** Among them zones whose clocks change at midnight, by half an hour, or never. */
const ZONES = [
  BERLIN,
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'UTC',
];

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);

function read(body: unknown, first = '2027-06-08', last = first, zone = BERLIN): [string, number[]][] {
  const { data } = parseAnswer(slotsAnswer, JSON.stringify(body), 'slots');
  return [...slotsByDay(data, localDays(first, last, zone))];
}

describe('local days', () => {
  test('are 23 and 25 hours long when the clocks change', () => {
    const [spring] = localDays('2027-03-28', '2027-03-28', BERLIN);
    const [autumn] = localDays('2027-10-31', '2027-10-31', BERLIN);
    expect(spring).toEqual({
      date: '2027-03-28',
      startMs: at('2027-03-27T23:00:00Z'),
      endMs: at('2027-03-28T22:00:00Z'),
    });
    expect(autumn).toEqual({
      date: '2027-10-31',
      startMs: at('2027-10-30T22:00:00Z'),
      endMs: at('2027-10-31T23:00:00Z'),
    });
  });

  test('begin with the earlier midnight where the first hour happens twice, and after the gap where midnight is missing', () => {
    const [twice] = localDays('2027-11-07', '2027-11-07', 'America/Havana');
    expect(twice?.startMs).toBe(at('2027-11-07T04:00:00Z'));
    const [missing] = localDays('2027-04-30', '2027-04-30', 'Africa/Cairo');
    expect(missing?.startMs).toBe(at('2027-04-29T22:00:00Z'));
  });

  test('follow each other without gap or overlap, and hold exactly the instants of their date', () => {
    const day = fc
      .integer({ min: 0, max: 2000 })
      .map((n) => DateTime.utc(2024, 1, 1).plus({ days: n }).toFormat('yyyy-MM-dd'));
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        day,
        fc.integer({ min: 0, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, first, more, part) => {
          const last = DateTime.fromISO(first).plus({ days: more }).toFormat('yyyy-MM-dd');
          const days = localDays(first, last, zone);
          expect(days).toHaveLength(more + 1);
          days.forEach((one, index) => {
            if (index > 0) expect(one.startMs).toBe(days[index - 1]?.endMs);
            const instants = [
              one.startMs,
              one.endMs - 1,
              Math.floor(one.startMs + part * (one.endMs - one.startMs - 1)),
            ];
            expect(instants.map((ms) => DateTime.fromMillis(ms, { zone }).toISODate())).toEqual([
              one.date,
              one.date,
              one.date,
            ]);
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each([
    ['2027-02-30', '2027-03-01', BERLIN],
    ['2027-03-02', '2027-03-01', BERLIN],
    ['2027-03-01', '2027-03-01', 'Europe/Atlantis'],
    ['tomorrow', '2027-03-01', BERLIN],
    ['2020-01-01', '2027-03-01', BERLIN],
  ])('%s to %s in %s are none', (first, last, zone) => {
    expect(() => localDays(first, last, zone)).toThrow(InvalidInput);
  });
});

describe('the request', () => {
  const asked: SlotsQuery = { eventTypeId: 1001, startDate: '2027-03-28', endDate: '2027-03-29', timeZone: BERLIN };
  const days = localDays(asked.startDate, asked.endDate, BERLIN);

  test('covers exactly the local days, in UTC', () => {
    const { path, query, apiVersion } = slotsRequest(asked, days, '2024-09-04');
    expect({ path, apiVersion, ...Object.fromEntries(query) }).toEqual({
      path: '/slots',
      apiVersion: '2024-09-04',
      eventTypeId: '1001',
      timeZone: BERLIN,
      start: '2027-03-27T23:00:00.000Z',
      end: '2027-03-29T22:00:01.000Z',
    });
  });

  test('never ends at exactly midnight UTC, which Cal.com takes for the end of that day', () => {
    const utc = { ...asked, timeZone: 'UTC' };
    expect(slotsRequest(utc, localDays(utc.startDate, utc.endDate, 'UTC'), '2024-09-04').query.get('end')).toBe(
      '2027-03-30T00:00:01.000Z',
    );
  });

  test('names length, hosts and the booking being moved when they are known', () => {
    const { query } = slotsRequest(
      { ...asked, durationMinutes: 45, hostIds: [501, 502], bookingUidToReschedule: 'abc' },
      days,
      '2024-09-04',
    );
    expect(Object.fromEntries(query)).toMatchObject({
      duration: '45',
      rrHostSubsetIds: '501,502',
      bookingUidToReschedule: 'abc',
    });
  });

  test.each(['2024-08-13', '2024-04-15', '2024-06-14'])('goes to the old listing under %s', (version) => {
    const { path, query, apiVersion } = slotsRequest(
      { ...asked, bookingUidToReschedule: 'abc', durationMinutes: 30 },
      days,
      version,
    );
    expect({ path, apiVersion, ...Object.fromEntries(query) }).toEqual({
      path: '/slots/available',
      apiVersion: version,
      eventTypeId: '1001',
      timeZone: BERLIN,
      duration: '30',
      rescheduleUid: 'abc',
      startTime: '2027-03-27T23:00:00.000Z',
      endTime: '2027-03-29T22:00:01.000Z',
    });
  });

  test('goes to the new listing when hosts are to be narrowed down, which the old one cannot', () => {
    const { path, apiVersion, query } = slotsRequest({ ...asked, hostIds: [501] }, days, '2024-08-13');
    expect({ path, apiVersion, hosts: query.get('rrHostSubsetIds') }).toEqual({
      path: '/slots',
      apiVersion: '2024-09-04',
      hosts: '501',
    });
  });
});

describe('the answer', () => {
  const NINE = at('2027-06-08T07:00:00Z');

  test.each([
    ['starts', { data: { '2027-06-08': [{ start: '2027-06-08T09:00:00.000+02:00' }] } }],
    ['the old shape', { data: { slots: { '2027-06-08': [{ time: '2027-06-08T07:00:00.000Z' }] } } }],
    [
      'the old ranges',
      {
        data: {
          slots: { '2027-06-08': [{ startTime: '2027-06-08T07:00:00.000Z', endTime: '2027-06-08T07:30:00.000Z' }] },
        },
      },
    ],
    ['ranges', { data: { '2027-06-08': [{ start: '2027-06-08T07:00:00.000Z', end: '2027-06-08T07:30:00.000Z' }] } }],
    ['texts', { data: { '2027-06-08': ['2027-06-08T07:00:00Z'] } }],
    ['seats', { data: { '2027-06-08': [{ start: '2027-06-08T07:00:00.000Z', seatsRemaining: 2, bookingUid: null }] } }],
  ])('is understood as %s', (_shape, body) => {
    expect(read({ ...body, status: 'success' })).toEqual([['2027-06-08', [NINE]]]);
  });

  test('leaves out a start without a seat', () => {
    expect(read({ data: { '2027-06-08': [{ start: '2027-06-08T07:00:00.000Z', seatsRemaining: 0 }] } })).toEqual([]);
  });

  test.each([{ data: {} }, { data: { slots: {} } }, { data: { '2027-06-08': [] } }])('may be empty: %j', (body) => {
    expect(read(body)).toEqual([]);
  });

  test('puts a start on the local day it falls on, although Cal.com listed it under the UTC day', () => {
    const lateEvening = { data: { '2027-06-09': [{ start: '2027-06-09T03:30:00Z' }] } };
    expect(read(lateEvening, '2027-06-08', '2027-06-09', 'America/New_York')).toEqual([
      ['2027-06-08', [at('2027-06-09T03:30:00Z')]],
    ]);
  });

  test.each([
    { data: { '2027-06-08': [{ start: '2027-06-08T09:00:00' }] } },
    { data: { '2027-06-08': [{ start: 'nine' }] } },
    { data: { '2027-06-08': [{ when: '2027-06-08T07:00:00Z' }] } },
    { data: { '2027-06-08': '09:00' } },
    { data: null },
    { slots: [] },
    [],
  ])('is unreadable without instants: %j', (body) => {
    expect(() => read(body)).toThrow(UpstreamMalformed);
  });

  test('is sorted, without doubles, and within the days asked for, whatever was listed', () => {
    const starts = fc.array(
      fc.integer({ min: at('2027-03-20T00:00:00Z') / HOUR_MS, max: at('2027-04-05T00:00:00Z') / HOUR_MS }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), starts, (zone, hours) => {
        const instants = hours.map((hour) => hour * HOUR_MS);
        const body = { data: { '2000-01-01': instants.map((ms) => ({ start: new Date(ms).toISOString() })) } };
        const expected = new Map<string, number[]>();
        for (const ms of [...new Set(instants)].sort((a, b) => a - b)) {
          const date = DateTime.fromMillis(ms, { zone }).toISODate() ?? '';
          if (date >= '2027-03-26' && date <= '2027-03-30') expected.set(date, [...(expected.get(date) ?? []), ms]);
        }
        expect(read(body, '2027-03-26', '2027-03-30', zone)).toEqual([...expected]);
      }),
    );
  });
});
