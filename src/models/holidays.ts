import { Check, Entity, Index } from 'typeorm';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { boolean, created, id, localDate, table, tenantId, text, toSameCompany, updated, uuid } from './table';

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
