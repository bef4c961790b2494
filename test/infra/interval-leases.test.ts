import { randomUUID } from 'node:crypto';
import { IntervalLeases, type IntervalLease } from '../../src/infra/interval-leases';
import { SystemClock } from '../../src/infra/clock';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisGuard } from '../../src/infra/redis-guard';
import { testRedis } from '../support/servers';

let redis: RedisConnections;
let leases: IntervalLeases;
const clock = new SystemClock();
beforeAll(async () => {
  redis = await testRedis();
  leases = new IntervalLeases(new RedisGuard(redis, clock), clock);
});
afterAll(() => redis.close());

const lease = (over: Partial<IntervalLease> = {}): Omit<IntervalLease, 'untilMs'> => ({
  token: randomUUID(),
  owner: 'anna',
  kind: 'offer',
  startMs: 0,
  endMs: 1000,
  resources: [],
  ...over,
});
const lengthOf = (scope: string): Promise<number> => redis.commands.zcard(`interval-leases:{${scope}}`);

test('leases that are over are given up by the next one that is taken, without anybody reading them', async () => {
  const scope = randomUUID();
  await redis.commands.zadd(`interval-leases:{${scope}}`, Date.now() - 1000, 'one', Date.now() - 1, 'two');
  await leases.note(scope, lease({ token: 'new' }), 60_000, 500);
  expect(await lengthOf(scope)).toBe(1);
});

test('of too many leases the ones that end first are given up', async () => {
  const scope = randomUUID();
  for (let index = 0; index < 8; index++)
    await leases.note(scope, lease({ token: `t${index}` }), 10_000 + index * 100, 5);
  const kept = (await leases.list(scope)).map(({ token }) => token).sort();
  expect(kept).toEqual(['t3', 't4', 't5', 't6', 't7']);
});

test('a lease taken again is one lease that lasts longer', async () => {
  const scope = randomUUID();
  const again = lease();
  const first = await leases.note(scope, again, 10_000, 500);
  const second = await leases.note(scope, again, 50_000, 500);
  expect(second).toBeGreaterThan(first + 30_000);
  expect((await leases.list(scope)).map(({ untilMs }) => untilMs)).toEqual([second]);
});

test('only the owner gives a lease back, one of them or all', async () => {
  const scope = randomUUID();
  const [mine, other] = [lease({ token: 'mine', resources: [7, 8] }), lease({ token: 'other' })];
  for (const one of [mine, other, lease({ token: 'theirs', owner: 'ben' })]) await leases.note(scope, one, 10_000, 500);
  expect(await leases.release(scope, 'ben', 'mine')).toEqual([]);
  expect((await leases.release(scope, 'anna', 'mine')).map(({ token }) => token)).toEqual(['mine']);
  await leases.release(scope, 'anna');
  expect((await leases.list(scope)).map(({ token }) => token)).toEqual(['theirs']);
});

test('a reservation finds room as long as others leave some, on the same host and at the same time', async () => {
  const scope = randomUUID();
  const reserve = (owner: string, over: Partial<IntervalLease> = {}): Promise<number | null> =>
    leases.take(scope, lease({ owner, kind: 'reservation', resources: [1], ...over }), 10_000, 1);
  expect(await reserve('anna')).not.toBeNull();
  expect(await reserve('ben')).toBeNull();
  expect(await reserve('ben', { resources: [2] })).not.toBeNull();
  expect(await reserve('ben', { startMs: 1000, endMs: 2000 })).not.toBeNull();
});

test('what is noted and read in one turn travels together, and everybody hears the same', async () => {
  const scope = randomUUID();
  const commands = jest.spyOn(redis.commands, 'sendCommand');
  try {
    const [first, second] = await Promise.all([
      leases.note(scope, lease({ token: 'one' }), 10_000, 500),
      leases.note(scope, lease({ token: 'two' }), 10_000, 500),
    ]);
    expect(first).toBe(second);
    const readings = await Promise.all([leases.list(scope), leases.list(scope)]);
    expect(readings[0].map(({ token }) => token).sort()).toEqual(['one', 'two']);
    expect(readings[1]).toEqual(readings[0]);
    expect(commands.mock.calls.length).toBe(2);
  } finally {
    commands.mockRestore();
  }
  await leases.note(scope, lease({ token: 'three' }), 10_000, 500);
  expect(await leases.list(scope)).toHaveLength(3);
});
