import { UpstreamUnavailable } from '../../src/errors';
import { SystemClock } from '../../src/infra/clock';
import { FencedCache } from '../../src/infra/fenced-cache';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisLeases } from '../../src/infra/redis-leases';
import { RedisGuard } from '../../src/infra/redis-guard';
import type { SlotCacheUnit } from '../../src/services/availability/slot-cache';
import { addDays } from '../../src/local-time';
import type { SlotCacheSettings } from '../../src/services/availability/ports';
import { testRedis } from '../support/servers';
import {
  at,
  EVENT_TYPE,
  eventType,
  FakeUpstream,
  hold,
  LIMITS,
  openCache,
  question,
  TENANT,
  TODAY,
  workingDay,
} from './kit';

const clock = new SystemClock();
const TEN = new Date(at(TODAY, '10:00'));
const ELEVEN = new Date(at(TODAY, '11:00'));
let processes: RedisConnections[];

beforeAll(async () => {
  processes = [await testRedis(), await testRedis(), await testRedis()];
});
const leaseClients: RedisLeases[] = [];
afterEach(() => leaseClients.splice(0).forEach((election) => election.close()));
beforeEach(async () => {
  await processes[0]!.commands.flushdb();
});
afterAll(() => processes.forEach((connections) => connections.close()));

function open(
  connections: RedisConnections,
  upstream: FakeUpstream,
  settings: Partial<SlotCacheSettings> = {},
): SlotCacheUnit {
  const guard = new RedisGuard(connections, clock);
  const store = new FencedCache(guard, clock, LIMITS);
  const lock = new RedisLeases(connections, guard);
  leaseClients.push(lock);
  return openCache({ clock, store, lock, upstream, sharing: () => [eventType(EVENT_TYPE)], settings });
}

/** Waits for a fact instead of for a time. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setImmediate(resolve));
}

async function calls(unit: SlotCacheUnit[], callers: number): Promise<string[]> {
  const reads = Array.from({ length: callers }, (_, index) => unit[index % unit.length]!.cache.read(question(clock)));
  const results = await Promise.allSettled(reads);
  return results.map((result) => (result.status === 'fulfilled' ? result.value.source : String(result.reason.code)));
}

describe.each([1, 2, 3])('100 identical cold questions to %i processes on one Redis', (count) => {
  it('are one request when Cal.com answers', async () => {
    const upstream = new FakeUpstream();
    const held = hold(upstream);
    const asking = calls(
      processes.slice(0, count).map((each) => open(each, upstream)),
      100,
    );
    await until(() => held.length > 0);
    await until(async () => (await listeners()) >= count - 1);
    held[0]!.succeed();
    const sources = await asking;
    expect(sources.filter((source) => source === 'upstream')).toHaveLength(1);
    expect(sources.filter((source) => source === 'coalesced' || source === 'cache')).toHaveLength(99);
    expect(held).toHaveLength(1);
  });

  it('are one request when Cal.com fails, and every caller learns why', async () => {
    const upstream = new FakeUpstream();
    const held = hold(upstream);
    const asking = calls(
      processes.slice(0, count).map((each) => open(each, upstream)),
      100,
    );
    await until(() => held.length > 0);
    await until(async () => (await listeners()) >= count - 1);
    held[0]!.fail(new UpstreamUnavailable('HTTP 502', false, { upstreamStatus: 502 }));
    expect(new Set(await asking)).toEqual(new Set(['upstream_unavailable']));
    expect(held).toHaveLength(1);
  });

  it('are one request when Cal.com hangs, until its time is over', async () => {
    const upstream = new FakeUpstream();
    let asked = 0;
    upstream.answer = async (call) => {
      asked += 1;
      call.options.sent();
      await clock.sleep(300);
      throw new UpstreamUnavailable('no answer within 300 ms', false);
    };
    const settings = { upstreamTimeoutMs: 300 };
    expect(
      new Set(
        await calls(
          processes.slice(0, count).map((each) => open(each, upstream, settings)),
          100,
        ),
      ),
    ).toEqual(new Set(['upstream_unavailable']));
    expect(asked).toBe(1);
  });
});

async function listeners(): Promise<number> {
  const [, number] = (await processes[0]!.commands.call(
    'PUBSUB',
    'NUMSUB',
    `calcom:slots-done:{0:${EVENT_TYPE}}:${TENANT}`,
  )) as [string, number];
  return Number(number);
}

describe('a fetch in flight during a booking', () => {
  // The fetch saw Cal.com before the booking; the booking falls into each phase of it, and just before and after it.
  it.each(Array.from({ length: 10 }, (_, offset) => offset))(
    'never lets the booked start be offered after the acknowledgement (offset %i)',
    async (offset) => {
      const upstream = new FakeUpstream();
      const [first, second] = [open(processes[0]!, upstream), open(processes[1]!, upstream)];
      const held = hold(upstream);
      const book = async (): Promise<void> => {
        const report = await second.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
        expect(report.delivered).toBe(true);
      };
      if (offset === 0) await book();
      const early = first.cache.read(question(clock));
      const booked = offset > 0 && offset < 4 ? ticks(offset * 3).then(book) : Promise.resolve();
      await until(() => held.length > 0);
      if (offset === 4) await book();
      await booked;
      const during = [first, second].map((unit) => unit.cache.read(question(clock)));
      if (offset === 5) await book();
      const stale = new Map(
        Array.from({ length: 15 }, (_, day) => [addDays(TODAY, day), workingDay(addDays(TODAY, day))]),
      );
      held[0]!.succeed(stale);
      if (offset > 5) await ticks((offset - 5) * 2).then(book);
      const first1 = await early;
      if (offset < 5) {
        expect(first1.days.get(TODAY)).toHaveLength(5);
        for (const read of await Promise.all(during)) expect(read.days.get(TODAY)).not.toContain(TEN.getTime());
      }
      for (const unit of [first, second]) {
        const after = await unit.cache.read(question(clock));
        expect(after.days.get(TODAY)).toEqual(workingDay(TODAY).filter((start) => start !== TEN.getTime()));
        expect(after.source).toBe('cache');
      }
      await Promise.all(during);
      expect(held).toHaveLength(1);
    },
  );

  async function ticks(count: number): Promise<void> {
    for (let tick = 0; tick < count; tick++) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('an election in Redis', () => {
  function leaseClient(index: number): RedisLeases {
    const made = new RedisLeases(processes[index]!, new RedisGuard(processes[index]!, clock));
    leaseClients.push(made);
    return made;
  }

  it('gives all of the leases or none, and again when they are given back', async () => {
    const [one, two] = [leaseClient(0), leaseClient(1)];
    const held = await one.tryAcquire(['{a}1', '{a}2'], 5000);
    expect(held).not.toBeNull();
    expect(await two.tryAcquire(['{a}2', '{a}3'], 5000)).toBeNull();
    const other = await two.tryAcquire(['{a}3'], 5000);
    expect(other).not.toBeNull();
    await held?.release();
    expect(await two.tryAcquire(['{a}1', '{a}2'], 5000)).not.toBeNull();
  });

  it('says when the first of them expires, and renews a lease until it is released', async () => {
    const [one, two] = [leaseClient(0), leaseClient(1)];
    const held = await one.tryAcquire(['{a}1'], 300);
    const msUntilFree = await two.msUntilFree(['{a}1', '{a}9']);
    expect(msUntilFree).toBeGreaterThan(0);
    expect(msUntilFree).toBeLessThanOrEqual(300);
    expect(await one.msUntilFree(['{a}9'])).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await two.tryAcquire(['{a}1'], 300)).toBeNull();
    await held?.release();
    expect(await two.msUntilFree(['{a}1'])).toBe(0);
  });

  it('never takes back a lease that another holder got meanwhile', async () => {
    const [one, two] = [leaseClient(0), leaseClient(1)];
    const held = await one.tryAcquire(['{a}1'], 200);
    await processes[0]!.commands.del('{a}1');
    const other = await two.tryAcquire(['{a}1'], 5000);
    expect(other).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 120));
    await held?.release();
    expect(await two.msUntilFree(['{a}1'])).toBeGreaterThan(3000);
    await other?.release();
  });

  it('is heard by all who listen, until they stop', async () => {
    const [one, two] = [leaseClient(0), leaseClient(1)];
    const heard: string[] = [];
    const stops = [
      await one.listen('c', () => heard.push('one')),
      await two.listen('c', () => heard.push('two')),
      await two.listen('c', () => heard.push('three')),
    ];
    await one.notify('c');
    await until(() => heard.length === 3);
    stops[2]!();
    await one.notify('c');
    await until(() => heard.length === 5);
    expect(heard.sort()).toEqual(['one', 'one', 'three', 'two', 'two']);
    stops.slice(0, 2).forEach((stop) => stop());
    await until(
      async () => Number(((await processes[0]!.commands.call('PUBSUB', 'NUMSUB', 'c')) as [string, number])[1]) === 0,
    );
  });
});

describe('a Redis that does not answer', () => {
  it('costs the first question its time limit, the next ones nothing, and the answers come from Cal.com', async () => {
    const upstream = new FakeUpstream();
    let sent = 0;
    const frozen: RedisConnections = {
      ...processes[0]!,
      available: true,
      commands: new Proxy(processes[0]!.commands, {
        get: (target, name) => {
          if (name === 'mget' || name === 'fenceChange' || name === 'time') {
            return () => {
              sent += 1;
              return Promise.reject(new Error('Command timed out'));
            };
          }
          return Reflect.get(target, name);
        },
      }),
    };
    const unit = open(frozen, upstream);
    expect((await unit.cache.read(question(clock))).source).toBe('upstream');
    const afterFirst = sent;
    expect(await calls([unit], 20)).toEqual(Array.from({ length: 20 }, () => 'stale'));
    const report = await unit.invalidation.booked(TENANT, EVENT_TYPE, 7, TEN, ELEVEN);
    expect(report.delivered).toBe(false);
    // Questions cost nothing more; what was booked is said all the same, because silence would be heard as "free".
    expect(sent).toBe(afterFirst + 1);
    expect(upstream.calls).toHaveLength(1);
  });
});
