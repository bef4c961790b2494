import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { inTransaction, rows, toJson } from '../../../../src/models/sql';
import type { NewOperation, Operation } from '../../../../src/services/booking/ledger';
import type { ToolInvocation } from '../../../../src/services/voice/trace-writer';
import type { CallRecord } from '../../../../src/services/voice/ports';

/** The hand-written statements that the stores' builders replaced: only `npm run bench -- stores` knows them. */
type Row = Record<string, unknown>;

/** What the stores did with each row: snake_case to camelCase. */
function mapped<T>(row: Row | undefined): T {
  const entries = Object.entries(row ?? {});
  const camel = (name: string): string => name.replaceAll(/_[a-z]/g, (found) => found.slice(1).toUpperCase());
  return Object.fromEntries(entries.map(([name, value]) => [camel(name), value])) as T;
}

export async function tenantByNumber(source: DataSource, number: string): Promise<Row> {
  const [row] = await rows(
    source,
    `select n.company_id, n.branch_id, a.language
     from phone_numbers n join companies c on c.id = n.company_id
     left join retell_agents a on a.company_id = n.company_id and a.agent_id = n.agent_id and a.is_active
     where n.number_e164 = $1 and n.is_active and c.deleted_at is null`,
    [number],
  );
  return mapped(row);
}

export async function ownAppointments(
  source: DataSource,
  companyId: string,
  customerId: string,
  endsAfter: Date,
  statuses: string[],
  limit: number,
): Promise<Row[]> {
  const found = await rows(
    source,
    `select id, company_id, branch_id, service_id, staff_id, customer_id, call_id, starts_at,
       ends_at, status, calcom_event_type_id, calcom_booking_uid, calcom_host_id, attendee_name, sync_origin,
       requires_manual_review, created_at
     from appointments where company_id = $1 and customer_id = $2 and ends_at > $3 and status = any($4::text[])
     order by starts_at, id limit $5`,
    [companyId, customerId, endsAfter, statuses, limit],
  );
  return found.map((row) => mapped(row));
}

const OPERATION = `id, company_id, kind, state, request_key, business_key, gateway_key, call_id, appointment_id,
  calcom_event_type_id, starts_at, ends_at, previous_uid, upstream_uid, payload, error, reposts, epoch, sent_at, created_at`;
const STILL_HOLDS = `(case when o.kind = 'cancel' then a.status in ('cancelled', 'rejected')
  else a.status in ('pending', 'booked', 'completed', 'no_show') and a.starts_at = o.starts_at end)`;

export async function openOperation(
  source: DataSource,
  wanted: NewOperation,
  owner: string,
  leaseMs: number,
): Promise<Operation> {
  await rows(
    source,
    `select ${OPERATION} from booking_operations o
     where company_id = $1
       and (request_key = $2
         or (business_key = $3 and state in ('intended', 'sent', 'unknown'))
         or (business_key = $3 and state = 'confirmed' and exists (
           select 1 from appointments a where a.company_id = o.company_id and a.id = o.appointment_id and ${STILL_HOLDS})))
     order by (request_key = $2) desc, created_at desc
     limit 1`,
    [wanted.companyId, wanted.requestKey, wanted.businessKey],
  );
  return inTransaction(source, async (sql) => {
    await sql(
      `update booking_operations o set business_key = o.business_key || ':' || o.id, updated_at = now()
       from appointments a
       where o.company_id = $1 and o.business_key = $2 and o.state = 'confirmed'
         and a.company_id = o.company_id and a.id = o.appointment_id and not ${STILL_HOLDS}`,
      [wanted.companyId, wanted.businessKey],
    );
    const { payload } = wanted;
    const [appointment] = await sql(
      `insert into appointments (company_id, branch_id, service_id, customer_id, call_id, starts_at, ends_at, time_zone,
         attendee_name, attendee_phone, attendee_email, notes, sync_origin, exclusive, calcom_event_type_id, calcom_host_id, price, status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
         (select price from services where company_id = $1 and id = $3), 'pending') returning id`,
      [
        ...[wanted.companyId, payload.branchId, payload.serviceId, payload.customerId, wanted.callId, wanted.startAt],
        ...[wanted.endAt, payload.timeZone, payload.attendee.name, payload.attendee.phone, payload.attendee.email],
        ...[payload.notes, payload.origin, payload.seats <= 1, wanted.eventTypeId, null],
      ],
    );
    const [row] = await sql(
      `insert into booking_operations (company_id, kind, request_key, business_key, gateway_key, call_id, tool_call_id,
         calcom_event_type_id, starts_at, ends_at, previous_uid, payload, state, appointment_id, lease_owner, lease_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'intended', $13, $14, now() + $15 * interval '1 millisecond')
       returning ${OPERATION}`,
      [
        ...[wanted.companyId, wanted.kind, wanted.requestKey, wanted.businessKey, `gk_${randomUUID()}`, wanted.callId],
        ...[wanted.toolCallId, wanted.eventTypeId, wanted.startAt, wanted.endAt, null, toJson(payload)],
        ...[appointment?.id, owner, leaseMs],
      ],
    );
    return mapped<Operation>(row);
  });
}

export async function markSent(
  source: DataSource,
  operation: Operation,
  owner: string,
  leaseMs: number,
): Promise<Operation> {
  const [row] = await rows(
    source,
    `update booking_operations
     set state = 'sent', sent_at = now(), reposts = $4, lease_owner = $5, lease_until = now() + $6 * interval '1 millisecond', updated_at = now()
     where company_id = $1 and id = $2 and epoch = $3 and state in ('intended', 'sent', 'unknown')
     returning ${OPERATION}`,
    [operation.companyId, operation.id, operation.epoch, operation.reposts, owner, leaseMs],
  );
  return mapped(row);
}

export async function ensureCall(source: DataSource, call: CallRecord): Promise<Row> {
  const columns = `retell_call_id, company_id, branch_id, customer_id, from_number, to_number, agent_id, language,
    started_at, status, direction`;
  const [row] = await rows(
    source,
    `insert into calls (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (retell_call_id) do nothing returning ${columns}`,
    [
      ...[call.callId, call.companyId, call.branchId, call.customerId, call.fromNumber, call.toNumber],
      ...[call.agentId, call.language, call.startedAt, call.status, call.direction],
    ],
  );
  return mapped(row);
}

export async function appendInvocations(source: DataSource, invocations: ToolInvocation[]): Promise<void> {
  const columns = `company_id, call_id, request_id, tool, tool_call_id, input, output, status, success, started_at,
    duration_ms, steps, error`;
  const given = invocations.map((one) => ({
    ...{ company_id: one.companyId, call_id: one.callId, request_id: one.requestId, tool: one.tool },
    ...{ tool_call_id: one.toolCallId, input: one.input, output: one.output, status: one.status },
    ...{ success: one.success, started_at: one.startedAt, duration_ms: one.durationMs, steps: one.steps },
    error: one.error,
  }));
  await rows(
    source,
    `insert into call_tool_invocations (${columns})
     select ${columns} from jsonb_to_recordset($1::jsonb) as given (
       company_id uuid, call_id text, request_id text, tool text, tool_call_id text, input jsonb, output jsonb,
       status text, success boolean, started_at timestamptz, duration_ms integer, steps jsonb, error text)`,
    [toJson(given)],
  );
}
