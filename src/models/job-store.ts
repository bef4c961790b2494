import type { DataSource } from 'typeorm';
import type { JobRecord, JobStore, NewJob } from '../jobs/job-runner';
import { rows, toJson } from './sql';

interface JobRow {
  id: string;
  queue: string;
  name: string;
  company_id: string | null;
  payload: unknown;
  attempts: number;
  max_attempts: number;
  backoff_ms: number;
  timeout_ms: number;
  epoch: number;
}

/** A job's lease outlives its time limit by this much, so that nobody repeats what is just being aborted. */
const LEASE_MARGIN_MS = 5000;

export class PostgresJobStore implements JobStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  enqueue(job: NewJob): Promise<boolean> {
    return this.#insert(job, null);
  }

  enqueueOnce(slotKey: string, job: NewJob): Promise<boolean> {
    return this.#insert(job, slotKey);
  }

  async claim(owner: string, limit: number): Promise<JobRecord[]> {
    const found = await rows<JobRow>(
      this.#source,
      `update jobs set status = 'running', attempts = attempts + 1, epoch = epoch + 1, lease_owner = $1, started_at = now(),
         lease_until = now() + (timeout_ms + ${LEASE_MARGIN_MS}) * interval '1 millisecond'
       where id in (
         select id from jobs
         where (status = 'queued' and run_at <= now()) or (status = 'running' and lease_until < now())
         order by run_at
         limit $2
         for update skip locked)
       returning id, queue, name, company_id, payload, attempts, max_attempts, backoff_ms, timeout_ms, epoch`,
      [owner, limit],
    );
    return found.map((row) => ({
      id: row.id,
      queue: row.queue,
      name: row.name,
      companyId: row.company_id,
      payload: row.payload,
      attempts: row.attempts,
      maxAttempts: row.max_attempts,
      backoffMs: row.backoff_ms,
      timeoutMs: row.timeout_ms,
      epoch: row.epoch,
    }));
  }

  complete(job: JobRecord, owner: string): Promise<boolean> {
    return this.#finish(
      job,
      owner,
      `status = 'done', finished_at = now(), lease_owner = null, lease_until = null, last_error = null`,
      [],
    );
  }

  retry(job: JobRecord, owner: string, error: string, delayMs: number): Promise<boolean> {
    return this.#finish(
      job,
      owner,
      `status = 'queued', lease_owner = null, lease_until = null, last_error = $4, run_at = now() + $5 * interval '1 millisecond'`,
      [error.slice(0, 1000), delayMs],
    );
  }

  bury(job: JobRecord, owner: string, error: string): Promise<boolean> {
    return this.#finish(
      job,
      owner,
      `status = 'dead', finished_at = now(), lease_owner = null, lease_until = null, last_error = $4`,
      [error.slice(0, 1000)],
    );
  }

  async #insert(job: NewJob, slotKey: string | null): Promise<boolean> {
    const found = await rows(
      this.#source,
      `insert into jobs (queue, name, company_id, payload, unique_key, slot_key, run_at, max_attempts, backoff_ms, timeout_ms)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond', $8, $9, $10)
       on conflict do nothing returning id`,
      [
        job.queue,
        job.name,
        job.companyId,
        toJson(job.payload ?? {}),
        job.uniqueKey,
        slotKey,
        job.delayMs,
        job.maxAttempts,
        job.backoffMs,
        job.timeoutMs,
      ],
    );
    return found.length > 0;
  }

  /** Zero rows: another process took the job over meanwhile. */
  async #finish(job: JobRecord, owner: string, change: string, values: unknown[]): Promise<boolean> {
    const found = await rows(
      this.#source,
      `update jobs set ${change} where id = $1 and lease_owner = $2 and epoch = $3 and status = 'running' returning id`,
      [job.id, owner, job.epoch, ...values],
    );
    return found.length > 0;
  }
}
