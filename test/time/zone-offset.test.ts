import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addDays,
  addMonths,
  dateOf,
  daysBetween,
  instantOf,
  localOf,
  weekdayOf,
} from '../../src/services/language/reader/calendar';
import { inZone, instantsAt, offsetMinutes, wallMs } from '../../src/local-time';

/** Half and quarter hours, a half-hour summer time, two changes within Ramadan, a skipped day, none at all. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Chatham',
  'Pacific/Apia',
  'America/St_Johns',
  'UTC',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2045, 0) });
/** Within three hours of a change of the clocks in Berlin, to the minute. */
const nearChange = fc
  .tuple(fc.integer({ min: 2020, max: 2035 }), fc.constantFrom(3, 10), fc.integer({ min: -180, max: 180 }))
  .map(([year, month, minutes]) => {
    const last = new Date(Date.UTC(year, month, 0, 1));
    return last.getTime() - last.getUTCDay() * 86_400_000 + minutes * 60_000;
  });
const when = fc.oneof(instant, nearChange);

describe('offsets remembered by day', () => {
  it('are those of the calendar, at any instant in any zone', () => {
    fc.assert(
      fc.property(zone, when, (name, atMs) => {
        expect(offsetMinutes(name, atMs)).toBe(DateTime.fromMillis(atMs, { zone: name }).offset);
        expect(inZone(atMs, name).toISO()).toBe(DateTime.fromMillis(atMs, { zone: name }).toISO());
      }),
      { numRuns: 3000 },
    );
  });

  it('lead back from the wall clock to the instant, alone or as one of two', () => {
    fc.assert(
      fc.property(zone, when, (name, atMs) => {
        const instants = instantsAt(name, wallMs(name, atMs));
        expect(instants).toContain(atMs);
        expect(instants.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the calendar', () => {
  it('counts days, months and weekdays as luxon does', () => {
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: -800, max: 800 }),
        fc.integer({ min: -30, max: 30 }),
        (atMs, days, months) => {
          const at = DateTime.fromMillis(atMs, { zone: 'utc' });
          const date = at.toFormat('yyyy-MM-dd');
          expect(addDays(date, days)).toBe(at.plus({ days }).toFormat('yyyy-MM-dd'));
          expect(addMonths(date, months)).toBe(at.startOf('day').plus({ months }).toFormat('yyyy-MM-dd'));
          expect(daysBetween(date, addDays(date, days))).toBe(days);
          expect(weekdayOf(date)).toBe(at.weekday);
        },
      ),
    );
  });

  it('knows which days there are', () => {
    expect(dateOf(2028, 2, 29)).toBe('2028-02-29');
    expect(dateOf(2027, 2, 29)).toBeNull();
    expect(dateOf(2027, 13, 1)).toBeNull();
    expect(dateOf(2027, 4, 31)).toBeNull();
    expect(dateOf(Number.NaN, 1, 1)).toBeNull();
  });

  it('finds no instant in the gap and both in the repeated hour', () => {
    expect(instantOf('2027-03-28', 2, 30, 'Europe/Berlin')).toBeNull();
    expect(instantOf('2026-10-25', 2, 30, 'Europe/Berlin')?.toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(instantOf('2026-10-25', 2, 30, 'Europe/Berlin', true)?.toISOString()).toBe('2026-10-25T01:30:00.000Z');
    expect(localOf(new Date('2026-10-25T01:30:00Z'), 'Europe/Berlin').repeated).toBe(true);
    expect(localOf(new Date('2026-10-25T00:30:00Z'), 'Europe/Berlin').repeated).toBe(false);
    expect(instantOf('2027-03-27', 24, 0, 'Europe/Berlin')).toBeNull();
    expect(instantOf('2027-02-29', 10, 0, 'Europe/Berlin')).toBeNull();
  });
});
