import type { EntityManager } from 'typeorm';
import type { Appointment, AppointmentStatus, TenantId } from '../domain';
import type { Operation } from '../services/booking/ledger';
import type { UpstreamBooking } from '../services/calcom/calcom-ports';
import { APPOINTMENT_FIELDS, AppointmentEntity, AppointmentModificationEntity } from './appointments';
import { ManualReviewEntity } from './alerts';
import { UNDER_WAY } from './booking-operations';
import { insertNew, toJson, values, type Sql, type Values } from './sql';
import { columns } from './table';

/** Of appointments whose customer may be noted as absent. */
export const TOOK_PLACE = ['booked', 'completed', 'no_show'] as const satisfies AppointmentStatus[];

/**
 * Ends the operation and writes what Cal.com booked or moved into its appointment: both or neither.
 * @returns null when the operation is no longer this process's
 * @throws Error when another uid stands in the appointment
 */
export async function bookAppointment(
  sql: Sql,
  operation: Operation,
  booking: UpstreamBooking,
): Promise<Appointment | null> {
  const { id, epoch, companyId, appointmentId, gatewayKey, payload } = operation;
  const moved = operation.kind === 'move';
  const [written] = await sql<{ isHeld: boolean; isBooked: boolean } & Appointment>(
    // SQL: host, counter and earlier start follow from the row itself and from the hosts known, in one statement.
    `with held as (select id from booking_operations
       where company_id = $1 and id = $13 and epoch = $14 and ${UNDER_WAY} for update),
     booked as (update appointments
     set status = $11, starts_at = $3, ends_at = $4, calcom_booking_uid = $5, calcom_booking_id = $6, calcom_host_id = $7, calcom_host_name = $12,
         staff_id = coalesce((select staff_id from calcom_host_mappings where company_id = $1 and calcom_host_id = $7 and is_active limit 1), staff_id),
         calcom_sync_status = 'synced', gateway_key = $8,
         rescheduled_count = rescheduled_count + $9, previous_starts_at = case when $9 = 1 then starts_at else previous_starts_at end,
         sync_error = null, updated_at = now()
     where company_id = $1 and id = $2 and ($10 or calcom_booking_uid is null or calcom_booking_uid = $5)
       and exists (select from held)
     returning *),
     known as (insert into appointment_booking_uids (company_id, uid, appointment_id)
       select company_id, calcom_booking_uid, id from booked on conflict do nothing),
     ended as (update booking_operations
       set state = 'confirmed', error = null, settled_at = now(), lease_owner = null, lease_until = null, upstream_uid = $5, updated_at = now()
       where company_id = $1 and id = $13 and exists (select from booked)),
     changed as (insert into appointment_modifications (company_id, appointment_id, type, reason, modified_by, metadata)
       select company_id, id, 'reschedule', $15, $16, $17::jsonb from booked where $10)
     select exists (select from held) as "isHeld", booked.id is not null as "isBooked", ${columns(APPOINTMENT_FIELDS)}
     from (select) one left join booked on true`,
    [
      companyId,
      appointmentId,
      booking.startAt,
      booking.endAt,
      booking.uid,
      booking.id,
      booking.hosts[0]?.id ?? null,
      gatewayKey,
      moved ? 1 : 0,
      moved,
      // Where a host has to agree first, the start is kept but nothing is booked yet.
      booking.status === 'pending' ? 'pending' : 'booked',
      // Empty where Cal.com names none.
      booking.hosts[0]?.name || null,
      ...[id, epoch, payload.reason, payload.origin, toJson(changeOf(operation))],
    ],
  );
  if (!written?.isHeld) return null;
  const { isHeld: _isHeld, isBooked, ...appointment } = written;
  if (!isBooked) throw withoutAppointment(operation);
  return appointment;
}

/** Writes a cancellation into the operation's appointment. */
export function cancelAppointment(manager: EntityManager, operation: Operation): Promise<Appointment> {
  const { origin, reason } = operation.payload;
  const cancelled: Values<AppointmentEntity> = {
    ...{ status: 'cancelled', calcomSyncStatus: 'synced', cancelledBy: origin, cancellationReason: reason },
    cancelledAt: () => 'coalesce(cancelled_at, now())',
  };
  return changeAppointment(manager, operation, cancelled, 'cancel');
}

/** Writes into the operation's appointment that its customer did not come, or takes that back. */
export function markAppointment(manager: EntityManager, operation: Operation): Promise<Appointment> {
  const { absent } = operation.payload;
  const status = absent ? 'no_show' : 'booked';
  return changeAppointment(manager, operation, { status }, absent ? 'no_show' : 'attended');
}

/** The same where it was noted at Cal.com, which lets bookings overlap that are taken over as they are. */
export async function takeOverAttendance(
  manager: EntityManager,
  { companyId, id }: Pick<AppointmentEntity, 'companyId' | 'id'>,
  absent: boolean,
): Promise<void> {
  const change = absent ? { status: 'no_show' as const } : { status: 'booked' as const, exclusive: false };
  await manager.update(AppointmentEntity, { companyId, id }, change);
  const type = absent ? 'no_show' : 'attended';
  const modification = { companyId, appointmentId: id, type, modifiedBy: 'calcom', metadata: {} } as const;
  await manager.insert(AppointmentModificationEntity, values<AppointmentModificationEntity>(modification));
}

async function changeAppointment(
  manager: EntityManager,
  operation: Operation,
  change: Values<AppointmentEntity>,
  type: AppointmentModificationEntity['type'],
): Promise<Appointment> {
  const { raw } = await manager
    .createQueryBuilder()
    .update(AppointmentEntity)
    .set(values(change))
    .where({ companyId: operation.companyId, id: operation.appointmentId })
    .returning(columns(APPOINTMENT_FIELDS))
    .execute();
  await recordChange(manager, operation, type);
  const [appointment] = raw as Appointment[];
  if (!appointment) throw withoutAppointment(operation);
  return appointment;
}

async function recordChange(
  manager: EntityManager,
  operation: Operation,
  type: AppointmentModificationEntity['type'],
): Promise<void> {
  const { companyId, appointmentId, payload } = operation;
  await manager.insert(
    AppointmentModificationEntity,
    values<AppointmentModificationEntity>({
      ...{ companyId, appointmentId, type, reason: payload.reason, modifiedBy: payload.origin },
      metadata: changeOf(operation),
    }),
  );
}

function withoutAppointment({ id }: Operation): Error {
  return new Error(`operation ${id} has no appointment`);
}

function changeOf({ id, payload }: Operation): AppointmentModificationEntity['metadata'] {
  return { previous: payload.previous, operation_id: id };
}

/** Asks a person to look at an appointment, once for each reason. */
export async function reviewAppointment(
  manager: EntityManager,
  companyId: TenantId,
  id: string,
  reason: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const inReview = { requiresManualReview: true, manualReviewReason: reason };
  await manager.update(AppointmentEntity, { companyId, id }, inReview);
  const subject = { subjectType: 'appointment', subjectId: id };
  await insertNew(manager, ManualReviewEntity, { companyId, kind: reason, ...subject, detail });
}
