import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { TenantId } from '../domain';
import { BranchEntity } from './branches';
import type { CompanyEntity } from './companies';
import { ToCompany, ToSameCompany } from './table';

/** A person who takes appointments. Who that is at Cal.com stands in `calcom_host_mappings`. */
@Entity('staff')
@Unique('uq_staff_company_id', ['companyId', 'id'])
@Check('ck_staff_email', `email <> ''`)
@Index('idx_staff_branch', ['companyId', 'branchId'])
export class StaffEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  /** null: works in every branch. */
  @Column({ type: 'uuid', nullable: true })
  branchId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}
