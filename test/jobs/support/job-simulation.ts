import fc from 'fast-check';
import { silentLogger } from '../../../src/infra/logger';
import { JobRunner, type JobRecord, type JobStore } from '../../../src/jobs/job-runner';
import { ProcessClock, seeded, VirtualTime } from '../../budget/support/virtual-time';
import { MemoryJobStore } from './memory-job-store';

type Deed = 'ok' | 'fails' | 'hangs' | 'kills its process';

export interface WantedJob {
  atMs: number;
  process: number;
  delayMs: number;
  /** Two jobs with the same key never wait or run together. */
  key: number | null;
  /** All processes try to add the job of this cron slot. */
  slot: number | null;
  lastsMs: number;
  /** What each try does; the last one goes for all further tries. */
  deeds: Deed[];
}

export interface JobTrouble {
  atMs: number;
  kind: 'crash' | 'pause' | 'store away';
  process: number;
  forMs: number;
}

export interface JobSchedule {
  seed: number;
  processes: number;
  jobs: WantedJob[];
  troubles: JobTrouble[];
}

interface Try {
  job: number;
  attempt: number;
  process: number;
  beganAtMs: number;
  endedAtMs: number;
  failedAtMs: number | null;
}

const POLICY = { maxAttempts: 3, backoffMs: 5000, timeoutMs: 30_000, queue: 'q' };
const LEASE_MS = POLICY.timeoutMs + 5000;
const POLL_MS = 2000;
const TROUBLE_MS = 90_000;
/** Three tries that all cost their lease, their pauses, and room for standing in line behind others. */
const CALM_MS = 900_000;

const wanted: fc.Arbitrary<WantedJob> = fc.record({
  atMs: fc.integer({ min: 0, max: TROUBLE_MS }),
  process: fc.nat(2),
  delayMs: fc.constantFrom(0, 0, 2000, 30_000),
  key: fc.option(fc.nat(1), { freq: 2 }),
  slot: fc.option(fc.nat(1), { freq: 4 }),
  lastsMs: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 2000, max: 40_000 })),
  deeds: fc.array(fc.constantFrom<Deed>('ok', 'ok', 'ok', 'fails', 'fails', 'hangs', 'kills its process'), {
    minLength: 1,
    maxLength: 4,
  }),
});

const trouble: fc.Arbitrary<JobTrouble> = fc.record({
  atMs: fc.integer({ min: 0, max: TROUBLE_MS }),
  kind: fc.constantFrom('crash', 'pause', 'store away'),
  process: fc.nat(2),
  forMs: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 5000, max: 60_000 })),
});

/** Jobs of every behaviour on up to three processes that crash, stand still, and lose the database for a while. */
export const jobSchedules: fc.Arbitrary<JobSchedule> = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 3 }),
  jobs: fc.array(wanted, { minLength: 1, maxLength: 8 }),
  troubles: fc.array(trouble, { maxLength: 4 }),
});

interface Process {
  runner: JobRunner;
  alive: boolean;
  clock: ProcessClock;
}

/** One run of the schedule by real runners through invented time. */
class Simulation {
  readonly time = new VirtualTime();
  readonly store = new MemoryJobStore(() => this.time.nowMs);
  readonly tries: Try[] = [];
  readonly dead: string[] = [];
  readonly pausedUntilMs: number[] = [];
  readonly added = new Map<number, number>();
  readonly #random: () => number;
  readonly #runners: Process[] = [];
  #awayUntilMs = Number.NEGATIVE_INFINITY;
  readonly #startMs = this.time.nowMs;

  constructor(private readonly schedule: JobSchedule) {
    this.#random = seeded(schedule.seed);
    for (let process = 0; process < schedule.processes; process++) this.#boot(process);
    for (const [index, job] of schedule.jobs.entries()) this.#want(job, index);
    for (const one of schedule.troubles) this.time.at(this.#startMs + one.atMs, () => this.#stage(one));
    for (let process = 0; process < schedule.processes; process++)
      this.time.at(this.#startMs + process, () => this.#poll(process));
  }

  /** Until every job has ended, or long enough to be sure that one never will. */
  async run(): Promise<void> {
    const endMs = this.#startMs + TROUBLE_MS + CALM_MS;
    for (let untilMs = this.#startMs + TROUBLE_MS + 60_000; untilMs <= endMs; untilMs += 60_000) {
      await this.time.runUntil(untilMs);
      if (this.store.jobs.every((job) => job.status === 'done' || job.status === 'dead')) return;
    }
  }

  #boot(process: number): void {
    const clock = new ProcessClock(this.time, (this.#random() - 0.5) * 4000, this.time.nowMs);
    const self = { alive: true, clock } as Process;
    self.runner = new JobRunner({
      store: this.#remote(self),
      handlers: { Job: { policy: POLICY, run: (payload, context) => this.#work(payload, context, process, self) } },
      clock,
      logger: silentLogger,
      concurrency: 2,
      pollMs: POLL_MS,
      onResult: () => undefined,
      onDead: (job) => this.dead.push(job.id),
    });
    this.#runners[process] = self;
  }

  /** The database over the network: late, sometimes away, and never again for a process that died. */
  #remote(self: { alive: boolean; clock: ProcessClock }): JobStore {
    const travel = async <T>(command: () => Promise<T>): Promise<T> => {
      await self.clock.sleep(this.#random() * 3);
      if (!self.alive) return new Promise(() => undefined);
      if (this.time.nowMs < this.#awayUntilMs) throw new Error('the database is away');
      const answer = await command();
      await self.clock.sleep(this.#random() * 3);
      if (!self.alive) return new Promise(() => undefined);
      return answer;
    };
    const { store } = this;
    return {
      enqueue: (job) => travel(() => store.enqueue(job)),
      enqueueOnce: (key, job) => travel(() => store.enqueueOnce(key, job)),
      lastId: (uniqueKey) => travel(() => store.lastId(uniqueKey)),
      claim: (owner, limit, most) => travel(() => store.claim(owner, limit, most)),
      postpone: (job, owner, payload, delayMs) => travel(() => store.postpone(job, owner, payload, delayMs)),
      complete: (job, owner) => travel(() => store.complete(job, owner)),
      retry: (job, owner, error, delayMs) => travel(() => store.retry(job, owner, error, delayMs)),
      note: (job, owner, progress) => travel(() => store.note(job, owner, progress)),
      countSteps: (job, owner, steps) => travel(() => store.countSteps(job, owner, steps)),
      bury: (job, owner, error) => travel(() => store.bury(job, owner, error)),
    };
  }

  async #work(
    payload: unknown,
    context: { signal: AbortSignal; attempt: number },
    process: number,
    self: { alive: boolean; clock: ProcessClock },
  ): Promise<void> {
    const index = Number(payload);
    const job = this.schedule.jobs[index];
    // The job of a cron slot does nothing here.
    if (!job) return;
    const one: Try = {
      job: index,
      attempt: context.attempt,
      process,
      beganAtMs: this.time.nowMs,
      endedAtMs: Number.POSITIVE_INFINITY,
      failedAtMs: null,
    };
    this.tries.push(one);
    const deed = job.deeds[Math.min(context.attempt, job.deeds.length) - 1];
    try {
      if (deed === 'kills its process') {
        await self.clock.sleep(job.lastsMs, context.signal);
        this.#crash(process);
        await new Promise(() => undefined);
      }
      await self.clock.sleep(deed === 'hangs' ? 10 * LEASE_MS : job.lastsMs, context.signal);
      if (deed === 'fails') throw new Error('it does not work');
    } catch (error) {
      one.failedAtMs = this.time.nowMs;
      throw error;
    } finally {
      one.endedAtMs = this.time.nowMs;
    }
  }

  #want(job: WantedJob, index: number): void {
    const process = job.process % this.schedule.processes;
    const options = { delayMs: job.delayMs, ...(job.key === null ? {} : { uniqueKey: `key-${job.key}` }) };
    this.time.at(this.#startMs + job.atMs, () => {
      const add = (runner: JobRunner): Promise<boolean> =>
        job.slot === null ? runner.enqueue('Job', index, options) : runner.enqueueSlot('Job', `cron:Job:${job.slot}`);
      const through = job.slot === null ? [this.#runners[process]!] : this.#runners;
      for (const { runner } of through)
        add(runner)
          .then((added) => added && this.added.set(index, (this.added.get(index) ?? 0) + 1))
          .catch(() => undefined);
    });
  }

  #poll(process: number): void {
    const { runner, alive, clock } = this.#runners[process]!;
    if (alive) void clock.awake().then(() => runner.poll());
    this.time.at(this.time.nowMs + POLL_MS, () => this.#poll(process));
  }

  #stage({ kind, process, forMs }: JobTrouble): void {
    const at = process % this.schedule.processes;
    if (kind === 'crash') this.#crash(at);
    else if (kind === 'pause') {
      this.#runners[at]!.clock.pause(forMs);
      this.pausedUntilMs.push(this.time.nowMs + forMs);
    } else this.#awayUntilMs = Math.max(this.#awayUntilMs, this.time.nowMs + forMs);
  }

  /** Dead at once; another process of the same number a second later. */
  #crash(process: number): void {
    const self = this.#runners[process]!;
    if (!self.alive) return;
    self.alive = false;
    for (const one of this.tries) if (one.process === process) one.endedAtMs = Math.min(one.endedAtMs, this.time.nowMs);
    this.time.at(this.time.nowMs + 1000, () => this.#boot(process));
  }
}

/** Runs it and says what was wrong with it; empty when nothing was. */
export async function jobVerdict(schedule: JobSchedule): Promise<string[]> {
  const simulation = new Simulation(schedule);
  await simulation.run();
  const { store, tries, dead, pausedUntilMs } = simulation;
  const wrong: string[] = [];
  const payloadOf = (job: Pick<JobRecord, 'payload'>): number => Number(job.payload);
  for (const row of store.jobs) {
    const label = `job ${row.id} (${row.uniqueKey ?? row.slotKey ?? 'plain'})`;
    if (row.status !== 'done' && row.status !== 'dead') wrong.push(`${label} is still ${row.status} at the end`);
    const buried = dead.filter((id) => id === row.id).length;
    if (buried > 1 || (buried === 1 && row.status !== 'dead')) wrong.push(`${label} was reported dead ${buried} times`);
    if (row.slotKey !== null) continue;
    const own = tries.filter((one) => one.job === payloadOf(row));
    if (own.length > POLICY.maxAttempts) wrong.push(`${label} was tried ${own.length} times`);
    if (own.some((one) => one.beganAtMs < row.runAtMs && one.attempt === 1 && row.attempts === 1))
      wrong.push(`${label} began before its time`);
    for (const [index, one] of own.entries()) {
      const next = own[index + 1];
      if (!next) continue;
      // No process may take a job from a process that works, only from one that stood still.
      const stoodStill = pausedUntilMs.some((untilMs) => untilMs >= one.beganAtMs);
      if (next.beganAtMs < one.endedAtMs && !stoodStill) wrong.push(`${label} ran twice at the same time`);
      if (one.failedAtMs !== null && next.beganAtMs < one.failedAtMs + POLICY.backoffMs && !stoodStill)
        wrong.push(`${label} was tried again ${next.beganAtMs - one.failedAtMs} ms after it failed`);
    }
  }
  const slots = new Map<string, number>();
  for (const { slotKey } of store.jobs) if (slotKey !== null) slots.set(slotKey, (slots.get(slotKey) ?? 0) + 1);
  for (const [slot, count] of slots) if (count > 1) wrong.push(`${slot} was added ${count} times`);
  return wrong;
}
