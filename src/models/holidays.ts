import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { LocalDate, TenantId } from '../domain';
import { BranchEntity } from './branches';
import type { CompanyEntity } from './companies';
import { ToCompany, ToSameCompany } from './table';

/** Days on which a company, or one of its branches, is closed whatever its weekly hours say. */
@Entity('holidays')
@Check('ck_holidays_days', `first_day <= last_day`)
@Check('ck_holidays_yearly', `not is_yearly or last_day < first_day + interval '1 year'`)
@Index('idx_holidays_branch', ['companyId', 'branchId'])
export class HolidayEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  /** null: every branch is closed. */
  @Column({ type: 'uuid', nullable: true })
  branchId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'date' })
  firstDay!: LocalDate;

  /** Closed as well; a single day is first and last. */
  @Column({ type: 'date' })
  lastDay!: LocalDate;

  /** From the first day on, on the same days of every year. */
  @Column({ type: 'boolean', default: false })
  isYearly!: boolean;

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
