import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { AppointmentStatus } from '../domain';

/** An appointment, also before Cal.com confirmed it. `ex_appointments_host_time` keeps two exclusive ones from one host. */
@Entity('appointments')
export class AppointmentEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'uuid', nullable: true })
  serviceId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  staffId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  /** Retell's id of the call that made it; null for appointments made elsewhere. */
  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'timestamptz' })
  startsAt!: Date;

  @Column({ type: 'timestamptz' })
  endsAt!: Date;

  @Column({ type: 'text' })
  timeZone!: string;

  @Column({ type: 'text' })
  status!: AppointmentStatus;

  /** Decimal text; the service's price when it was booked. */
  @Column({ type: 'numeric', precision: 10, scale: 2, nullable: true })
  price!: string | null;

  @Column({ type: 'text' })
  attendeeName!: string;

  @Column({ type: 'text', nullable: true })
  attendeePhone!: string | null;

  @Column({ type: 'text', nullable: true })
  attendeeEmail!: string | null;

  @Column({ type: 'text', nullable: true })
  notes!: string | null;

  @Column({ type: 'text' })
  syncOrigin!: 'retell' | 'calcom' | 'admin';

  /** False where Cal.com itself lets appointments overlap: seats, bookings taken over as they are. */
  @Column({ type: 'boolean', default: true })
  exclusive!: boolean;

  @Column({ type: 'integer' })
  calcomEventTypeId!: number;

  /** bigint, as text. */
  @Column({ type: 'bigint', nullable: true })
  calcomBookingId!: string | null;

  /** Its uid now; null until Cal.com confirmed. */
  @Column({ type: 'text', nullable: true })
  calcomBookingUid!: string | null;

  /** Cal.com user id; null while any of several may get it. */
  @Column({ type: 'integer', nullable: true })
  calcomHostId!: number | null;

  @Column({ type: 'text', default: 'pending' })
  calcomSyncStatus!: 'pending' | 'synced' | 'failed';

  @Column({ type: 'text', nullable: true })
  syncError!: string | null;

  /** In the booking's metadata at Cal.com: the operation that last made or moved it. */
  @Column({ type: 'text', nullable: true })
  gatewayKey!: string | null;

  @Column({ type: 'boolean', default: false })
  requiresManualReview!: boolean;

  @Column({ type: 'text', nullable: true })
  manualReviewReason!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  previousStartsAt!: Date | null;

  @Column({ type: 'integer', default: 0 })
  rescheduledCount!: number;

  @Column({ type: 'timestamptz', nullable: true })
  cancelledAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  cancelledBy!: 'retell' | 'calcom' | 'admin' | null;

  @Column({ type: 'text', nullable: true })
  cancellationReason!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
