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
import { ToSameCompany } from './table';

/** Which company a number rings at. One number belongs to one company only. */
@Entity('phone_numbers')
@Unique('uq_phone_numbers_number', ['numberE164'])
@Check('ck_phone_numbers_number', `number_e164 ~ '^\\+[1-9][0-9]{4,14}$'`)
@Index('idx_phone_numbers_branch', ['companyId', 'branchId'])
export class PhoneNumberEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text' })
  numberE164!: string;

  /** Retell's id of the agent that answers, which may bring a language of its own. */
  @Column({ type: 'text', nullable: true })
  agentId!: string | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}
