import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A durable job: runs at least once, on one process at a time. */
@Entity('jobs')
export class JobEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: string | null;

  @Column({ type: 'text' })
  queue!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'jsonb', default: {} })
  payload!: unknown;

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

  /** Grows with every claim: whoever holds an older one lost the job. */
  @Column({ type: 'integer', default: 0 })
  epoch!: number;

  @Column({ type: 'text', nullable: true })
  lastError!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
