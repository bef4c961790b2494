import type { JobProgress, JobRecord, JobSteps, JobStore, NewJob } from '../../../src/jobs/job-runner';

export interface JobRow extends NewJob {
  id: string;
  slotKey: string | null;
  status: 'queued' | 'running' | 'done' | 'dead';
  runAtMs: number;
  attempts: number;
  epoch: number;
  owner: string | null;
  leaseUntilMs: number;
  lastError: string | null;
  progress: JobProgress[];
}

const LEASE_MARGIN_MS = 5000;

/** The job table in memory, on a clock a test may move; the same answers as Postgres gives. */
export class MemoryJobStore implements JobStore {
  readonly jobs: JobRow[] = [];

  constructor(private readonly nowMs: () => number) {}

  async enqueue(job: NewJob): Promise<boolean> {
    return this.#insert(job, null);
  }

  async enqueueOnce(slotKey: string, job: NewJob): Promise<boolean> {
    return this.#insert(job, slotKey);
  }

  async lastId(uniqueKey: string): Promise<string | null> {
    return this.jobs.findLast((job) => job.uniqueKey === uniqueKey)?.id ?? null;
  }

  async claim(owner: string, limit: number, mostOfCompany: number): Promise<JobRecord[]> {
    const nowMs = this.nowMs();
    const runs = (job: JobRow): boolean => job.status === 'running' && job.leaseUntilMs >= nowMs;
    const turns = new Map<string | null, number>();
    for (const job of this.jobs.filter((one) => runs(one) && one.owner === owner))
      turns.set(job.companyId, (turns.get(job.companyId) ?? 0) + 1);
    const due = this.jobs
      .filter(
        (job) =>
          (job.status === 'queued' && job.runAtMs <= nowMs) || (job.status === 'running' && job.leaseUntilMs < nowMs),
      )
      .sort((a, b) => a.runAtMs - b.runAtMs)
      .map((job) => {
        const turn = (turns.get(job.companyId) ?? 0) + 1;
        turns.set(job.companyId, turn);
        return { job, turn };
      })
      .filter(({ job, turn }) => job.companyId === null || turn <= mostOfCompany)
      .sort((a, b) => a.turn - b.turn || a.job.runAtMs - b.job.runAtMs)
      .slice(0, limit);
    return due.map(({ job }) => {
      job.status = 'running';
      job.attempts += 1;
      job.epoch += 1;
      job.owner = owner;
      job.leaseUntilMs = nowMs + job.timeoutMs + LEASE_MARGIN_MS;
      const { id, queue, name, companyId, payload, attempts, maxAttempts, backoffMs, timeoutMs, epoch } = job;
      return { id, queue, name, companyId, payload, attempts, maxAttempts, backoffMs, timeoutMs, epoch };
    });
  }

  async complete(job: JobRecord, owner: string): Promise<boolean> {
    return this.#finish(job, owner, { status: 'done', lastError: null });
  }

  async postpone(job: JobRecord, owner: string, payload: unknown, delayMs: number): Promise<boolean> {
    const runAtMs = this.nowMs() + delayMs;
    return this.#finish(job, owner, { status: 'queued', payload, attempts: 0, lastError: null, runAtMs });
  }

  async retry(job: JobRecord, owner: string, error: string, delayMs: number): Promise<boolean> {
    return this.#finish(job, owner, { status: 'queued', lastError: error, runAtMs: this.nowMs() + delayMs });
  }

  /** Of the last job that said it. */
  steps: JobSteps | null = null;

  async countSteps(_job: JobRecord, _owner: string, steps: JobSteps): Promise<boolean> {
    this.steps = steps;
    return true;
  }

  async bury(job: JobRecord, owner: string, error: string): Promise<boolean> {
    return this.#finish(job, owner, { status: 'dead', lastError: error });
  }

  async note(job: JobRecord, owner: string, progress: JobProgress): Promise<void> {
    const row = this.jobs.find((one) => one.id === job.id);
    if (row?.status === 'running' && row.owner === owner && row.epoch === job.epoch) row.progress.push(progress);
  }

  #insert(job: NewJob, slotKey: string | null): boolean {
    const live = (row: JobRow): boolean => row.status === 'queued' || row.status === 'running';
    const clash = this.jobs.some(
      (row) =>
        (slotKey !== null && row.slotKey === slotKey) ||
        (job.uniqueKey !== null && row.uniqueKey === job.uniqueKey && live(row)),
    );
    if (clash) return false;
    this.jobs.push({
      ...job,
      id: String(this.jobs.length + 1),
      slotKey,
      status: 'queued',
      runAtMs: this.nowMs() + job.delayMs,
      attempts: 0,
      epoch: 0,
      owner: null,
      leaseUntilMs: 0,
      lastError: null,
      progress: [],
    });
    return true;
  }

  #finish(job: JobRecord, owner: string, change: Partial<JobRow>): boolean {
    const row = this.jobs.find((one) => one.id === job.id);
    if (row?.status !== 'running' || row.owner !== owner || row.epoch !== job.epoch) return false;
    Object.assign(row, change, { owner: null, leaseUntilMs: 0 });
    return true;
  }
}
