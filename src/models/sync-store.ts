import type { DataSource } from 'typeorm';
import { tenantId, type TenantId } from '../domain';
import type { ExternalBooking, SyncResult, SyncStore } from '../services/sync/external-booking';
import type { ReconcileStore } from '../services/sync/reconciliation';
import { inTransaction, rows, toJson, type Sql } from './sql';

interface KnownRow {
  id: string;
  status: string;
  starts_at: Date;
  calcom_booking_uid: string | null;
  /** Its customer's personal data were erased. */
  is_erased: boolean;
}

const CURSOR = 'calcom-bookings';

/** Appointments as Cal.com's news changes them. */
export class SyncStorePostgres implements SyncStore, ReconcileStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async ownersOf(eventTypeId: number): Promise<{ companyId: TenantId; branchId: string; serviceId: string | null }[]> {
    const found = await rows<{ company_id: string; branch_id: string; service_id: string }>(
      this.#source,
      `select s.company_id, s.id as service_id, coalesce(s.branch_id, (select b.id from branches b where b.company_id = s.company_id order by b.created_at limit 1)) as branch_id
       from services s join companies c on c.id = s.company_id and c.deleted_at is null
       where s.calcom_event_type_id = $1 and s.is_active order by s.created_at`,
      [eventTypeId],
    );
    return found.map((row) => ({
      companyId: tenantId(row.company_id),
      branchId: row.branch_id,
      serviceId: row.service_id,
    }));
  }

  async companiesOfHost(hostId: number): Promise<TenantId[]> {
    const found = await rows<{ company_id: string }>(
      this.#source,
      `select distinct h.company_id from calcom_event_type_hosts h
       join companies c on c.id = h.company_id and c.is_active and c.deleted_at is null
       where h.calcom_host_id = $1`,
      [hostId],
    );
    return found.map((row) => tenantId(row.company_id));
  }

  async ownerOfUid(uids: string[]): Promise<TenantId | null> {
    const [row] = await rows<{ company_id: string }>(
      this.#source,
      `select company_id from appointment_booking_uids where uid = any($1::text[]) limit 1`,
      [uids],
    );
    return row ? tenantId(row.company_id) : null;
  }

  apply(companyId: TenantId, booking: ExternalBooking): Promise<SyncResult> {
    return inTransaction(this.#source, async (sql) => {
      // News of one chain of uids is taken one after the other, whichever process has it.
      const chain = [booking.uid, booking.previousUid].filter((uid): uid is string => uid !== null).sort();
      for (const uid of chain)
        await sql(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${companyId}:${uid}`]);
      const own = await this.#ownOperation(sql, companyId, booking);
      if (own) return { kind: 'in_progress', operationId: own };
      const known = await find(sql, companyId, booking.uid);
      const previous = booking.previousUid ? await find(sql, companyId, booking.previousUid) : null;
      if (known && previous && known.id !== previous.id) return merge(sql, companyId, previous, known);
      // News of what came before may still be on its way: it must find this appointment.
      if (known && booking.previousUid && !previous) await remember(sql, companyId, booking.previousUid, known.id);
      if (known) return change(sql, companyId, known, booking);
      if (previous) return move(sql, companyId, previous, booking);
      const unwanted = await unwantedBy(sql, companyId, booking);
      if (unwanted) return { kind: 'unwanted', operationId: unwanted };
      return this.#insert(sql, companyId, booking);
    });
  }

  async companies(): Promise<{ companyId: TenantId; since: Date | null }[]> {
    const found = await rows<{ id: string; position_at: Date | null }>(
      this.#source,
      `select c.id, k.position_at from companies c left join sync_cursors k on k.company_id = c.id and k.name = $1
       where c.is_active and c.deleted_at is null order by k.position_at nulls first`,
      [CURSOR],
    );
    return found.map((row) => ({ companyId: tenantId(row.id), since: row.position_at }));
  }

  async upcoming(
    companyId: TenantId,
    from: Date,
    to: Date,
  ): Promise<{ appointmentId: string; uid: string; startsAt: Date }[]> {
    const found = await rows<{ id: string; calcom_booking_uid: string; starts_at: Date }>(
      this.#source,
      `select id, calcom_booking_uid, starts_at from appointments
       where company_id = $1 and status in ('booked', 'pending') and starts_at >= $2 and ends_at <= $3 and calcom_booking_uid is not null
         and updated_at < now() - interval '1 minute' and not requires_manual_review`,
      [companyId, from, to],
    );
    return found.map((row) => ({ appointmentId: row.id, uid: row.calcom_booking_uid, startsAt: row.starts_at }));
  }

  async advance(companyId: TenantId, to: Date): Promise<void> {
    await rows(
      this.#source,
      `insert into sync_cursors (company_id, name, position_at) values ($1, $2, $3)
       on conflict (company_id, name) do update set position_at = excluded.position_at, updated_at = now()`,
      [companyId, CURSOR, to],
    );
  }

  async review(companyId: TenantId, appointmentId: string, reason: string, detail: object): Promise<void> {
    await inTransaction(this.#source, async (sql) => {
      await sql(
        `update appointments set requires_manual_review = true, manual_review_reason = $3, updated_at = now() where company_id = $1 and id = $2`,
        [companyId, appointmentId, reason],
      );
      await sql(
        `insert into manual_reviews (company_id, kind, subject_type, subject_id, detail) values ($1, $2, 'appointment', $3, $4) on conflict do nothing`,
        [companyId, reason, appointmentId, toJson(detail)],
      );
    });
  }

  /** Our own booking whose operation has not ended: recording it twice would be a race with ourselves. */
  async #ownOperation(sql: Sql, companyId: TenantId, booking: ExternalBooking): Promise<string | null> {
    const [row] = await sql<{ id: string }>(
      `select id from booking_operations
       where company_id = $1 and state in ('intended', 'sent', 'unknown') and (gateway_key = $2 or previous_uid = any($3::text[])) limit 1`,
      [companyId, booking.gatewayKey ?? '', [booking.uid, booking.previousUid].filter((uid) => uid !== null)],
    );
    if (!row) return null;
    // Its settling need not wait any longer: Cal.com has just said that something happened.
    await sql(
      `update booking_operations
       set settle_after = case when state = 'unknown' then now() else settle_after end,
           upstream_uid = case when kind = 'book' and gateway_key = $2 then $3 else upstream_uid end
       where id = $1`,
      [row.id, booking.gatewayKey ?? '', booking.uid],
    );
    return row.id;
  }

  async #insert(sql: Sql, companyId: TenantId, booking: ExternalBooking): Promise<SyncResult> {
    const { eventTypeId, startAt, endAt } = booking;
    // A booking that another one replaced is told by that one.
    if (booking.nextUid || eventTypeId === null || !startAt || !endAt || endAt <= startAt)
      return { kind: 'known', appointmentId: '' };
    const [service] = await sql<{ id: string; branch_id: string; time_zone: string; price: string | null }>(
      `select s.id, s.price, b.id as branch_id, b.time_zone from services s
       join branches b on b.company_id = s.company_id and (b.id = s.branch_id or s.branch_id is null)
       where s.company_id = $1 and s.calcom_event_type_id = $2 order by s.created_at, b.created_at limit 1`,
      [companyId, eventTypeId],
    );
    if (!service) return { kind: 'known', appointmentId: '' };
    const [row] = await sql<{ id: string }>(
      `insert into appointments (company_id, branch_id, service_id, staff_id, customer_id, starts_at, ends_at, time_zone, status, price,
         attendee_name, attendee_phone, attendee_email, sync_origin, exclusive, calcom_event_type_id, calcom_booking_id, calcom_booking_uid,
         calcom_host_id, calcom_sync_status, gateway_key, cancelled_at, cancelled_by, cancellation_reason)
       values ($1, $2, $3, (select staff_id from calcom_host_mappings where company_id = $1 and calcom_host_id = $14 and is_active limit 1),
         (select id from customers where company_id = $1 and phone = $10), $4, $5, $6, $7, $8, $9, $10, $11, 'calcom', false, $12, $13, $15,
         $14, 'synced', $16, $17, $18, $19)
       returning id`,
      [
        companyId,
        service.branch_id,
        service.id,
        startAt,
        endAt,
        service.time_zone,
        booking.status,
        service.price,
        booking.attendee?.name ?? 'Cal.com',
        booking.attendee?.phone ?? null,
        booking.attendee?.email ?? null,
        eventTypeId,
        booking.bookingId,
        booking.hostId,
        booking.uid,
        booking.gatewayKey,
        booking.status === 'cancelled' ? new Date() : null,
        booking.status === 'cancelled' ? 'calcom' : null,
        booking.reason,
      ],
    );
    const appointmentId = row?.id ?? '';
    await remember(sql, companyId, booking.uid, appointmentId);
    // An earlier uid that we never heard of must not come back as a booking of its own.
    if (booking.previousUid) await remember(sql, companyId, booking.previousUid, appointmentId);
    return { kind: 'changed', appointmentId, what: 'created' };
  }
}

/**
 * The operation of ours that made this booking, which it was not told of: it was closed as not done, or got another
 * booking for the same start. A moved booking keeps the key of the first one and is no such thing.
 */
async function unwantedBy(sql: Sql, companyId: TenantId, booking: ExternalBooking): Promise<string | null> {
  if (!booking.gatewayKey || booking.previousUid || booking.nextUid) return null;
  if (booking.status !== 'booked' && booking.status !== 'pending') return null;
  const [row] = await sql<{ id: string }>(
    `select o.id from booking_operations o left join appointments a on a.company_id = o.company_id and a.id = o.appointment_id
     where o.company_id = $1 and o.gateway_key = $2 and o.kind = 'book'
       and (o.state in ('rejected', 'abandoned', 'compensated')
         or (o.state = 'confirmed' and o.starts_at = $3 and a.status in ('pending', 'booked')
           and a.starts_at = $3 and a.calcom_booking_uid <> $4))
     limit 1`,
    [companyId, booking.gatewayKey, booking.startAt, booking.uid],
  );
  return row?.id ?? null;
}

async function find(sql: Sql, companyId: TenantId, uid: string): Promise<KnownRow | null> {
  const [row] = await sql<KnownRow>(
    `select a.id, a.status, a.starts_at, a.calcom_booking_uid, c.erased_at is not null as is_erased from appointment_booking_uids u
     join appointments a on a.company_id = u.company_id and a.id = u.appointment_id
     left join customers c on c.company_id = a.company_id and c.id = a.customer_id
     where u.company_id = $1 and u.uid = $2 for update of a`,
    [companyId, uid],
  );
  return row ?? null;
}

async function remember(sql: Sql, companyId: TenantId, uid: string, appointmentId: string): Promise<void> {
  await sql(
    `insert into appointment_booking_uids (company_id, uid, appointment_id) values ($1, $2, $3) on conflict do nothing`,
    [companyId, uid, appointmentId],
  );
}

/** The middle of a chain arrived last: what looked like two appointments is one, and keeps its first row. */
async function merge(sql: Sql, companyId: TenantId, first: KnownRow, later: KnownRow): Promise<SyncResult> {
  await sql(`update appointment_booking_uids set appointment_id = $3 where company_id = $1 and appointment_id = $2`, [
    companyId,
    later.id,
    first.id,
  ]);
  const [newer] = await sql<Record<string, unknown>>(
    `delete from appointments where company_id = $1 and id = $2 returning *`,
    [companyId, later.id],
  );
  await sql(
    `update appointments set starts_at = $3, ends_at = $4, previous_starts_at = starts_at, rescheduled_count = rescheduled_count + 1, status = $5,
       calcom_booking_uid = $6, calcom_booking_id = $7, calcom_host_id = $8, exclusive = false, cancelled_at = $9, cancelled_by = $10,
       cancellation_reason = $11, updated_at = now()
     where company_id = $1 and id = $2`,
    [
      companyId,
      first.id,
      newer?.starts_at,
      newer?.ends_at,
      newer?.status,
      newer?.calcom_booking_uid,
      newer?.calcom_booking_id,
      newer?.calcom_host_id,
      newer?.cancelled_at,
      newer?.cancelled_by,
      newer?.cancellation_reason,
    ],
  );
  return { kind: 'changed', appointmentId: first.id, what: 'moved' };
}

/** A person who was erased does not come back in the words of a late event. */
function reasonFor(known: KnownRow, booking: ExternalBooking): string | null {
  return known.is_erased ? null : booking.reason;
}

/** News of a uid that the ledger knows. */
async function change(sql: Sql, companyId: TenantId, known: KnownRow, booking: ExternalBooking): Promise<SyncResult> {
  // An older link of the chain: what happened to it is told by the newer one.
  if (known.calcom_booking_uid !== booking.uid) return { kind: 'known', appointmentId: known.id };
  const ended = known.status === 'cancelled' || known.status === 'rejected';
  if (booking.status === 'cancelled' || booking.status === 'rejected') {
    if (ended || booking.nextUid) return { kind: 'known', appointmentId: known.id };
    await sql(
      `update appointments set status = $3, cancelled_at = case when $3 = 'cancelled' then now() end, cancelled_by = 'calcom', cancellation_reason = $4, updated_at = now()
       where company_id = $1 and id = $2`,
      [companyId, known.id, booking.status, reasonFor(known, booking)],
    );
    return { kind: 'changed', appointmentId: known.id, what: 'cancelled' };
  }
  // A cancelled booking does not come back at Cal.com: news of its creation is only late.
  if (ended) return { kind: 'known', appointmentId: known.id };
  if (booking.startAt && booking.startAt.getTime() !== known.starts_at.getTime()) {
    return { kind: 'review', reason: 'the start changed without a new uid' };
  }
  if (booking.status === 'booked' && (known.status === 'pending' || known.status === 'failed')) {
    await sql(
      `update appointments set status = 'booked', calcom_sync_status = 'synced', updated_at = now() where company_id = $1 and id = $2`,
      [companyId, known.id],
    );
    return { kind: 'changed', appointmentId: known.id, what: 'status' };
  }
  return { kind: 'known', appointmentId: known.id };
}

/** A new uid that replaces a known one: the appointment stays, its start and uid change. */
async function move(sql: Sql, companyId: TenantId, known: KnownRow, booking: ExternalBooking): Promise<SyncResult> {
  if (booking.status === 'cancelled' && known.status === 'cancelled') {
    await remember(sql, companyId, booking.uid, known.id);
    return { kind: 'known', appointmentId: known.id };
  }
  if (!booking.startAt || !booking.endAt) return { kind: 'review', reason: 'a move without its new time' };
  await sql(
    `update appointments set starts_at = $3, ends_at = $4, previous_starts_at = starts_at, rescheduled_count = rescheduled_count + 1,
       calcom_booking_uid = $5, calcom_booking_id = coalesce($6, calcom_booking_id), calcom_host_id = coalesce($7, calcom_host_id), exclusive = false,
       status = $8, cancelled_at = case when $8 = 'cancelled' then now() end, cancelled_by = case when $8 = 'cancelled' then 'calcom' end, updated_at = now()
     where company_id = $1 and id = $2`,
    [
      companyId,
      known.id,
      booking.startAt,
      booking.endAt,
      booking.uid,
      booking.bookingId,
      booking.hostId,
      booking.status,
    ],
  );
  await remember(sql, companyId, booking.uid, known.id);
  await sql(
    `insert into appointment_modifications (company_id, appointment_id, type, reason, modified_by, metadata) values ($1, $2, 'reschedule', $3, 'calcom', $4)`,
    [companyId, known.id, reasonFor(known, booking), toJson({ previous_start: known.starts_at, uid: booking.uid })],
  );
  return { kind: 'changed', appointmentId: known.id, what: 'moved' };
}
