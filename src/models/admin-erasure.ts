import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { Sql } from './sql';

/** Stands where a name must stand. */
const ERASED = '—';

/**
 * A person's name, number, address, words and traces leave every table; when appointments were, and what became of
 * them, stays. A booking still under way needs its attendee, so nothing is erased before it is settled.
 * @throws Conflict
 */
export async function eraseCustomer(
  sql: Sql,
  companyId: TenantId,
  customerId: string,
): Promise<{ appointments: number; calls: number }> {
  // The customer's row is locked first: a booking that is just being written down waits, or is seen here.
  await sql('select id from customers where company_id = $1 and id = $2 for update', [companyId, customerId]);
  const appointments = await sql<{ id: string; call_id: string | null }>(
    'select id, call_id from appointments where company_id = $1 and customer_id = $2 for update',
    [companyId, customerId],
  );
  const appointmentIds = appointments.map((appointment) => appointment.id);
  const underWay = await sql(
    `select 1 from booking_operations
     where company_id = $1 and appointment_id = any($2) and state in ('intended', 'sent', 'unknown') limit 1`,
    [companyId, appointmentIds],
  );
  if (underWay.length > 0)
    throw new Conflict('A booking of this customer is still being settled. Try again in a minute.');
  const calls = await sql<{ retell_call_id: string }>(
    `update calls set from_number = null, transcript = null, analysis = null, erased_at = now(), updated_at = now()
     where company_id = $1 and (customer_id = $2 or retell_call_id = any($3))
     returning retell_call_id`,
    [companyId, customerId, appointments.flatMap((appointment) => appointment.call_id ?? [])],
  );
  const callIds = calls.map((call) => call.retell_call_id);
  const uids = await sql<{ uid: string }>(
    'select uid from appointment_booking_uids where company_id = $1 and appointment_id = any($2)',
    [companyId, appointmentIds],
  );
  await sql(
    `update appointments set attendee_name = $3, attendee_phone = null, attendee_email = null, notes = null,
       cancellation_reason = null, updated_at = now()
     where company_id = $1 and customer_id = $2`,
    [companyId, customerId, ERASED],
  );
  await sql(
    'update appointment_modifications set reason = null, metadata = $3 where company_id = $1 and appointment_id = any($2)',
    [companyId, appointmentIds, '{}'],
  );
  await sql(
    `update booking_operations set payload = payload || jsonb_build_object(
         'attendee', jsonb_build_object('name', $3::text, 'phone', null, 'email', null),
         'responses', '{}'::jsonb, 'notes', null, 'reason', null), updated_at = now()
     where company_id = $1 and appointment_id = any($2)`,
    [companyId, appointmentIds, ERASED],
  );
  await sql(
    'update call_tool_invocations set input = null, output = null, error = null where company_id = $1 and call_id = any($2)',
    [companyId, callIds],
  );
  await sql(
    `update callback_requests set customer_name = null, phone = null, reason = $4, updated_at = now()
     where company_id = $1 and (customer_id = $2 or call_id = any($3))
       and status in ('completed', 'expired', 'cancelled')`,
    [companyId, customerId, callIds, ERASED],
  );
  // Nobody can be rung back any more.
  await sql(
    `update callback_requests set customer_name = null, phone = null, reason = $4, status = 'cancelled', closed_at = now(),
       updated_at = now()
     where company_id = $1 and (customer_id = $2 or call_id = any($3)) and status in ('pending', 'assigned', 'contacted')`,
    [companyId, customerId, callIds, ERASED],
  );
  await sql(
    `update webhook_events set payload = '{"erased": true}'
     where company_id = $1 and status in ('processed', 'ignored', 'failed')
       and (payload #>> '{call,callId}' = any($2) or payload #>> '{body,payload,uid}' = any($3)
            or payload #>> '{body,payload,rescheduleUid}' = any($3))`,
    [companyId, callIds, uids.map((row) => row.uid)],
  );
  await sql(
    `update customers set name = null, phone = null, email = null, erased_at = now(), updated_at = now()
     where company_id = $1 and id = $2`,
    [companyId, customerId],
  );
  return { appointments: appointments.length, calls: calls.length };
}
