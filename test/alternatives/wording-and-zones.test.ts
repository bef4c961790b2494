import { AppointmentAlternativeFinder } from '../../src/services/appointment-alternative-finder';
import type { Alternative } from '../../src/services/availability/alternatives/question';
import { AFTERNOON, at, Calendar, offers, question, TODAY } from './kit';

const finder = new AppointmentAlternativeFinder();
const first = async (
  free: string,
  overrides: Parameters<typeof question>[0] = {},
): Promise<Alternative | undefined> => {
  const { alternatives } = await finder.findAlternatives(
    question(overrides),
    new Calendar([free], overrides.zone).read,
  );
  return alternatives[0];
};

test('an alternative says when in every form that an answer needs', async () => {
  expect(await first('2026-11-26 14:30')).toEqual({
    startAt: at('2026-11-26 14:30'),
    date: '2026-11-26',
    time: '14:30',
    datetime: '2026-11-26T14:30:00+01:00',
    strategy: 'next_workday_same_time',
    type: 'next_workday',
    description: 'übermorgen',
    spoken: 'übermorgen um halb drei',
  });
});

test('every type belongs to one strategy', async () => {
  const strategies = new Map<string, string>();
  const free = [
    '2026-11-25 11:00',
    '2026-11-25 13:00',
    '2026-11-25 15:00',
    '2026-11-26 14:00',
    '2026-12-02 14:00',
    '2026-11-27 09:00',
  ];
  for (const overrides of [{}, { preference: AFTERNOON }, { desiredAt: null, desiredDate: '2026-11-25' }]) {
    const { alternatives } = await finder.findAlternatives(
      question({ ...overrides, maxAlternatives: 5, timeWindowHours: 2 }),
      new Calendar(free).read,
    );
    for (const one of alternatives) strategies.set(one.type, one.strategy);
  }
  expect(Object.fromEntries(strategies)).toEqual({
    same_day_earlier: 'same_day_different_time',
    same_day_later: 'same_day_different_time',
    next_workday: 'next_workday_same_time',
    next_week: 'next_week_same_day',
    next_available: 'next_available_workday',
    same_day_in_window: 'same_day_in_window',
    same_window_other_day: 'same_window_other_days',
  });
});

describe('descriptions', () => {
  const today = at(`${TODAY} 14:00`);
  const friday = at('2026-11-27 14:00');
  const saturday = { desiredAt: at('2026-11-28 11:00') };
  const afternoon = { desiredAt: null, desiredDate: '2026-11-25', preference: AFTERNOON };

  test.each([
    ['2026-11-25 13:00', {}, 'am gleichen Tag (früher)', 'the same day (earlier)'],
    ['2026-11-25 15:00', {}, 'am gleichen Tag (später)', 'the same day (later)'],
    ['2026-11-25 15:00', afternoon, 'am gleichen Tag', 'the same day'],
    ['2026-12-04 14:00', { desiredAt: friday }, 'nächste Woche Freitag', 'next week Friday'],
    ['2026-11-27 09:00', {}, 'nächster verfügbarer Termin', 'next available appointment'],
    ['2026-11-25 14:00', { desiredAt: today }, 'morgen', 'tomorrow'],
    ['2026-11-26 14:00', {}, 'übermorgen', 'the day after tomorrow'],
    ['2026-11-30 11:00', saturday, 'Montag', 'Monday'],
    ['2026-12-01 15:00', afternoon, 'nächste Woche Dienstag', 'next week Tuesday'],
    ['2026-12-08 15:00', afternoon, 'am 08.12.2026', 'on December 8, 2026'],
    ['2026-11-24 15:00', { ...afternoon, desiredDate: '2026-11-23' }, 'heute', 'today'],
  ])('%s is %o', async (free, overrides, german, english) => {
    expect((await first(free, overrides))?.description).toBe(german);
    expect((await first(free, { ...overrides, language: 'en' }))?.description).toBe(english);
  });

  test('"morgen" hangs on the start of the call, even when it has passed midnight', async () => {
    const wish = { desiredAt: at('2026-11-24 14:00'), now: at('2026-11-25 00:05'), anchor: at('2026-11-24 23:55') };
    expect(await first('2026-11-25 14:00', wish)).toMatchObject({
      description: 'morgen',
      spoken: 'morgen um vierzehn Uhr',
    });
  });
});

describe('clock changes', () => {
  test('the same clock time after the change is the same time, though 25 hours later', async () => {
    const wish = { desiredAt: at('2026-10-24 11:00'), now: at('2026-10-23 08:00'), hours: {} };
    expect(await first('2026-10-25 11:00', wish)).toMatchObject({
      type: 'next_workday',
      time: '11:00',
      datetime: '2026-10-25T11:00:00+01:00',
    });
    const spring = { desiredAt: at('2026-03-28 11:00'), now: at('2026-03-27 08:00'), hours: {} };
    expect(await first('2026-03-29 11:00', spring)).toMatchObject({
      type: 'next_workday',
      datetime: '2026-03-29T11:00:00+02:00',
    });
  });

  test('on the day of the change the wished part of the day is read off the clock', async () => {
    const preference = { ...AFTERNOON, fromMinutes: 12 * 60, toMinutes: 13 * 60 };
    const wish = {
      desiredAt: null,
      desiredDate: '2026-10-25',
      preference,
      hours: {},
      now: at('2026-10-24 08:00'),
      maxAlternatives: 5,
    };
    const calendar = new Calendar(['2026-10-25 11:30', '2026-10-25 12:00', '2026-10-25 12:30', '2026-10-25 13:00']);
    expect(offers(await finder.findAlternatives(question(wish), calendar.read)).slice(0, 2)).toEqual([
      '2026-10-25 12:00 same_day_in_window',
      '2026-10-25 12:30 same_day_in_window',
    ]);
  });

  test('an hour that happens twice is offered as the instants it is', async () => {
    const twice = [new Date('2026-10-25T00:30:00Z'), new Date('2026-10-25T01:30:00Z')];
    const wish = { desiredAt: null, desiredDate: '2026-10-25', hours: {}, now: at('2026-10-24 08:00') };
    const { alternatives } = await finder.findAlternatives(question(wish), new Calendar(twice).read);
    expect(alternatives.map((one) => one.datetime)).toEqual(['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00']);
  });

  test('in a zone far away its own calendar counts', async () => {
    const zone = 'Pacific/Auckland';
    const wish = { zone, desiredAt: at('2026-11-25 09:00', zone), now: at('2026-11-24 22:00', zone), hours: {} };
    expect(await first('2026-11-26 09:00', wish)).toMatchObject({
      date: '2026-11-26',
      time: '09:00',
      datetime: '2026-11-26T09:00:00+13:00',
      description: 'übermorgen',
    });
  });
});
