import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { TenantId } from '../../src/domain';
import { makeCompany } from '../models/company-fixture';
import { createDataSource } from '../../src/models/data-source';
import type { JobStore, NewJob } from '../../src/jobs/job-runner';
import { PostgresJobStore } from '../../src/models/job-store';
import { cloneDatabase } from '../support/servers';
import { MemoryJobStore } from './support/memory-job-store';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
const companies: TenantId[] = [];
beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 6).initialize();
  for (let n = 0; n < 2; n++) companies.push((await makeCompany(source)).companyId);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

interface Kind {
  store: JobStore;
  /** Makes that much time pass for everything that is stored. */
  pass(ms: number): Promise<void>;
  /** Of the only job. */
  progress(): Promise<unknown>;
}

const kinds: [string, () => Promise<Kind>][] = [
  [
    'in Postgres',
    async () => {
      await source.query('delete from jobs');
      return {
        store: new PostgresJobStore(source),
        progress: async () =>
          ((await source.query('select progress from jobs')) as { progress: unknown }[])[0]?.progress,
        pass: async (ms) => {
          const earlier = `$1 * interval '1 millisecond'`;
          await source.query(`update jobs set run_at = run_at - ${earlier}, lease_until = lease_until - ${earlier}`, [
            ms,
          ]);
        },
      };
    },
  ],
  [
    'in memory',
    async () => {
      let nowMs = 1_000_000;
      const store = new MemoryJobStore(() => nowMs);
      return {
        store,
        progress: () => Promise.resolve(store.jobs[0]?.progress),
        pass: async (ms) => {
          nowMs += ms;
        },
      };
    },
  ],
];

const job = (over: Partial<NewJob> = {}): NewJob => ({
  queue: 'q',
  name: 'Job',
  companyId: null,
  payload: { a: 1 },
  uniqueKey: null,
  delayMs: 0,
  maxAttempts: 3,
  backoffMs: 5000,
  timeoutMs: 30_000,
  ...over,
});

describe.each(kinds)('a job queue %s', (_, create) => {
  test('keeps what a job has done, as long as its holder says so', async () => {
    const { store, progress } = await create();
    await store.enqueue(job());
    const [held] = await store.claim('a', 1, 1);
    await store.note(held!, 'a', { step: 'first', values: { name: 'x' } });
    await store.note(held!, 'b', { step: 'foreign', values: {} });
    await store.note({ ...held!, epoch: held!.epoch - 1 }, 'a', { step: 'stale', values: {} });
    await store.note(held!, 'a', { step: 'second', values: {} });
    expect(await progress()).toEqual([
      { step: 'first', values: { name: 'x' } },
      { step: 'second', values: {} },
    ]);
  });

  test('gives each due job to one owner, with its policy and the count of its tries', async () => {
    const { store, pass } = await create();
    await store.enqueue(job());
    await store.enqueue(job({ delayMs: 2000 }));
    const [first] = await store.claim('a', 10, 9);
    expect(first).toMatchObject({
      name: 'Job',
      payload: { a: 1 },
      attempts: 1,
      maxAttempts: 3,
      backoffMs: 5000,
      timeoutMs: 30_000,
      epoch: 1,
    });
    expect(await store.claim('b', 10, 9)).toEqual([]);
    await pass(2001);
    expect(await store.claim('b', 10, 9)).toHaveLength(1);
  });

  test('many owners at once never get the same job', async () => {
    const { store } = await create();
    for (let index = 0; index < 20; index++) await store.enqueue(job());
    const claimed = await Promise.all(
      Array.from({ length: 6 }, (_owner, index) => store.claim(`owner-${index}`, 5, 9)),
    );
    const ids = claimed.flat().map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(20);
  });

  test('a job whose lease ran out goes to the next, and the process that lost it changes nothing any more', async () => {
    const { store, pass } = await create();
    await store.enqueue(job());
    const [lost] = await store.claim('a', 1, 9);
    await pass(34_000);
    expect(await store.claim('b', 1, 9)).toEqual([]);
    await pass(1500);
    const [taken] = await store.claim('b', 1, 9);
    expect(taken).toMatchObject({ id: lost!.id, attempts: 2, epoch: 2 });
    expect(await store.complete(lost!, 'a')).toBe(false);
    expect(await store.retry(lost!, 'a', 'late', 0)).toBe(false);
    expect(await store.bury(lost!, 'a', 'late')).toBe(false);
    expect(await store.complete(taken!, 'a')).toBe(false);
    expect(await store.complete(taken!, 'b')).toBe(true);
    expect(await store.complete(taken!, 'b')).toBe(false);
  });

  test('a failed job comes back after its pause, a buried one never', async () => {
    const { store, pass } = await create();
    await store.enqueue(job());
    const [first] = await store.claim('a', 1, 9);
    expect(await store.retry(first!, 'a', 'boom', 5000)).toBe(true);
    await pass(4000);
    expect(await store.claim('a', 1, 9)).toEqual([]);
    await pass(1001);
    const [second] = await store.claim('a', 1, 9);
    expect(second).toMatchObject({ attempts: 2 });
    expect(await store.bury(second!, 'a', 'boom')).toBe(true);
    await pass(1_000_000);
    expect(await store.claim('a', 1, 9)).toEqual([]);
  });

  test('a unique key is taken while its job waits or runs, a cron slot for ever', async () => {
    const { store } = await create();
    const key = randomUUID();
    expect(await store.enqueue(job({ uniqueKey: key }))).toBe(true);
    expect(await store.enqueue(job({ uniqueKey: key }))).toBe(false);
    const [first] = await store.claim('a', 1, 9);
    expect(await store.enqueue(job({ uniqueKey: key }))).toBe(false);
    await store.complete(first!, 'a');
    expect(await store.enqueue(job({ uniqueKey: key }))).toBe(true);
    const slots = await Promise.all(Array.from({ length: 5 }, () => store.enqueueOnce('cron:Job:03:00', job())));
    expect(slots.filter(Boolean)).toHaveLength(1);
    const [, slot] = await store.claim('a', 10, 9);
    await store.complete(slot!, 'a');
    expect(await store.enqueueOnce('cron:Job:03:00', job())).toBe(false);
  });

  test('goes round among the companies, and gives one of them half of an owner’s places at most', async () => {
    const { store } = await create();
    const [greedy, modest] = companies;
    for (let index = 0; index < 10; index++) await store.enqueue(job({ companyId: greedy!, payload: { index } }));
    await store.enqueue(job({ companyId: modest! }));
    await store.enqueue(job());
    const claimed = await store.claim('a', 4, 2);
    const owners = claimed.map(({ companyId }) => companyId);
    expect(owners.filter((id) => id === greedy)).toHaveLength(2);
    expect(owners).toEqual(expect.arrayContaining([modest, null]));
    // Its other jobs wait for a place of its own, also while others are free.
    expect(await store.claim('a', 4, 2)).toEqual([]);
    for (const one of claimed.filter(({ companyId }) => companyId === greedy)) await store.complete(one, 'a');
    expect(await store.claim('a', 4, 2)).toHaveLength(2);
    expect(await store.claim('b', 1, 2)).toHaveLength(1);
  });

  test('a postponed job waits with what is left of it, and has its tries again', async () => {
    const { store, pass } = await create();
    await store.enqueue(job({ uniqueKey: 'parts' }));
    const [first] = await store.claim('a', 1, 2);
    expect(await store.postpone(first!, 'a', { from: 1 }, 60_000)).toBe(true);
    expect(await store.postpone(first!, 'a', { from: 2 }, 0)).toBe(false);
    expect(await store.enqueue(job({ uniqueKey: 'parts' }))).toBe(false);
    expect(await store.claim('a', 1, 2)).toEqual([]);
    await pass(60_001);
    expect(await store.claim('a', 1, 2)).toMatchObject([{ payload: { from: 1 }, attempts: 1 }]);
  });
});
