import fc from 'fast-check';
import type { Holiday } from '../../src/domain';
import { addDays } from '../../src/local-time';
import { holidayOn, holidaysWithin, isOpenOn, spansOn } from '../../src/services/tenants/opening-hours';
import { LAENDER, missingHolidays, publicHolidays } from '../../src/services/tenants/public-holidays';

const holiday = (firstDay: string, lastDay = firstDay, isYearly = false): Holiday => ({
  ...{ name: 'Betriebsferien', firstDay, lastDay, isYearly },
});
const ALWAYS = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ open: '09:00', close: '18:00' }]]));

describe('a holiday', () => {
  test('closes its days and no others, whatever the week says', () => {
    const open = { hours: ALWAYS, holidays: [holiday('2026-12-24', '2026-12-31')] };
    expect(['2026-12-23', '2026-12-24', '2026-12-31', '2027-01-01'].map((day) => isOpenOn(open, day))).toEqual([
      ...[true, false, false, true],
    ]);
    expect(spansOn(open, '2026-12-27')).toEqual([]);
    expect(isOpenOn(open, '2027-12-27')).toBe(true);
  });

  test('of every year comes back on the same days, over New Year’s Eve too, and not before it was begun', () => {
    const yearly = [holiday('2026-12-24', '2027-01-06', true)];
    expect(holidayOn(yearly, '2030-01-03')).toMatchObject({ first: '2029-12-24', last: '2030-01-06' });
    expect(holidayOn(yearly, '2029-12-24')).toMatchObject({ first: '2029-12-24', last: '2030-01-06' });
    expect(holidayOn(yearly, '2026-01-03')).toBeNull();
    expect(holidayOn(yearly, '2030-01-07')).toBeNull();
  });

  test('on 29 February is left out in other years, and a range from it begins a day later', () => {
    expect(holidayOn([holiday('2028-02-29', '2028-02-29', true)], '2029-03-01')).toBeNull();
    expect(holidayOn([holiday('2028-02-29', '2028-02-29', true)], '2032-02-29')).not.toBeNull();
    const range = holiday('2028-02-29', '2028-03-03', true);
    expect(holidayOn([range], '2029-03-01')).toMatchObject({ first: '2029-03-01', last: '2029-03-03' });
  });

  test('that ends last is the one that closes a day with several', () => {
    const both = [holiday('2026-12-25'), holiday('2026-12-24', '2027-01-02'), holiday('2026-12-25', '2026-12-26')];
    expect(holidayOn(both, '2026-12-25')).toMatchObject({ first: '2026-12-24', last: '2027-01-02' });
    expect(holidaysWithin(both, '2026-12-01', '2026-12-31').map(({ first }) => first)).toEqual([
      ...['2026-12-24', '2026-12-25', '2026-12-25'],
    ]);
  });

  test('closes exactly the days between its first and last, in whatever year it is looked at', () => {
    const day = fc.integer({ min: 0, max: 364 }).map((days) => addDays('2027-01-01', days));
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 364 }), fc.integer({ min: 0, max: 20 }), (first, length, years) => {
        const yearly = holiday(first, addDays(first, length), true);
        const shifted = (text: string): string => `${Number(text.slice(0, 4)) + years}${text.slice(4)}`;
        const [begin, end] = [shifted(first), shifted(yearly.lastDay)];
        const isReal = addDays(begin, 0) === begin && addDays(end, 0) === end;
        fc.pre(isReal && length < 360);
        expect(holidayOn([yearly], begin)).not.toBeNull();
        expect(holidayOn([yearly], end)).not.toBeNull();
        expect(holidayOn([yearly], addDays(end, 1))).toBeNull();
      }),
    );
  });
});

describe('the public holidays of a Land', () => {
  test('are named in both languages, and say whether they move with Easter', () => {
    const inBavaria = publicHolidays('BY', 2027, 'de');
    expect(inBavaria).toContainEqual({ name: 'Karfreitag', day: '2027-03-26', isYearly: false });
    expect(inBavaria).toContainEqual({ name: 'Heilige Drei Könige', day: '2027-01-06', isYearly: true });
    expect(publicHolidays('BE', 2027, 'en')).toContainEqual({
      name: 'Good Friday',
      day: '2027-03-26',
      isYearly: false,
    });
    for (const land of LAENDER) expect(publicHolidays(land, 2028, 'de').length).toBeGreaterThanOrEqual(9);
  });

  test('are taken over once: those that move for each year, the others for every year', () => {
    const wish = { land: 'BE', years: [2027, 2026], only: null } as const;
    const entered = missingHolidays([], wish, 'de');
    const of = (name: string) => entered.filter((one) => one.name === name).map((one) => one.firstDay);
    expect(of('Karfreitag')).toEqual(['2026-04-03', '2027-03-26']);
    expect(of('Tag der Deutschen Einheit')).toEqual(['2026-10-03']);
    expect(missingHolidays(entered, wish, 'de')).toEqual([]);
    expect(missingHolidays([], { ...wish, only: ['2027-03-26'] }, 'en')).toEqual([
      { ...holiday('2027-03-26'), name: 'Good Friday' },
    ]);
  });
});
