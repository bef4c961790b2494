import { Entity, Index } from 'typeorm';
import { toCompany } from './companies';
import { column, table } from './table';

/** Which hosts take which event type: what shares a host loses availability together. */
@Entity('calcom_event_type_hosts')
// "Which other event types does this host serve?" after every booking.
@Index('idx_calcom_event_type_hosts_host', ['companyId', 'calcomHostId'])
export class CalcomEventTypeHostEntity extends table({
  companyId: column.tenantId().primary(),
  calcomEventTypeId: column.integer().primary(),
  calcomHostId: column.integer().primary(),
  company: toCompany(),
}) {}

/** Which company an event type of a Cal.com account belongs to: at most one. */
@Entity('calcom_event_type_owners')
@Index('idx_calcom_event_type_owners_company', ['companyId'])
export class CalcomEventTypeOwnerEntity extends table({
  /** Id of a company's own key, `platform` for the platform's. */
  calcomKeyId: column.text().primary(),
  calcomEventTypeId: column.integer().primary(),
  /** null: several companies used it before each had one owner, and the platform has not decided yet. */
  companyId: column.tenantId().nullable(),
  company: toCompany(),
}) {}

/** How far a comparison with Cal.com has come. */
@Entity('sync_cursors')
export class SyncCursorEntity extends table({
  companyId: column.tenantId().primary(),
  name: column.text().primary(),
  positionAt: column.instant(),
  /** Bookings of exactly that time, or later, that were read already. */
  skip: column.integer().default(0),
  updatedAt: column.updated(),
  company: toCompany(),
}) {}

/** By which it is known whether webhooks about an event type arrive. What happened is by Cal.com's clock. */
@Entity('calcom_push_evidence')
// "Which companies hear nothing?" every few seconds.
@Index('idx_calcom_push_evidence_unheard', ['companyId'], {
  where: 'changed_at is not null and (heard_at is null or changed_at > heard_at)',
})
export class CalcomPushEvidenceEntity extends table({
  companyId: column.tenantId().primary(),
  calcomEventTypeId: column.integer().primary(),
  /** Of the last change that a webhook reported. */
  heardAt: column.instant().nullable(),
  /** Of the last change that a listing showed. */
  changedAt: column.instant().nullable(),
  /** When the gateway last made its webhook, or made it right. */
  madeAt: column.instant().nullable(),
  company: toCompany(),
}) {}
