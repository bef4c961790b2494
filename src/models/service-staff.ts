import { Entity, Index } from 'typeorm';
import { ServiceEntity } from './services';
import { StaffEntity } from './staff';
import { boolean, integer, table, tenantId, toSameCompany, uuid } from './table';

/** Who provides a service. */
@Entity('service_staff')
@Index('idx_service_staff_staff', ['companyId', 'staffId'])
export class ServiceStaffEntity extends table({
  companyId: tenantId(),
  serviceId: uuid().primary(),
  staffId: uuid().primary(),
  /** The person's own event type for this service; null: the service's. */
  calcomEventTypeId: integer().nullable(),
  isActive: boolean().default(true),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
  staff: toSameCompany(() => StaffEntity, 'staffId', 'CASCADE'),
}) {}
