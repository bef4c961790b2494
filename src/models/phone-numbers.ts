import { Check, Entity, Index, JoinColumn, ManyToOne, Unique } from 'typeorm';
import { LANGUAGE_CODES, PLATFORMS } from '../domain';
import { BranchEntity } from './branches';
import { column, now, Relation, table, toSameCompany } from './table';

/** Which company an agent speaks for. */
@Entity('retell_agents')
@Unique('uq_retell_agents_agent', ['agentId'])
@Check('ck_retell_agents_agent', `agent_id <> ''`)
@Index('idx_retell_agents_branch', ['companyId', 'branchId'])
export class RetellAgentEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  branchId: column.uuid(),
  platform: column.oneOf(PLATFORMS).default('retell'),
  /** The platform's own id of it: agents of two platforms never share one. */
  agentId: column.text(),
  name: column.text().nullable(),
  /** null: the company's. */
  language: column.oneOf(LANGUAGE_CODES).nullable(),
  isActive: column.boolean().default(true),
  /** null: pending, it leads no call to the company yet. */
  confirmedAt: column.instant().nullable().default(now),
  createdAt: column.created(),
  updatedAt: column.updated(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** Which company a number rings at. One number belongs to one company only. */
@Entity('phone_numbers')
@Unique('uq_phone_numbers_number', ['numberE164'])
@Check('ck_phone_numbers_number', `number_e164 ~ '^\\+[1-9][0-9]{4,14}$'`)
@Index('idx_phone_numbers_branch', ['companyId', 'branchId'])
export class PhoneNumberEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  branchId: column.uuid(),
  numberE164: column.text(),
  /** Retell's id of the agent that answers, which may bring a language of its own. */
  agentId: column.text().nullable(),
  isActive: column.boolean().default(true),
  /** null: pending, it leads no call to the company yet. */
  confirmedAt: column.instant().nullable().default(now),
  createdAt: column.created(),
  updatedAt: column.updated(),
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
