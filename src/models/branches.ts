import { Check, Entity, Unique } from 'typeorm';
import type { TransferRules, WeeklyHours } from '../domain';
import { toCompany } from './companies';
import { boolean, created, id, json, table, tenantId, text, updated } from './table';

/** A place of a company, with hours and a zone of its own. */
@Entity('branches')
@Unique('uq_branches_company_id', ['companyId', 'id'])
@Unique('uq_branches_name', ['companyId', 'name'])
@Check('ck_branches_hours', `jsonb_typeof(hours) = 'object'`)
@Check('ck_branches_transfer_rules', `jsonb_typeof(transfer_rules -> 'numbers') = 'array'`)
export class BranchEntity extends table({
  id: id(),
  companyId: tenantId(),
  name: text(),
  timeZone: text(),
  /** 1 = Monday … 7 = Sunday; wall clock of the branch; absent days are closed. */
  hours: json<WeeklyHours>().default({}),
  phone: text().nullable(),
  transferRules: json<TransferRules>().default({ numbers: [], fallback: null }),
  isActive: boolean().default(true),
  createdAt: created(),
  updatedAt: updated(),
  company: toCompany(),
}) {}
