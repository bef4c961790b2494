import type { EntityManager } from 'typeorm';
import type { Appointment, AppointmentStatus, TenantId } from '../domain';
import type { Operation } from '../services/booking/ledger';
import type { UpstreamBooking } from '../services/calcom/calcom-ports';
import { APPOINTMENT_FIELDS, AppointmentEntity, AppointmentModificationEntity } from './appointments';
import { ManualReviewEntity } from './alerts';
import { insertNew, values, type Sql, type Values } from './sql';
import { columns } from './table';

/** Of appointments whose customer may be noted as absent. */
export const TOOK_PLACE = ['booked', 'completed', 'no_show'] as const satisfies AppointmentStatus[];

/** Writes what Cal.com booked or moved into the operation's appointment. @returns undefined when another uid stands there */
export async function bookAppointment(
  sql: Sql,
  manager: EntityManager,
  operation: Operation,
  booking: UpstreamBooking,
): Promise<Appointment | undefined> {
  const { companyId, appointmentId } = operation;
  const moved = operation.kind === 'move';
  const [appointment] = await sql<Appointment>(
    // SQL: host, counter and earlier start follow from the row itself and from the hosts known, in one statement.
    `with booked as (update appointments
     set status = $11, starts_at = $3, ends_at = $4, calcom_booking_uid = $5, calcom_booking_id = $6, calcom_host_id = $7, calcom_host_name = $12,
         staff_id = coalesce((select staff_id from calcom_host_mappings where company_id = $1 and calcom_host_id = $7 and is_active limit 1), staff_id),
         calcom_sync_status = 'synced', gateway_key = $8,
         rescheduled_count = rescheduled_count + $9, previous_starts_at = case when $9 = 1 then starts_at else previous_starts_at end,
         sync_error = null, updated_at = now()
     where company_id = $1 and id = $2 and ($10 or calcom_booking_uid is null or calcom_booking_uid = $5)
     returning *),
     known as (insert into appointment_booking_uids (company_id, uid, appointment_id)
       select company_id, calcom_booking_uid, id from booked on conflict do nothing)
     select ${columns(APPOINTMENT_FIELDS)} from booked`,
    [
      companyId,
      appointmentId,
      booking.startAt,
      booking.endAt,
      booking.uid,
      booking.id,
      booking.hosts[0]?.id ?? null,
      operation.gatewayKey,
      moved ? 1 : 0,
      moved,
      // Where a host has to agree first, the start is kept but nothing is booked yet.
      booking.status === 'pending' ? 'pending' : 'booked',
      // Empty where Cal.com names none.
      booking.hosts[0]?.name || null,
    ],
  );
  if (moved) await recordChange(manager, operation, 'reschedule');
  return appointment;
}

/** Writes a cancellation into the operation's appointment. */
export function cancelAppointment(manager: EntityManager, operation: Operation): Promise<Appointment | undefined> {
  const { origin, reason } = operation.payload;
  const cancelled: Values<AppointmentEntity> = {
    ...{ status: 'cancelled', calcomSyncStatus: 'synced', cancelledBy: origin, cancellationReason: reason },
    cancelledAt: () => 'coalesce(cancelled_at, now())',
  };
  return changeAppointment(manager, operation, cancelled, 'cancel');
}

/** Writes into the operation's appointment that its customer did not come, or takes that back. */
export function markAppointment(manager: EntityManager, operation: Operation): Promise<Appointment | undefined> {
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
): Promise<Appointment | undefined> {
  const { raw } = await manager
    .createQueryBuilder()
    .update(AppointmentEntity)
    .set(values(change))
    .where({ companyId: operation.companyId, id: operation.appointmentId })
    .returning(columns(APPOINTMENT_FIELDS))
    .execute();
  await recordChange(manager, operation, type);
  return (raw as Appointment[])[0];
}

async function recordChange(
  manager: EntityManager,
  { id, companyId, appointmentId, payload }: Operation,
  type: AppointmentModificationEntity['type'],
): Promise<void> {
  await manager.insert(
    AppointmentModificationEntity,
    values<AppointmentModificationEntity>({
      ...{ companyId, appointmentId, type, reason: payload.reason, modifiedBy: payload.origin },
      metadata: { previous: payload.previous, operation_id: id },
    }),
  );
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
