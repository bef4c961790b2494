import type { DataSource, ObjectLiteral } from 'typeorm';
import type { JobProgress, JobRecord, JobSteps, JobStore, NewJob } from '../jobs/job-runner';
import { JOB_FIELDS, JobEntity } from './jobs';
import { insertNew, managerOf, rows, values, type Values } from './sql';
import { columns } from './table';

/** A job's lease outlives its time limit by this much, so that no other process repeats what is just being aborted. */
const LEASE_MARGIN_MS = 5000;
const MAX_ERROR_LENGTH = 1000;
const DUE = `(j.status = 'queued' and j.run_at <= now()) or (j.status = 'running' and j.lease_until < now())`;
const inDelay = (): string => `now() + :delayMs * interval '1 millisecond'`;

export class PostgresJobStore implements JobStore {
  constructor(private readonly source: DataSource) {}

  enqueue(job: NewJob): Promise<boolean> {
    return this.#insert(job, null);
  }

  /** The job last added under the key, whatever became of it. */
  async lastId(uniqueKey: string): Promise<string | null> {
    const jobs = managerOf(this.source).getRepository(JobEntity);
    const found = await jobs.findOne({ select: { id: true }, where: { uniqueKey }, order: { createdAt: 'DESC' } });
    return found?.id ?? null;
  }

  enqueueOnce(slotKey: string, job: NewJob): Promise<boolean> {
    return this.#insert(job, slotKey);
  }

  claim(owner: string, limit: number, mostOfCompany: number): Promise<JobRecord[]> {
    return rows<JobRecord>(
      this.source,
      // SQL: a claim locks and marks its rows in one statement, and skips what others are claiming. A company's turn
      // comes after as many of the others as it has jobs before it, running ones too.
      `with due as (
         select id, row_number() over (partition by company_id order by run_at) + (
             select count(*) from jobs r where r.status = 'running' and r.lease_owner = $1 and r.lease_until >= now()
               and r.company_id is not distinct from j.company_id) as turn
         from jobs j where ${DUE}
       )
       update jobs set status = 'running', attempts = attempts + 1, epoch = epoch + 1, lease_owner = $1, started_at = now(),
         lease_until = now() + (timeout_ms + ${LEASE_MARGIN_MS}) * interval '1 millisecond'
       where id in (
         select j.id from jobs j join due on due.id = j.id
         where (${DUE}) and (j.company_id is null or due.turn <= $3)
         order by due.turn, j.run_at
         limit $2
         for update of j skip locked)
       returning ${columns(JOB_FIELDS)}`,
      [owner, limit, mostOfCompany],
    );
  }

  complete(job: JobRecord, owner: string): Promise<boolean> {
    return this.#finish(job, owner, { status: 'done', finishedAt: () => 'now()', lastError: null });
  }

  postpone(job: JobRecord, owner: string, payload: unknown, delayMs: number): Promise<boolean> {
    const next: Values<JobEntity> = { payload: payload ?? {}, attempts: 0, lastError: null };
    return this.#finish(job, owner, { ...next, status: 'queued', runAt: inDelay }, delayMs);
  }

  retry(job: JobRecord, owner: string, error: string, delayMs: number): Promise<boolean> {
    const lastError = error.slice(0, MAX_ERROR_LENGTH);
    return this.#finish(job, owner, { status: 'queued', lastError, runAt: inDelay }, delayMs);
  }

  async note(job: JobRecord, owner: string, progress: JobProgress): Promise<void> {
    const noted = { progress: () => 'progress || :progress::jsonb' };
    await this.#change(job, owner, noted, { progress: JSON.stringify([progress]) });
  }

  bury(job: JobRecord, owner: string, error: string): Promise<boolean> {
    const lastError = error.slice(0, MAX_ERROR_LENGTH);
    return this.#finish(job, owner, { status: 'dead', finishedAt: () => 'now()', lastError });
  }

  countSteps(job: JobRecord, owner: string, { done, total }: JobSteps): Promise<boolean> {
    return this.#change(job, owner, { stepsDone: done, stepsTotal: total });
  }

  /** @returns false when the same job is waiting already, or its slot had one */
  #insert({ delayMs, ...job }: NewJob, slotKey: string | null): Promise<boolean> {
    const row = { ...job, payload: job.payload ?? {}, slotKey, runAt: inDelay };
    return insertNew(managerOf(this.source), JobEntity, row, { delayMs });
  }

  #finish(job: JobRecord, owner: string, change: Values<JobEntity>, delayMs = 0): Promise<boolean> {
    return this.#change(job, owner, { ...change, leaseOwner: null, leaseUntil: null }, { delayMs });
  }

  /** @returns false when another process took the job over meanwhile */
  async #change(
    { id, epoch }: JobRecord,
    leaseOwner: string,
    change: Values<JobEntity>,
    parameters: ObjectLiteral = {},
  ): Promise<boolean> {
    const { affected } = await managerOf(this.source)
      .createQueryBuilder()
      .update(JobEntity)
      .set(values(change))
      .where({ id, leaseOwner, epoch, status: 'running' })
      .setParameters(parameters)
      .execute();
    return affected === 1;
  }
}
