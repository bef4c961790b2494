import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { UpstreamBooking } from '../services/calcom/calcom-ports';
import type { TenantId } from '../domain';
import type {
  BookingLedger,
  ClaimedOperation,
  Confirmed,
  NewOperation,
  RefusalReason,
  Opened,
  Operation,
  OperationKind,
} from '../services/booking/ledger';
import { toAppointment, type AppointmentRow } from './appointment-row';
import { insertIntent, insertRefusal, readClash, STILL_HOLDS } from './booking-intent';
import { OPERATION_COLUMNS, toOperation, type OperationRow } from './booking-operation-row';
import { inTransaction, isExclusionViolation, isUniqueViolation, rows, toJson, type Sql } from './sql';

const OPEN_TRIES = 3;

/** The intent ledger in Postgres. Its clock decides about leases; the epoch fences off processes that lost one. */
export class BookingLedgerStore implements BookingLedger {
  readonly #source: DataSource;
  readonly #owner = randomUUID();

  constructor(source: DataSource) {
    this.#source = source;
  }

  async open(wish: NewOperation, leaseMs: number): Promise<Opened> {
    for (let attempt = 1; ; attempt++) {
      const known = await this.#known(this.#source, wish);
      if (known) return { kind: 'existing', operation: known };
      try {
        const operation = await inTransaction(this.#source, (sql) => insertIntent(sql, wish, this.#owner, leaseMs));
        return { kind: 'opened', operation };
      } catch (error) {
        const clash = isExclusionViolation(error);
        if (!clash && !isUniqueViolation(error)) throw error;
        // What stands in the way may be this very wish, asked a moment earlier.
        const existing = await this.#known(this.#source, wish);
        if (existing) return { kind: 'existing', operation: existing };
        if (clash) return readClash(this.#source, wish);
        // It was given up in between, and its keys are free again.
        if (attempt >= OPEN_TRIES) throw error;
      }
    }
  }

  async refuse(
    wish: NewOperation,
    hindrance: RefusalReason,
  ): Promise<{ kind: 'refused' } | Extract<Opened, { kind: 'existing' }>> {
    for (let attempt = 1; ; attempt++) {
      const known = await this.#known(this.#source, wish);
      if (known) return { kind: 'existing', operation: known };
      // Without ids of its own nobody can tell the request's repeat from the same question asked anew, when it may be yes.
      if (wish.callId === null || wish.toolCallId === null) return { kind: 'refused' };
      try {
        await insertRefusal(this.#source, wish, hindrance);
        return { kind: 'refused' };
      } catch (error) {
        // Its repeat was faster; where that was given up meanwhile, the keys are free again.
        if (!isUniqueViolation(error) || attempt >= OPEN_TRIES) throw error;
      }
    }
  }

  async find(companyId: TenantId, id: string): Promise<Operation | null> {
    const [row] = await rows<OperationRow>(
      this.#source,
      `select ${OPERATION_COLUMNS} from booking_operations where company_id = $1 and id = $2`,
      [companyId, id],
    );
    return row ? toOperation(row) : null;
  }

  async ofCall(
    companyId: TenantId,
    callId: string,
    kind: OperationKind,
    requestKey: string | null,
  ): Promise<Operation | null> {
    const [row] = await rows<OperationRow>(
      this.#source,
      `select ${OPERATION_COLUMNS} from booking_operations
       where company_id = $1 and call_id = $2 and kind = $3 and (request_key = $4 or state = 'confirmed')
       order by (request_key is not distinct from $4) desc, created_at desc limit 1`,
      [companyId, callId, kind, requestKey],
    );
    return row ? toOperation(row) : null;
  }

  async isMovingTo(companyId: TenantId, appointmentId: string, startAt: Date): Promise<boolean> {
    const found = await rows(
      this.#source,
      `select 1 from booking_operations
       where company_id = $1 and appointment_id = $2 and kind = 'move' and starts_at = $3 and state in ('intended', 'sent', 'unknown')`,
      [companyId, appointmentId, startAt],
    );
    return found.length > 0;
  }

  async isCurrent(operation: Operation): Promise<boolean> {
    const found = await rows(
      this.#source,
      `select 1 from appointments
       where company_id = $1 and id = $2 and calcom_booking_uid = $3 and status in ('pending', 'booked')`,
      [operation.companyId, operation.appointmentId, operation.previousUid],
    );
    return found.length > 0;
  }

  async overlapping(
    companyId: TenantId,
    hostIds: number[],
    eventTypeId: number,
    startAt: Date,
    endAt: Date,
    exceptAppointmentId: string,
  ): Promise<{ hostId: number | null; uid: string | null; appointmentId: string; recordedAt: Date }[]> {
    const found = await rows<{
      id: string;
      calcom_host_id: number | null;
      calcom_booking_uid: string | null;
      updated_at: Date;
    }>(
      this.#source,
      `select id, calcom_host_id, calcom_booking_uid, updated_at from appointments a
       where company_id = $1 and status in ('pending', 'booked') and exclusive and id <> $6
         and tstzrange(starts_at, ends_at) && tstzrange($4, $5)
         and (calcom_host_id = any($2::int[]) or (calcom_host_id is null and calcom_event_type_id = $3
           and not exists (select 1 from booking_operations o
             join appointments own on own.company_id = $1 and own.id = $6
             where o.company_id = $1 and o.appointment_id = a.id and o.state = 'intended'
               and (a.created_at, a.id) > (own.created_at, own.id))))`,
      [companyId, hostIds, eventTypeId, startAt, endAt, exceptAppointmentId],
    );
    return found.map((row) => ({
      hostId: row.calcom_host_id,
      uid: row.calcom_booking_uid,
      appointmentId: row.id,
      recordedAt: row.updated_at,
    }));
  }

  async markSent(operation: Operation, leaseMs: number): Promise<Operation | null> {
    const [row] = await rows<OperationRow>(
      this.#source,
      `update booking_operations
       set state = 'sent', sent_at = now(), reposts = $4, lease_owner = $5, lease_until = now() + $6 * interval '1 millisecond', updated_at = now()
       where company_id = $1 and id = $2 and epoch = $3 and state in ('intended', 'sent', 'unknown')
       returning ${OPERATION_COLUMNS}`,
      [operation.companyId, operation.id, operation.epoch, operation.reposts, this.#owner, leaseMs],
    );
    return row ? toOperation(row) : null;
  }

  async confirm(operation: Operation, booking: UpstreamBooking): Promise<Confirmed> {
    try {
      return await inTransaction(this.#source, async (sql) => {
        const held = await this.#finish(sql, operation, 'confirmed', null, booking.uid);
        if (!held) return { kind: 'lost' };
        const [row] =
          operation.kind === 'cancel' ? await cancelRow(sql, operation) : await bookRow(sql, operation, booking);
        if (!row) throw new Error(`operation ${operation.id} has no appointment`);
        return { kind: 'confirmed', appointment: toAppointment(row) };
      });
    } catch (error) {
      if (isExclusionViolation(error)) return { kind: 'host_clash' };
      if (isUniqueViolation(error)) return { kind: 'uid_known' };
      throw error;
    }
  }

  reject(operation: Operation, reason: string): Promise<boolean> {
    return this.#close(operation, 'rejected', reason);
  }

  abandon(operation: Operation, reason: string): Promise<boolean> {
    return this.#close(operation, 'abandoned', reason);
  }

  markCompensated(operation: Operation, uid: string, reason: string): Promise<boolean> {
    return this.#close(operation, 'compensated', reason, uid);
  }

  async markUnknown(operation: Operation, reason: string, settleInMs: number): Promise<boolean> {
    const found = await rows(
      this.#source,
      `update booking_operations
       set state = 'unknown', error = $4, reposts = $5, lease_owner = null, lease_until = null,
           sent_at = $7, settle_after = now() + $6 * interval '1 millisecond', updated_at = now()
       where company_id = $1 and id = $2 and epoch = $3 and state in ('intended', 'sent', 'unknown')
       returning id`,
      [operation.companyId, operation.id, operation.epoch, reason, operation.reposts, settleInMs, operation.sentAt],
    );
    return found.length > 0;
  }

  review(operation: Operation, reason: string): Promise<boolean> {
    return inTransaction(this.#source, async (sql) => {
      if (!(await this.#finish(sql, operation, 'review', reason, null))) return false;
      await sql(
        `update appointments set requires_manual_review = true, manual_review_reason = $3, updated_at = now() where company_id = $1 and id = $2`,
        [operation.companyId, operation.appointmentId, reason],
      );
      await sql(
        `insert into manual_reviews (company_id, kind, subject_type, subject_id, detail)
         values ($1, $2, 'appointment', $3, $4) on conflict do nothing`,
        [operation.companyId, reason, operation.appointmentId, toJson({ operation_id: operation.id })],
      );
      return true;
    });
  }

  async claimDue(leaseMs: number, limit: number): Promise<ClaimedOperation[]> {
    const found = await rows<OperationRow & { sent_ago_ms: number | null }>(
      this.#source,
      `update booking_operations set epoch = epoch + 1, lease_owner = $1, lease_until = now() + $2 * interval '1 millisecond', updated_at = now()
       where id in (
         select id from booking_operations
         where (state in ('intended', 'sent') and lease_until < now())
            or (state = 'unknown' and settle_after < now() and (lease_until is null or lease_until < now()))
         order by created_at
         limit $3
         for update skip locked)
       returning ${OPERATION_COLUMNS}, (extract(epoch from clock_timestamp() - sent_at) * 1000)::float8 as sent_ago_ms`,
      [this.#owner, leaseMs, limit],
    );
    return found.map((row) => ({ ...toOperation(row), sentAgoMs: row.sent_ago_ms }));
  }

  async renew(operation: Operation, leaseMs: number): Promise<boolean> {
    const found = await rows(
      this.#source,
      `update booking_operations set lease_until = greatest(lease_until, now() + $5 * interval '1 millisecond')
       where company_id = $1 and id = $2 and epoch = $3 and lease_owner = $4 and state in ('intended', 'sent', 'unknown')
       returning id`,
      [operation.companyId, operation.id, operation.epoch, this.#owner, leaseMs],
    );
    return found.length > 0;
  }

  async markCancelledElsewhere(companyId: TenantId, appointmentId: string, reason: string | null): Promise<void> {
    await rows(
      this.#source,
      `update appointments set status = 'cancelled', cancelled_at = now(), cancelled_by = 'calcom', cancellation_reason = $3, updated_at = now()
       where company_id = $1 and id = $2 and status in ('pending', 'booked')`,
      [companyId, appointmentId, reason],
    );
  }

  /** The operation of the same request, else of the same wish that is under way, or done and still so. */
  async #known(source: DataSource, wish: NewOperation): Promise<Operation | null> {
    const [row] = await rows<OperationRow>(
      source,
      `select ${OPERATION_COLUMNS} from booking_operations o
       where company_id = $1
         and (request_key = $2
           or (business_key = $3 and state in ('intended', 'sent', 'unknown'))
           or (business_key = $3 and state = 'confirmed' and exists (
             select 1 from appointments a where a.company_id = o.company_id and a.id = o.appointment_id and ${STILL_HOLDS})))
       order by (request_key = $2) desc, created_at desc
       limit 1`,
      [wish.companyId, wish.requestKey, wish.businessKey],
    );
    return row ? toOperation(row) : null;
  }

  #close(
    operation: Operation,
    state: 'rejected' | 'abandoned' | 'compensated',
    reason: string,
    uid: string | null = null,
  ): Promise<boolean> {
    return inTransaction(this.#source, async (sql) => {
      if (!(await this.#finish(sql, operation, state, reason, uid))) return false;
      // A move or cancellation that did not happen leaves the appointment as it was.
      if (operation.kind === 'book') {
        await sql(
          `update appointments set status = 'failed', sync_error = $3, updated_at = now() where company_id = $1 and id = $2 and status = 'pending'`,
          [operation.companyId, operation.appointmentId, reason],
        );
      }
      return true;
    });
  }

  /** Terminal states free the keys they must free: what was never sent may be asked again by the very same request. */
  async #finish(
    sql: Sql,
    operation: Operation,
    state: string,
    reason: string | null,
    uid: string | null,
  ): Promise<boolean> {
    const found = await sql(
      `update booking_operations
       set state = $4, error = $5, upstream_uid = coalesce($6, upstream_uid), settled_at = now(), lease_owner = null, lease_until = null, updated_at = now(),
           request_key = case when $4 = 'abandoned' then request_key || ':' || id else request_key end
       where company_id = $1 and id = $2 and epoch = $3 and state in ('intended', 'sent', 'unknown')
       returning id`,
      [operation.companyId, operation.id, operation.epoch, state, reason, uid],
    );
    return found.length > 0;
  }
}

async function bookRow(sql: Sql, operation: Operation, booking: UpstreamBooking): Promise<AppointmentRow[]> {
  const hostId = booking.hosts[0]?.id ?? null;
  const moved = operation.kind === 'move';
  const found = await sql<AppointmentRow>(
    `update appointments
     set status = $11, starts_at = $3, ends_at = $4, calcom_booking_uid = $5, calcom_booking_id = $6, calcom_host_id = $7,
         staff_id = coalesce((select staff_id from calcom_host_mappings where company_id = $1 and calcom_host_id = $7 and is_active limit 1), staff_id),
         calcom_sync_status = 'synced', gateway_key = $8,
         rescheduled_count = rescheduled_count + $9, previous_starts_at = case when $9 = 1 then starts_at else previous_starts_at end,
         sync_error = null, updated_at = now()
     where company_id = $1 and id = $2 and ($10 or calcom_booking_uid is null or calcom_booking_uid = $5)
     returning *`,
    [
      operation.companyId,
      operation.appointmentId,
      booking.startAt,
      booking.endAt,
      booking.uid,
      booking.id,
      hostId,
      operation.gatewayKey,
      moved ? 1 : 0,
      moved,
      // Where a host has to agree first, the start is kept but nothing is booked yet.
      booking.status === 'pending' ? 'pending' : 'booked',
    ],
  );
  await sql(
    `insert into appointment_booking_uids (company_id, uid, appointment_id) values ($1, $2, $3) on conflict do nothing`,
    [operation.companyId, booking.uid, operation.appointmentId],
  );
  if (moved) await noteChange(sql, operation, 'reschedule');
  return found;
}

async function cancelRow(sql: Sql, operation: Operation): Promise<AppointmentRow[]> {
  const found = await sql<AppointmentRow>(
    `update appointments
     set status = 'cancelled', cancelled_at = coalesce(cancelled_at, now()), cancelled_by = $3, cancellation_reason = $4, calcom_sync_status = 'synced', updated_at = now()
     where company_id = $1 and id = $2
     returning *`,
    [operation.companyId, operation.appointmentId, operation.payload.origin, operation.payload.reason],
  );
  await noteChange(sql, operation, 'cancel');
  return found;
}

async function noteChange(sql: Sql, operation: Operation, type: 'cancel' | 'reschedule'): Promise<void> {
  await sql(
    `insert into appointment_modifications (company_id, appointment_id, type, reason, modified_by, metadata) values ($1, $2, $3, $4, $5, $6)`,
    [
      operation.companyId,
      operation.appointmentId,
      type,
      operation.payload.reason,
      operation.payload.origin,
      toJson({ previous: operation.payload.previous, operation_id: operation.id }),
    ],
  );
}
