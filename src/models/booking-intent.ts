import { randomUUID } from 'node:crypto';
import type { DataSource, InsertQueryBuilder } from 'typeorm';
import type { NewOperation, Opened, Operation } from '../services/booking/ledger';
import type { RefusalReason } from '../services/booking/reason-texts';
import { AppointmentEntity } from './appointments';
import { BookingOperationEntity, OPERATION_FIELDS, toOperation, type OperationRow } from './booking-operations';
import { given, insertInto, managerOf, prepared, sqlOf, toJson, type Inserted } from './sql';
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

/** `appointmentId` null: the appointment is new, too. */
type Wished = Pick<BookingOperationEntity, 'companyId'> & { appointmentId: string | null };

function parametersOf({ companyId, kind, payload, ...request }: NewOperation): Wished {
  const { requestKey, businessKey, callId, toolCallId, eventTypeId, startAt, endAt } = request;
  const { branchId, serviceId, customerId, timeZone, notes, attendee, hostIds, wishedHostId, origin } = payload;
  const [only, ...others] = hostIds;
  const parameters = {
    ...{ companyId, kind, requestKey, businessKey, gatewayKey: `gk_${randomUUID()}`, callId, toolCallId },
    ...{ calcomEventTypeId: eventTypeId, startsAt: startAt, endsAt: endAt },
    ...{ previousUid: request.previousUid ?? null, payload: toJson(payload) },
    ...{ appointmentId: request.appointmentId ?? null, branchId, serviceId, customerId, timeZone, notes },
    ...{ attendeeName: attendee.name, attendeePhone: attendee.phone, attendeeEmail: attendee.email },
    ...{ syncOrigin: origin, exclusive: payload.seats <= 1, wishedHostId },
    // Where only one host can take it, that host is written down at once, so that the database itself refuses a second.
    calcomHostId: only !== undefined && others.length === 0 ? only : null,
  };
  return parameters;
}

// SQL: what no longer holds is decided and changed in one statement.
const FREE_PAST_KEY = `update booking_operations o set business_key = o.business_key || ':' || o.id, updated_at = now()
  from appointments a
  where o.company_id = :companyId and o.business_key = :businessKey and o.state = 'confirmed'
    and a.company_id = o.company_id and a.id = o.appointment_id and not ${STILL_HOLDS}
  returning o.id`;

function shapeOf({ appointmentId }: Wished): string {
  return appointmentId === null ? 'new' : 'change';
}

/** Writes new operations; a move or cancellation names the appointment that exists, others make theirs in the same statement. */
export class Intents {
  readonly #intended = prepared<Wished & Lease, OperationRow>(
    (wished) =>
      this.#insert(wished, `'pending'`, {
        ...{ state: `'intended'`, leaseOwner: ':owner', leaseUntil: `now() + :leaseMs * interval '1 millisecond'` },
        // Counting them has them freed before this operation takes the key.
        businessKey: '(select cast(:businessKey as text) from (select count(*) from past) freed)',
      })
        .addCommonTableExpression(FREE_PAST_KEY, 'past')
        .returning(columns(OPERATION_FIELDS)),
    shapeOf,
  );
  readonly #refused = prepared<Wished & { reason: RefusalReason }, object>(
    (wished) =>
      this.#insert(
        wished,
        `'failed'`,
        { state: `'rejected'`, error: ':reason', settledAt: 'now()' },
        { syncError: ':reason' },
      ),
    shapeOf,
  );

  constructor(private readonly source: DataSource) {}

  async insert(request: NewOperation, lease: Lease): Promise<Operation> {
    const [row] = await this.#intended(sqlOf(this.source), { ...parametersOf(request), ...lease });
    if (!row) throw new Error('the intent was not inserted');
    return toOperation(row);
  }

  /** A request that ended before anything was sent; for a booking also the appointment that it did not become. */
  async insertRefusal(request: NewOperation, reason: RefusalReason): Promise<void> {
    await this.#refused(sqlOf(this.source), { ...parametersOf(request), reason });
  }

  #insert(
    wished: Wished,
    status: string,
    operation: Inserted<BookingOperationEntity>,
    appointment: Inserted<AppointmentEntity> = {},
  ): InsertQueryBuilder<BookingOperationEntity> {
    const manager = managerOf(this.source);
    const appointmentId = wished.appointmentId !== null ? ':appointmentId' : '(select id from made)';
    const insert = insertInto(manager, BookingOperationEntity, { ...OPERATION, ...operation, appointmentId });
    if (wished.appointmentId !== null) return insert;
    const made = insertInto(manager, AppointmentEntity, { ...APPOINTMENT, status, ...appointment }).returning('id');
    return insert.addCommonTableExpression(made, 'made');
  }
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
