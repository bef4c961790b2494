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
