import { at, bench, EVENT_TYPE, hold, question, TENANT, TODAY, turns } from './kit';

const TEN = new Date(at(TODAY, '10:00'));
const ELEVEN = new Date(at(TODAY, '11:00'));

describe('a store that loses its memory while Cal.com is asked', () => {
  it('lets the result be asked for once more, because bookings made meanwhile are forgotten', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const reading = set.first.cache.read(question(set.clock));
    await turns(20);
    await second.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    set.store.lose();
    held[0]?.succeed();
    await turns(20);
    expect(held).toHaveLength(2);
    set.upstream.free = () => [ELEVEN.getTime()];
    held[1]?.succeed();
    expect((await reading).days.get(TODAY)).toEqual([ELEVEN.getTime()]);
    expect((await set.first.cache.read(question(set.clock))).source).toBe('cache');
  });

  it('twice, is a failure rather than an answer that cannot be checked', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const reading = set.first.cache.read(question(set.clock));
    reading.catch(() => undefined);
    for (const turn of [0, 1]) {
      await turns(20);
      set.store.lose();
      held[turn]?.succeed();
    }
    await expect(reading).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(held).toHaveLength(2);
  });

  it('or only the fence of an event type, has lost what stood behind it too', async () => {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    set.store.loseFences();
    await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    const read = await set.first.cache.read(question(set.clock));
    expect(read.source).toBe('upstream');
    expect(set.upstream.calls).toHaveLength(2);
  });
});

describe('changes that could not be written to the store', () => {
  it('are delivered before this process reads from it again, in the order in which they happened', async () => {
    const set = bench();
    const second = set.open();
    await set.first.cache.read(question(set.clock));
    set.store.away = true;
    await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    set.store.away = false;
    expect((await second.cache.read(question(set.clock))).days.get(TODAY)).toContain(TEN.getTime());
    await set.first.cache.read(question(set.clock));
    expect((await second.cache.read(question(set.clock))).days.get(TODAY)).not.toContain(TEN.getTime());
  });

  it('do not come after what happened later', async () => {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    set.store.away = true;
    await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    set.store.away = false;
    await set.first.invalidation.released(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    const { fence } = await set.store.begin(`calcom:slots-meta:{0:${EVENT_TYPE}}:${TENANT}`);
    expect(fence.marks).toEqual([]);
    expect((await set.first.cache.read(question(set.clock))).days.get(TODAY)).toContain(TEN.getTime());
  });

  it('do not take out what another process booked since: a release that comes late only ends the day', async () => {
    const set = bench();
    const second = set.open();
    const other = set.open();
    await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    await other.cache.read(question(set.clock));
    set.store.away = true;
    await set.first.invalidation.released(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    set.store.away = false;
    await second.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    await set.first.invalidation.redeliver();
    const read = await other.cache.read(question(set.clock));
    expect(read.source).toBe('upstream');
    expect(read.days.get(TODAY)).not.toContain(TEN.getTime());
  });

  it('are not kept without bound: too many become one invalidation of everything', async () => {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    set.store.away = true;
    for (let count = 0; count < 300; count++) {
      const startMs = TEN.getTime() + count * 60_000;
      await set.first.invalidation.booked(TENANT, EVENT_TYPE, 7, new Date(startMs), new Date(startMs + 60_000));
    }
    set.store.away = false;
    const read = await set.first.cache.read(question(set.clock));
    expect(read.source).toBe('upstream');
    expect(read.days.get(TODAY)).toEqual([at(TODAY, '09:00')]);
  });
});
