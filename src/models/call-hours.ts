import { Entity, Index } from 'typeorm';
import { BranchEntity } from './branches';
import { column, table, toSameCompany } from './table';

/** What became of the calls that a branch got in an hour; `CallHourStore` says which figures there are. */
@Entity('call_hours')
@Index('idx_call_hours_hour', ['hour'])
export class CallHourEntity extends table({
  companyId: column.tenantId().primary(),
  branchId: column.uuid().primary(),
  /** Its beginning on the branch's clock. */
  hour: column.instant().primary(),
  figures: column.json<Record<string, number>>(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** The sums of a day's hours, by the branch's clock. */
@Entity('call_days')
@Index('idx_call_days_day', ['day'])
export class CallDayEntity extends table({
  companyId: column.tenantId().primary(),
  branchId: column.uuid().primary(),
  /** `YYYY-MM-DD` */
  day: column.localDate().primary(),
  figures: column.json<Record<string, number>>(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
