import type { BookedTimes } from '../../src/services/availability/ports';
import { at, bench, EVENT_TYPE, hold, openCache, question, TENANT, TODAY, turns, type Bench } from './kit';

const TEN = new Date(at(TODAY, '10:00'));
const ELEVEN = new Date(at(TODAY, '11:00'));
type Booked = Awaited<ReturnType<BookedTimes['recordedWithin']>>[number];
const BOOKED: Booked = { eventTypeId: EVENT_TYPE, hostId: 7, startAt: TEN, endAt: ELEVEN };

/** A process that cannot hear the others, with the ledger that all of them write. */
function deaf(set: Bench): { cache: ReturnType<typeof openCache>['cache']; recorded: Booked[]; asked: number[] } {
  const recorded: Booked[] = [];
  const asked: number[] = [];
  const ledger: BookedTimes = {
    recordedWithin: async (_tenant, ageMs) => {
      asked.push(ageMs);
      return recorded;
    },
  };
  const told = {
    p95Ms: () => null,
    silent: () => false,
    failing: () => false,
    refusal: () => null,
    sharing: () => set.sharing,
  };
  const { cache } = openCache({ ...set, ...told, ledger });
  return { cache, recorded, asked };
}

describe('while the store is away', () => {
  it('a start that another process booked is not offered, because the ledger has it', async () => {
    const set = bench();
    const { cache, recorded } = deaf(set);
    await cache.read(question(set.clock));
    set.store.away = true;
    recorded.push(BOOKED);
    const read = await cache.read(question(set.clock));
    expect(read).toMatchObject({ source: 'stale', stale: true });
    expect(read.days.get(TODAY)).toEqual(['09:00', '11:00', '12:00', '13:00', '14:00'].map((time) => at(TODAY, time)));
  });

  it('nor out of a fetch that began before the booking and is joined after it', async () => {
    const set = bench();
    const { cache, recorded } = deaf(set);
    set.store.away = true;
    set.lock.away = true;
    const held = hold(set.upstream);
    const first = cache.read(question(set.clock));
    await turns(20);
    held[0]?.send();
    recorded.push(BOOKED);
    const second = cache.read(question(set.clock));
    await turns(20);
    held[0]?.succeed();
    expect((await second).days.get(TODAY)).not.toContain(TEN.getTime());
    expect((await first).days.get(TODAY)).toHaveLength(5);
    expect(held).toHaveLength(1);
  });

  it('the ledger is asked for what is younger than the answer, with the time that Cal.com may lag behind', async () => {
    const set = bench();
    const { cache, asked } = deaf(set);
    await cache.read(question(set.clock));
    set.store.away = true;
    await set.clock.advance(100_000);
    await cache.read(question(set.clock));
    expect(asked).toEqual([102_000]);
  });

  it('and known again once Cal.com listed it after the booking', async () => {
    const set = bench();
    const { cache, recorded } = deaf(set);
    set.store.away = true;
    set.lock.away = true;
    recorded.push(BOOKED);
    await cache.read(question(set.clock));
    await set.clock.advance(301_000 * 1.1);
    expect((await cache.read(question(set.clock))).days.get(TODAY)).toContain(TEN.getTime());
  });
});

it('as long as the store is there the ledger is left in peace', async () => {
  const set = bench();
  const { cache, asked } = deaf(set);
  await cache.read(question(set.clock));
  await cache.read(question(set.clock));
  expect(asked).toEqual([]);
});

it('a change that did not reach the store is sent again until it does', async () => {
  const set = bench();
  const second = set.open();
  await set.first.cache.read(question(set.clock));
  set.store.away = true;
  expect(await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN)).toMatchObject({ delivered: false });
  await set.first.invalidation.redeliver();
  set.store.away = false;
  await set.first.invalidation.redeliver();
  expect((await second.cache.read(question(set.clock))).days.get(TODAY)).not.toContain(TEN.getTime());
  set.store.away = true;
  await expect(set.first.invalidation.redeliver()).resolves.toBeUndefined();
});
