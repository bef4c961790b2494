import { Check, Entity, Index, JoinColumn, ManyToOne, Unique } from 'typeorm';
import { BranchEntity } from './branches';
import { RetellAgentEntity } from './retell-agents';
import {
  Relation,
  boolean,
  created,
  id,
  instant,
  now,
  table,
  tenantId,
  text,
  toSameCompany,
  updated,
  uuid,
} from './table';

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
