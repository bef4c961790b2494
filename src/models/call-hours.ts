import { Entity, Index } from 'typeorm';
import { BranchEntity } from './branches';
import { instant, json, localDate, table, tenantId, toSameCompany, uuid } from './table';

/** What became of the calls that a branch got in an hour; `CallHourStore` says which figures there are. */
@Entity('call_hours')
@Index('idx_call_hours_hour', ['hour'])
export class CallHourEntity extends table({
  companyId: tenantId().primary(),
  branchId: uuid().primary(),
  /** Its beginning on the branch's clock. */
  hour: instant().primary(),
  figures: json<Record<string, number>>(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** The sums of a day's hours, by the branch's clock. */
@Entity('call_days')
@Index('idx_call_days_day', ['day'])
export class CallDayEntity extends table({
  companyId: tenantId().primary(),
  branchId: uuid().primary(),
  /** `YYYY-MM-DD` */
  day: localDate().primary(),
  figures: json<Record<string, number>>(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
