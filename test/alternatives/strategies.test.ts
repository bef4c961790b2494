import { AppointmentAlternativeFinder } from '../../src/services/appointment-alternative-finder';
import { AFTERNOON, at, Calendar, offers, question } from './kit';

const finder = new AppointmentAlternativeFinder();
const find = async (free: string[], overrides: Parameters<typeof question>[0] = {}): Promise<string[]> =>
  offers(await finder.findAlternatives(question(overrides), new Calendar(free).read));

describe('the same day, another time', () => {
  test('two hours to either side are looked at, and not a minute more', async () => {
    const free = ['2026-11-25 11:30', '2026-11-25 12:00', '2026-11-25 16:00', '2026-11-25 16:30'];
    expect(await find(free, { maxAlternatives: 5 })).toEqual([
      '2026-11-25 16:00 same_day_later',
      '2026-11-25 12:00 same_day_earlier',
      '2026-11-25 16:30 next_available',
    ]);
  });

  test('in the afternoon later is preferred where the distance is close', async () => {
    expect(await find(['2026-11-25 13:00', '2026-11-25 15:00'])).toEqual([
      '2026-11-25 15:00 same_day_later',
      '2026-11-25 13:00 same_day_earlier',
    ]);
    expect(await find(['2026-11-25 13:30', '2026-11-25 16:00'])).toEqual([
      '2026-11-25 16:00 same_day_later',
      '2026-11-25 13:30 same_day_earlier',
    ]);
  });

  test('before noon earlier is preferred', async () => {
    const free = ['2026-11-25 10:00', '2026-11-25 12:00'];
    expect(await find(free, { desiredAt: at('2026-11-25 11:00') })).toEqual([
      '2026-11-25 10:00 same_day_earlier',
      '2026-11-25 12:00 same_day_later',
    ]);
  });

  test('a longer window is the company’s choice', async () => {
    expect(await find(['2026-11-25 10:00'], { timeWindowHours: 4 })).toEqual(['2026-11-25 10:00 same_day_earlier']);
  });

  test('what is free later that day is the next available, before any other day', async () => {
    expect(await find(['2026-11-25 17:00', '2026-11-26 14:00'])).toEqual([
      '2026-11-25 17:00 next_available',
      '2026-11-26 14:00 next_workday',
    ]);
  });
});

describe('the next workday at the same time', () => {
  test('the same clock time is taken when it is listed', async () => {
    const free = ['2026-11-26 09:00', '2026-11-26 13:30', '2026-11-26 14:00', '2026-11-26 14:30'];
    expect(await find(free, { maxAlternatives: 5 })).toContain('2026-11-26 14:00 next_workday');
  });

  test('else the nearest within the window, never a time that is not listed', async () => {
    expect(await find(['2026-11-26 13:30', '2026-11-26 15:00'], { maxAlternatives: 1 })).toEqual([
      '2026-11-26 13:30 next_workday',
    ]);
  });

  test('of two equally near the earlier', async () => {
    const all = await find(['2026-11-26 13:00', '2026-11-26 15:00'], { maxAlternatives: 5 });
    expect(all.filter((one) => one.endsWith('next_workday'))).toEqual(['2026-11-26 13:00 next_workday']);
  });

  test('outside the window it is only the next available', async () => {
    expect(await find(['2026-11-26 10:00'])).toEqual(['2026-11-26 10:00 next_available']);
  });

  test('the next workday is the next day the branch is open: after Friday, Saturday', async () => {
    const desiredAt = at('2026-11-27 11:00');
    expect(await find(['2026-11-28 11:00', '2026-11-30 11:00'], { desiredAt })).toEqual([
      '2026-11-28 11:00 next_workday',
      '2026-11-30 11:00 next_available',
    ]);
  });

  test('a closed day is jumped over: after Saturday, Monday', async () => {
    expect(await find(['2026-11-30 11:00'], { desiredAt: at('2026-11-28 11:00') })).toEqual([
      '2026-11-30 11:00 next_workday',
    ]);
  });

  test('in a branch without opening hours every day is open', async () => {
    const free = ['2026-11-29 11:00'];
    expect(await find(free, { desiredAt: at('2026-11-28 11:00'), hours: {} })).toEqual([
      '2026-11-29 11:00 next_workday',
    ]);
  });
});

describe('the same weekday of the next week', () => {
  test('the same clock time, or the nearest within the window', async () => {
    expect(await find(['2026-12-02 14:00'])).toEqual(['2026-12-02 14:00 next_week']);
    expect(await find(['2026-12-02 13:00'])).toEqual(['2026-12-02 13:00 next_week']);
    expect(await find(['2026-12-02 10:00'])).toEqual(['2026-12-02 10:00 next_available']);
  });
});

describe('the next available', () => {
  test('the first start of each of the next open days, so that callers hear different days', async () => {
    const free = ['2026-11-26 09:00', '2026-11-26 09:30', '2026-11-27 09:00', '2026-11-30 16:00'];
    expect(await find(free, { maxAlternatives: 3 })).toEqual([
      '2026-11-26 09:00 next_available',
      '2026-11-27 09:00 next_available',
      '2026-11-30 16:00 next_available',
    ]);
  });

  test('more of one day only when the others have nothing', async () => {
    const free = ['2026-11-26 09:00', '2026-11-26 09:30', '2026-11-26 10:00'];
    expect(await find(free)).toEqual(['2026-11-26 09:00 next_available', '2026-11-26 09:30 next_available']);
  });

  test('beyond seven open days only when those are full', async () => {
    expect(await find(['2026-12-07 09:00', '2026-12-08 09:00'])).toEqual([
      '2026-12-07 09:00 next_available',
      '2026-12-08 09:00 next_available',
    ]);
    expect(await find(['2026-11-27 09:00', '2026-11-27 09:30', '2026-12-07 09:00'])).toEqual([
      '2026-11-27 09:00 next_available',
      '2026-11-27 09:30 next_available',
    ]);
  });
});

describe('a day without a time', () => {
  const dayOnly = { desiredAt: null, desiredDate: '2026-11-25' };

  test('its starts from the beginning on, then the next available', async () => {
    expect(
      await find(['2026-11-25 10:00', '2026-11-25 16:00', '2026-11-26 09:00'], { ...dayOnly, maxAlternatives: 3 }),
    ).toEqual([
      '2026-11-25 10:00 same_day_in_window',
      '2026-11-25 16:00 same_day_in_window',
      '2026-11-26 09:00 next_available',
    ]);
  });

  test('a full day gives the next ones', async () => {
    expect(await find(['2026-11-27 15:00', '2026-11-28 09:00'], dayOnly)).toEqual([
      '2026-11-27 15:00 next_available',
      '2026-11-28 09:00 next_available',
    ]);
  });

  test('a preference for any time is none', async () => {
    const any = { kind: 'any' as const, fromMinutes: 0, toMinutes: 1440, label: 'egal wann' };
    expect(await find(['2026-11-25 10:00'], { ...dayOnly, preference: any })).toEqual([
      '2026-11-25 10:00 same_day_in_window',
    ]);
  });
});

describe('a part of the day', () => {
  const afternoon = { desiredAt: null, desiredDate: '2026-11-25', preference: AFTERNOON };

  test('starts within it come first, on that day and then on others', async () => {
    const free = ['2026-11-25 11:30', '2026-11-25 15:00', '2026-11-26 12:00', '2026-11-26 09:00'];
    expect(await find(free, { ...afternoon, maxAlternatives: 4 })).toEqual([
      '2026-11-25 15:00 same_day_in_window',
      '2026-11-26 12:00 same_window_other_day',
      '2026-11-25 11:30 same_day_earlier',
      '2026-11-26 09:00 next_available',
    ]);
  });

  test('its end does not belong to it', async () => {
    expect(await find(['2026-11-25 18:00'], { ...afternoon, hours: {} })).toEqual(['2026-11-25 18:00 same_day_later']);
  });

  test('one start of each day first, more of a day when that is too little', async () => {
    const free = ['2026-11-26 12:00', '2026-11-26 13:00', '2026-11-27 12:00'];
    expect(await find(free, afternoon)).toEqual([
      '2026-11-26 12:00 same_window_other_day',
      '2026-11-27 12:00 same_window_other_day',
    ]);
    expect(await find(free.slice(0, 2), afternoon)).toEqual([
      '2026-11-26 12:00 same_window_other_day',
      '2026-11-26 13:00 same_window_other_day',
    ]);
  });

  test('even beyond seven open days before the other half of a near day', async () => {
    expect(await find(['2026-11-26 09:00', '2026-12-07 15:00'], afternoon)).toEqual([
      '2026-12-07 15:00 same_window_other_day',
      '2026-11-26 09:00 next_available',
    ]);
  });

  test('with a time as well, the nearest to that time', async () => {
    const free = ['2026-11-26 12:00', '2026-11-26 14:30', '2026-11-25 12:00'];
    expect(await find(free, { desiredAt: at('2026-11-25 14:00'), preference: AFTERNOON })).toEqual([
      '2026-11-25 12:00 same_day_in_window',
      '2026-11-26 14:30 same_window_other_day',
    ]);
  });
});

describe('what is never offered', () => {
  test('the asked time', async () => {
    expect(await find(['2026-11-25 14:00'])).toEqual([]);
  });

  test('a start in the past or too soon; exactly at the notice is soon enough', async () => {
    const now = at('2026-11-25 13:00');
    const free = ['2026-11-25 12:30', '2026-11-25 13:30', '2026-11-25 15:00'];
    expect(await find(free, { now, minimumNoticeMinutes: 120 })).toEqual(['2026-11-25 15:00 same_day_later']);
    expect(await find(free, { now })).toEqual(['2026-11-25 15:00 same_day_later', '2026-11-25 13:30 same_day_earlier']);
  });

  test('a start that overlaps the caller’s own appointment; touching is fine', async () => {
    const customerAppointments = [{ startsAt: at('2026-11-25 15:00'), endsAt: at('2026-11-25 15:30') }];
    const free = ['2026-11-25 14:30', '2026-11-25 14:45', '2026-11-25 15:00', '2026-11-25 15:15', '2026-11-25 15:30'];
    expect((await find(free, { customerAppointments, maxAlternatives: 5 })).sort()).toEqual([
      '2026-11-25 14:30 same_day_later',
      '2026-11-25 15:30 same_day_later',
    ]);
  });

  test('a start reserved for another caller', async () => {
    const held = at('2026-11-25 14:30').getTime();
    expect(
      await find(['2026-11-25 14:30', '2026-11-25 15:00'], { heldByOthers: (startMs) => startMs === held }),
    ).toEqual(['2026-11-25 15:00 same_day_later']);
  });
});

describe('what is offered last', () => {
  const offeredAt = at('2026-11-25 14:30').getTime();
  const offeredToOthers = (startMs: number): boolean => startMs === offeredAt;

  test('a start that another caller was offered, only when nothing else is left', async () => {
    const free = ['2026-11-25 14:30', '2026-12-02 14:00'];
    expect(await find(free, { offeredToOthers })).toEqual([
      '2026-12-02 14:00 next_week',
      '2026-11-25 14:30 same_day_later',
    ]);
    expect(await find([...free, '2026-12-07 09:00'], { offeredToOthers })).toEqual([
      '2026-12-02 14:00 next_week',
      '2026-12-07 09:00 next_available',
    ]);
    expect(await find(['2026-11-25 14:30'], { offeredToOthers })).toEqual(['2026-11-25 14:30 same_day_later']);
  });

  test('a start outside the opening hours, though Cal.com lists it', async () => {
    expect(
      await find(['2026-11-25 18:00', '2026-11-29 10:00', '2026-11-30 10:00'], { desiredAt: at('2026-11-25 17:00') }),
    ).toEqual(['2026-11-30 10:00 next_available', '2026-11-25 18:00 same_day_later']);
  });

  test('a start so late that the appointment would end after closing', async () => {
    const free = ['2026-11-25 17:30', '2026-11-25 15:30'];
    expect(await find(free, { desiredAt: at('2026-11-25 17:00'), durationMinutes: 60 })).toEqual([
      '2026-11-25 15:30 same_day_earlier',
      '2026-11-25 17:30 same_day_later',
    ]);
  });
});
