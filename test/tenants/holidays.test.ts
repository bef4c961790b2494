import fc from 'fast-check';
import { tenantId, type Holiday } from '../../src/domain';
import { addDays } from '../../src/local-time';
import { HolidayExpiry, type ClosedDay } from '../../src/services/admin/watch';
import { holidayOn, holidaysWithin, isOpenOn, spansOn } from '../../src/services/tenants/opening-hours';
import { LAENDER, missingHolidays, movableUntil, publicHolidays } from '../../src/services/tenants/public-holidays';

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
    expect(movableUntil(entered.map(({ firstDay }) => firstDay))).toBe(2027);
    expect(movableUntil(['2027-12-24', '2026-10-03'])).toBeNull();
    expect(missingHolidays([], { ...wish, only: ['2027-03-26'] }, 'en')).toEqual([
      { ...holiday('2027-03-26'), name: 'Good Friday' },
    ]);
  });
});

test('that move with Easter raise an alert half a year before they run out, until the next ones are entered', async () => {
  const [salon, practice, fine] = [tenantId('salon'), tenantId('practice'), tenantId('fine')];
  const day = (companyId: ClosedDay['companyId'], firstDay: string, branchId: string | null = null): ClosedDay => ({
    ...{ companyId, firstDay, branchId },
  });
  const days = [day(salon, '2028-04-14'), day(salon, '2029-12-24'), day(fine, '2027-12-24')];
  // One branch has more years than the other.
  days.push(day(practice, '2028-04-14', 'a'), day(practice, '2029-03-30', 'b'));
  let log: string[] = [];
  let now = '2028-06-30';
  const expiry = new HolidayExpiry({
    companies: { ids: async () => [salon, practice, fine], closedDays: async () => days },
    alerts: {
      raise: ({ kind, message }, key) => void log.push(`${kind} ${key} ${/\d{4}/.exec(message.en)?.[0]}`),
      settle: (keys) => void log.push(...keys.map((key) => `settled ${key}`)),
    },
    nowMs: () => Date.parse(now),
  });
  const look = async (): Promise<string[]> => {
    log = [];
    await expiry.look();
    return log;
  };
  const settled = (...ids: string[]): string[] => ids.map((id) => `settled holidays:${id}`);
  expect(await look()).toEqual(settled('salon', 'practice', 'fine'));
  now = '2028-07-03';
  expect(await look()).toEqual([
    ...['holidays_end holidays:salon 2028', 'holidays_end holidays:practice 2028', 'settled holidays:fine'],
  ]);
  days.push(day(salon, '2029-03-30'), day(practice, '2029-03-30', 'a'));
  expect(await look()).toEqual(settled('salon', 'practice', 'fine'));
});
