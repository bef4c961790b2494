import { SystemClock } from '../../src/infra/clock';
import { FencedCache } from '../../src/infra/fenced-cache';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisGuard } from '../../src/infra/redis-guard';
import { FakeClock } from '../support/fake-clock';
import { testRedis } from '../support/servers';
import { LIMITS } from './kit';
import { MemorySlotStore } from './memory-store';
import { storeContract } from './store-contract';

let redis: RedisConnections;
const clock = new SystemClock();

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

storeContract('real Redis', async () => ({
  store: new FencedCache(new RedisGuard(redis, clock), clock, LIMITS),
  lose: async () => {
    await redis.commands.flushdb();
  },
}));

storeContract('the store in memory', async () => {
  const store = new MemorySlotStore(new FakeClock(), LIMITS);
  return { store, lose: async () => store.lose() };
});

describe('the fence in Redis', () => {
  it('outlives every entry behind it', async () => {
    const store = new FencedCache(new RedisGuard(redis, clock), clock, LIMITS);
    const { token } = await store.begin('calcom:slots-meta:{0:77}:t');
    const untilMs = token.begunAtMs + LIMITS.longestLifeMs;
    await store.fill('calcom:slots-meta:{0:77}:t', token, [
      { key: 'calcom:slots:{0:77}:d:t', part: 'd', payload: '[]', freshUntilMs: untilMs, keepUntilMs: untilMs },
    ]);
    const [fenceMs, entryMs] = await Promise.all([
      redis.commands.pttl('calcom:slots-meta:{0:77}:t'),
      redis.commands.pttl('calcom:slots:{0:77}:d:t'),
    ]);
    expect(entryMs).toBeGreaterThan(LIMITS.longestLifeMs - 5000);
    expect(fenceMs).toBeGreaterThan(entryMs);
  });

  it('forgets marks and floors that no entry can need any more', async () => {
    const key = 'calcom:slots-meta:{0:78}:t';
    const store = new FencedCache(new RedisGuard(redis, clock), clock, LIMITS);
    const { token } = await store.begin(key);
    const goneMs = token.begunAtMs - LIMITS.longestLifeMs - LIMITS.settleMs - 1000;
    const neededMs = goneMs + 5000;
    const floors = `2026-11-01,2,${goneMs};2026-11-02,3,${neededMs}`;
    await redis.commands.set(key, `${token.incarnation}|5|0|0|2|${floors}|4,${goneMs},gone,p;5,${neededMs},needed,p`);
    await store.change([{ fenceKey: key, ends: ['2026-11-03'] }]);
    const { fence } = await store.begin(key);
    expect(fence.marks.map((mark) => mark.label)).toEqual(['needed']);
    expect([...fence.partFloors.keys()]).toEqual(['2026-11-03', '2026-11-02']);
    expect(fence.epoch).toBe(6);
  });

  it.each([['not a fence'], ['1|x|0|0|0||'], ['']])(
    'that cannot be read (%p) counts as lost, and so does what stood behind it',
    async (garbage) => {
      const key = 'calcom:slots-meta:{0:79}:t';
      const store = new FencedCache(new RedisGuard(redis, clock), clock, LIMITS);
      const { token } = await store.begin(key);
      await redis.commands.set(key, garbage);
      expect((await store.read(key, 'n{0:79}', [])).fence).toBeNull();
      const entry = {
        key: 'calcom:slots:{0:79}:d:t',
        part: 'd',
        payload: '[]',
        freshUntilMs: token.begunAtMs + 1000,
        keepUntilMs: token.begunAtMs + 1000,
      };
      expect((await store.fill(key, token, [entry])).outcome).toBe('lost');
      expect((await store.begin(key)).token.incarnation).not.toBe(token.incarnation);
    },
  );

  it('reads an entry that is damaged as absent', async () => {
    const store = new FencedCache(new RedisGuard(redis, clock), clock, LIMITS);
    await redis.commands.mset('e{0:80}1', 'damaged', 'e{0:80}2', '1|2|x|4|[]', 'e{0:80}3', '1|2|3|4|[]');
    expect((await store.read('f{0:80}', 'n{0:80}', ['e{0:80}1', 'e{0:80}2', 'e{0:80}3'])).entries).toEqual([
      null,
      null,
      { token: { incarnation: '1', epoch: 2, begunAtMs: 3 }, freshUntilMs: 4, payload: '[]' },
    ]);
  });
});

describe('the guard', () => {
  it('sends nothing for a second after a failure, then tries again', async () => {
    const time = new FakeClock();
    const guard = new RedisGuard(redis, time);
    let sent = 0;
    const failing = guard.run(async () => {
      sent += 1;
      throw new Error('command timed out');
    });
    await expect(failing).rejects.toThrow('command timed out');
    const ping = (): Promise<string> =>
      guard.run((commands) => {
        sent += 1;
        return commands.ping();
      });
    await expect(ping()).rejects.toThrow('Redis is away');
    await time.advance(999);
    await expect(ping()).rejects.toThrow('Redis is away');
    await time.advance(1);
    await expect(ping()).resolves.toBe('PONG');
    expect(sent).toBe(2);
  });

  it('sends nothing while the connection is known to be away', async () => {
    const away: RedisConnections = {
      commands: redis.commands,
      subscriber: redis.subscriber,
      available: false,
      generation: 0,
      close: () => undefined,
    };
    await expect(new RedisGuard(away, clock).run((commands) => commands.ping())).rejects.toThrow('Redis is away');
  });
});
