import { Entity, Index } from 'typeorm';
import { toCompany } from './companies';
import { integer, table, tenantId } from './table';

/** Which hosts take which event type: what shares a host loses availability together. */
@Entity('calcom_event_type_hosts')
// "Which other event types does this host serve?" after every booking.
@Index('idx_calcom_event_type_hosts_host', ['companyId', 'calcomHostId'])
export class CalcomEventTypeHostEntity extends table({
  companyId: tenantId().primary(),
  calcomEventTypeId: integer().primary(),
  calcomHostId: integer().primary(),
  company: toCompany(),
}) {}
