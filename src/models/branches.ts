import { Check, Entity, Index, Unique } from 'typeorm';
import type { TransferRules, WeeklyHours } from '../domain';
import { toCompany } from './companies';
import { column, table, toSameCompany } from './table';

/** A place of a company, with hours and a zone of its own. */
@Entity('branches')
@Unique('uq_branches_company_id', ['companyId', 'id'])
@Unique('uq_branches_name', ['companyId', 'name'])
@Check('ck_branches_hours', `jsonb_typeof(hours) = 'object'`)
@Check('ck_branches_transfer_rules', `jsonb_typeof(transfer_rules -> 'numbers') = 'array'`)
export class BranchEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  name: column.text(),
  timeZone: column.text(),
  /** 1 = Monday … 7 = Sunday; wall clock of the branch; absent days are closed. */
  hours: column.json<WeeklyHours>().default({}),
  phone: column.text().nullable(),
  transferRules: column.json<TransferRules>().default({ numbers: [], fallback: null }),
  isActive: column.boolean().default(true),
  createdAt: column.created(),
  updatedAt: column.updated(),
  company: toCompany(),
}) {}

/** Days on which a company, or one of its branches, is closed whatever its weekly hours say. */
@Entity('holidays')
@Check('ck_holidays_days', `first_day <= last_day`)
@Check('ck_holidays_yearly', `not is_yearly or last_day < first_day + interval '1 year'`)
@Index('idx_holidays_branch', ['companyId', 'branchId'])
export class HolidayEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  /** null: every branch is closed. */
  branchId: column.uuid().nullable(),
  name: column.text(),
  firstDay: column.localDate(),
  /** Closed as well; a single day is first and last. */
  lastDay: column.localDate(),
  /** From the first day on, on the same days of every year. */
  isYearly: column.boolean().default(false),
  isActive: column.boolean().default(true),
  createdAt: column.created(),
  updatedAt: column.updated(),
  company: toCompany(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
