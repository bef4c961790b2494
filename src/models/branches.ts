import { Check, Entity, Index, Unique } from 'typeorm';
import type { TransferRules, WeeklyHours } from '../domain';
import { toCompany } from './companies';
import { boolean, created, id, json, localDate, table, tenantId, text, toSameCompany, updated, uuid } from './table';

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

/** Days on which a company, or one of its branches, is closed whatever its weekly hours say. */
@Entity('holidays')
@Check('ck_holidays_days', `first_day <= last_day`)
@Check('ck_holidays_yearly', `not is_yearly or last_day < first_day + interval '1 year'`)
@Index('idx_holidays_branch', ['companyId', 'branchId'])
export class HolidayEntity extends table({
  id: id(),
  companyId: tenantId(),
  /** null: every branch is closed. */
  branchId: uuid().nullable(),
  name: text(),
  firstDay: localDate(),
  /** Closed as well; a single day is first and last. */
  lastDay: localDate(),
  /** From the first day on, on the same days of every year. */
  isYearly: boolean().default(false),
  isActive: boolean().default(true),
  createdAt: created(),
  updatedAt: updated(),
  company: toCompany(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
