import { AppointmentAlternativeFinder } from '../../src/services/appointment-alternative-finder';
import { addDays } from '../../src/local-time';
import { UpstreamUnavailable } from '../../src/errors';
import { at, Calendar, nextQuestion, offers, question, TODAY } from './kit';

const finder = new AppointmentAlternativeFinder();

describe('how far alternatives are looked for', () => {
  test('one look, from the wished day to the end of what is known anyway', async () => {
    const calendar = new Calendar(['2026-11-26 14:00']);
    await finder.findAlternatives(question(), calendar.read);
    expect(calendar.asked).toEqual([['2026-11-25', addDays(TODAY, 14)]]);
  });

  test('a wish for a day gone by is looked for from today on', async () => {
    const calendar = new Calendar(['2026-11-24 14:00', '2026-11-25 14:00']);
    const found = await finder.findAlternatives(question({ desiredAt: at('2026-11-20 14:00') }), calendar.read);
    expect(calendar.asked).toEqual([[TODAY, addDays(TODAY, 14)]]);
    expect(offers(found)).toEqual(['2026-11-24 14:00 next_workday', '2026-11-25 14:00 next_available']);
  });

  test('a wish beyond that is looked for in the 14 days after it', async () => {
    const calendar = new Calendar(['2027-01-21 10:00']);
    const found = await finder.findAlternatives(question({ desiredAt: at('2027-01-20 10:00') }), calendar.read);
    expect(calendar.asked).toEqual([['2027-01-20', '2027-02-03']]);
    expect(offers(found)).toEqual(['2027-01-21 10:00 next_workday']);
  });

  test('a second look only when the first brought nothing at all', async () => {
    const calendar = new Calendar(['2026-12-14 10:00']);
    const found = await finder.findAlternatives(question({ desiredAt: at('2026-12-04 10:00') }), calendar.read);
    expect(calendar.asked).toEqual([
      ['2026-12-04', '2026-12-08'],
      ['2026-12-04', '2026-12-18'],
    ]);
    expect(offers(found)).toEqual(['2026-12-14 10:00 next_available']);
  });

  test('no second look for today, whose horizon is complete', async () => {
    const calendar = new Calendar([]);
    const found = await finder.findAlternatives(question({ desiredAt: at(`${TODAY} 14:00`) }), calendar.read);
    expect(calendar.asked).toHaveLength(1);
    expect(found).toEqual({ alternatives: [], stale: false });
  });

  test('that the listing was old is passed on', async () => {
    const calendar = new Calendar(['2026-11-26 14:00']);
    calendar.stale = true;
    expect((await finder.findAlternatives(question(), calendar.read)).stale).toBe(true);
  });

  test('that Cal.com cannot be asked is passed on', async () => {
    const down = (): Promise<never> => Promise.reject(new UpstreamUnavailable('down', true));
    await expect(finder.findAlternatives(question(), down)).rejects.toBeInstanceOf(UpstreamUnavailable);
    await expect(finder.findNextAvailable(nextQuestion(), down)).rejects.toBeInstanceOf(UpstreamUnavailable);
  });
});

describe('the next available start', () => {
  test('is the first that is listed from the day on, from one look', async () => {
    const calendar = new Calendar(['2026-11-25 10:00', '2026-11-26 11:30', '2026-11-26 11:00']);
    expect(await finder.findNextAvailable(nextQuestion({ from: '2026-11-26' }), calendar.read)).toEqual({
      startAt: at('2026-11-26 11:00'),
      stale: false,
    });
    expect(calendar.asked).toEqual([['2026-11-26', addDays(TODAY, 14)]]);
  });

  test('is looked for in one more horizon, and no further', async () => {
    const calendar = new Calendar(['2026-12-20 11:00']);
    expect((await finder.findNextAvailable(nextQuestion({ hours: {} }), calendar.read)).startAt).toEqual(
      at('2026-12-20 11:00'),
    );
    expect(calendar.asked).toEqual([
      ['2026-11-24', '2026-12-08'],
      ['2026-12-09', '2026-12-23'],
    ]);
    const empty = new Calendar([]);
    expect(await finder.findNextAvailable(nextQuestion(), empty.read)).toEqual({ startAt: null, stale: false });
    expect(empty.asked).toHaveLength(2);
  });

  test('is not in the past, not too soon and not reserved', async () => {
    const calendar = new Calendar([`${TODAY} 07:30`, `${TODAY} 08:30`, `${TODAY} 10:00`, `${TODAY} 11:00`]);
    const held = at(`${TODAY} 10:00`).getTime();
    const asked = nextQuestion({ minimumNoticeMinutes: 60, heldByOthers: (startMs) => startMs === held });
    expect((await finder.findNextAvailable(asked, calendar.read)).startAt).toEqual(at(`${TODAY} 11:00`));
  });

  test('is one that no other caller was offered, within the opening hours, if there is any', async () => {
    const calendar = new Calendar([`${TODAY} 08:30`, `${TODAY} 09:00`, `${TODAY} 09:30`]);
    const offered = at(`${TODAY} 09:00`).getTime();
    const offeredToOthers = (startMs: number): boolean => startMs === offered;
    expect((await finder.findNextAvailable(nextQuestion({ offeredToOthers }), calendar.read)).startAt).toEqual(
      at(`${TODAY} 09:30`),
    );
    const only = new Calendar([`${TODAY} 09:00`]);
    expect((await finder.findNextAvailable(nextQuestion({ offeredToOthers }), only.read)).startAt).toEqual(
      at(`${TODAY} 09:00`),
    );
    const early = new Calendar([`${TODAY} 08:30`]);
    expect((await finder.findNextAvailable(nextQuestion(), early.read)).startAt).toEqual(at(`${TODAY} 08:30`));
  });

  test('a day gone by means today', async () => {
    const calendar = new Calendar([`${TODAY} 09:00`]);
    expect((await finder.findNextAvailable(nextQuestion({ from: '2026-01-01' }), calendar.read)).startAt).toEqual(
      at(`${TODAY} 09:00`),
    );
  });
});
