import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { NewOperation, RefusalReason, Opened, Operation } from '../services/booking/ledger';
import { OPERATION_COLUMNS, toOperation, type OperationRow } from './booking-operation-row';
import { rows, toJson, type Sql } from './sql';

/**
 * Of an operation `o` and its appointment `a`: what was confirmed still holds. Afterwards the appointment may have been
 * moved or cancelled, by us or at Cal.com, and then the same wish is a new one.
 */
export const STILL_HOLDS = `(case when o.kind = 'cancel' then a.status in ('cancelled', 'rejected')
  else a.status in ('pending', 'booked', 'completed', 'no_show') and a.starts_at = o.starts_at end)`;

/** Intent and pending appointment in one transaction; a move or cancellation names the appointment that exists. */
export async function insertIntent(sql: Sql, wish: NewOperation, owner: string, leaseMs: number): Promise<Operation> {
  await freeKeyOfThePast(sql, wish);
  const appointmentId = wish.appointmentId ?? (await insertPending(sql, wish));
  const [row] = await sql<OperationRow>(
    `insert into booking_operations (${INTENT_COLUMNS}, state, appointment_id, lease_owner, lease_until)
     values (${numbered(1, INTENT_VALUES)}, 'intended', $13, $14, now() + $15 * interval '1 millisecond')
     returning ${OPERATION_COLUMNS}`,
    [...intentValues(wish), appointmentId, owner, leaseMs],
  );
  if (!row) throw new Error('the intent was not inserted');
  return toOperation(row);
}

/**
 * A request that came to its end before anything was sent; of a booking also the appointment that it did not become.
 * One statement, so that of two repeats at once one leaves nothing behind.
 */
export async function insertRefusal(source: DataSource, wish: NewOperation, hindrance: RefusalReason): Promise<void> {
  const values = [...intentValues(wish), hindrance];
  const operation = (appointment: string): string =>
    `insert into booking_operations (${INTENT_COLUMNS}, state, error, settled_at, appointment_id)
     values (${numbered(1, INTENT_VALUES)}, 'rejected', $13, now(), ${appointment})`;
  if (wish.appointmentId) {
    await rows(source, operation('$14'), [...values, wish.appointmentId]);
    return;
  }
  await rows(
    source,
    `with refused as (
       insert into appointments (${APPOINTMENT_COLUMNS}, status, sync_error) values (${appointmentValues(14)}, 'failed', $13) returning id)
     ${operation('(select id from refused)')}`,
    [...values, ...appointmentParams(wish)],
  );
}

const INTENT_COLUMNS = `company_id, kind, request_key, business_key, gateway_key, call_id, tool_call_id, calcom_event_type_id,
  starts_at, ends_at, previous_uid, payload`;
const INTENT_VALUES = 12;

function intentValues(wish: NewOperation): unknown[] {
  return [
    wish.companyId,
    wish.kind,
    wish.requestKey,
    wish.businessKey,
    `gk_${randomUUID()}`,
    wish.callId,
    wish.toolCallId,
    wish.eventTypeId,
    wish.startAt,
    wish.endAt,
    wish.previousUid ?? null,
    toJson(wish.payload),
  ];
}

function numbered(first: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ');
}

async function freeKeyOfThePast(sql: Sql, wish: NewOperation): Promise<void> {
  await sql(
    `update booking_operations o set business_key = o.business_key || ':' || o.id, updated_at = now()
     from appointments a
     where o.company_id = $1 and o.business_key = $2 and o.state = 'confirmed'
       and a.company_id = o.company_id and a.id = o.appointment_id and not ${STILL_HOLDS}`,
    [wish.companyId, wish.businessKey],
  );
}

async function insertPending(sql: Sql, wish: NewOperation): Promise<string> {
  const [row] = await sql<{ id: string }>(
    `insert into appointments (${APPOINTMENT_COLUMNS}, status) values (${appointmentValues(1)}, 'pending') returning id`,
    appointmentParams(wish),
  );
  if (!row) throw new Error('the appointment was not inserted');
  return row.id;
}

const APPOINTMENT_COLUMNS = `company_id, branch_id, service_id, customer_id, call_id, starts_at, ends_at, time_zone, attendee_name,
  attendee_phone, attendee_email, notes, sync_origin, exclusive, calcom_event_type_id, calcom_host_id, price`;

function appointmentValues(first: number): string {
  return `${numbered(first, 16)}, (select price from services where company_id = $${first} and id = $${first + 2})`;
}

/** Where only one host can take it, that host is written down at once, so that the database itself refuses a second. */
function appointmentParams(wish: NewOperation): unknown[] {
  const { payload } = wish;
  const [only, ...others] = payload.hostIds;
  return [
    wish.companyId,
    payload.branchId,
    payload.serviceId,
    payload.customerId,
    wish.callId,
    wish.startAt,
    wish.endAt,
    payload.timeZone,
    payload.attendee.name,
    payload.attendee.phone,
    payload.attendee.email,
    payload.notes,
    payload.origin,
    payload.seats <= 1,
    wish.eventTypeId,
    only !== undefined && others.length === 0 ? only : null,
  ];
}

/** What stands in the way of an intent that the exclusion constraint refused. */
export async function readClash(source: DataSource, wish: NewOperation): Promise<Extract<Opened, { kind: 'clash' }>> {
  const [row] = await rows<{ id: string; calcom_booking_uid: string | null; call_id: string | null; updated_at: Date }>(
    source,
    `select id, calcom_booking_uid, call_id, updated_at from appointments
     where company_id = $1 and calcom_host_id = any($2::int[]) and exclusive and status in ('pending', 'booked')
       and tstzrange(starts_at, ends_at) && tstzrange($3, $4)
     order by updated_at desc limit 1`,
    [wish.companyId, wish.payload.hostIds, wish.startAt, wish.endAt],
  );
  return {
    kind: 'clash',
    uid: row?.calcom_booking_uid ?? null,
    appointmentId: row?.id ?? null,
    callId: row?.call_id ?? null,
    recordedAt: row?.updated_at ?? null,
  };
}
