import fc from 'fast-check';
import { SystemClock } from '../../src/infra/clock';
import { FencedCache } from '../../src/infra/fenced-cache';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisLeases } from '../../src/infra/redis-leases';
import { RedisGuard } from '../../src/infra/redis-guard';
import { testRedis } from '../support/servers';
import { eventType, FakeUpstream, LIMITS, openCache } from './kit';
import { inMemory } from './in-memory-model';
import { anyStep, EVENT_TYPES, Model } from './model';

const sharing = EVENT_TYPES.map((id) => eventType(id));
const LONGEST = 60;

describe('no booked start is offered after its acknowledgement, and nothing fetched before an invalidation is seen after it', () => {
  const timing = { lagMs: [0, 0, 500, 1999], passMs: [1, 400, 1999, 2000, 61_000, 301_000] };
  it.each<{ name: string; trouble: ('lose' | 'away' | 'step back')[]; runs: number }>([
    { name: 'while all is well', trouble: [], runs: 150 },
    { name: 'while the store loses its memory', trouble: ['lose'], runs: 150 },
    { name: 'while the store comes and goes', trouble: ['away'], runs: 150 },
    { name: "while the store's clock steps back", trouble: ['step back', 'lose'], runs: 150 },
  ])('$name', async ({ trouble, runs }) => {
    let answers = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep({ ...timing, trouble }), { minLength: 5, maxLength: LONGEST, size: 'max' }),
        async (steps) => {
          const model = await inMemory(steps);
          answers += model.answers;
          expect(model.violations).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
    expect(answers).toBeGreaterThan(runs);
  });
});

describe('the same on the real scripts', () => {
  let redis: RedisConnections;
  let processes: RedisConnections[];
  const clock = new SystemClock();
  beforeAll(async () => {
    redis = await testRedis();
    processes = [redis, await testRedis()];
  });
  afterAll(() => processes.forEach((connections) => connections.close()));

  it('holds for any order of beginnings, ends, bookings, invalidations and a lost memory', async () => {
    let answers = 0;
    const steps = anyStep({ lagMs: [0], passMs: [], trouble: ['lose'] });
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40, size: 'max' }), async (schedule) => {
        await redis.commands.flushdb();
        const upstream = new FakeUpstream();
        // Nothing is late here, so nothing needs two seconds of real time.
        const limits = { ...LIMITS, settleMs: 0 };
        const leaseClients: RedisLeases[] = [];
        const open = (connections: RedisConnections): ReturnType<typeof openCache> => {
          const guard = new RedisGuard(connections, clock);
          leaseClients.push(new RedisLeases(connections, guard));
          return openCache({
            clock,
            store: new FencedCache(guard, clock, limits),
            lock: leaseClients.at(-1)!,
            upstream,
            sharing: () => sharing,
            settings: { settleMs: 0 },
          });
        };
        const model = new Model({
          units: processes.map(open),
          upstream,
          clock,
          patience: 100_000,
          turn: async () => {
            await redis.commands.ping();
            await new Promise((resolve) => setImmediate(resolve));
          },
          pass: async () => undefined,
          lose: async () => {
            await redis.commands.flushdb();
          },
          away: () => undefined,
          stepBack: () => undefined,
        });
        await model.run(schedule);
        leaseClients.forEach((election) => election.close());
        answers += model.answers;
        expect(model.violations).toEqual([]);
      }),
      { numRuns: 50 },
    );
    expect(answers).toBeGreaterThan(50);
  });
});
