import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { OperationKind, OperationPayload, OperationState } from '../services/booking/ledger';

/** The intent ledger: what Cal.com is asked to do, written before it is asked. */
@Entity('booking_operations')
export class BookingOperationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'text' })
  kind!: OperationKind;

  @Column({ type: 'text', default: 'intended' })
  state!: OperationState;

  /** The same for a repeat of the same request; unique in the company. */
  @Column({ type: 'text' })
  requestKey!: string;

  /** The same for a second try at the same wish; unique among operations under way or confirmed. */
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

  /** Until then the operation belongs to `leaseOwner`; afterwards anybody may take it over. */
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
}
