import { Check, Entity, Index, Unique } from 'typeorm';
import type { StoredEvent } from '../services/webhooks/inbox';
import { toCompany } from './companies';
import { SqlIndex, id, instant, integer, json, now, table, tenantId, text } from './table';

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
export class WebhookEventEntity
  extends table({
    id: id(),
    /** null until its owner is known. */
    companyId: tenantId().nullable(),
    provider: text<StoredEvent['provider']>(),
    eventType: text(),
    /** The same for every delivery of one event. */
    dedupeKey: text(),
    payload: json<unknown>(),
    status: text<'pending' | 'processing' | 'processed' | 'ignored' | 'failed'>().default('pending'),
    attempts: integer().default(0),
    error: text().nullable(),
    leaseOwner: text().nullable(),
    leaseUntil: instant().nullable(),
    epoch: integer().default(0),
    receivedAt: instant().default(now),
    processedAt: instant().nullable(),
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
