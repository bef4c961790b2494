import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { NewOperation, Opened, Operation } from '../services/booking/ledger';
import type { RefusalReason } from '../services/booking/reason-texts';
import { AppointmentEntity } from './appointments';
import { BookingOperationEntity, OPERATION_FIELDS, toOperation, type OperationRow } from './booking-operations';
import { given, insertInto, managerOf, prepared, rows, toJson, type Inserted, type Sql } from './sql';
import { columns } from './table';

/**
 * Of an operation `o` and its appointment `a`: what was confirmed still holds. Afterwards the appointment may have been
 * moved or cancelled, by us or at Cal.com, and then the same request is a new one.
 */
export const STILL_HOLDS = `(case when o.kind = 'cancel' then a.status in ('cancelled', 'rejected')
  when o.kind = 'absence' then (a.status = 'no_show') = (o.payload ->> 'absent')::boolean
  else a.status in ('pending', 'booked', 'completed', 'no_show') and a.starts_at = o.starts_at end)`;

export interface Lease {
  owner: string;
  leaseMs: number;
}

const OPERATION = given<BookingOperationEntity>(
  ...(['companyId', 'kind', 'requestKey', 'businessKey', 'gatewayKey', 'callId', 'toolCallId'] as const),
  ...(['calcomEventTypeId', 'startsAt', 'endsAt', 'previousUid', 'payload'] as const),
);

function operationParameters(request: NewOperation): Record<string, unknown> {
  const { companyId, kind, requestKey, businessKey, callId, toolCallId, payload } = request;
  return {
    ...{ companyId, kind, requestKey, businessKey, callId, toolCallId },
    gatewayKey: `gk_${randomUUID()}`,
    calcomEventTypeId: request.eventTypeId,
    startsAt: request.startAt,
    endsAt: request.endAt,
    previousUid: request.previousUid ?? null,
    payload: toJson(payload),
  };
}

const APPOINTMENT: Inserted<AppointmentEntity> = {
  ...given<AppointmentEntity>(
    ...(['companyId', 'branchId', 'serviceId', 'callId', 'timeZone', 'notes', 'startsAt', 'endsAt'] as const),
    ...(['attendeeName', 'attendeePhone', 'attendeeEmail', 'syncOrigin', 'exclusive'] as const),
    ...(['calcomEventTypeId', 'calcomHostId', 'wishedHostId'] as const),
  ),
  // Of the number, when it was said in a call without one.
  customerId: `coalesce(cast(:customerId as uuid),
    (select id from customers where company_id = :companyId and phone = :attendeePhone))`,
  price: '(select price from services where company_id = :companyId and id = :serviceId)',
};

function appointmentParameters({ companyId, callId, payload, ...request }: NewOperation): Record<string, unknown> {
  const [only, ...others] = payload.hostIds;
  const { branchId, serviceId, customerId, timeZone, notes, attendee } = payload;
  return {
    ...{ companyId, branchId, serviceId, customerId, callId, timeZone, notes },
    startsAt: request.startAt,
    endsAt: request.endAt,
    attendeeName: attendee.name,
    attendeePhone: attendee.phone,
    attendeeEmail: attendee.email,
    syncOrigin: payload.origin,
    exclusive: payload.seats <= 1,
    calcomEventTypeId: request.eventTypeId,
    // Where only one host can take it, that host is written down at once, so that the database itself refuses a second.
    calcomHostId: only !== undefined && others.length === 0 ? only : null,
    wishedHostId: payload.wishedHostId,
  };
}

/** Writes new operations, each with its appointment. */
export class Intents {
  readonly #operation = prepared<object, OperationRow>(() =>
    insertInto(managerOf(this.source), BookingOperationEntity, {
      ...{ ...OPERATION, state: `'intended'`, appointmentId: ':appointmentId', leaseOwner: ':owner' },
      leaseUntil: `now() + :leaseMs * interval '1 millisecond'`,
    }).returning(columns(OPERATION_FIELDS)),
  );
  readonly #pending = prepared<object, { id: string }>(() =>
    insertInto(managerOf(this.source), AppointmentEntity, { ...APPOINTMENT, status: `'pending'` }).returning('id'),
  );

  constructor(private readonly source: DataSource) {}

  /** Intent and pending appointment; a move or cancellation names the appointment that exists. To run in a transaction. */
  async insert(sql: Sql, request: NewOperation, lease: Lease): Promise<Operation> {
    await freePastKey(sql, request);
    const appointmentId = request.appointmentId ?? (await this.#insertPending(sql, request));
    const [row] = await this.#operation(sql, { ...operationParameters(request), appointmentId, ...lease });
    if (!row) throw new Error('the intent was not inserted');
    return toOperation(row);
  }

  /** A request that ended before anything was sent; for a booking also the appointment that it did not become. */
  async insertRefusal(request: NewOperation, reason: RefusalReason): Promise<void> {
    const { appointmentId } = request;
    const operation = insertInto(managerOf(this.source), BookingOperationEntity, {
      ...{ ...OPERATION, state: `'rejected'`, error: ':reason', settledAt: 'now()' },
      appointmentId: appointmentId ? ':appointmentId' : '(select id from refused)',
    }).setParameters({ ...operationParameters(request), appointmentId, reason });
    if (appointmentId) {
      await operation.execute();
      return;
    }
    const [failed, failedParams] = insertInto(managerOf(this.source), AppointmentEntity, {
      ...{ ...APPOINTMENT, status: `'failed'`, syncError: ':reason' },
    })
      .setParameters({ ...appointmentParameters(request), reason })
      .returning('id')
      .getQueryAndParameters();
    const [text, params] = operation.getQueryAndParameters();
    const shifted = text.replaceAll(/\$(\d+)/g, (_found, index) => `$${Number(index) + failedParams.length}`);
    // SQL: both rows in one statement, so that of two repeats at once one leaves nothing behind.
    await rows(this.source, `with refused as (${failed}) ${shifted}`, [...failedParams, ...params]);
  }

  async #insertPending(sql: Sql, request: NewOperation): Promise<string> {
    const [row] = await this.#pending(sql, appointmentParameters(request));
    if (!row) throw new Error('the appointment was not inserted');
    return row.id;
  }
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
