import { Check, Entity, Index, JoinColumn, ManyToOne, Unique } from 'typeorm';
import type { Language, Platform } from '../domain';
import { BranchEntity } from './branches';
import {
  boolean,
  created,
  id,
  instant,
  now,
  Relation,
  table,
  tenantId,
  text,
  toSameCompany,
  updated,
  uuid,
} from './table';

/** Which company an agent speaks for. */
@Entity('retell_agents')
@Unique('uq_retell_agents_agent', ['agentId'])
@Check('ck_retell_agents_agent', `agent_id <> ''`)
@Check('ck_retell_agents_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@Check('ck_retell_agents_language', `language in ('de', 'en')`)
@Index('idx_retell_agents_branch', ['companyId', 'branchId'])
export class RetellAgentEntity extends table({
  id: id(),
  companyId: tenantId(),
  branchId: uuid(),
  platform: text<Platform>().default('retell'),
  /** The platform's own id of it: agents of two platforms never share one. */
  agentId: text(),
  name: text().nullable(),
  /** null: the company's. */
  language: text<Language>().nullable(),
  isActive: boolean().default(true),
  /** null: pending, it leads no call to the company yet. */
  confirmedAt: instant().nullable().default(now),
  createdAt: created(),
  updatedAt: updated(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** Which company a number rings at. One number belongs to one company only. */
@Entity('phone_numbers')
@Unique('uq_phone_numbers_number', ['numberE164'])
@Check('ck_phone_numbers_number', `number_e164 ~ '^\\+[1-9][0-9]{4,14}$'`)
@Index('idx_phone_numbers_branch', ['companyId', 'branchId'])
export class PhoneNumberEntity extends table({
  id: id(),
  companyId: tenantId(),
  branchId: uuid(),
  numberE164: text(),
  /** Retell's id of the agent that answers, which may bring a language of its own. */
  agentId: text().nullable(),
  isActive: boolean().default(true),
  /** null: pending, it leads no call to the company yet. */
  confirmedAt: instant().nullable().default(now),
  createdAt: created(),
  updatedAt: updated(),
  /** By Retell's id, which may name an agent that is not known here. */
  agent: new Relation<RetellAgentEntity>(
    ManyToOne(() => RetellAgentEntity, { createForeignKeyConstraints: false }),
    JoinColumn([
      { name: 'company_id', referencedColumnName: 'companyId' },
      { name: 'agent_id', referencedColumnName: 'agentId' },
    ]),
  ),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
