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
import type { Language, Platform, TenantId } from '../domain';
import { BranchEntity } from './branches';
import { ToSameCompany } from './table';

/** Which company an agent speaks for. */
@Entity('retell_agents')
@Unique('uq_retell_agents_agent', ['agentId'])
@Check('ck_retell_agents_agent', `agent_id <> ''`)
@Check('ck_retell_agents_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@Check('ck_retell_agents_language', `language in ('de', 'en')`)
@Index('idx_retell_agents_branch', ['companyId', 'branchId'])
export class RetellAgentEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text', default: 'retell' })
  platform!: Platform;

  /** The platform's own id of it: agents of two platforms never share one. */
  @Column({ type: 'text' })
  agentId!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** null: the company's. */
  @Column({ type: 'text', nullable: true })
  language!: Language | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  /** null: pending, it leads no call to the company yet. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()' })
  confirmedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}
