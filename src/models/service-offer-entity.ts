import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Narrows a service without a branch of its own to the branches that are active here. */
@Entity('branch_service')
export class BranchServiceEntity {
  @Column({ type: 'uuid' })
  companyId!: string;

  @PrimaryColumn({ type: 'uuid' })
  branchId!: string;

  @PrimaryColumn({ type: 'uuid' })
  serviceId!: string;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;
}

/** Who provides a service. */
@Entity('service_staff')
export class ServiceStaffEntity {
  @Column({ type: 'uuid' })
  companyId!: string;

  @PrimaryColumn({ type: 'uuid' })
  serviceId!: string;

  @PrimaryColumn({ type: 'uuid' })
  staffId!: string;

  /** The person's own event type for this service; null: the service's. */
  @Column({ type: 'integer', nullable: true })
  calcomEventTypeId!: number | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;
}
