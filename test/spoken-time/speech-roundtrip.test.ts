import fc from 'fast-check';
import { DateTime } from 'luxon';
import { readDateTime } from '../../src/services/language/reader/read-date-time';
import { sayDate, sayInstant, sayTime } from '../../src/services/language/speaker/say';
import type { DayHours, Language, SpokenContext, WeeklyHours } from '../../src/services/language/reader/types';
import { callAt, onNextDay } from './context';

const ZONES = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'UTC',
];
const DAY_MS = 86_400_000;

const language = fc.constantFrom<Language[]>('de', 'en');
const wallClock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const dayHours: fc.Arbitrary<DayHours[]> = fc.array(
  fc
    .tuple(wallClock, wallClock)
    .filter(([a, b]) => a < b)
    .map(([open, close]) => ({ open, close })),
  { maxLength: 2 },
);
const weeklyHours: fc.Arbitrary<WeeklyHours> = fc
  .tuple(dayHours, dayHours, dayHours, dayHours, dayHours, dayHours, dayHours)
  .map(([a, b, c, d, e, f, g]) => ({ 1: a, 2: b, 3: c, 4: d, 5: e, 6: f, 7: g }));
/** Calls around year ends, leap days and clock changes as well as on any other day. */
const anchor = fc.oneof(
  fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2033-01-01T00:00:00Z'), noInvalidDate: true }),
  fc
    .constantFrom(
      '2026-12-31T22:59:00Z',
      '2027-12-31T23:30:00Z',
      '2028-02-28T12:00:00Z',
      '2028-02-29T09:00:00Z',
      '2026-03-28T20:00:00Z',
      '2026-10-24T21:00:00Z',
      '2027-09-30T08:00:00Z',
    )
    .map((at) => new Date(at)),
);
const call: fc.Arbitrary<SpokenContext> = fc.record({
  language,
  zone: fc.constantFrom(...ZONES),
  anchor,
  hours: weeklyHours,
});

function minuteAfter(at: Date, minutes: number): Date {
  return new Date(Math.ceil(at.getTime() / 60_000) * 60_000 + minutes * 60_000);
}

describe('speech that is read back', () => {
  it('names the same instant, whatever the hour, the opening hours and the zone', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 0, max: 182 * 24 * 60 }), (context, minutes) => {
        const startAt = minuteAfter(context.anchor, minutes);
        const reading = readDateTime({ datetime: sayInstant(startAt, context) }, context);
        expect(reading).toMatchObject({ kind: 'instant', startAt });
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z'],
    ['America/New_York', '2026-11-01T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T10:00:00Z'],
  ])('names every minute around the change of clocks in %s', (zone, from) => {
    for (const spoken of ['de', 'en'] as const) {
      const context = callAt(from, spoken, { zone });
      for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
        const startAt = minuteAfter(context.anchor, minutes);
        expect(readDateTime({ datetime: sayInstant(startAt, context) }, context)).toMatchObject({
          kind: 'instant',
          startAt,
        });
      }
    }
  });

  it('names every five minutes of a week in the date field and in both languages', () => {
    for (const spoken of ['de', 'en'] as const) {
      const context = callAt('2026-12-28T05:30:00Z', spoken);
      for (let minutes = 0; minutes < 7 * 24 * 60; minutes += 5) {
        const startAt = minuteAfter(context.anchor, minutes);
        expect(readDateTime({ date: sayInstant(startAt, context) }, context)).toMatchObject({
          kind: 'instant',
          startAt,
        });
      }
    }
  });

  it('names the same day, near or far, with and without the words for near days', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 0, max: 183 }), fc.boolean(), (context, days, relative) => {
        const date = DateTime.fromJSDate(context.anchor, { zone: context.zone }).plus({ days }).toISODate() ?? '';
        expect(readDateTime({ date: sayDate(date, context, { relative }) }, context)).toEqual({ kind: 'day', date });
      }),
      { numRuns: 1000 },
    );
  });

  it('names the same time of a given day', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 24 * 60, max: 182 * 24 * 60 }), (context, minutes) => {
        const startAt = minuteAfter(context.anchor, minutes);
        const contextDate = DateTime.fromJSDate(startAt, { zone: context.zone }).toISODate()!;
        const reading = readDateTime({ time: sayTime(startAt, context) }, { ...context, contextDate });
        expect(reading).toMatchObject({ kind: 'instant', startAt });
      }),
      { numRuns: 1000 },
    );
  });

  it('names the same wall-clock time of the day talked about', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), (context, hour, minute) => {
        const onDay = onNextDay(context);
        const reading = readDateTime({ time: sayTime({ hour, minute }, onDay) }, onDay);
        const isSkipped = reading.kind === 'invalid_time' && reading.reason === 'nonexistent_time';
        if (!isSkipped) expect(reading).toMatchObject({ kind: 'instant', time: { hour, minute } });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives date and time in separate fields and comes to the same instant', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 0, max: 180 * 24 }), (context, quarterHours) => {
        const startAt = minuteAfter(context.anchor, quarterHours * 15);
        const fields = { date: sayDate(startAt, context), time: sayTime(startAt, context) };
        expect(readDateTime(fields, context)).toMatchObject({ kind: 'instant', startAt });
      }),
      { numRuns: 1000 },
    );
  });

  it('says a day beyond the horizon with its year, and reading it asks for confirmation', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 185, max: 900 }), (context, days) => {
        const at = new Date(context.anchor.getTime() + days * DAY_MS);
        const date = DateTime.fromJSDate(at, { zone: context.zone }).toISODate() ?? '';
        expect(readDateTime({ date: sayDate(at, context) }, context)).toMatchObject({
          kind: 'confirm_date',
          date,
          reason: 'far_future',
        });
      }),
      { numRuns: 300 },
    );
  });
});
