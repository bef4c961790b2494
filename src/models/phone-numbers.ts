import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { TenantId } from '../domain';
import { BranchEntity } from './branches';
import { RetellAgentEntity } from './retell-agents';
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

  /** null: pending, it leads no call to the company yet. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()' })
  confirmedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  /** By Retell's id, which may name an agent that is not known here. */
  @ManyToOne(() => RetellAgentEntity, { createForeignKeyConstraints: false })
  @JoinColumn([
    { name: 'company_id', referencedColumnName: 'companyId' },
    { name: 'agent_id', referencedColumnName: 'agentId' },
  ])
  agent?: RetellAgentEntity;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}
