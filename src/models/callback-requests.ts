import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CallbackRequest } from '../services/voice/ports';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { SqlIndex, ToSameCompany } from './table';

const OPEN = `status in ('pending', 'assigned', 'contacted')`;
/** Condition on `t`: the caller still waits, and the due time has passed. */
export const IS_OVERDUE = `(t.${OPEN} and t.dueAt < now())`;

/** A caller who wants to be called back. */
@Entity('callback_requests')
@Check('ck_callback_requests_priority', `priority in ('normal', 'high', 'urgent')`)
@Check(
  'ck_callback_requests_status',
  `status in ('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled')`,
)
@Check('ck_callback_requests_closed', `(status in ('completed', 'expired', 'cancelled')) = (closed_at is not null)`)
@SqlIndex(
  'uq_callback_requests_open',
  `(company_id, call_id, coalesce(phone, '')) where call_id is not null and ${OPEN}`,
  { unique: true },
)
@SqlIndex('idx_callback_requests_due', `(company_id, due_at) where ${OPEN}`)
@Index('idx_callback_requests_status', ['companyId', 'status', 'createdAt'])
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
  status!: 'pending' | 'assigned' | 'contacted' | 'completed' | 'expired' | 'cancelled';

  @Column({ type: 'text', nullable: true })
  assignedTo!: string | null;

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
