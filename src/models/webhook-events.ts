import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { TenantId } from '../domain';
import type { StoredEvent } from '../services/webhooks/inbox';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** A webhook as it came, stored before anything follows. Unique per provider and event. */
@Entity('webhook_events')
@Unique('uq_webhook_events_dedupe', ['provider', 'dedupeKey'])
@Check('ck_webhook_events_provider', `provider in ('retell', 'calcom', 'vapi', 'elevenlabs')`)
@Check('ck_webhook_events_status', `status in ('pending', 'processing', 'processed', 'ignored', 'failed')`)
@Check('ck_webhook_events_attempts', 'attempts >= 0')
@Check('ck_webhook_events_lease', `status <> 'processing' or (lease_owner is not null and lease_until is not null)`)
@Index('idx_webhook_events_open', ['receivedAt'], { where: `status in ('pending', 'processing')` })
@SqlIndex('idx_webhook_events_company', '(company_id, received_at desc)')
@Index('idx_webhook_events_received', ['receivedAt'])
export class WebhookEventEntity implements StoredEvent {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null until its owner is known. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  @Column({ type: 'text' })
  provider!: StoredEvent['provider'];

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

  @ToCompany()
  company?: CompanyEntity;
}

/** What a worker knows of an event. */
export const EVENT_FIELDS = [
  'id',
  'provider',
  'eventType',
  'payload',
  'attempts',
  'receivedAt',
] as const satisfies readonly (keyof StoredEvent)[];
