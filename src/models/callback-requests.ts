import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { TenantId } from '../domain';
import type { CallbackOutcome, CallbackStatus } from '../services/admin/callback-work';
import type { CallbackRequest } from '../services/voice/ports';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { SqlIndex, ToSameCompany } from './table';

/** While the caller still waits. */
export const OPEN_STATUSES = ['pending', 'assigned', 'contacted'] as const satisfies CallbackStatus[];
/** Condition after the table's alias. */
export const OPEN = `status in ('pending', 'assigned', 'contacted')`;
/** Condition on `t`: the caller still waits, and the due time has passed. */
export const IS_OVERDUE = `(t.${OPEN} and t.dueAt < now())`;

/** A caller who wants to be called back. */
@Entity('callback_requests')
@Unique('uq_callback_requests_company_id', ['companyId', 'id'])
@Check('ck_callback_requests_priority', `priority in ('normal', 'high', 'urgent')`)
@Check(
  'ck_callback_requests_status',
  `status in ('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled')`,
)
@Check('ck_callback_requests_closed', `(status in ('completed', 'expired', 'cancelled')) = (closed_at is not null)`)
@Check('ck_callback_requests_outcome', `outcome in ('reached', 'booked', 'not_reached', 'not_wanted')`)
@Check('ck_callback_requests_attempts', 'attempts >= 0')
@SqlIndex(
  'uq_callback_requests_open',
  `(company_id, call_id, coalesce(phone, '')) where call_id is not null and ${OPEN}`,
  { unique: true },
)
@SqlIndex('idx_callback_requests_due', `(company_id, due_at) where ${OPEN}`)
@Index('idx_callback_requests_list', ['companyId', 'dueAt', 'id'])
export class CallbackRequestEntity implements CallbackRequest {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  branchId!: string;

  /** Retell's call id. */
  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'text', nullable: true })
  customerName!: string | null;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text', default: 'normal' })
  priority!: CallbackRequest['priority'];

  /** By then the caller must be rung back. */
  @Column({ type: 'timestamptz', default: () => "(now() + '04:00:00')" })
  dueAt!: Date;

  @Column({ type: 'text', default: 'pending' })
  status!: CallbackStatus;

  /** `user:<id>` for a person who signs in, else a name. */
  @Column({ type: 'text', nullable: true })
  assignedTo!: string | null;

  /** Of the last try; null: not tried, or opened again. */
  @Column({ type: 'text', nullable: true })
  outcome!: CallbackOutcome | null;

  /** How often the caller was rung and not reached. */
  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ type: 'timestamptz', nullable: true })
  lastAttemptAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;

  @ToSameCompany(() => CustomerEntity, 'customerId')
  customer?: CustomerEntity;
}
