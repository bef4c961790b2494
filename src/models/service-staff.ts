import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { ServiceEntity } from './services';
import { StaffEntity } from './staff';
import { ToSameCompany } from './table';

/** Who provides a service. */
@Entity('service_staff')
@Index('idx_service_staff_staff', ['companyId', 'staffId'])
export class ServiceStaffEntity {
  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'uuid' })
  serviceId!: string;

  @PrimaryColumn({ type: 'uuid' })
  staffId!: string;

  /** The person's own event type for this service; null: the service's. */
  @Column({ type: 'integer', nullable: true })
  calcomEventTypeId!: number | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @ToSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE')
  service?: ServiceEntity;

  @ToSameCompany(() => StaffEntity, 'staffId', 'CASCADE')
  staff?: StaffEntity;
}
