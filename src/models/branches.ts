import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';
import type { TransferRules, WeeklyHours, TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** A place of a company, with hours and a zone of its own. */
@Entity('branches')
@Unique('uq_branches_company_id', ['companyId', 'id'])
@Unique('uq_branches_name', ['companyId', 'name'])
@Check('ck_branches_hours', `jsonb_typeof(hours) = 'object'`)
@Check('ck_branches_transfer_rules', `jsonb_typeof(transfer_rules -> 'numbers') = 'array'`)
export class BranchEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  timeZone!: string;

  /** 1 = Monday … 7 = Sunday; wall clock of the branch; absent days are closed. */
  @Column({ type: 'jsonb', default: {} })
  hours!: WeeklyHours;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'jsonb', default: { numbers: [], fallback: null } })
  transferRules!: TransferRules;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
