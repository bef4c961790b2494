import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A webhook as it came, stored before anything follows. Unique per provider and event. */
@Entity('webhook_events')
export class WebhookEventEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null until its owner is known. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: string | null;

  @Column({ type: 'text' })
  provider!: 'retell' | 'calcom';

  @Column({ type: 'text' })
  eventType!: string;

  /** The same for every delivery of one event. */
  @Column({ type: 'text' })
  dedupeKey!: string;

  @Column({ type: 'jsonb' })
  payload!: unknown;

  @Column({ type: 'text', default: 'pending' })
  status!: 'pending' | 'processing' | 'processed' | 'ignored' | 'failed';

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ type: 'text', nullable: true })
  leaseOwner!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'integer', default: 0 })
  epoch!: number;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  receivedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  processedAt!: Date | null;
}
