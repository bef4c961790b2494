import fc from 'fast-check';
import { tenantId } from '../../src/domain';
import { JobRunner, type JobHandler } from '../../src/jobs/job-runner';
import { FakeClock } from '../support/fake-clock';
import { silentLogger } from '../../src/infra/logger';
import { jobSchedules, jobVerdict } from './support/job-simulation';
import { MemoryJobStore } from './support/memory-job-store';

const policy = { maxAttempts: 3, backoffMs: 5000, timeoutMs: 30_000, queue: 'q' };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makeRunner(run: JobHandler['run']) {
  const clock = new FakeClock();
  const store = new MemoryJobStore(() => clock.nowMs());
  const results: string[] = [];
  const dead: string[] = [];
  const make = (): JobRunner =>
    new JobRunner({
      store,
      handlers: { Job: { policy, run } },
      clock,
      logger: silentLogger,
      concurrency: 2,
      pollMs: 500,
      onResult: (_, result) => results.push(result),
      onDead: (_, error) => dead.push(error),
    });
  return { clock, store, results, dead, runner: make(), make };
}

test('a job runs with its payload, its try and its company, and is done', async () => {
  const seen: unknown[] = [];
  const { runner, store, results } = makeRunner(async (payload, { attempt, companyId }) => {
    seen.push({ payload, attempt, companyId });
  });
  await runner.enqueue('Job', { days: ['2026-11-24'] }, { companyId: tenantId('c1') });
  await runner.drain();
  expect(seen).toEqual([{ payload: { days: ['2026-11-24'] }, attempt: 1, companyId: 'c1' }]);
  expect(store.jobs).toMatchObject([{ status: 'done' }]);
  expect(results).toEqual(['done']);
});

test('a failing job is tried three times with pauses and then kept for the operator', async () => {
  const { runner, store, clock, results, dead } = makeRunner(() => Promise.reject(new Error('boom')));
  await runner.enqueue('Job', {});
  await runner.drain();
  await clock.advance(4999);
  await runner.drain();
  expect(results).toEqual(['retried']);
  await clock.advance(1);
  await runner.drain();
  await clock.advance(5000);
  await runner.drain();
  expect(results).toEqual(['retried', 'retried', 'dead']);
  expect(dead).toEqual(['boom']);
  expect(store.jobs).toMatchObject([{ status: 'dead', lastError: 'boom', attempts: 3 }]);
});

test('a job that takes too long gets the signal to stop and loses its place, whether or not it listens', async () => {
  let aborted = false;
  const { runner, store, clock } = makeRunner((_, { signal }) => {
    signal.addEventListener('abort', () => (aborted = true));
    return new Promise(() => undefined);
  });
  await runner.enqueue('Job', {});
  await runner.poll();
  await clock.advance(29_999);
  expect(store.jobs).toMatchObject([{ status: 'running' }]);
  await clock.advance(1);
  await turn();
  expect(aborted).toBe(true);
  expect(store.jobs).toMatchObject([{ status: 'queued', lastError: 'not done within 30000 ms' }]);
});

test('a job whose process died in every try is not begun a fourth time', async () => {
  let tries = 0;
  const { make, store, clock, dead } = makeRunner(() => {
    tries++;
    return new Promise(() => undefined);
  });
  await make().enqueue('Job', {});
  for (let life = 0; life < 5; life++) {
    // Nothing of the runner that claimed it before is heard again.
    await store.claim('a process that dies', 0, 1);
    const rows = store.jobs;
    if (life < 3) {
      await make().poll();
      rows[0]!.leaseUntilMs = clock.nowMs() - 1;
    }
  }
  await make().poll();
  await turn();
  expect(tries).toBe(3);
  expect(store.jobs).toMatchObject([{ status: 'dead', lastError: 'worker crashed on its last attempt' }]);
  expect(dead).toHaveLength(1);
});

test('a process that lost its job to another reports nothing', async () => {
  let finish: () => void = () => undefined;
  const { runner, make, store, results } = makeRunner(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  await runner.enqueue('Job', {});
  await runner.poll();
  const first = finish;
  store.jobs[0]!.leaseUntilMs = 0;
  await make().poll();
  first();
  await turn();
  expect(results).toEqual([]);
  finish();
  await turn();
  expect(results).toEqual(['done']);
});

test('work that is done but cannot be recorded is no failure: it is repeated when the lease runs out', async () => {
  const { runner, store, results, dead } = makeRunner(() => Promise.resolve());
  await runner.enqueue('Job', {});
  store.complete = () => Promise.reject(new Error('the database is away'));
  await runner.drain();
  expect(store.jobs).toMatchObject([{ status: 'running', attempts: 1 }]);
  expect([results, dead]).toEqual([[], []]);
});

test('no more jobs at once than there is room for, and a stop takes no new ones and waits for the running', async () => {
  const finish: (() => void)[] = [];
  const { runner, store } = makeRunner(() => new Promise<void>((resolve) => void finish.push(resolve)));
  for (let index = 0; index < 3; index++) await runner.enqueue('Job', index);
  expect(await runner.poll()).toBe(2);
  expect(await runner.poll()).toBe(0);
  let stopped = false;
  const stopping = runner.stop(60_000).then(() => (stopped = true));
  expect(await runner.poll()).toBe(0);
  finish[0]!();
  await turn();
  expect(stopped).toBe(false);
  finish[1]!();
  await stopping;
  expect(store.jobs.map((job) => job.status)).toEqual(['done', 'done', 'queued']);
});

test('what is being claimed when the stop comes is finished too', async () => {
  const { runner, store } = makeRunner(() => Promise.resolve());
  await runner.enqueue('Job', {});
  void runner.poll();
  await runner.stop(1000);
  expect(store.jobs).toMatchObject([{ status: 'done' }]);
});

test('whatever jobs do and whatever happens to their processes, each ends once and none is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(jobSchedules, async (schedule) => {
      expect(await jobVerdict(schedule)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a job that goes on later holds no place in its pause, and its parts are one job', async () => {
  const parts: unknown[] = [];
  const { runner, store, clock, results } = makeRunner(async (payload, { goOnLater, attempt }) => {
    const { from } = payload as { from: number };
    parts.push({ from, attempt });
    if (from < 2) goOnLater({ from: from + 1 }, 60_000);
  });
  await runner.enqueue('Job', { from: 0 }, { uniqueKey: 'parts' });
  for (let minute = 0; minute < 4; minute++) {
    await runner.drain();
    if (minute < 2) expect(store.jobs).toMatchObject([{ status: 'queued', owner: null }]);
    await clock.advance(60_000);
  }
  expect(parts).toEqual([0, 1, 2].map((from) => ({ from, attempt: 1 })));
  expect([store.jobs.length, store.jobs[0]!.status, results]).toEqual([1, 'done', ['done']]);
});
