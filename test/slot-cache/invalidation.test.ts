import { tenantId } from '../../src/domain';
import { AvailabilityInvalidation } from '../../src/services/availability/availability-invalidation';
import { LocalChanges } from '../../src/services/availability/local-changes';
import type { SlotCacheUnit } from '../../src/services/availability/slot-cache';
import { addDays } from '../../src/local-time';
import { FakeClock } from '../support/fake-clock';
import { at, bench, EVENT_TYPE, eventType, hold, question, TENANT, TODAY, turns, workingDay, type Bench } from './kit';

const TEN = at(TODAY, '10:00');

function book(
  unit: SlotCacheUnit,
  time = '10:00',
  hostId: number | null = 7,
  eventTypeId = EVENT_TYPE,
): ReturnType<SlotCacheUnit['invalidation']['booked']> {
  const startMs = at(TODAY, time);
  return unit.invalidation.booked(TENANT, eventTypeId, hostId, new Date(startMs), new Date(startMs + 3_600_000));
}
async function startsOf(set: Bench, unit: SlotCacheUnit, more: Parameters<typeof question>[1] = {}): Promise<number[]> {
  return (await unit.cache.read(question(set.clock, { endDate: TODAY, ...more }))).days.get(TODAY) ?? [];
}

describe('our own booking', () => {
  it('hides its time in the stored days of every process, without a fetch', async () => {
    const set = bench();
    const second = set.open();
    await startsOf(set, set.first);
    const report = await book(set.first);
    expect(report).toMatchObject({ delivered: true, eventTypeIds: [EVENT_TYPE] });
    for (const unit of [set.first, second]) {
      expect(await startsOf(set, unit)).toEqual(workingDay(TODAY).filter((start) => start !== TEN));
    }
    expect(set.upstream.calls).toHaveLength(1);
  });

  it('reaches every event type that shares the host, whether readers name the team or not, with the buffers of both', async () => {
    const set = bench();
    set.sharing = [
      eventType(EVENT_TYPE, { bufferAfterMinutes: 15 }),
      eventType(43, { teamId: 5, lengthMinutes: 30, bufferBeforeMinutes: 30 }),
    ];
    set.upstream.free = (day) => [9, 9.5, 10, 10.5, 11, 11.5, 12].map((hour) => at(day, '00:00') + hour * 3_600_000);
    const other = { eventTypeId: 43 };
    await startsOf(set, set.first, other);
    await startsOf(set, set.first, { ...other, teamId: 5 });
    await book(set.first);
    // 10:00–11:00 booked, free again at 11:15, and event type 43 needs half an hour before its start: from 11:45 on.
    const left = [at(TODAY, '09:00'), at(TODAY, '09:30'), at(TODAY, '12:00')];
    expect(await startsOf(set, set.first, other)).toEqual(left);
    expect(await startsOf(set, set.first, { ...other, teamId: 5 })).toEqual(left);
  });

  it('hides a start of another event type only until the next listing, which is made at once where another host may be free', async () => {
    const set = bench();
    set.sharing = [eventType(EVENT_TYPE), eventType(43, { mayHaveRoom: true })];
    const other = { eventTypeId: 43 };
    await startsOf(set, set.first, other);
    await book(set.first, '10:00', 7);
    expect(await startsOf(set, set.first, other)).not.toContain(TEN);
    await set.clock.advance(2000);
    await set.first.cache.renewHidden(question(set.clock, { endDate: TODAY, ...other }));
    await set.first.settled();
    expect(set.upstream.calls.filter((call) => call.query.eventTypeId === 43)).toHaveLength(2);
    expect(await startsOf(set, set.first, other)).toContain(TEN);
  });

  it('costs no listing where the event type has no other host', async () => {
    const set = bench();
    set.sharing = [eventType(EVENT_TYPE), eventType(43)];
    const other = { eventTypeId: 43 };
    await startsOf(set, set.first, other);
    await book(set.first, '10:00', 7);
    await set.clock.advance(2000);
    await set.first.cache.renewHidden(question(set.clock, { endDate: TODAY, ...other }));
    await set.first.settled();
    expect(set.upstream.calls).toHaveLength(1);
    expect(await startsOf(set, set.first, other)).not.toContain(TEN);
  });

  it('is struck once, and widely enough, from an event type that is offered as several services', async () => {
    const set = bench();
    set.sharing = [
      eventType(EVENT_TYPE, { lengthMinutes: 30 }),
      eventType(EVENT_TYPE, { lengthMinutes: 90 }),
      eventType(EVENT_TYPE, { teamId: 3 }),
    ];
    await startsOf(set, set.first);
    await book(set.first);
    expect(await startsOf(set, set.first)).toEqual(
      workingDay(TODAY).filter((start) => start !== TEN && start !== at(TODAY, '09:00')),
    );
  });

  it('hides every start whose appointment would overlap, by the length that is asked for', async () => {
    const set = bench();
    set.upstream.free = (day) => [8.5, 9, 9.5, 10, 10.5, 11].map((hour) => at(day, '00:00') + hour * 3_600_000);
    await startsOf(set, set.first);
    await startsOf(set, set.first, { durationMinutes: 30 });
    await startsOf(set, set.first, { durationMinutes: 90 });
    await book(set.first);
    const times = async (more: Parameters<typeof question>[1]): Promise<string[]> =>
      (await startsOf(set, set.first, more)).map((start) => new Date(start).toISOString().slice(11, 16));
    expect(await times({})).toEqual(['08:30', '09:00', '11:00']);
    expect(await times({ durationMinutes: 30 })).toEqual(['08:30', '09:00', '09:30', '11:00']);
    expect(await times({ durationMinutes: 90 })).toEqual(['08:30', '11:00']);
  });

  it('leaves alone what was asked for other hosts', async () => {
    const set = bench();
    await startsOf(set, set.first, { hostIds: [8] });
    await startsOf(set, set.first, { hostIds: [7, 8] });
    await book(set.first);
    expect(await startsOf(set, set.first, { hostIds: [8] })).toContain(TEN);
    expect(await startsOf(set, set.first, { hostIds: [7, 8] })).not.toContain(TEN);
  });

  it('is struck from the result of a fetch that was under way, for those who waited and those who come later', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const before = startsOf(set, set.first);
    await turns(20);
    await book(second);
    const after = startsOf(set, set.first);
    await turns();
    held[0]?.succeed();
    expect(await before).not.toContain(TEN);
    expect(await after).not.toContain(TEN);
    expect(await startsOf(set, second)).not.toContain(TEN);
    expect(held).toHaveLength(1);
  });

  it("does not return through Cal.com's own cache: only a fetch begun two seconds later may list the time again", async () => {
    const set = bench();
    await book(set.first);
    await set.clock.advance(1999);
    expect(await startsOf(set, set.first)).not.toContain(TEN);
    await set.first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all');
    await set.clock.advance(1);
    // A second host of the event type is free at that time, and Cal.com knows of the booking by now.
    expect(await startsOf(set, set.first)).toContain(TEN);
  });

  it('is followed by one background fetch, two seconds later, when the day is asked for again', async () => {
    const set = bench();
    await startsOf(set, set.first);
    await book(set.first);
    await set.clock.advance(1000);
    await startsOf(set, set.first);
    await set.first.settled();
    expect(set.upstream.calls).toHaveLength(1);
    await set.clock.advance(1000);
    for (let read = 0; read < 5; read++) await startsOf(set, set.first);
    await set.first.settled();
    expect(set.upstream.calls.map((call) => call.options.priority)).toEqual(['live', 'background']);
    expect(await startsOf(set, set.first)).toContain(TEN);
    expect(set.upstream.calls).toHaveLength(2);
  });

  it('of another event type with the same host causes no fetch', async () => {
    const set = bench();
    set.sharing = [eventType(43), eventType(EVENT_TYPE)];
    await startsOf(set, set.first);
    await book(set.first, '10:00', 7, 43);
    await set.clock.advance(3000);
    expect(await startsOf(set, set.first)).not.toContain(TEN);
    await set.first.settled();
    expect(set.upstream.calls).toHaveLength(1);
  });

  it('is struck for the event type itself when the hosts cannot be looked up, and the report asks for a repeat', async () => {
    const set = bench();
    await startsOf(set, set.first);
    Object.defineProperty(set, 'sharing', {
      get: () => {
        throw new Error('no index');
      },
    });
    expect(await book(set.first)).toMatchObject({ delivered: false, eventTypeIds: [EVENT_TYPE] });
    expect(await startsOf(set, set.first)).not.toContain(TEN);
  });

  it('leaves another tenant alone', async () => {
    const set = bench();
    const more = { tenantId: tenantId('7b0c8a52-0000-4000-8000-000000000002') };
    await startsOf(set, set.first, more);
    await book(set.first);
    expect(await startsOf(set, set.first, more)).toContain(TEN);
  });
});

describe('a start that Cal.com says is taken', () => {
  it('is not offered again', async () => {
    const set = bench();
    await startsOf(set, set.first);
    await set.first.invalidation.booked(TENANT, EVENT_TYPE, null, new Date(TEN), new Date(TEN + 3_600_000));
    expect(await startsOf(set, set.first)).not.toContain(TEN);
  });
});

describe('a cancelled or moved booking', () => {
  it('gives its time back: the days it touches are fetched again, the others are kept', async () => {
    const set = bench();
    await startsOf(set, set.first);
    await book(set.first);
    await set.first.invalidation.released(TENANT, EVENT_TYPE, 7, new Date(TEN), new Date(TEN + 3_600_000));
    expect(await startsOf(set, set.first)).toContain(TEN);
    expect(set.upstream.calls).toHaveLength(2);
  });

  it('leaves days that it does not touch in the cache', async () => {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    await set.first.invalidation.released(TENANT, EVENT_TYPE, 7, new Date(TEN), new Date(TEN + 3_600_000));
    const far = { startDate: addDays(TODAY, 3), endDate: addDays(TODAY, 6) };
    expect((await set.first.cache.read(question(set.clock, far))).source).toBe('cache');
  });
});

describe('a change made elsewhere', () => {
  it('voids all variants, zones and ranges of the event type in one step', async () => {
    const set = bench();
    const variants = [
      {},
      { timeZone: 'Asia/Tokyo' },
      { durationMinutes: 30 },
      { hostIds: [7] },
      { startDate: addDays(TODAY, 20), endDate: addDays(TODAY, 27) },
    ];
    for (const variant of variants) await set.first.cache.read(question(set.clock, variant));
    await set.first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all');
    for (const variant of variants)
      expect((await set.first.cache.read(question(set.clock, variant))).source).toBe('upstream');
  });

  it('is not undone by a fetch that began before it, which no request joins any more', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const early = startsOf(set, set.first);
    await turns(20);
    await second.invalidation.externalChange(TENANT, [EVENT_TYPE], [TODAY]);
    const late = [set.first, second].map((unit) => startsOf(set, unit));
    await turns(20);
    expect(held).toHaveLength(2);
    held[0]?.succeed(new Map([[TODAY, [TEN]]]));
    expect(await early).toEqual([TEN]);
    held[1]?.succeed(new Map());
    expect(await Promise.all(late)).toEqual([[], []]);
    expect(await startsOf(set, second)).toEqual([]);
  });

  it('that does not reach the store is reported, and holds in this process', async () => {
    const set = bench();
    await startsOf(set, set.first);
    set.store.away = true;
    expect((await set.first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all')).delivered).toBe(false);
    set.store.away = false;
    expect((await set.first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all')).delivered).toBe(true);
    expect((await set.first.cache.read(question(set.clock))).source).toBe('upstream');
  });
});

describe('a store that is slow for a moment', () => {
  const HOSTS = { eventTypesSharingHosts: () => Promise.resolve([eventType(EVENT_TYPE)]) };
  /** Takes what it is given when `answer` is called. */
  function slowStore() {
    const trips: { size: number; answer: (isTaken: boolean) => void }[] = [];
    const change = (changes: readonly unknown[]): Promise<void> =>
      new Promise((resolve, reject) => {
        const answer = (isTaken: boolean): void => (isTaken ? resolve() : reject(new Error('slow')));
        trips.push({ size: changes.length, answer });
      });
    return { trips, change };
  }
  const open = (store: Pick<ReturnType<typeof slowStore>, 'change'>): AvailabilityInvalidation => {
    return new AvailabilityInvalidation({ store, hosts: HOSTS, changes: new LocalChanges(new FakeClock(), 60_000) });
  };
  const bookAt = (invalidation: AvailabilityInvalidation, hours: number) => {
    const startMs = TEN + hours * 3_600_000;
    return invalidation.booked(TENANT, EVENT_TYPE, 7, new Date(startMs), new Date(startMs + 3_600_000));
  };

  it('gets what waits once, however many changes come meanwhile', async () => {
    const store = slowStore();
    const invalidation = open(store);
    const first = bookAt(invalidation, 0);
    await turns();
    const others = Array.from({ length: 20 }, (_, index) => bookAt(invalidation, index + 1));
    await turns();
    store.trips[0]!.answer(false);
    await turns();
    store.trips[1]!.answer(true);
    expect((await first).delivered).toBe(false);
    expect((await Promise.all(others)).every(({ delivered }) => delivered)).toBe(true);
    expect(store.trips.map(({ size }) => size)).toEqual([1, 21]);
  });

  it('is caught up in trips that it can answer in time', async () => {
    const store = slowStore();
    const invalidation = open(store);
    for (let hours = 0; hours < 150; hours++) {
      const booked = bookAt(invalidation, hours);
      await turns();
      store.trips.at(-1)!.answer(false);
      await booked;
    }
    const before = store.trips.length;
    const caughtUp = invalidation.redeliver();
    for (let trip = before; trip < before + 3; trip++) {
      await turns();
      store.trips[trip]!.answer(true);
    }
    await caughtUp;
    expect(store.trips.slice(before).map(({ size }) => size)).toEqual([64, 64, 22]);
  });
});
