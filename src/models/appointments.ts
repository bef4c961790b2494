import { Check, Entity, Exclusion, Index, Unique } from 'typeorm';
import { APPOINTMENT_STATUSES, ORIGINS, SYNC_STATUSES, type Appointment } from '../domain';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { ServiceEntity } from './services';
import { StaffEntity } from './staff';
import { column, SqlIndex, table, toSameCompany } from './table';

/** An appointment, also before Cal.com confirmed it. `ex_appointments_host_time` keeps two exclusive ones from one host. */
@Entity('appointments')
@Unique('uq_appointments_company_id', ['companyId', 'id'])
@Unique('uq_appointments_booking_uid', ['companyId', 'calcomBookingUid'])
@Check('ck_appointments_times', 'ends_at > starts_at')
@Check('ck_appointments_booked', `status <> 'booked' or calcom_booking_uid is not null`)
@Check('ck_appointments_cancelled', `status <> 'cancelled' or cancelled_at is not null`)
@Check('ck_appointments_price', 'price >= 0')
@Check('ck_appointments_uid', `calcom_booking_uid <> ''`)
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
export class AppointmentEntity
  extends table({
    id: column.id(),
    companyId: column.tenantId(),
    branchId: column.uuid(),
    serviceId: column.uuid().nullable(),
    staffId: column.uuid().nullable(),
    customerId: column.uuid().nullable(),
    /** Retell's id of the call that made it; null for appointments made elsewhere. */
    callId: column.text().nullable(),
    startsAt: column.instant(),
    endsAt: column.instant(),
    timeZone: column.text(),
    status: column.oneOf(APPOINTMENT_STATUSES),
    /** Decimal text; the service's price when it was booked. */
    price: column.decimal().nullable(),
    attendeeName: column.text(),
    /** E.164; its holder may see and change the appointment. */
    attendeePhone: column.text().nullable(),
    attendeeEmail: column.text().nullable(),
    notes: column.text().nullable(),
    syncOrigin: column.oneOf(ORIGINS, 'ck_appointments_origin'),
    /** False where Cal.com itself lets appointments overlap: seats, bookings taken over as they are. */
    exclusive: column.boolean().default(true),
    calcomEventTypeId: column.integer(),
    /** bigint, as text. */
    calcomBookingId: column.bigint().nullable(),
    /** Its uid now; null until Cal.com confirmed. */
    calcomBookingUid: column.text().nullable(),
    /** Cal.com user id; null while any of several may get it. */
    calcomHostId: column.integer().nullable(),
    calcomHostName: column.text().nullable(),
    /** Cal.com user id of the person asked for; null: any host. */
    wishedHostId: column.integer().nullable(),
    calcomSyncStatus: column.oneOf(SYNC_STATUSES, 'ck_appointments_sync_status').default('pending'),
    syncError: column.text().nullable(),
    /** In the booking's metadata at Cal.com: the operation that last made or moved it. */
    gatewayKey: column.text().nullable(),
    requiresManualReview: column.boolean().default(false),
    manualReviewReason: column.text().nullable(),
    previousStartsAt: column.instant().nullable(),
    rescheduledCount: column.integer().default(0),
    cancelledAt: column.instant().nullable(),
    cancelledBy: column.oneOf(ORIGINS).nullable(),
    cancellationReason: column.text().nullable(),
    createdAt: column.created(),
    updatedAt: column.updated(),
    branch: toSameCompany(() => BranchEntity, 'branchId'),
    service: toSameCompany(() => ServiceEntity, 'serviceId'),
    staff: toSameCompany(() => StaffEntity, 'staffId'),
    customer: toSameCompany(() => CustomerEntity, 'customerId'),
  })
  implements Appointment {}

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

/** Every uid the appointment ever had: a move gives it a new one, and old ones go on arriving. */
@Entity('appointment_booking_uids')
@Index('idx_appointment_booking_uids_appointment', ['companyId', 'appointmentId'])
// A webhook knows the uid before it knows the company.
@Index('idx_appointment_booking_uids_uid', ['uid'])
export class AppointmentBookingUidEntity extends table({
  companyId: column.tenantId().primary(),
  uid: column.text().primary(),
  appointmentId: column.uuid(),
  createdAt: column.created(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE'),
}) {}

/** A move, a cancellation or a customer's absence that happened; `attended` takes an absence back. */
@Entity('appointment_modifications')
@Index('idx_appointment_modifications_appointment', ['companyId', 'appointmentId', 'createdAt'])
export class AppointmentModificationEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  appointmentId: column.uuid(),
  type: column.oneOf(['cancel', 'reschedule', 'no_show', 'attended']),
  reason: column.text().nullable(),
  modifiedBy: column.oneOf(ORIGINS, 'ck_appointment_modifications_by'),
  metadata: column.json<Record<string, unknown>>().default({}),
  createdAt: column.created(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE'),
}) {}

/** Demand that could not be met. */
@Entity('appointment_wishes')
@Index('idx_appointment_wishes_company', ['companyId', 'createdAt'])
export class AppointmentWishEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  branchId: column.uuid(),
  callId: column.text().nullable(),
  customerId: column.uuid().nullable(),
  serviceId: column.uuid().nullable(),
  desiredAt: column.instant().nullable(),
  createdAt: column.created(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
  customer: toSameCompany(() => CustomerEntity, 'customerId'),
  service: toSameCompany(() => ServiceEntity, 'serviceId'),
}) {}
