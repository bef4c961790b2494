import fc from 'fast-check';
import { DateTime } from 'luxon';
import { AppointmentAlternativeFinder } from '../../src/services/appointment-alternative-finder';
import type { Alternative, AlternativesQuestion } from '../../src/services/availability/alternatives/question';
import { AFTERNOON, Calendar, HOURS, question } from './kit';

const finder = new AppointmentAlternativeFinder();
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const BONUS: Record<string, number> = { next_workday: 250, next_week: 150, next_available: 100 };

/** The published rule: nearness first, then the kind; on the same day the half of the day that was asked for. */
function score(one: Alternative, desiredAt: Date, zone: string): number {
  const afternoon = DateTime.fromJSDate(desiredAt, { zone }).hour >= 12;
  const away = Math.abs(one.startAt.getTime() - desiredAt.getTime()) / 60_000;
  const sameDay: Record<string, number> = {
    same_day_later: afternoon ? 500 : 300,
    same_day_earlier: afternoon ? 300 : 500,
  };
  return 10_000 - away + (sameDay[one.type] ?? BONUS[one.type] ?? 0);
}

interface Case {
  asked: AlternativesQuestion;
  calendar: Calendar;
}

/** Around both clock changes of the year, in zones that have them, have none, or have them elsewhere. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
    nowMs: fc
      .constantFrom('2026-03-27T08:10:00Z', '2026-10-23T12:00:00Z', '2026-11-24T07:00:00Z', '2026-12-29T09:59:00Z')
      .map((iso) => Date.parse(iso)),
    desired: fc.integer({ min: 0, max: 18 * 96 }),
    free: fc.uniqueArray(fc.integer({ min: -96, max: 32 * 96 }), { maxLength: 60 }),
    held: fc.array(fc.nat(59), { maxLength: 5 }),
    offered: fc.array(fc.nat(59), { maxLength: 20 }),
    own: fc.array(
      fc.record({ start: fc.integer({ min: 0, max: 15 * 96 }), quarters: fc.integer({ min: 1, max: 12 }) }),
      { maxLength: 4 },
    ),
    durationMinutes: fc.constantFrom(15, 30, 60, 90),
    maxAlternatives: fc.integer({ min: 1, max: 5 }),
    timeWindowHours: fc.integer({ min: 1, max: 4 }),
    minimumNoticeMinutes: fc.constantFrom(0, 60, 24 * 60),
    language: fc.constantFrom('de' as const, 'en' as const),
    hours: fc.constantFrom(HOURS, {}),
    kind: fc.constantFrom('time', 'day', 'part', 'time and part'),
  })
  .map(({ zone, nowMs, desired, free, held, offered, own, kind, ...rest }) => {
    const startOf = (quarters: number): number => Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS + quarters * QUARTER_MS;
    const desiredAt = new Date(startOf(desired));
    const calendar = new Calendar(
      free.map((quarters) => new Date(startOf(quarters))),
      zone,
    );
    const among = (places: number[]) => {
      const chosen = new Set(places.map((place) => calendar.starts[place]));
      return (startMs: number) => chosen.has(startMs);
    };
    return {
      calendar,
      asked: question({
        ...rest,
        zone,
        now: new Date(nowMs),
        desiredAt: kind.startsWith('time') ? desiredAt : null,
        desiredDate: DateTime.fromJSDate(desiredAt, { zone }).toFormat('yyyy-MM-dd'),
        ...(kind.endsWith('part') ? { preference: AFTERNOON } : {}),
        heldByOthers: among(held),
        offeredToOthers: among(offered),
        customerAppointments: own.map(({ start, quarters }) => ({
          startsAt: new Date(startOf(start)),
          endsAt: new Date(startOf(start + quarters)),
        })),
      }),
    };
  });

const check = (property: (one: Case, alternatives: Alternative[]) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(cases, async (one) => {
      property(one, (await finder.findAlternatives(one.asked, one.calendar.read)).alternatives);
    }),
    { numRuns: 100 },
  );

const offerable = ({ asked, calendar }: Case): number[] =>
  calendar.starts.filter(
    (startMs) =>
      startMs !== asked.desiredAt?.getTime() &&
      startMs >= asked.now.getTime() + asked.minimumNoticeMinutes * 60_000 &&
      !asked.heldByOthers(startMs) &&
      asked.customerAppointments.every(
        (own) => own.endsAt.getTime() <= startMs || startMs + asked.durationMinutes * 60_000 <= own.startsAt.getTime(),
      ),
  );

describe('for any wish and any listing', () => {
  test('only starts that were listed and may be offered, each once, never more than asked for', () =>
    check((one, alternatives) => {
      const starts = alternatives.map((alternative) => alternative.startAt.getTime());
      expect(offerable(one)).toEqual(expect.arrayContaining(starts));
      expect(new Set(starts).size).toBe(starts.length);
      expect(starts.length).toBeLessThanOrEqual(one.asked.maxAlternatives);
    }));

  test('as many as asked for when later days have that many', () =>
    check((one, alternatives) => {
      const { desiredDate, zone, now, maxAlternatives } = one.asked;
      const endOfDayMs = DateTime.fromISO(desiredDate, { zone }).plus({ days: 1 }).toMillis();
      const known = offerable(one).filter((startMs) => startMs >= endOfDayMs && startMs < now.getTime() + 14 * DAY_MS);
      expect(alternatives.length).toBeGreaterThanOrEqual(Math.min(maxAlternatives, known.length));
    }));

  test('date, time and offset are those of the start', () =>
    check(({ asked }, alternatives) => {
      for (const { startAt, date, time, datetime } of alternatives) {
        expect(new Date(datetime).getTime()).toBe(startAt.getTime());
        expect(datetime.slice(0, 16)).toBe(`${date}T${time}`);
        expect(DateTime.fromJSDate(startAt, { zone: asked.zone }).toFormat('yyyy-MM-dd HH:mm')).toBe(`${date} ${time}`);
      }
    }));

  test('each type is true: same day, window, a week later, same clock time', () =>
    check(({ asked }, alternatives) => {
      const { desiredAt, desiredDate, timeWindowHours, zone } = asked;
      const day = DateTime.fromISO(desiredDate, { zone });
      const minutes = desiredAt
        ? DateTime.fromJSDate(desiredAt, { zone }).hour * 60 + DateTime.fromJSDate(desiredAt, { zone }).minute
        : 0;
      for (const one of alternatives) {
        const clock = Number(one.time.slice(0, 2)) * 60 + Number(one.time.slice(3));
        const away = one.startAt.getTime() - (desiredAt?.getTime() ?? 0);
        if (one.type.startsWith('same_day')) expect(one.date).toBe(desiredDate);
        else expect(one.date >= desiredDate).toBe(true);
        if (desiredAt && one.strategy === 'same_day_different_time') {
          expect(one.type).toBe(away < 0 ? 'same_day_earlier' : 'same_day_later');
          expect(Math.abs(away)).toBeLessThanOrEqual(timeWindowHours * 3_600_000);
        }
        if (one.type === 'next_week') expect(one.date).toBe(day.plus({ weeks: 1 }).toFormat('yyyy-MM-dd'));
        if (one.type === 'next_week' || one.type === 'next_workday')
          expect(Math.abs(clock - minutes)).toBeLessThanOrEqual(timeWindowHours * 60);
        if (asked.preference && /window/.test(one.type)) {
          expect(clock).toBeGreaterThanOrEqual(asked.preference.fromMinutes);
          expect(clock).toBeLessThan(asked.preference.toMinutes);
        }
      }
    }));

  test('the order is by score, ties by the earlier start, among those that nothing speaks against', () =>
    check(({ asked }, alternatives) => {
      const { desiredAt, zone } = asked;
      if (!desiredAt || asked.preference) return;
      const flawless = alternatives.filter((one) => !asked.offeredToOthers(one.startAt.getTime()));
      const always = Object.keys(asked.hours).length === 0 ? flawless : [];
      for (const [at, one] of always.entries()) {
        const next = always[at + 1];
        if (!next) continue;
        const [better, worse] = [score(one, desiredAt, zone), score(next, desiredAt, zone)];
        expect(better > worse || (better === worse && one.startAt < next.startAt)).toBe(true);
      }
    }));

  test('what others were offered comes after everything else, and a wished part of the day before the rest', () =>
    check(({ asked }, alternatives) => {
      const tiers = alternatives.map((one) => {
        const inWindow = !asked.preference || /window/.test(one.type);
        return (asked.offeredToOthers(one.startAt.getTime()) ? 2 : 0) + (inWindow ? 0 : 1);
      });
      expect(tiers).toEqual([...tiers].sort());
    }));

  test('the listing is looked at once when it brings anything, never more than twice', () =>
    check(({ calendar }, alternatives) => {
      const lastOfFirstLook = calendar.asked[0]?.[1] ?? '';
      const enough = alternatives.some((one) => one.date <= lastOfFirstLook);
      expect(calendar.asked.length).toBeLessThanOrEqual(enough ? 1 : 2);
    }));

  test('asking again changes nothing', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ asked, calendar }) => {
        const first = await finder.findAlternatives(asked, calendar.read);
        expect(await finder.findAlternatives(asked, calendar.read)).toEqual(first);
      }),
    ));

  test('the order in which a day is listed, and duplicates in it, make no difference', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ asked, calendar }) => {
        const muddled: typeof calendar.read = async (from, to) => {
          const { days, stale } = await calendar.read(from, to);
          return {
            days: new Map([...days].reverse().map(([date, starts]) => [date, [...starts, ...starts].reverse()])),
            stale,
          };
        };
        expect(await finder.findAlternatives(asked, muddled)).toEqual(
          await finder.findAlternatives(asked, calendar.read),
        );
      }),
    ));
});
