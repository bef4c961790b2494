import {
  Brackets,
  In,
  IsNull,
  LessThanOrEqual,
  MoreThanOrEqual,
  Not,
  Raw,
  type DataSource,
  type EntityManager,
} from 'typeorm';
import type { TenantId } from '../domain';
import type { ExternalBooking, SyncResult, SyncStore } from '../services/sync/external-booking';
import type { ReconcilePosition, ReconcileStore } from '../services/sync/reconciliation';
import { AppointmentBookingUidEntity, AppointmentEntity, AppointmentModificationEntity } from './appointments';
import { BookingOperationEntity, UNDER_WAY } from './booking-operations';
import { reviewAppointment, takeOverAttendance, TOOK_PLACE } from './booking-outcome';
import { BranchEntity } from './branches';
import { CalcomEventTypeHostEntity, SyncCursorEntity } from './calcom-event-types';
import { CalcomHostMappingEntity } from './staff';
import { CompanyEntity } from './companies';
import { CustomerEntity } from './customers';
import { ERASED } from './person-marks';
import { ServiceEntity } from './services';
import {
  idOf,
  insertNew,
  inTransaction,
  lockUntilCommit,
  managerOf,
  prepared,
  sqlOf,
  values,
  type Sql,
  type Values,
} from './sql';

export const BOOKINGS_CURSOR = 'calcom-bookings';
const AHEAD_CURSOR = 'calcom-ahead';
const IN_FORCE = { isActive: true, deletedAt: IsNull() };

type OfOwn = Pick<ExternalBooking, 'uid' | 'gatewayKey'> & { companyId: TenantId; uids: string[] };

/** Appointments as changes at Cal.com leave them. */
export class PostgresSyncStore implements SyncStore, ReconcileStore {
  readonly #ownerOfUid = prepared<{ uids: string[] }, Pick<AppointmentBookingUidEntity, 'companyId'>>(() =>
    managerOf(this.source)
      .createQueryBuilder(AppointmentBookingUidEntity, 'u')
      .select('u.companyId', 'companyId')
      .where('u.uid = any(:uids)')
      .limit(1),
  );

  readonly #noteOwn = prepared<OfOwn, { id: string }>(() =>
    managerOf(this.source)
      .createQueryBuilder()
      .update(BookingOperationEntity)
      .set({
        // It need not wait any longer: Cal.com has just reported that something happened.
        settleAfter: () => `case when state = 'unknown' then now() else settle_after end`,
        upstreamUid: () => `case when kind = 'book' and gateway_key = :gatewayKey then :uid else upstream_uid end`,
        updatedAt: () => 'updated_at',
      })
      .where('company_id = :companyId')
      .andWhere(UNDER_WAY)
      .andWhere(new Brackets((one) => one.where('gateway_key = :gatewayKey').orWhere('previous_uid = any(:uids)')))
      .returning('id'),
  );

  constructor(private readonly source: DataSource) {}

  async companiesOfHost(hostId: number): Promise<TenantId[]> {
    const eventTypes = await managerOf(this.source).find(CalcomEventTypeHostEntity, {
      where: { calcomHostId: hostId, company: IN_FORCE },
    });
    return [...new Set(eventTypes.map(({ companyId }) => companyId))];
  }

  async ownerOfUid(uids: string[]): Promise<TenantId | null> {
    const [known] = await this.#ownerOfUid(sqlOf(this.source), { uids });
    return known?.companyId ?? null;
  }

  async apply(companyId: TenantId, given: ExternalBooking): Promise<SyncResult> {
    // Most changes are our own, just being made: then nothing is locked that their callers wait for.
    const underWay = await this.#own(sqlOf(this.source), companyId, given);
    if (underWay) return underWay;
    return inTransaction(this.source, async (sql, manager) => {
      const booking = await withNumberOfPlace(manager, companyId, given);
      // Changes to one chain of uids are applied one after the other, whichever process has them.
      for (const uid of uidsOf(booking).sort()) await lockUntilCommit(sql, `${companyId}:${uid}`);
      const own = await this.#own(sql, companyId, booking);
      if (own) return own;
      const known = await find(manager, companyId, booking.uid);
      const previous = booking.previousUid ? await find(manager, companyId, booking.previousUid) : null;
      for (const one of [known, previous]) if (one) await addNumber(manager, one, booking);
      if (known && previous && known.id !== previous.id) return merge(manager, previous, known);
      // An earlier change may still be on its way: it must find this appointment.
      if (known && booking.previousUid && !previous) await remember(manager, known, booking.previousUid);
      if (known) return change(manager, known, booking);
      if (previous) return move(manager, previous, booking);
      const unwanted = await unwantedBy(manager, companyId, booking);
      if (unwanted) return { kind: 'unwanted', operationId: unwanted };
      return insert(manager, companyId, booking);
    });
  }

  /** Our own booking whose operation has not ended: recording it twice would be a race with ourselves. */
  async #own(sql: Sql, companyId: TenantId, booking: ExternalBooking): Promise<SyncResult | null> {
    const [noted] = await this.#noteOwn(sql, { ...booking, companyId, uids: uidsOf(booking) });
    return noted ? { kind: 'in_progress', operationId: noted.id } : null;
  }

  async companies(): Promise<ReconcilePosition[]> {
    // SQL: each of the company's cursors is joined by its name.
    return managerOf(this.source)
      .createQueryBuilder(CompanyEntity, 'c')
      .leftJoin(SyncCursorEntity, 'k', 'k.companyId = c.id and k.name = :name', { name: BOOKINGS_CURSOR })
      .leftJoin(SyncCursorEntity, 'a', 'a.companyId = c.id and a.name = :ahead', { ahead: AHEAD_CURSOR })
      .select('c.id', 'companyId')
      .addSelect('k.positionAt', 'since')
      .addSelect('a.positionAt', 'aheadFrom')
      .addSelect('coalesce(k.skip, 0)', 'skip')
      .where(IN_FORCE)
      .orderBy('k.positionAt', 'ASC', 'NULLS FIRST')
      .getRawMany();
  }

  async upcoming(
    companyId: TenantId,
    from: Date,
    to: Date,
  ): Promise<{ appointmentId: string; uid: string; startsAt: Date }[]> {
    const found = await managerOf(this.source).findBy(AppointmentEntity, {
      companyId,
      status: In(['booked', 'pending']),
      startsAt: MoreThanOrEqual(from),
      endsAt: LessThanOrEqual(to),
      calcomBookingUid: Not(IsNull()),
      updatedAt: Raw((column) => `${column} < now() - interval '1 minute'`),
      requiresManualReview: false,
    });
    return found.map(({ id, calcomBookingUid, startsAt }) => ({
      ...{ appointmentId: id, uid: calcomBookingUid ?? '', startsAt },
    }));
  }

  async advance(companyId: TenantId, to: Date, skip: number): Promise<void> {
    const cursor = { companyId, name: BOOKINGS_CURSOR, positionAt: to, skip };
    await managerOf(this.source).upsert(SyncCursorEntity, cursor, ['companyId', 'name']);
  }

  async advanceAhead(companyId: TenantId, to: Date): Promise<void> {
    const cursor = { companyId, name: AHEAD_CURSOR, positionAt: to };
    await managerOf(this.source).upsert(SyncCursorEntity, cursor, ['companyId', 'name']);
  }

  async review(companyId: TenantId, appointmentId: string, reason: string, detail: object): Promise<void> {
    await inTransaction(this.source, (_sql, manager) =>
      reviewAppointment(manager, companyId, appointmentId, reason, { ...detail }),
    );
  }
}

/** The host's number, where the event type may have it as its place. */
const HOST_IS_CALLED = 'phone';

/** A place that is nothing but a number is the attendee's, unless the event type has its host called. */
async function withNumberOfPlace(
  manager: EntityManager,
  companyId: TenantId,
  booking: ExternalBooking,
): Promise<ExternalBooking> {
  const { attendee, eventTypeId } = booking;
  if (!attendee?.placePhone || attendee.phone !== null || eventTypeId === null) return booking;
  const service = await manager.findOneBy(ServiceEntity, { companyId, calcomEventTypeId: eventTypeId });
  if (service?.calcomSettings?.locations.includes(HOST_IS_CALLED)) return booking;
  return { ...booking, attendee: { ...attendee, phone: attendee.placePhone } };
}

/** The booking's uid, and the one it had before. */
function uidsOf({ uid, previousUid }: ExternalBooking): string[] {
  return previousUid === null ? [uid] : [uid, previousUid];
}

async function insert(manager: EntityManager, companyId: TenantId, booking: ExternalBooking): Promise<SyncResult> {
  const { eventTypeId, startAt, endAt, attendee, status } = booking;
  // A booking that was replaced is recorded with the one that replaced it.
  if (booking.nextUid || eventTypeId === null || !startAt || !endAt || endAt <= startAt)
    return { kind: 'known', appointmentId: '' };
  // SQL: a service without a branch is offered in each of the company's.
  const place = await manager
    .createQueryBuilder(ServiceEntity, 's')
    .innerJoin(BranchEntity, 'b', 'b.companyId = s.companyId and (b.id = s.branchId or s.branchId is null)')
    .select('s.id', 'serviceId')
    .addSelect('s.price', 'price')
    .addSelect('b.id', 'branchId')
    .addSelect('b.timeZone', 'timeZone')
    .where({ companyId, calcomEventTypeId: eventTypeId })
    .orderBy('s.createdAt')
    .addOrderBy('b.createdAt')
    .limit(1)
    .getRawOne<Pick<AppointmentEntity, 'serviceId' | 'price' | 'branchId' | 'timeZone'>>();
  if (!place) return { kind: 'known', appointmentId: '' };
  const customer = await holderOf(manager, companyId, attendee?.phone);
  const appointment: Values<AppointmentEntity> = {
    ...{ companyId, ...place, staffId: null, customerId: customer?.id ?? null },
    ...{ startsAt: startAt, endsAt: endAt, syncOrigin: 'calcom', exclusive: false },
    status: status === 'booked' && booking.absent ? 'no_show' : status,
    ...{ attendeeName: attendee?.name ?? 'Cal.com', attendeePhone: attendee?.phone ?? null },
    ...{ attendeeEmail: attendee?.email ?? null, gatewayKey: booking.gatewayKey, calcomSyncStatus: 'synced' },
    ...{ calcomEventTypeId: eventTypeId, calcomBookingUid: booking.uid },
    ...(await servedBy(manager, companyId, booking)),
    ...{ calcomBookingId: textOf(booking.bookingId), cancellationReason: booking.reason },
    ...ending(status),
  };
  const made = { id: idOf(await manager.insert(AppointmentEntity, values(appointment))), companyId };
  await remember(manager, made, booking.uid);
  // A late webhook about the earlier uid must not make a booking of its own.
  if (booking.previousUid) await remember(manager, made, booking.previousUid);
  return { kind: 'changed', appointmentId: made.id, what: 'created' };
}

function holderOf(
  manager: EntityManager,
  companyId: TenantId,
  phone: string | null | undefined,
): Promise<CustomerEntity | null> {
  return phone ? manager.findOneBy(CustomerEntity, { companyId, phone }) : Promise.resolve(null);
}

/** One message about a booking names the attendee's number, another leaves it out. */
async function addNumber(
  manager: EntityManager,
  { id, companyId, attendeeName, attendeePhone, customerId }: AppointmentEntity,
  { attendee }: ExternalBooking,
): Promise<void> {
  const phone = attendee?.phone;
  if (!phone || attendeePhone !== null || attendeeName === ERASED) return;
  const holder = customerId ?? (await holderOf(manager, companyId, phone))?.id ?? null;
  await manager.update(AppointmentEntity, { companyId, id }, { attendeePhone: phone, customerId: holder });
}

/** Who serves it now; empty where Cal.com does not say. */
async function servedBy(
  manager: EntityManager,
  companyId: TenantId,
  { hostId, hostName }: ExternalBooking,
): Promise<Pick<Values<AppointmentEntity>, 'calcomHostId' | 'calcomHostName' | 'staffId'>> {
  if (hostId === null) return {};
  const mapped = { companyId, calcomHostId: hostId, isActive: true };
  const host = await manager.findOneBy(CalcomHostMappingEntity, mapped);
  return { calcomHostId: hostId, calcomHostName: hostName, staffId: host?.staffId ?? null };
}

/** bigint is text here. */
function textOf(id: number | null): string | null {
  return id === null ? null : String(id);
}

function ending(status: ExternalBooking['status']): Pick<Values<AppointmentEntity>, 'cancelledAt' | 'cancelledBy'> {
  const isCancelled = status === 'cancelled';
  return { cancelledAt: isCancelled ? () => 'now()' : null, cancelledBy: isCancelled ? 'calcom' : null };
}

/**
 * The operation of ours that made this booking without learning of it: it was closed as failed, or got another booking
 * for the same start. A moved booking keeps the key of the first one and is no such case.
 */
async function unwantedBy(
  manager: EntityManager,
  companyId: TenantId,
  booking: ExternalBooking,
): Promise<string | null> {
  const { gatewayKey, startAt, uid } = booking;
  if (!gatewayKey || booking.previousUid || booking.nextUid) return null;
  if (booking.status !== 'booked' && booking.status !== 'pending') return null;
  const operation = await manager.findOne(BookingOperationEntity, {
    where: { companyId, gatewayKey, kind: 'book' },
    relations: { appointment: true },
  });
  if (!operation) return null;
  const { id, state, appointment } = operation;
  if (state === 'rejected' || state === 'abandoned' || state === 'compensated') return id;
  const isAt = (start: Date | undefined): boolean => start?.getTime() === startAt?.getTime();
  const stands = appointment?.status === 'pending' || appointment?.status === 'booked';
  const other = appointment?.calcomBookingUid ?? uid;
  const isSecond = state === 'confirmed' && stands && other !== uid;
  return isSecond && isAt(operation.startsAt) && isAt(appointment.startsAt) ? id : null;
}

/** With its customer, locked. */
function find(manager: EntityManager, companyId: TenantId, uid: string): Promise<AppointmentEntity | null> {
  // SQL: an appointment has no relation to the uids that it had.
  return manager
    .createQueryBuilder(AppointmentEntity, 'a')
    .innerJoin(AppointmentBookingUidEntity, 'u', 'u.companyId = a.companyId and u.appointmentId = a.id')
    .leftJoinAndSelect('a.customer', 'c')
    .where('u.companyId = :companyId', { companyId })
    .andWhere('u.uid = :uid', { uid })
    .setLock('pessimistic_write', undefined, ['a'])
    .getOne();
}

async function remember(
  manager: EntityManager,
  { companyId, id }: Pick<AppointmentEntity, 'companyId' | 'id'>,
  uid: string,
): Promise<void> {
  await insertNew(manager, AppointmentBookingUidEntity, { companyId, uid, appointmentId: id });
}

/** The middle of a chain arrived last: what looked like two appointments is one, and keeps its first row. */
async function merge(manager: EntityManager, first: AppointmentEntity, later: AppointmentEntity): Promise<SyncResult> {
  const { companyId } = first;
  const uids = { companyId, appointmentId: later.id };
  await manager.update(AppointmentBookingUidEntity, uids, { appointmentId: first.id });
  await manager.delete(AppointmentEntity, { companyId, id: later.id });
  const { startsAt, endsAt, status, calcomBookingUid, calcomBookingId, calcomHostId, calcomHostName, staffId } = later;
  const { cancelledAt, cancelledBy, cancellationReason } = later;
  await manager.update(
    AppointmentEntity,
    { companyId, id: first.id },
    {
      ...{ startsAt, endsAt, status, calcomBookingUid, calcomBookingId, calcomHostId, calcomHostName, staffId },
      ...{ cancelledAt, cancelledBy, cancellationReason, ...moved(first) },
    },
  );
  return { kind: 'changed', appointmentId: first.id, what: 'moved' };
}

function moved({ startsAt, rescheduledCount }: AppointmentEntity): Values<AppointmentEntity> {
  return { previousStartsAt: startsAt, rescheduledCount: rescheduledCount + 1, exclusive: false };
}

/** A person who was erased does not come back in the words of a late event. */
function reasonFor(known: AppointmentEntity, booking: ExternalBooking): string | null {
  return known.customer?.erasedAt ? null : booking.reason;
}

/** A change to a uid that the ledger knows. */
async function change(manager: EntityManager, known: AppointmentEntity, booking: ExternalBooking): Promise<SyncResult> {
  const unchanged = { kind: 'known', appointmentId: known.id } as const;
  const { companyId, id } = known;
  // An older link of the chain: the newer one says what happened to it.
  if (known.calcomBookingUid !== booking.uid) return unchanged;
  const ended = known.status === 'cancelled' || known.status === 'rejected';
  const { status } = booking;
  if (status === 'cancelled' || status === 'rejected') {
    if (ended || booking.nextUid) return unchanged;
    const cancellation = {
      ...ending(status),
      cancelledBy: 'calcom' as const,
      cancellationReason: reasonFor(known, booking),
    };
    await manager.update(AppointmentEntity, { companyId, id }, { status, ...cancellation });
    return { kind: 'changed', appointmentId: id, what: 'cancelled' };
  }
  // A cancelled booking does not come back at Cal.com: the webhook of its creation is only late.
  if (ended) return unchanged;
  if (booking.startAt && booking.startAt.getTime() !== known.startsAt.getTime()) {
    return { kind: 'review', reason: 'the start changed without a new uid' };
  }
  if (status === 'booked' && (known.status === 'pending' || known.status === 'failed')) {
    await manager.update(AppointmentEntity, { companyId, id }, { status, calcomSyncStatus: 'synced' });
    return { kind: 'changed', appointmentId: id, what: 'status' };
  }
  const tookPlace = TOOK_PLACE.some((one) => one === known.status);
  if (status !== 'booked' || !tookPlace || booking.absent === null) return unchanged;
  if (booking.absent === (known.status === 'no_show')) return unchanged;
  await takeOverAttendance(manager, known, booking.absent);
  return { kind: 'changed', appointmentId: id, what: 'attendance' };
}

/** A new uid that replaces a known one: the appointment stays, its start and uid change. */
async function move(manager: EntityManager, known: AppointmentEntity, booking: ExternalBooking): Promise<SyncResult> {
  const { companyId, id } = known;
  const { uid, status, startAt, endAt } = booking;
  if (status === 'cancelled' && known.status === 'cancelled') {
    await remember(manager, known, uid);
    return { kind: 'known', appointmentId: id };
  }
  if (!startAt || !endAt) return { kind: 'review', reason: 'a move without its new time' };
  await manager.update(
    AppointmentEntity,
    { companyId, id },
    {
      ...{ ...moved(known), startsAt: startAt, endsAt: endAt, status, calcomBookingUid: uid, ...ending(status) },
      calcomBookingId: textOf(booking.bookingId) ?? known.calcomBookingId,
      ...(await servedBy(manager, companyId, booking)),
    },
  );
  await remember(manager, known, uid);
  const modification = values<AppointmentModificationEntity>({
    ...{ companyId, appointmentId: id, type: 'reschedule', modifiedBy: 'calcom', reason: reasonFor(known, booking) },
    metadata: { previous_start: known.startsAt, uid },
  });
  await manager.insert(AppointmentModificationEntity, modification);
  return { kind: 'changed', appointmentId: id, what: 'moved' };
}
