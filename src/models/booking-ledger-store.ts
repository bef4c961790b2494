import { randomUUID } from 'node:crypto';
import {
  Brackets,
  In,
  type DataSource,
  type EntityManager,
  type SelectQueryBuilder,
  type UpdateQueryBuilder,
} from 'typeorm';
import type { UpstreamBooking } from '../services/calcom/calcom-ports';
import type { AppointmentStatus, TenantId } from '../domain';
import type {
  BookingLedger,
  ClaimedOperation,
  Confirmed,
  NewOperation,
  Opened,
  Operation,
  OperationKind,
  OperationState,
} from '../services/booking/ledger';
import type { RefusalReason } from '../services/booking/reason-texts';
import { AppointmentEntity } from './appointments';
import { Intents, readClash, STILL_HOLDS, type Lease } from './booking-intent';
import {
  BookingOperationEntity,
  OPERATION_FIELDS,
  toOperation,
  UNDER_WAY,
  type OperationRow,
} from './booking-operations';
import { bookAppointment, cancelAppointment, markAppointment, reviewAppointment, TOOK_PLACE } from './booking-outcome';
import {
  inTransaction,
  isExclusionViolation,
  isUniqueViolation,
  managerOf,
  prepared,
  rows,
  sqlOf,
  values,
  type Sql,
  type Values,
} from './sql';
import { columns, rawFields } from './table';

const STANDING = ['pending', 'booked'] as const satisfies AppointmentStatus[];
const ACTIVE = In(STANDING);
const RELEASED: Values<BookingOperationEntity> = { leaseOwner: null, leaseUntil: null };

const OPEN_TRIES = 3;

type Current = Pick<Operation, 'companyId' | 'id' | 'epoch'>;
type OfCall = Pick<Operation, 'companyId' | 'kind'> & { callId: string; requestKey: string | null };

/** The intent ledger in Postgres. Its clock decides about leases; the epoch fences off processes that lost one. */
export class BookingLedgerStore implements BookingLedger {
  readonly #owner = randomUUID();

  readonly #intents: Intents;
  readonly #send = prepared<Current & Pick<Operation, 'reposts'> & Lease, OperationRow>(() =>
    underWay(managerOf(this.source), {
      state: () => `'sent'`,
      sentAt: () => 'now()',
      reposts: () => ':reposts',
      leaseOwner: () => ':owner',
      leaseUntil: () => inMs('leaseMs'),
    }).returning(columns(OPERATION_FIELDS)),
  );
  /** Terminal states free the keys they must free: what was never sent may be asked again by the very same request. */
  readonly #end = prepared<Current & Pick<Operation, 'state' | 'reason'> & { uid: string | null }, { id: string }>(() =>
    underWay(managerOf(this.source), {
      ...{ state: () => ':state', error: () => ':reason', settledAt: () => 'now()' },
      ...{ leaseOwner: () => 'null', leaseUntil: () => 'null' },
      upstreamUid: () => 'coalesce(:uid, upstream_uid)',
      requestKey: () => `case when :state = 'abandoned' then request_key || ':' || id else request_key end`,
    }).returning('id'),
  );
  readonly #ofCall = prepared<OfCall, OperationRow>(() =>
    this.#operations()
      .where('o.companyId = :companyId')
      .andWhere('o.callId = :callId')
      .andWhere('o.kind = :kind')
      .andWhere(new Brackets((one) => one.where('o.requestKey = :requestKey').orWhere(`o.state = 'confirmed'`)))
      .orderBy('o.requestKey is not distinct from :requestKey', 'DESC')
      .addOrderBy('o.createdAt', 'DESC')
      .limit(1),
  );

  constructor(private readonly source: DataSource) {
    this.#intents = new Intents(source);
  }

  async open(wish: NewOperation, leaseMs: number): Promise<Opened> {
    for (let attempt = 1; ; attempt++) {
      try {
        return { kind: 'opened', operation: await this.#intents.insert(wish, { owner: this.#owner, leaseMs }) };
      } catch (error) {
        const clash = isExclusionViolation(error);
        if (!clash && !isUniqueViolation(error)) throw error;
        // The conflict may be this very request, asked earlier.
        const existing = await this.#known(wish);
        if (existing) return { kind: 'existing', operation: existing };
        if (clash) return readClash(this.source, wish);
        // It was given up in between, and its keys are free again.
        if (attempt >= OPEN_TRIES) throw error;
      }
    }
  }

  async refuse(
    wish: NewOperation,
    reason: RefusalReason,
  ): Promise<{ kind: 'refused' } | Extract<Opened, { kind: 'existing' }>> {
    for (let attempt = 1; ; attempt++) {
      const known = await this.#known(wish);
      if (known) return { kind: 'existing', operation: known };
      // Without ids, a repeat of the request cannot be told from a new question with the same words, whose answer may be yes.
      if (wish.callId === null || wish.toolCallId === null) return { kind: 'refused' };
      try {
        await this.#intents.insertRefusal(wish, reason);
        return { kind: 'refused' };
      } catch (error) {
        // Its repeat was faster; where that was given up meanwhile, the keys are free again.
        if (!isUniqueViolation(error) || attempt >= OPEN_TRIES) throw error;
      }
    }
  }

  async find(companyId: TenantId, id: string): Promise<Operation | null> {
    const row = await this.#operations().where({ companyId, id }).getRawOne<OperationRow>();
    return row ? toOperation(row) : null;
  }

  async ofCall(
    companyId: TenantId,
    callId: string,
    kind: OperationKind,
    requestKey: string | null,
  ): Promise<Operation | null> {
    const [row] = await this.#ofCall(sqlOf(this.source), { companyId, callId, kind, requestKey });
    return row ? toOperation(row) : null;
  }

  isMovingTo(companyId: TenantId, appointmentId: string, startAt: Date): Promise<boolean> {
    return this.#operations()
      .where({ companyId, appointmentId, kind: 'move', startsAt: startAt })
      .andWhere(`o.${UNDER_WAY}`)
      .getExists();
  }

  isCurrent({ kind, companyId, appointmentId, previousUid }: Operation): Promise<boolean> {
    const statuses = kind === 'absence' ? TOOK_PLACE : STANDING;
    return managerOf(this.source)
      .createQueryBuilder(AppointmentEntity, 'a')
      .where('a.companyId = :companyId', { companyId })
      .andWhere('a.id = :appointmentId', { appointmentId })
      .andWhere('a.calcomBookingUid = :previousUid', { previousUid })
      .andWhere('a.status = any(:statuses)', { statuses })
      .getExists();
  }

  async overlapping(
    companyId: TenantId,
    hostIds: number[],
    eventTypeId: number,
    startAt: Date,
    endAt: Date,
    exceptAppointmentId: string,
  ): Promise<{ hostId: number | null; uid: string | null; appointmentId: string; recordedAt: Date }[]> {
    return rows<{ hostId: number | null; uid: string | null; appointmentId: string; recordedAt: Date }>(
      this.source,
      // SQL: the question of the exclusion constraint, and which of two intents came first, over two tables.
      `select calcom_host_id as "hostId", calcom_booking_uid as uid, id as "appointmentId", updated_at as "recordedAt"
       from appointments a
       where company_id = $1 and status in ('pending', 'booked') and exclusive and id <> $6
         and tstzrange(starts_at, ends_at) && tstzrange($4, $5)
         and (calcom_host_id = any($2::int[]) or (calcom_host_id is null and calcom_event_type_id = $3
           and not exists (select 1 from booking_operations o
             join appointments own on own.company_id = $1 and own.id = $6
             where o.company_id = $1 and o.appointment_id = a.id and o.state = 'intended'
               and (a.created_at, a.id) > (own.created_at, own.id))))`,
      [companyId, hostIds, eventTypeId, startAt, endAt, exceptAppointmentId],
    );
  }

  async markSent({ companyId, id, epoch, reposts }: Operation, leaseMs: number): Promise<Operation | null> {
    const [row] = await this.#send(sqlOf(this.source), { companyId, id, epoch, reposts, owner: this.#owner, leaseMs });
    return row ? toOperation(row) : null;
  }

  async confirm(operation: Operation, booking: UpstreamBooking): Promise<Confirmed> {
    try {
      const { kind } = operation;
      const appointment =
        kind === 'book' || kind === 'move'
          ? await bookAppointment(sqlOf(this.source), operation, booking)
          : await inTransaction(this.source, async (sql, manager) => {
              if (!(await this.#finish(sql, operation, 'confirmed', null, booking.uid))) return null;
              return kind === 'cancel' ? cancelAppointment(manager, operation) : markAppointment(manager, operation);
            });
      return appointment ? { kind: 'confirmed', appointment } : { kind: 'lost' };
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
    const { reposts, sentAt } = operation;
    const { affected } = await this.#change(managerOf(this.source), operation, {
      ...{ state: 'unknown', error: reason, reposts, sentAt, ...RELEASED },
      settleAfter: () => inMs('settleInMs'),
    })
      .setParameters({ settleInMs })
      .execute();
    return affected === 1;
  }

  review(operation: Operation, reason: string): Promise<boolean> {
    return inTransaction(this.source, async (sql, manager) => {
      if (!(await this.#finish(sql, operation, 'review', reason, null))) return false;
      const { companyId, appointmentId } = operation;
      await reviewAppointment(manager, companyId, appointmentId, reason, { operation_id: operation.id });
      return true;
    });
  }

  async claimDue(leaseMs: number, limit: number): Promise<ClaimedOperation[]> {
    const found = await rows<OperationRow & { sentAgoMs: number | null }>(
      this.source,
      // SQL: a claim locks and marks its rows in one statement, and skips what others are claiming.
      `update booking_operations set epoch = epoch + 1, lease_owner = $1, lease_until = now() + $2 * interval '1 millisecond', updated_at = now()
       where id in (
         select id from booking_operations
         where (state in ('intended', 'sent') and lease_until < now())
            or (state = 'unknown' and settle_after < now() and (lease_until is null or lease_until < now()))
         order by created_at
         limit $3
         for update skip locked)
       returning ${columns(OPERATION_FIELDS)},
         (extract(epoch from clock_timestamp() - sent_at) * 1000)::float8 as "sentAgoMs"`,
      [this.#owner, leaseMs, limit],
    );
    return found.map(({ sentAgoMs, ...row }) => ({ ...toOperation(row), sentAgoMs }));
  }

  async renew(operation: Operation, leaseMs: number): Promise<boolean> {
    const leaseUntil = (): string => `greatest(lease_until, ${inMs('leaseMs')})`;
    const { affected } = await this.#change(managerOf(this.source), operation, { leaseUntil })
      .andWhere('lease_owner = :owner', { owner: this.#owner })
      .setParameters({ leaseMs })
      .execute();
    return affected === 1;
  }

  async markCancelledElsewhere(companyId: TenantId, appointmentId: string, reason: string | null): Promise<void> {
    await managerOf(this.source).update(
      AppointmentEntity,
      { companyId, id: appointmentId, status: ACTIVE },
      { status: 'cancelled', cancelledAt: () => 'now()', cancelledBy: 'calcom', cancellationReason: reason },
    );
  }

  /** The operation of the same request, else of the same booking that is under way, or done and still so. */
  async #known(request: NewOperation): Promise<Operation | null> {
    const [row] = await rows<OperationRow>(
      this.source,
      // SQL: one order of preference over two keys and the appointment behind them.
      `select ${columns(OPERATION_FIELDS)} from booking_operations o
       where company_id = $1
         and (request_key = $2
           or (business_key = $3 and ${UNDER_WAY})
           or (business_key = $3 and state = 'confirmed' and exists (
             select 1 from appointments a where a.company_id = o.company_id and a.id = o.appointment_id and ${STILL_HOLDS})))
       order by (request_key = $2) desc, created_at desc
       limit 1`,
      [request.companyId, request.requestKey, request.businessKey],
    );
    return row ? toOperation(row) : null;
  }

  #close(
    operation: Operation,
    state: 'rejected' | 'abandoned' | 'compensated',
    reason: string,
    uid: string | null = null,
  ): Promise<boolean> {
    const { companyId, appointmentId: id } = operation;
    return inTransaction(this.source, async (sql, manager) => {
      if (!(await this.#finish(sql, operation, state, reason, uid))) return false;
      // A move or cancellation that did not happen leaves the appointment as it was.
      if (operation.kind === 'book') {
        const failed = { status: 'failed', syncError: reason } as const;
        await manager.update(AppointmentEntity, { companyId, id, status: 'pending' }, failed);
      }
      return true;
    });
  }

  async #finish(
    sql: Sql,
    { companyId, id, epoch }: Operation,
    state: OperationState,
    reason: string | null,
    uid: string | null,
  ): Promise<boolean> {
    const ended = await this.#end(sql, { companyId, id, epoch, state, reason, uid });
    return ended.length === 1;
  }

  #change(
    manager: EntityManager,
    { companyId, id, epoch }: Operation,
    change: Values<BookingOperationEntity>,
  ): UpdateQueryBuilder<BookingOperationEntity> {
    return underWay(manager, change).setParameters({ companyId, id, epoch });
  }

  #operations(): SelectQueryBuilder<BookingOperationEntity> {
    return managerOf(this.source)
      .createQueryBuilder(BookingOperationEntity, 'o')
      .select(rawFields('o', OPERATION_FIELDS));
  }
}

/** Changes an operation under way, unless another process took it over meanwhile. */
function underWay(
  manager: EntityManager,
  change: Values<BookingOperationEntity>,
): UpdateQueryBuilder<BookingOperationEntity> {
  return manager
    .createQueryBuilder()
    .update(BookingOperationEntity)
    .set(values(change))
    .where('company_id = :companyId')
    .andWhere('id = :id')
    .andWhere('epoch = :epoch')
    .andWhere(UNDER_WAY);
}

function inMs(parameter: string): string {
  return `now() + :${parameter} * interval '1 millisecond'`;
}
