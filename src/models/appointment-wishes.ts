import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { ServiceEntity } from './services';
import { ToSameCompany } from './table';

/** Demand that could not be met. */
@Entity('appointment_wishes')
@Index('idx_appointment_wishes_company', ['companyId', 'createdAt'])
export class AppointmentWishEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  serviceId!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  desiredAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;

  @ToSameCompany(() => CustomerEntity, 'customerId')
  customer?: CustomerEntity;

  @ToSameCompany(() => ServiceEntity, 'serviceId')
  service?: ServiceEntity;
}
