import { Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** Which hosts take which event type: what shares a host loses availability together. */
@Entity('calcom_event_type_hosts')
// "Which other event types does this host serve?" after every booking.
@Index('idx_calcom_event_type_hosts_host', ['companyId', 'calcomHostId'])
export class CalcomEventTypeHostEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'integer' })
  calcomEventTypeId!: number;

  @PrimaryColumn({ type: 'integer' })
  calcomHostId!: number;

  @ToCompany()
  company?: CompanyEntity;
}
