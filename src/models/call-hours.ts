import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { BranchEntity } from './branches';
import { ToSameCompany } from './table';

/** What became of the calls that a branch got in an hour; `CallHourStore` says which figures there are. */
@Entity('call_hours')
@Index('idx_call_hours_hour', ['hour'])
export class CallHourEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'uuid' })
  branchId!: string;

  /** Its beginning on the branch's clock. */
  @PrimaryColumn({ type: 'timestamptz' })
  hour!: Date;

  @Column({ type: 'jsonb' })
  figures!: Record<string, number>;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}

/** The sums of a day's hours, by the branch's clock. */
@Entity('call_days')
@Index('idx_call_days_day', ['day'])
export class CallDayEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'uuid' })
  branchId!: string;

  /** `YYYY-MM-DD` */
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'jsonb' })
  figures!: Record<string, number>;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}
