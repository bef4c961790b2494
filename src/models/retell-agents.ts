import { Check, Entity, Index, Unique } from 'typeorm';
import type { Language, Platform } from '../domain';
import { BranchEntity } from './branches';
import { boolean, created, id, instant, now, table, tenantId, text, toSameCompany, updated, uuid } from './table';

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
