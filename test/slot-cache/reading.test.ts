import { CircuitOpen, DeadlineExceeded, RateLimited, UpstreamUnavailable } from '../../src/errors';
import type { UpstreamStep } from '../../src/request-context';
import { runWithRequest } from '../../src/request-context';
import { addDays } from '../../src/local-time';
import { at, bench, deadline, EVENT_TYPE, hold, question, TENANT, TODAY, turns, workingDay } from './kit';

describe('a question', () => {
  it('is answered by one request for fifteen days, and the next one from the cache in one round trip', async () => {
    const { first, clock, upstream, store } = bench();
    const cold = await first.cache.read(question(clock, { startDate: addDays(TODAY, 3), endDate: addDays(TODAY, 3) }));
    expect(cold).toMatchObject({ source: 'upstream', stale: false });
    expect(upstream.calls.map((call) => [call.query.startDate, call.query.endDate])).toEqual([
      [TODAY, addDays(TODAY, 14)],
    ]);

    store.reads = 0;
    const warm = await first.cache.read(question(clock));
    expect(warm.source).toBe('cache');
    expect([...warm.days.keys()]).toHaveLength(7);
    expect(warm.days.get(addDays(TODAY, 6))).toEqual(workingDay(addDays(TODAY, 6)));
    expect(store.reads).toBe(1);
    expect(upstream.calls).toHaveLength(1);
  });

  it('has every asked day in its answer, empty ones too, and stores them', async () => {
    const { first, clock, upstream } = bench();
    upstream.free = () => [];
    const cold = await first.cache.read(question(clock));
    expect([...cold.days.values()]).toEqual([[], [], [], [], [], [], []]);
    expect((await first.cache.read(question(clock))).source).toBe('cache');
  });

  it('far ahead fetches from its first missing day', async () => {
    const { first, clock, upstream } = bench();
    await first.cache.read(question(clock, { startDate: addDays(TODAY, 12), endDate: addDays(TODAY, 18) }));
    await first.cache.read(question(clock, { startDate: addDays(TODAY, 25), endDate: addDays(TODAY, 60) }));
    expect(upstream.calls.map((call) => [call.query.startDate, call.query.endDate])).toEqual([
      [addDays(TODAY, 12), addDays(TODAY, 26)],
      [addDays(TODAY, 27), addDays(TODAY, 60)],
    ]);
  });

  it('ignores days that Cal.com lists beyond the asked ones, and sorts what it lists twice', async () => {
    const { first, clock, upstream } = bench();
    const nine = at(TODAY, '09:00');
    upstream.answer = async () =>
      new Map([
        [TODAY, [nine + 60_000, nine, nine]],
        ['2027-06-01', [1]],
      ]);
    const read = await first.cache.read(question(clock, { endDate: TODAY }));
    expect([...read.days]).toEqual([[TODAY, [nine, nine + 60_000]]]);
  });

  it('of another tenant, zone, duration or host set shares nothing', async () => {
    const { first, clock, upstream } = bench();
    const variants = [{}, { timeZone: 'Europe/Berlin' }, { durationMinutes: 30 }, { hostIds: [2, 1] }, { teamId: 5 }];
    for (const variant of variants) await first.cache.read(question(clock, variant));
    expect(upstream.calls).toHaveLength(variants.length);
    await first.cache.read(question(clock, { hostIds: [1, 2, 2] }));
    expect(upstream.calls).toHaveLength(variants.length);
  });

  it('asked twice at once in one request is asked once, and leaves a step each time', async () => {
    const { first, clock, upstream } = bench();
    const steps: UpstreamStep[] = [];
    const context = {
      requestId: 'r',
      tenantId: TENANT,
      callId: null,
      deadline: deadline(clock, 8000),
      steps,
    };
    const sources = await runWithRequest(context, async () => {
      const both = await Promise.all([first.cache.read(question(clock)), first.cache.read(question(clock))]);
      return both.map((read) => read.source);
    });
    expect(sources).toEqual(['upstream', 'coalesced']);
    expect(steps.map((step) => step.source)).toEqual(['upstream', 'coalesced']);
    expect(upstream.calls).toHaveLength(1);
  });

  it('asked again in the same request after a booking does not offer the booked start', async () => {
    const { first, clock } = bench();
    const context = {
      requestId: 'r',
      tenantId: TENANT,
      callId: null,
      deadline: deadline(clock, 8000),
      steps: [],
    };
    await runWithRequest(context, async () => {
      const before = await first.cache.read(question(clock));
      await first.invalidation.booked(
        TENANT,
        EVENT_TYPE,
        7,
        new Date(at(TODAY, '10:00')),
        new Date(at(TODAY, '11:00')),
      );
      const after = await first.cache.read(question(clock));
      expect(before.days.get(TODAY)).toContain(at(TODAY, '10:00'));
      expect(after.days.get(TODAY)).not.toContain(at(TODAY, '10:00'));
      expect(after.source).toBe('cache');
    });
  });

  it('about a booking that is being moved goes past the cache and still hides what was just booked', async () => {
    const { first, clock, upstream } = bench();
    await first.cache.read(question(clock));
    await first.invalidation.booked(TENANT, EVENT_TYPE, 7, new Date(at(TODAY, '10:00')), new Date(at(TODAY, '11:00')));
    const moving = await first.cache.read(question(clock, { endDate: TODAY, bookingUidToReschedule: 'uid' }));
    expect(upstream.calls.map((call) => call.query.bookingUidToReschedule)).toEqual([undefined, 'uid']);
    expect(moving.days.get(TODAY)).not.toContain(at(TODAY, '10:00'));
    expect((await first.cache.read(question(clock, { endDate: TODAY }))).source).toBe('cache');
  });

  it('to an event type that Cal.com answers slowly asks for its own days, and the rest follows in the background', async () => {
    const set = bench();
    set.p95Ms = 1600;
    await set.first.cache.read(question(set.clock, { startDate: addDays(TODAY, 2), endDate: addDays(TODAY, 4) }));
    await set.first.settled();
    expect(set.upstream.calls.map((call) => [call.options.priority, call.query.startDate, call.query.endDate])).toEqual(
      [
        ['live', addDays(TODAY, 2), addDays(TODAY, 4)],
        ['background', TODAY, addDays(TODAY, 14)],
      ],
    );
    expect((await set.first.cache.read(question(set.clock))).source).toBe('cache');
  });
});

describe('a day past its time to live', () => {
  async function expired(): Promise<ReturnType<typeof bench>> {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    await set.clock.advance(301_000);
    return set;
  }

  it('is fetched again for the caller who asks', async () => {
    const { first, clock, upstream } = await expired();
    expect(await first.cache.read(question(clock))).toMatchObject({ source: 'upstream', stale: false });
    expect(upstream.calls).toHaveLength(2);
  });

  it('comes after a minute where no webhook tells of bookings made elsewhere', async () => {
    const set = bench();
    set.silent = true;
    await set.first.cache.read(question(set.clock));
    await set.clock.advance(61_000);
    expect(await set.first.cache.read(question(set.clock))).toMatchObject({ source: 'upstream' });
  });

  it.each([
    ['the circuit is open', new CircuitOpen(5000)],
    ['the budget is spent', new RateLimited(5000)],
    ['Cal.com is down', new UpstreamUnavailable('down', false)],
  ])('is served flagged stale when %s', async (_, error) => {
    const { first, clock, upstream, reads } = await expired();
    upstream.answer = () => Promise.reject(error);
    const beganMs = clock.nowMs();
    const read = await first.cache.read(question(clock));
    expect(read).toMatchObject({ source: 'stale', stale: true });
    expect(clock.nowMs()).toBe(beganMs);
    expect(reads.at(-1)).toMatchObject({ cached: true, stale: true });
  });

  it('is served stale just before the deadline while the fetch goes on and is kept', async () => {
    const { first, clock, upstream } = await expired();
    const held = hold(upstream);
    const reading = first.cache.read(question(clock, { deadline: deadline(clock, 2000) }));
    await turns();
    held[0]?.send();
    await clock.advance(1849);
    await expect(Promise.race([reading, 'waiting'])).resolves.toBe('waiting');
    await clock.advance(1);
    expect(await reading).toMatchObject({ stale: true });
    held[0]?.succeed();
    await first.settled();
    expect((await first.cache.read(question(clock))).source).toBe('cache');
    expect(held).toHaveLength(1);
  });

  it('is served stale as soon as Cal.com turns out to be failing, while the fetch goes on to see when it no longer is', async () => {
    const set = await expired();
    const { first, clock, upstream } = set;
    const held = hold(upstream);
    const reading = first.cache.read(question(clock));
    await turns(20);
    await clock.advance(100);
    await expect(Promise.race([reading, 'waiting'])).resolves.toBe('waiting');
    set.failing = true;
    await clock.advance(30);
    expect(await reading).toMatchObject({ source: 'stale', stale: true });
    expect(await first.cache.read(question(clock))).toMatchObject({ stale: true });
    held[0]?.send();
    held[0]?.succeed();
    await first.settled();
    expect((await first.cache.read(question(clock))).source).toBe('cache');
    expect(held).toHaveLength(1);
  });

  it('is gone an hour after its time to live', async () => {
    const { first, clock, upstream } = await expired();
    await clock.advance(3_600_000);
    upstream.answer = () => Promise.reject(new CircuitOpen(5000));
    await expect(first.cache.read(question(clock))).rejects.toThrow(CircuitOpen);
  });
});

describe('without a stored answer', () => {
  it('the reason is thrown and counted', async () => {
    const { first, clock, upstream } = bench();
    upstream.answer = () => Promise.reject(new RateLimited(700));
    await expect(first.cache.read(question(clock))).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 700 });
    const { eventTypes } = await first.cache.stats(TENANT);
    expect(eventTypes).toMatchObject([{ eventTypeId: EVENT_TYPE, reads: 1, bySource: { failed: 1 } }]);
  });

  it('a caller is let go at the deadline', async () => {
    const { first, clock, upstream } = bench();
    hold(upstream);
    const reading = first.cache.read(question(clock, { deadline: deadline(clock, 500) }));
    reading.catch(() => undefined);
    await turns();
    await clock.advance(500);
    await expect(reading).rejects.toThrow(DeadlineExceeded);
  });

  it('a range that is none is refused', async () => {
    const { first, clock } = bench();
    await expect(
      first.cache.read(question(clock, { startDate: TODAY, endDate: addDays(TODAY, -1) })),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(first.cache.read(question(clock, { startDate: 'soon', endDate: 'soon' }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(first.cache.read(question(clock, { endDate: addDays(TODAY, 92) }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('refresh ahead of expiry', () => {
  it('renews a day in demand once for the whole fleet, and no reader waits for it', async () => {
    const set = bench();
    const { first, clock, upstream } = set;
    const second = set.open();
    await first.cache.read(question(clock));
    await second.cache.read(question(clock));
    await clock.advance(239_000);
    await first.cache.read(question(clock));
    expect(upstream.calls).toHaveLength(1);
    await clock.advance(2000);
    const held = hold(upstream);
    const sources = [await first.cache.read(question(clock)), await second.cache.read(question(clock))].map(
      (read) => read.source,
    );
    await turns(20);
    expect(sources).toEqual(['cache', 'cache']);
    expect(held.map(({ call }) => call.options.priority)).toEqual(['background']);
    held[0]?.succeed();
    await Promise.all([first.settled(), second.settled()]);
    await clock.advance(200_000);
    expect((await second.cache.read(question(clock))).source).toBe('cache');
    expect(upstream.calls).toHaveLength(2);
  });

  it('leaves a day alone that was not asked for within its time to live', async () => {
    const { first, clock, upstream } = bench();
    await first.cache.read(question(clock, { startDate: TODAY, endDate: TODAY }));
    await clock.advance(250_000);
    await first.cache.read(question(clock, { startDate: addDays(TODAY, 1), endDate: addDays(TODAY, 1) }));
    await first.settled();
    expect(upstream.calls).toHaveLength(1);
  });

  it('that fails disturbs no reader and is not repeated at once', async () => {
    const { first, clock, upstream } = bench();
    await first.cache.read(question(clock));
    await clock.advance(250_000);
    upstream.answer = () => Promise.reject(new RateLimited(1000));
    for (let read = 0; read < 5; read++) {
      expect((await first.cache.read(question(clock))).source).toBe('cache');
      await first.settled();
    }
    expect(upstream.calls).toHaveLength(2);
  });
});

describe('while the shared store is away', () => {
  it('questions go to Cal.com, coalesced within the process, and the answers are kept here, flagged stale', async () => {
    const { first, clock, upstream, store, lock } = bench();
    store.away = true;
    lock.away = true;
    const reads = await Promise.all(Array.from({ length: 50 }, () => first.cache.read(question(clock))));
    expect(upstream.calls).toHaveLength(1);
    expect(reads.filter((read) => read.source === 'upstream')).toHaveLength(1);
    expect(await first.cache.read(question(clock))).toMatchObject({ source: 'stale', stale: true });
    expect(upstream.calls).toHaveLength(1);
  });

  it('a start booked by this process is not offered from its copy', async () => {
    const { first, clock, store, lock } = bench();
    await first.cache.read(question(clock));
    store.away = true;
    lock.away = true;
    const report = await first.invalidation.booked(
      TENANT,
      EVENT_TYPE,
      7,
      new Date(at(TODAY, '10:00')),
      new Date(at(TODAY, '11:00')),
    );
    expect(report.delivered).toBe(false);
    expect((await first.cache.read(question(clock))).days.get(TODAY)).not.toContain(at(TODAY, '10:00'));
    store.away = false;
    lock.away = false;
    const back = await first.cache.read(question(clock));
    expect(back.source).toBe('cache');
    expect(back.days.get(TODAY)).not.toContain(at(TODAY, '10:00'));
  });

  it('a copy that this process invalidated is not used', async () => {
    const { first, clock, upstream, store, lock } = bench();
    await first.cache.read(question(clock));
    store.away = true;
    lock.away = true;
    await first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all');
    expect((await first.cache.read(question(clock))).source).toBe('upstream');
    expect(upstream.calls).toHaveLength(2);
  });
});
