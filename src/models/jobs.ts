import { Check, Entity, Index, Unique } from 'typeorm';
import { JOB_STATUSES } from '../domain';
import type { JobRecord } from '../jobs/job-runner';
import { toCompany } from './companies';
import { column, now, SqlIndex, table } from './table';

/** A durable job: runs at least once, on one process at a time. */
@Entity('jobs')
// One row per cron slot for ever, whether or not it has been worked on.
@Unique('uq_jobs_slot', ['slotKey'])
@Check('ck_jobs_attempts', 'attempts >= 0 and max_attempts >= 1')
@Check('ck_jobs_times', 'backoff_ms >= 0 and timeout_ms > 0')
@Check('ck_jobs_lease', `status <> 'running' or (lease_owner is not null and lease_until is not null)`)
@Check('ck_jobs_finished', `(status in ('done', 'dead')) = (finished_at is not null)`)
@Index('uq_jobs_unique_key', ['uniqueKey'], {
  unique: true,
  where: `unique_key is not null and status in ('queued', 'running')`,
})
// The claim reads due jobs and those whose lease ran out.
@Index('idx_jobs_due', ['runAt'], { where: `status = 'queued'` })
@Index('idx_jobs_leases', ['leaseUntil'], { where: `status = 'running'` })
@Index('idx_jobs_finished', ['finishedAt'], { where: 'finished_at is not null' })
@SqlIndex('idx_jobs_name', '(name, created_at desc)')
@SqlIndex('idx_jobs_created', '(created_at desc, id desc)')
@SqlIndex('idx_jobs_company', '(company_id, created_at desc)')
export class JobEntity
  extends table({
    id: column.id(),
    /** null: the platform's. */
    companyId: column.tenantId().nullable(),
    queue: column.text(),
    name: column.text(),
    payload: column.json<unknown>().default({}),
    /** What it has done so far, for those who watch it. */
    progress: column.json<{ step: string; values: Record<string, string> }[]>().default([]),
    /** While a job with this key is queued or running, another is not added. */
    uniqueKey: column.text().nullable(),
    /** One row per cron slot, for ever. */
    slotKey: column.text().nullable(),
    status: column.oneOf(JOB_STATUSES).default('queued'),
    runAt: column.instant().default(now),
    attempts: column.integer().default(0),
    maxAttempts: column.integer(),
    backoffMs: column.integer(),
    timeoutMs: column.integer(),
    leaseOwner: column.text().nullable(),
    leaseUntil: column.instant().nullable(),
    /** Fencing token, grows with every claim: the holder of an older one has lost the job. */
    epoch: column.integer().default(0),
    lastError: column.text().nullable(),
    /** How far it is, of `stepsTotal`; null: it does not count. */
    stepsDone: column.integer().nullable(),
    stepsTotal: column.integer().nullable(),
    createdAt: column.created(),
    startedAt: column.instant().nullable(),
    finishedAt: column.instant().nullable(),
    company: toCompany(),
  })
  implements JobRecord {}

/** What a worker knows of a job. */
export const JOB_FIELDS = [
  'id',
  'queue',
  'name',
  'companyId',
  'payload',
  'attempts',
  'maxAttempts',
  'backoffMs',
  'timeoutMs',
  'epoch',
] as const satisfies readonly (keyof JobRecord)[];
