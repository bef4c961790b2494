import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager, EntityTarget, InsertQueryBuilder, ObjectLiteral } from 'typeorm';
import type { NewOperation, RefusalReason, Opened, Operation } from '../services/booking/ledger';
import { AppointmentEntity } from './appointments';
import { OPERATION_FIELDS, toOperation, type OperationRow } from './booking-operation-row';
import { BookingOperationEntity } from './booking-operations';
import { managerOf, rows, values, type Sql, type Values } from './sql';
import { columns } from './table';

/**
 * Of an operation `o` and its appointment `a`: what was confirmed still holds. Afterwards the appointment may have been
 * moved or cancelled, by us or at Cal.com, and then the same request is a new one.
 */
export const STILL_HOLDS = `(case when o.kind = 'cancel' then a.status in ('cancelled', 'rejected')
  else a.status in ('pending', 'booked', 'completed', 'no_show') and a.starts_at = o.starts_at end)`;

/** Intent and pending appointment in one transaction; a move or cancellation names the appointment that exists. */
export async function insertIntent(
  sql: Sql,
  manager: EntityManager,
  request: NewOperation,
  lease: { owner: string; leaseMs: number },
): Promise<Operation> {
  await freePastKey(sql, request);
  const appointmentId = request.appointmentId ?? (await insertPending(manager, request));
  const { raw } = await insertOperation(manager, request, {
    ...{ state: 'intended', appointmentId, leaseOwner: lease.owner },
    leaseUntil: () => `now() + :leaseMs * interval '1 millisecond'`,
  })
    .setParameters({ leaseMs: lease.leaseMs })
    .returning(columns(OPERATION_FIELDS))
    .execute();
  const [row] = raw as OperationRow[];
  if (!row) throw new Error('the intent was not inserted');
  return toOperation(row);
}

/** A request that ended before anything was sent; for a booking also the appointment that it did not become. */
export async function insertRefusal(source: DataSource, request: NewOperation, reason: RefusalReason): Promise<void> {
  const manager = managerOf(source);
  const refused: Values<BookingOperationEntity> = { state: 'rejected', error: reason, settledAt: () => 'now()' };
  if (request.appointmentId) {
    await insertOperation(manager, request, { ...refused, appointmentId: request.appointmentId }).execute();
    return;
  }
  const failed = insertAppointment(manager, request, { status: 'failed', syncError: reason });
  const [appointment, appointmentParams] = failed.returning('id').getQueryAndParameters();
  const ofFailed = { ...refused, appointmentId: (): string => '(select id from refused)' };
  const [operation, operationParams] = insertOperation(manager, request, ofFailed).getQueryAndParameters();
  const shifted = operation.replaceAll(/\$(\d+)/g, (_found, index) => `$${Number(index) + appointmentParams.length}`);
  // SQL: both rows in one statement, so that of two repeats at once one leaves nothing behind.
  await rows(source, `with refused as (${appointment}) ${shifted}`, [...appointmentParams, ...operationParams]);
}

function insertOperation(
  manager: EntityManager,
  request: NewOperation,
  more: Values<BookingOperationEntity>,
): InsertQueryBuilder<BookingOperationEntity> {
  const { companyId, kind, requestKey, businessKey, callId, toolCallId, payload } = request;
  const given: Values<BookingOperationEntity> = {
    ...{ companyId, kind, requestKey, businessKey, callId, toolCallId, payload },
    gatewayKey: `gk_${randomUUID()}`,
    calcomEventTypeId: request.eventTypeId,
    startsAt: request.startAt,
    endsAt: request.endAt,
    previousUid: request.previousUid ?? null,
    ...more,
  };
  return insertOf(manager, BookingOperationEntity, given);
}

/** Names only the columns that have a value: TypeORM's text would otherwise list all of them. */
function insertOf<E extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<E>,
  given: Values<E>,
): InsertQueryBuilder<E> {
  return manager
    .createQueryBuilder()
    .insert()
    .into(entity, Object.keys(given))
    .values(values<E>(given))
    .updateEntity(false);
}

async function freePastKey(sql: Sql, request: NewOperation): Promise<void> {
  await sql(
    // SQL: what no longer holds is decided and changed in one statement.
    `update booking_operations o set business_key = o.business_key || ':' || o.id, updated_at = now()
     from appointments a
     where o.company_id = $1 and o.business_key = $2 and o.state = 'confirmed'
       and a.company_id = o.company_id and a.id = o.appointment_id and not ${STILL_HOLDS}`,
    [request.companyId, request.businessKey],
  );
}

async function insertPending(manager: EntityManager, request: NewOperation): Promise<string> {
  const { raw } = await insertAppointment(manager, request, { status: 'pending' }).returning('id').execute();
  const [row] = raw as { id: string }[];
  if (!row) throw new Error('the appointment was not inserted');
  return row.id;
}

/** Of the number, when it was said in a call without one. */
const HOLDER = '(select id from customers where company_id = :companyId and phone = :phone)';
const PRICE = '(select price from services where company_id = :companyId and id = :serviceId)';

/** Where only one host can take it, that host is written down at once, so that the database itself refuses a second. */
function insertAppointment(
  manager: EntityManager,
  { companyId, callId, payload, ...request }: NewOperation,
  more: Values<AppointmentEntity>,
): InsertQueryBuilder<AppointmentEntity> {
  const [only, ...others] = payload.hostIds;
  const { branchId, serviceId, customerId, timeZone, notes, attendee } = payload;
  const given: Values<AppointmentEntity> = {
    ...{ companyId, branchId, serviceId, callId, timeZone, notes },
    customerId: customerId ?? (() => HOLDER),
    startsAt: request.startAt,
    endsAt: request.endAt,
    attendeeName: attendee.name,
    attendeePhone: attendee.phone,
    attendeeEmail: attendee.email,
    syncOrigin: payload.origin,
    exclusive: payload.seats <= 1,
    calcomEventTypeId: request.eventTypeId,
    calcomHostId: only !== undefined && others.length === 0 ? only : null,
    price: () => PRICE,
    ...more,
  };
  return insertOf(manager, AppointmentEntity, given).setParameters({ companyId, serviceId, phone: attendee.phone });
}

/** The appointment that the exclusion constraint refused an intent for. */
export async function readClash(
  source: DataSource,
  request: NewOperation,
): Promise<Extract<Opened, { kind: 'clash' }>> {
  const found = await managerOf(source)
    .createQueryBuilder(AppointmentEntity, 'a')
    .select(['a.id', 'a.calcomBookingUid', 'a.callId', 'a.updatedAt'])
    .where('a.companyId = :companyId', { companyId: request.companyId })
    .andWhere('a.calcomHostId = any(:hostIds)', { hostIds: request.payload.hostIds })
    .andWhere('a.exclusive')
    .andWhere(`a.status in ('pending', 'booked')`)
    .andWhere('tstzrange(a.startsAt, a.endsAt) && tstzrange(:startAt, :endAt)', request)
    .orderBy('a.updatedAt', 'DESC')
    .limit(1)
    .getOne();
  return {
    kind: 'clash',
    uid: found?.calcomBookingUid ?? null,
    appointmentId: found?.id ?? null,
    callId: found?.callId ?? null,
    recordedAt: found?.updatedAt ?? null,
  };
}
