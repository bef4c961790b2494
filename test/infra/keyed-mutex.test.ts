import { KeyedMutex } from '../../src/infra/keyed-mutex';
import type { RedisConnections } from '../../src/infra/redis';
import { SystemClock } from '../../src/infra/clock';
import { RedisGuard } from '../../src/infra/redis-guard';
import { RedisLeases } from '../../src/infra/redis-leases';
import { testRedis } from '../support/servers';

let redis: RedisConnections;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

const mutexOf = (connections: RedisConnections): KeyedMutex =>
  new KeyedMutex(new RedisLeases(connections, new RedisGuard(connections, new SystemClock(), 0)));

async function crowd(mutexes: KeyedMutex[], keysOf: (index: number) => string[], size: number): Promise<number> {
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: size }, (_, index) =>
      mutexes[index % mutexes.length]!.runExclusive(keysOf(index), 5000, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      }),
    ),
  );
  return most;
}

test('never lets two writers in at once, whichever process they come from', async () => {
  expect(await crowd([mutexOf(redis), mutexOf(redis)], () => ['{t}:a', '{t}:b'], 30)).toBe(1);
});

test('lets writers for different hosts work side by side', async () => {
  expect(await crowd([mutexOf(redis)], (index) => [`{t}:host:${index}`], 5)).toBe(5);
});

test('refuses, with nothing sent, when the turn does not come in time', async () => {
  const mutex = mutexOf(redis);
  const other = mutexOf(redis);
  let free!: () => void;
  const holding = mutex.runExclusive(['{t}:x'], 1000, () => new Promise<void>((resolve) => (free = resolve)));
  while (!free) await new Promise((resolve) => setImmediate(resolve));
  await expect(mutex.runExclusive(['{t}:x'], 20, async () => 'in')).rejects.toMatchObject({
    code: 'deadline_exceeded',
    neverSent: true,
  });
  await expect(other.runExclusive(['{t}:x'], 90, async () => 'in')).rejects.toMatchObject({
    code: 'deadline_exceeded',
    neverSent: true,
  });
  free();
  await holding;
  expect(await other.runExclusive(['{t}:x'], 500, async () => 'in')).toBe('in');
});

test('still keeps the line within this process while Redis is away', async () => {
  const away = {
    available: false,
    generation: 0,
    commands: redis.commands,
    subscriber: redis.subscriber,
    close: () => undefined,
  };
  expect(await crowd([mutexOf(away)], () => ['{t}:a'], 10)).toBe(1);
});

test('keeps its turn longer than a lease while the work goes on', async () => {
  let free!: () => void;
  const holding = mutexOf(redis).runExclusive(
    ['{t}:long'],
    1000,
    () => new Promise<void>((resolve) => (free = resolve)),
  );
  while (!free) await new Promise((resolve) => setImmediate(resolve));
  await expect(mutexOf(redis).runExclusive(['{t}:long'], 2600, async () => 'in')).rejects.toMatchObject({
    neverSent: true,
  });
  free();
  await holding;
});

test('lets the next writer in when the one before it died without giving its turn back', async () => {
  const next = mutexOf(redis);
  // Redis still holds the lease of a process that no longer renews it.
  await redis.commands.set('lock:{t}:dead', 'a dead process', 'PX', 2000);
  expect(await next.runExclusive(['{t}:dead'], 4000, async () => 'in')).toBe('in');
});
