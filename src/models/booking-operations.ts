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
import type { OperationKind, OperationPayload, OperationState } from '../services/booking/ledger';
import { AppointmentEntity } from './appointments';
import { ToSameCompany } from './table';

/** The intent ledger: what Cal.com is asked to do, written before it is asked. */
@Entity('booking_operations')
@Unique('uq_booking_operations_request', ['companyId', 'requestKey'])
@Unique('uq_booking_operations_gateway_key', ['gatewayKey'])
@Check('ck_booking_operations_kind', `kind in ('book', 'move', 'cancel', 'absence')`)
@Check(
  'ck_booking_operations_state',
  `state in ('intended', 'sent', 'unknown', 'confirmed', 'rejected', 'abandoned', 'compensated', 'review')`,
)
@Check('ck_booking_operations_times', 'ends_at > starts_at')
@Check('ck_booking_operations_previous', `kind = 'book' or previous_uid is not null`)
@Check('ck_booking_operations_sent', `state <> 'sent' or sent_at is not null`)
// An operation under way is always leased until a known moment, so that none is forgotten.
@Check('ck_booking_operations_lease', `state not in ('intended', 'sent') or lease_until is not null`)
@Check('ck_booking_operations_settling', `state <> 'unknown' or settle_after is not null`)
@Check('ck_booking_operations_settled', `(settled_at is not null) = (state not in ('intended', 'sent', 'unknown'))`)
// The same change is under way, or done, at most once.
@Index('uq_booking_operations_business', ['companyId', 'businessKey'], {
  unique: true,
  where: `state in ('intended', 'sent', 'unknown', 'confirmed')`,
})
@Index('idx_booking_operations_open', ['settleAfter', 'leaseUntil'], {
  where: `state in ('intended', 'sent', 'unknown')`,
})
@Index('idx_booking_operations_appointment', ['companyId', 'appointmentId', 'createdAt'])
@Index('idx_booking_operations_call', ['companyId', 'callId'], { where: 'call_id is not null' })
export class BookingOperationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'text' })
  kind!: OperationKind;

  @Column({ type: 'text', default: 'intended' })
  state!: OperationState;

  /** The same for a repeat of the same request; unique in the company. */
  @Column({ type: 'text' })
  requestKey!: string;

  /** The same for a second try at the same change; unique among operations under way or confirmed. */
  @Column({ type: 'text' })
  businessKey!: string;

  /** In the booking's metadata at Cal.com: how it is recognised as ours. */
  @Column({ type: 'text' })
  gatewayKey!: string;

  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'text', nullable: true })
  toolCallId!: string | null;

  @Column({ type: 'uuid' })
  appointmentId!: string;

  @Column({ type: 'integer' })
  calcomEventTypeId!: number;

  @Column({ type: 'timestamptz' })
  startsAt!: Date;

  @Column({ type: 'timestamptz' })
  endsAt!: Date;

  @Column({ type: 'text', nullable: true })
  previousUid!: string | null;

  @Column({ type: 'text', nullable: true })
  upstreamUid!: string | null;

  /** Everything needed to send the request once more. */
  @Column({ type: 'jsonb' })
  payload!: OperationPayload;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ type: 'integer', default: 0 })
  reposts!: number;

  @Column({ type: 'text', nullable: true })
  leaseOwner!: string | null;

  /** Until then the operation belongs to `leaseOwner`; afterwards any process may take it over. */
  @Column({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  /** Fencing token, grows with every take-over. */
  @Column({ type: 'integer', default: 0 })
  epoch!: number;

  @Column({ type: 'timestamptz', nullable: true })
  sentAt!: Date | null;

  /** When an unknown outcome is looked up next. */
  @Column({ type: 'timestamptz', nullable: true })
  settleAfter!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToSameCompany(() => AppointmentEntity, 'appointmentId')
  appointment?: AppointmentEntity;
}
