import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { TenantId } from '../domain';
import type { JobRecord } from '../jobs/job-runner';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** A durable job: runs at least once, on one process at a time. */
@Entity('jobs')
// One row per cron slot for ever, whether or not it has been worked on.
@Unique('uq_jobs_slot', ['slotKey'])
@Check('ck_jobs_status', `status in ('queued', 'running', 'done', 'dead')`)
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
export class JobEntity implements JobRecord {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  @Column({ type: 'text' })
  queue!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'jsonb', default: {} })
  payload!: unknown;

  /** What it has done so far, for those who watch it. */
  @Column({ type: 'jsonb', default: [] })
  progress!: { step: string; values: Record<string, string> }[];

  /** While a job with this key is queued or running, another is not added. */
  @Column({ type: 'text', nullable: true })
  uniqueKey!: string | null;

  /** One row per cron slot, for ever. */
  @Column({ type: 'text', nullable: true })
  slotKey!: string | null;

  @Column({ type: 'text', default: 'queued' })
  status!: 'queued' | 'running' | 'done' | 'dead';

  @Column({ type: 'timestamptz', default: () => 'now()' })
  runAt!: Date;

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ type: 'integer' })
  maxAttempts!: number;

  @Column({ type: 'integer' })
  backoffMs!: number;

  @Column({ type: 'integer' })
  timeoutMs!: number;

  @Column({ type: 'text', nullable: true })
  leaseOwner!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  /** Fencing token, grows with every claim: the holder of an older one has lost the job. */
  @Column({ type: 'integer', default: 0 })
  epoch!: number;

  @Column({ type: 'text', nullable: true })
  lastError!: string | null;

  /** How far it is, of `stepsTotal`; null: it does not count. */
  @Column({ type: 'integer', nullable: true })
  stepsDone!: number | null;

  @Column({ type: 'integer', nullable: true })
  stepsTotal!: number | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @ToCompany()
  company?: CompanyEntity;
}

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
