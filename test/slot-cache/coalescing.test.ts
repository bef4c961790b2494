import { DeadlineExceeded, RateLimited, UpstreamRejected, UpstreamUnavailable } from '../../src/errors';
import type { SlotCacheUnit, SlotRead } from '../../src/services/availability/slot-cache';
import { addDays } from '../../src/local-time';
import { bench, deadline, EVENT_TYPE, hold, question, TENANT, TODAY, turns, type Bench } from './kit';

function ask(
  set: Bench,
  units: SlotCacheUnit[],
  callers: number,
  more: Parameters<typeof question>[1] = {},
): Promise<PromiseSettledResult<SlotRead>[]> {
  const reads = Array.from({ length: callers }, (_, index) => {
    const unit = units[index % units.length] ?? set.first;
    return unit.cache.read(question(set.clock, { deadline: deadline(set.clock, 8000), ...more }));
  });
  return Promise.allSettled(reads);
}

function sources(results: PromiseSettledResult<SlotRead>[]): string[] {
  return results.map((result) => (result.status === 'fulfilled' ? result.value.source : String(result.reason.code)));
}

describe.each([1, 2, 4])('100 identical cold questions over %i processes', (processes) => {
  function fleet(set: Bench): SlotCacheUnit[] {
    return [set.first, ...Array.from({ length: processes - 1 }, () => set.open())];
  }

  it('are one request, and all get the answer', async () => {
    const set = bench();
    const units = fleet(set);
    const held = hold(set.upstream);
    const asking = ask(set, units, 100);
    await turns(20);
    await set.clock.advance(400);
    held[0]?.succeed();
    const results = await asking;
    expect(held).toHaveLength(1);
    expect(sources(results).filter((source) => source === 'upstream')).toHaveLength(1);
    expect(sources(results).filter((source) => source === 'coalesced')).toHaveLength(99);
    for (const result of results) expect(result.status === 'fulfilled' && result.value.days.size).toBe(7);
  });

  it('are one request when Cal.com fails, and all get the failure, those of the next second too', async () => {
    const set = bench();
    const units = fleet(set);
    const held = hold(set.upstream);
    const asking = ask(set, units, 100);
    await turns(20);
    held[0]?.fail(new UpstreamUnavailable('HTTP 500', false, { upstreamStatus: 500 }));
    expect(new Set(sources(await asking))).toEqual(new Set(['upstream_unavailable']));
    await set.clock.advance(999);
    expect(new Set(sources(await ask(set, units, 10)))).toEqual(new Set(['upstream_unavailable']));
    expect(held).toHaveLength(1);
    await set.clock.advance(2);
    const later = ask(set, units, 10);
    await turns(20);
    held[1]?.succeed();
    expect(sources(await later)).not.toContain('upstream_unavailable');
    expect(held).toHaveLength(2);
  });

  it('are one request when Cal.com hangs, and all are answered when its time is over', async () => {
    const set = bench();
    const units = fleet(set);
    const held = hold(set.upstream);
    const asking = ask(set, units, 100);
    await turns(20);
    held[0]?.send();
    await set.clock.advance(3000);
    held[0]?.fail(new UpstreamUnavailable('no answer within 3000 ms', false));
    expect(new Set(sources(await asking))).toEqual(new Set(['upstream_unavailable']));
    expect(held).toHaveLength(1);
  });
});

describe('a process that fetches for the others', () => {
  it('and dies delays them by its lease, then exactly one takes over within a caller’s patience', async () => {
    const set = bench();
    const others = [set.open(), set.open(), set.open()];
    const held = hold(set.upstream);
    const dying = ask(set, [set.first], 1);
    dying.catch(() => undefined);
    await turns(20);
    expect(held).toHaveLength(1);
    const asking = ask(set, others, 30);
    await turns(20);
    set.lock.dies();
    await set.clock.advance(290);
    await turns(20);
    expect(held).toHaveLength(1);
    await set.clock.advance(20);
    await turns(20);
    expect(held).toHaveLength(2);
    held[1]?.succeed();
    expect(sources(await asking).filter((source) => source === 'upstream')).toHaveLength(1);
  });

  it('keeps its lease while it stands in line for the budget', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const asking = ask(set, [set.first, second], 2, { deadline: deadline(set.clock, 20_000) });
    await turns(20);
    for (let second = 0; second < 12; second++) {
      await set.clock.advance(1000);
      await turns();
    }
    expect(held).toHaveLength(1);
    held[0]?.succeed();
    expect(sources(await asking)).toEqual(['upstream', 'coalesced']);
  });

  it('and is refused by the budget leaves the others their own chance', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const asking = ask(set, [set.first, second], 2);
    await turns(20);
    held[0]?.fail(new RateLimited(700));
    await turns(20);
    held[1]?.succeed();
    expect(sources(await asking)).toEqual(['rate_limited', 'upstream']);
  });
});

describe('overlapping questions', () => {
  it('share one request when it brings the days of all', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const asking = Promise.all([
      set.first.cache.read(question(set.clock, { startDate: TODAY, endDate: addDays(TODAY, 2) })),
      set.first.cache.read(question(set.clock, { startDate: addDays(TODAY, 1), endDate: addDays(TODAY, 9) })),
      second.cache.read(question(set.clock, { startDate: addDays(TODAY, 5), endDate: addDays(TODAY, 14) })),
    ]);
    await turns(20);
    held[0]?.succeed();
    expect((await asking).map((read) => read.days.size)).toEqual([3, 9, 10]);
    expect(held).toHaveLength(1);
  });

  it('of which one reaches further ask for what is missing only', async () => {
    const set = bench();
    const second = set.open();
    const held = hold(set.upstream);
    const near = set.first.cache.read(question(set.clock));
    await turns(20);
    const far = second.cache.read(question(set.clock, { startDate: addDays(TODAY, 10), endDate: addDays(TODAY, 20) }));
    await turns(20);
    expect(held).toHaveLength(1);
    held[0]?.succeed();
    await near;
    await turns(20);
    held[1]?.succeed();
    await far;
    expect(held).toHaveLength(2);
  });
});

describe('callers who leave', () => {
  it('do not disturb those who wait on', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const leaving = deadline(set.clock, 8000);
    const gone = set.first.cache.read(question(set.clock, { deadline: leaving }));
    const staying = set.first.cache.read(question(set.clock));
    gone.catch(() => undefined);
    await turns();
    leaving.hangUp(new DeadlineExceeded('the caller hung up', true));
    await expect(gone).rejects.toMatchObject({ callerGone: true });
    held[0]?.succeed();
    expect((await staying).days.size).toBe(7);
  });

  it('all of them, stop a request that was not sent yet', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const leaving = deadline(set.clock, 8000);
    const reads = [1, 2].map(() => set.first.cache.read(question(set.clock, { deadline: leaving })));
    for (const read of reads) read.catch(() => undefined);
    await turns();
    leaving.hangUp(new DeadlineExceeded('the caller hung up', true));
    await Promise.allSettled(reads);
    expect(held[0]?.call.options.signal.aborted).toBe(true);
    const next = set.first.cache.read(question(set.clock));
    await turns(20);
    held[1]?.succeed();
    expect((await next).source).toBe('upstream');
  });

  it('before anything was asked cause no request at all', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const leaving = deadline(set.clock, 8000);
    const read = set.first.cache.read(question(set.clock, { deadline: leaving }));
    read.catch(() => undefined);
    leaving.hangUp(new DeadlineExceeded('the caller hung up', true));
    await expect(read).rejects.toMatchObject({ callerGone: true });
    await turns(20);
    expect(held).toHaveLength(0);
  });

  it('all of them, let a request that was sent come to its end and be kept', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const leaving = deadline(set.clock, 8000);
    const read = set.first.cache.read(question(set.clock, { deadline: leaving }));
    read.catch(() => undefined);
    await turns();
    held[0]?.send();
    leaving.hangUp(new DeadlineExceeded('the caller hung up', true));
    await expect(read).rejects.toMatchObject({ callerGone: true });
    expect(held[0]?.call.options.signal.aborted).toBe(false);
    held[0]?.succeed();
    await set.first.settled();
    expect((await set.first.cache.read(question(set.clock))).source).toBe('cache');
  });

  it('do not lend the request their own short time when another request has more', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const short = set.first.cache.read(question(set.clock, { deadline: deadline(set.clock, 300) }));
    const long = set.first.cache.read(question(set.clock, { deadline: deadline(set.clock, 5000) }));
    short.catch(() => undefined);
    await turns();
    expect(held[0]?.call.options.deadline.remainingMs()).toBe(5000);
    await set.clock.advance(400);
    held[0]?.succeed();
    await expect(short).rejects.toThrow(DeadlineExceeded);
    expect((await long).days.size).toBe(7);
  });
});

describe('a live question', () => {
  it('does not wait behind a background request that has not left yet, but joins one that has', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const warming = set.first.cache.read(question(set.clock, { priority: 'background' }));
    await turns(20);
    held[0]?.send();
    const joined = set.first.cache.read(question(set.clock));
    await turns(20);
    expect(held).toHaveLength(1);
    held[0]?.succeed();
    expect((await joined).source).toBe('coalesced');
    await warming;

    await set.first.invalidation.externalChange(TENANT, [EVENT_TYPE], 'all');
    const queued = set.first.cache.read(question(set.clock, { priority: 'background' }));
    await turns(20);
    const live = set.first.cache.read(question(set.clock));
    await turns(20);
    expect(held.map(({ call }) => call.options.priority)).toEqual(['background', 'background', 'live']);
    held[2]?.succeed();
    await live;
    held[1]?.succeed();
    await queued;
  });

  it('gets the known refusal of its kind for a second, with the reason, and may try again then', async () => {
    const set = bench();
    set.upstream.answer = () => Promise.reject(new UpstreamRejected(404, 'not_found', 'no such event type'));
    await expect(set.first.cache.read(question(set.clock))).rejects.toMatchObject({ reason: 'not_found' });
    await expect(set.first.cache.read(question(set.clock))).rejects.toMatchObject({ reason: 'not_found' });
    expect(set.upstream.calls).toHaveLength(1);
    await set.clock.advance(1001);
    await expect(set.first.cache.read(question(set.clock))).rejects.toMatchObject({ reason: 'not_found' });
    expect(set.upstream.calls).toHaveLength(2);
  });
});

describe('with the budget known to be spent', () => {
  it('a question is refused without an election', async () => {
    const set = bench();
    const acquire = jest.spyOn(set.lock, 'tryAcquire');
    set.refusal = new RateLimited(20_000);
    const refused = set.first.cache.read(question(set.clock));
    await expect(refused).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 20_000 });
    expect(acquire).not.toHaveBeenCalled();
    expect(set.upstream.calls).toHaveLength(0);
  });

  it('one whose days are on their way waits for them, in this process and in others', async () => {
    const set = bench();
    const held = hold(set.upstream);
    const asking = set.first.cache.read(question(set.clock));
    await turns(20);
    set.refusal = new RateLimited(20_000);
    const others = ask(set, [set.first, set.open()], 4);
    await turns(20);
    held[0]?.succeed();
    await asking;
    expect(sources(await others)).toEqual(['coalesced', 'coalesced', 'coalesced', 'coalesced']);
    expect(held).toHaveLength(1);
  });

  it('a stale answer is given at once', async () => {
    const set = bench();
    await set.first.cache.read(question(set.clock));
    await set.clock.advance(400_000);
    set.refusal = new RateLimited(20_000);
    expect(await set.first.cache.read(question(set.clock))).toMatchObject({ stale: true, source: 'stale' });
    expect(set.upstream.calls).toHaveLength(1);
  });
});
