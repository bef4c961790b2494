import { WriterLine } from '../../src/infra/writer-line';
import type { RedisConnections } from '../../src/infra/redis';
import { testRedis } from '../support/servers';

let redis: RedisConnections;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

async function crowd(lines: WriterLine[], keysOf: (index: number) => string[], size: number): Promise<number> {
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: size }, (_, index) =>
      lines[index % lines.length]!.inLine(keysOf(index), 5000, 2000, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      }),
    ),
  );
  return most;
}

test('never lets two writers in at once, whichever process they come from', async () => {
  expect(await crowd([new WriterLine(redis), new WriterLine(redis)], () => ['{t}:a', '{t}:b'], 30)).toBe(1);
});

test('lets writers for different hosts work side by side', async () => {
  expect(await crowd([new WriterLine(redis)], (index) => [`{t}:host:${index}`], 5)).toBe(5);
});

test('refuses, with nothing sent, when the turn does not come in time', async () => {
  const line = new WriterLine(redis);
  const other = new WriterLine(redis);
  let free!: () => void;
  const holding = line.inLine(['{t}:x'], 1000, 5000, () => new Promise<void>((resolve) => (free = resolve)));
  while (!free) await new Promise((resolve) => setImmediate(resolve));
  await expect(line.inLine(['{t}:x'], 20, 5000, async () => 'in')).rejects.toMatchObject({
    code: 'deadline_exceeded',
    neverSent: true,
  });
  await expect(other.inLine(['{t}:x'], 90, 5000, async () => 'in')).rejects.toMatchObject({
    code: 'deadline_exceeded',
    neverSent: true,
  });
  free();
  await holding;
  expect(await other.inLine(['{t}:x'], 500, 5000, async () => 'in')).toBe('in');
});

test('still keeps the line within this process while Redis is away', async () => {
  const away = {
    available: false,
    generation: 0,
    commands: redis.commands,
    subscriber: redis.subscriber,
    close: () => undefined,
  };
  expect(await crowd([new WriterLine(away)], () => ['{t}:a'], 10)).toBe(1);
});
