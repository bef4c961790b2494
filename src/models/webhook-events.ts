import { Check, Entity, Index, Unique } from 'typeorm';
import { EVENT_STATUSES, type StoredEvent } from '../services/webhooks/inbox';
import { toCompany } from './companies';
import { column, now, SqlIndex, table } from './table';

/** A webhook as it came, stored before anything follows. Unique per provider and event. */
@Entity('webhook_events')
@Unique('uq_webhook_events_dedupe', ['provider', 'dedupeKey'])
@Check('ck_webhook_events_attempts', 'attempts >= 0')
@Check('ck_webhook_events_lease', `status <> 'processing' or (lease_owner is not null and lease_until is not null)`)
@Index('idx_webhook_events_open', ['receivedAt'], { where: `status in ('pending', 'processing')` })
@SqlIndex('idx_webhook_events_company', '(company_id, received_at desc)')
@Index('idx_webhook_events_received', ['receivedAt'])
export class WebhookEventEntity
  extends table({
    id: column.id(),
    /** null until its owner is known. */
    companyId: column.tenantId().nullable(),
    provider: column.oneOf<StoredEvent['provider']>(['retell', 'calcom', 'vapi', 'elevenlabs']),
    eventType: column.text(),
    /** The same for every delivery of one event. */
    dedupeKey: column.text(),
    payload: column.json<unknown>(),
    status: column.oneOf(EVENT_STATUSES).default('pending'),
    attempts: column.integer().default(0),
    error: column.text().nullable(),
    leaseOwner: column.text().nullable(),
    leaseUntil: column.instant().nullable(),
    epoch: column.integer().default(0),
    receivedAt: column.instant().default(now),
    processedAt: column.instant().nullable(),
    company: toCompany(),
  })
  implements StoredEvent {}

/** What a worker knows of an event. */
export const EVENT_FIELDS = [
  'id',
  'provider',
  'eventType',
  'payload',
  'attempts',
  'receivedAt',
] as const satisfies readonly (keyof StoredEvent)[];
