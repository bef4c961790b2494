import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Exclusion,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { Appointment, TenantId } from '../domain';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { ServiceEntity } from './services';
import { StaffEntity } from './staff';
import { SqlIndex, ToSameCompany } from './table';

/** An appointment, also before Cal.com confirmed it. `ex_appointments_host_time` keeps two exclusive ones from one host. */
@Entity('appointments')
@Unique('uq_appointments_company_id', ['companyId', 'id'])
@Unique('uq_appointments_booking_uid', ['companyId', 'calcomBookingUid'])
@Check('ck_appointments_times', 'ends_at > starts_at')
@Check(
  'ck_appointments_status',
  `status in ('pending', 'booked', 'cancelled', 'rejected', 'completed', 'no_show', 'failed')`,
)
@Check('ck_appointments_booked', `status <> 'booked' or calcom_booking_uid is not null`)
@Check('ck_appointments_cancelled', `status <> 'cancelled' or cancelled_at is not null`)
@Check('ck_appointments_price', 'price >= 0')
@Check('ck_appointments_uid', `calcom_booking_uid <> ''`)
@Check('ck_appointments_origin', `sync_origin in ('retell', 'calcom', 'admin')`)
@Check('ck_appointments_sync_status', `calcom_sync_status in ('pending', 'synced', 'failed')`)
@Check('ck_appointments_cancelled_by', `cancelled_by in ('retell', 'calcom', 'admin')`)
@Check('ck_appointments_rescheduled', 'rescheduled_count >= 0')
// One host, one appointment at a time. Half-open: an appointment may begin when another ends. Rows that Cal.com itself allows to overlap (seats, bookings taken over as they are) are not exclusive.
@Exclusion(
  'ex_appointments_host_time',
  `using gist (company_id with =, calcom_host_id with =, tstzrange(starts_at, ends_at) with &&) where (calcom_host_id is not null and exclusive and status in ('pending', 'booked'))`,
)
@Index('idx_appointments_company', ['companyId', 'startsAt'])
@Index('idx_appointments_customer', ['companyId', 'customerId', 'startsAt'], { where: 'customer_id is not null' })
@Index('idx_appointments_attendee_phone', ['companyId', 'attendeePhone', 'startsAt'], {
  where: 'attendee_phone is not null',
})
@Index('idx_appointments_call', ['companyId', 'callId'], { where: 'call_id is not null' })
@Index('idx_appointments_service', ['companyId', 'serviceId', 'startsAt'])
// Popular services and peak hours of the last weeks, over all companies.
@Index('idx_appointments_created', ['createdAt'])
@Index('idx_appointments_review', ['companyId', 'createdAt'], { where: 'requires_manual_review' })
// Everything that may conflict with a start, whether its host is known or not.
@SqlIndex(
  'idx_appointments_active_time',
  `using gist (company_id, tstzrange(starts_at, ends_at)) where exclusive and status in ('pending', 'booked')`,
)
// Parts of names and numbers, for the search over everything.
@SqlIndex(
  'idx_appointments_search',
  'using gin (company_id, lower(attendee_name) gin_trgm_ops, attendee_phone gin_trgm_ops, attendee_email gin_trgm_ops)',
)
@Index('idx_appointments_calcom_booking', ['calcomBookingUid'])
@Index('idx_appointments_completion_tracking', ['status', 'startsAt', 'createdAt'])
export class AppointmentEntity implements Appointment {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

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
  status!: Appointment['status'];

  /** Decimal text; the service's price when it was booked. */
  @Column({ type: 'numeric', precision: 10, scale: 2, nullable: true })
  price!: string | null;

  @Column({ type: 'text' })
  attendeeName!: string;

  /** E.164; its holder may see and change the appointment. */
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

  @Column({ type: 'text', nullable: true })
  calcomHostName!: string | null;

  /** Cal.com user id of the person asked for; null: any host. */
  @Column({ type: 'integer', nullable: true })
  wishedHostId!: number | null;

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

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;

  @ToSameCompany(() => ServiceEntity, 'serviceId')
  service?: ServiceEntity;

  @ToSameCompany(() => StaffEntity, 'staffId')
  staff?: StaffEntity;

  @ToSameCompany(() => CustomerEntity, 'customerId')
  customer?: CustomerEntity;
}

/** What an appointment is outside of the operators' views. */
export const APPOINTMENT_FIELDS = [
  'id',
  'companyId',
  'branchId',
  'serviceId',
  'staffId',
  'customerId',
  'callId',
  'startsAt',
  'endsAt',
  'previousStartsAt',
  'status',
  'calcomEventTypeId',
  'calcomBookingUid',
  'calcomHostId',
  'calcomHostName',
  'wishedHostId',
  'attendeeName',
  'syncOrigin',
  'requiresManualReview',
  'createdAt',
] as const satisfies readonly (keyof Appointment)[];
