import { randomUUID } from 'node:crypto';
import type { Appointment, TenantId } from '../../src/domain';
import type {
  BookingLedger,
  ClaimedOperation,
  Confirmed,
  NewOperation,
  Opened,
  Operation,
  OperationKind,
  OperationState,
} from '../../src/services/booking/ledger';
import type { RefusalReason } from '../../src/services/booking/reason-texts';
import { stillHolds } from '../../src/services/booking/intent';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';

interface Row extends Operation {
  state: OperationState;
  owner: string;
  leaseUntilMs: number | null;
  settleAfterMs: number;
}
interface AppointmentRow extends Appointment {
  exclusive: boolean;
  updatedAt: Date;
}

const OPEN_STATES: ReadonlySet<OperationState> = new Set<OperationState>(['intended', 'sent', 'unknown']);
const STANDING = new Set(['pending', 'booked']);
const TOOK_PLACE = new Set(['booked', 'completed', 'no_show']);

/** What all processes of a fleet share: the rows. */
export class LedgerTables {
  readonly operations: Row[] = [];
  readonly appointments = new Map<string, AppointmentRow>();
  constructor(readonly nowMs: () => number) {}
}

/** The ledger of one process, in memory; `LedgerTables` is its database. */
export class MemoryBookingLedger implements BookingLedger {
  readonly #tables: LedgerTables;
  readonly #owner = randomUUID();

  constructor(tables: LedgerTables) {
    this.#tables = tables;
  }

  async open(operation: NewOperation, leaseMs: number): Promise<Opened> {
    const known = this.#known(operation);
    if (known) return { kind: 'existing', operation: { ...known } };
    const conflict = operation.appointmentId ? undefined : this.#conflictOf(operation);
    if (conflict) {
      return {
        kind: 'clash',
        uid: conflict.calcomBookingUid,
        appointmentId: conflict.id,
        callId: conflict.callId,
        recordedAt: conflict.updatedAt,
      };
    }
    this.#freeKeys(operation);
    const appointmentId = operation.appointmentId ?? this.#insertAppointment(operation, 'pending').id;
    return { kind: 'opened', operation: { ...this.#insert(operation, appointmentId, 'intended', leaseMs, null) } };
  }

  async refuse(
    operation: NewOperation,
    reason: RefusalReason,
  ): Promise<{ kind: 'refused' } | Extract<Opened, { kind: 'existing' }>> {
    const known = this.#known(operation);
    if (known) return { kind: 'existing', operation: { ...known } };
    if (operation.callId !== null && operation.toolCallId !== null) {
      const appointmentId = operation.appointmentId ?? this.#insertAppointment(operation, 'failed').id;
      this.#insert(operation, appointmentId, 'rejected', null, reason);
    }
    return { kind: 'refused' };
  }

  async find(companyId: TenantId, id: string): Promise<Operation | null> {
    const row = this.#tables.operations.find((one) => one.companyId === companyId && one.id === id);
    return row ? { ...row } : null;
  }

  async ofCall(
    companyId: TenantId,
    callId: string,
    kind: OperationKind,
    requestKey: string | null,
  ): Promise<Operation | null> {
    const found = this.#tables.operations
      .filter((one) => one.companyId === companyId && one.callId === callId && one.kind === kind)
      .filter((one) => one.requestKey === requestKey || one.state === 'confirmed');
    const row = found.find((one) => one.requestKey === requestKey) ?? found.at(-1);
    return row ? { ...row } : null;
  }

  async isMovingTo(companyId: TenantId, appointmentId: string, startAt: Date): Promise<boolean> {
    return this.#tables.operations.some(
      (one) =>
        one.companyId === companyId &&
        one.appointmentId === appointmentId &&
        one.kind === 'move' &&
        OPEN_STATES.has(one.state) &&
        one.startAt.getTime() === startAt.getTime(),
    );
  }

  async isCurrent(operation: Operation): Promise<boolean> {
    const row = this.#tables.appointments.get(operation.appointmentId);
    const statuses = operation.kind === 'absence' ? TOOK_PLACE : STANDING;
    return row?.calcomBookingUid === operation.previousUid && statuses.has(row.status);
  }

  async overlapping(
    companyId: TenantId,
    hostIds: number[],
    eventTypeId: number,
    startAt: Date,
    endAt: Date,
    exceptAppointmentId: string,
  ): Promise<{ hostId: number | null; uid: string | null; appointmentId: string; recordedAt: Date }[]> {
    const own = this.#tables.appointments.get(exceptAppointmentId);
    const isLaterIntent = (row: AppointmentRow): boolean =>
      own !== undefined &&
      row.createdAt > own.createdAt &&
      this.#tables.operations.some((one) => one.appointmentId === row.id && one.state === 'intended');
    return this.#standing(companyId, startAt, endAt)
      .filter(({ id }) => id !== exceptAppointmentId)
      .filter((row) =>
        row.calcomHostId === null
          ? row.calcomEventTypeId === eventTypeId && !isLaterIntent(row)
          : hostIds.includes(row.calcomHostId),
      )
      .map((row) => ({
        hostId: row.calcomHostId,
        uid: row.calcomBookingUid,
        appointmentId: row.id,
        recordedAt: row.updatedAt,
      }));
  }

  async markSent(operation: Operation, leaseMs: number): Promise<Operation | null> {
    const nowMs = this.#tables.nowMs();
    const changes = { sentAt: new Date(nowMs), reposts: operation.reposts, leaseUntilMs: nowMs + leaseMs };
    return this.#change(operation, { state: 'sent', owner: this.#owner, ...changes });
  }

  async confirm(operation: Operation, booking: UpstreamBooking): Promise<Confirmed> {
    const row = this.#current(operation);
    const appointment = this.#tables.appointments.get(operation.appointmentId);
    if (!row || !appointment) return { kind: 'lost' };
    if (operation.kind === 'cancel') {
      Object.assign(appointment, { status: 'cancelled', updatedAt: new Date(this.#tables.nowMs()) });
    } else if (operation.kind === 'absence') {
      Object.assign(appointment, { status: operation.payload.absent ? 'no_show' : 'booked' });
    } else {
      const others = [...this.#tables.appointments.values()].filter(({ id }) => id !== appointment.id);
      if (others.some(({ calcomBookingUid }) => calcomBookingUid === booking.uid)) return { kind: 'uid_known' };
      const hostId = booking.hosts[0]?.id ?? null;
      const isBusy = this.#standing(operation.companyId, booking.startAt, booking.endAt).some(
        (one) => one.id !== appointment.id && one.exclusive && hostId !== null && one.calcomHostId === hostId,
      );
      if (isBusy && appointment.exclusive) return { kind: 'host_clash' };
      Object.assign(appointment, {
        status: booking.status === 'pending' ? 'pending' : 'booked',
        previousStartsAt: operation.kind === 'move' ? appointment.startsAt : null,
        startsAt: booking.startAt,
        endsAt: booking.endAt,
        calcomBookingUid: booking.uid,
        calcomHostId: hostId,
        calcomHostName: booking.hosts[0]?.name ?? null,
        updatedAt: new Date(this.#tables.nowMs()),
      });
    }
    this.#change(operation, { state: 'confirmed', upstreamUid: booking.uid, leaseUntilMs: null });
    return { kind: 'confirmed', appointment: { ...appointment } };
  }

  async reject(operation: Operation, reason: string): Promise<boolean> {
    return this.#close(operation, 'rejected', reason);
  }

  async abandon(operation: Operation, reason: string): Promise<boolean> {
    return this.#close(operation, 'abandoned', reason);
  }

  async markCompensated(operation: Operation, uid: string, reason: string): Promise<boolean> {
    const isOurs = this.#close(operation, 'compensated', reason);
    if (isOurs) Object.assign(this.#row(operation) ?? {}, { upstreamUid: uid });
    return isOurs;
  }

  async markUnknown(operation: Operation, reason: string, settleInMs: number): Promise<boolean> {
    const settleAfterMs = this.#tables.nowMs() + settleInMs;
    const { reposts, sentAt } = operation;
    return (
      this.#change(operation, { state: 'unknown', reason, reposts, sentAt, settleAfterMs, leaseUntilMs: null }) !== null
    );
  }

  async review(operation: Operation, reason: string): Promise<boolean> {
    const changed = this.#change(operation, { state: 'review', reason, leaseUntilMs: null });
    const appointment = this.#tables.appointments.get(operation.appointmentId);
    if (changed && appointment) appointment.requiresManualReview = true;
    return changed !== null;
  }

  async claimDue(leaseMs: number, limit: number): Promise<ClaimedOperation[]> {
    const nowMs = this.#tables.nowMs();
    const isFree = ({ leaseUntilMs }: Row): boolean => leaseUntilMs === null || leaseUntilMs < nowMs;
    const due = this.#tables.operations.filter(
      (row) =>
        ((row.state === 'intended' || row.state === 'sent') && row.leaseUntilMs !== null && row.leaseUntilMs < nowMs) ||
        (row.state === 'unknown' && row.settleAfterMs < nowMs && isFree(row)),
    );
    return due.slice(0, limit).map((row) => {
      Object.assign(row, { epoch: row.epoch + 1, owner: this.#owner, leaseUntilMs: nowMs + leaseMs });
      return { ...row, sentAgoMs: row.sentAt ? nowMs - row.sentAt.getTime() : null };
    });
  }

  async renew(operation: Operation, leaseMs: number): Promise<boolean> {
    const row = this.#current(operation);
    if (!row || row.owner !== this.#owner) return false;
    row.leaseUntilMs = Math.max(row.leaseUntilMs ?? 0, this.#tables.nowMs() + leaseMs);
    return true;
  }

  async markCancelledElsewhere(companyId: TenantId, appointmentId: string): Promise<void> {
    const row = this.#tables.appointments.get(appointmentId);
    if (row?.companyId === companyId && STANDING.has(row.status)) row.status = 'cancelled';
  }

  #row(operation: Operation): Row | undefined {
    return this.#tables.operations.find((one) => one.companyId === operation.companyId && one.id === operation.id);
  }

  /** The row while this process still owns it. */
  #current(operation: Operation): Row | null {
    const row = this.#row(operation);
    return row?.epoch === operation.epoch && OPEN_STATES.has(row.state) ? row : null;
  }

  #change(operation: Operation, changes: Partial<Row>): Operation | null {
    const row = this.#current(operation);
    return row ? { ...Object.assign(row, changes) } : null;
  }

  #close(operation: Operation, state: 'rejected' | 'abandoned' | 'compensated', reason: string): boolean {
    const changed = this.#change(operation, { state, reason, leaseUntilMs: null });
    if (!changed) return false;
    const row = this.#row(operation);
    if (row && state === 'abandoned') row.requestKey = `${row.requestKey}:${row.id}`;
    const appointment = this.#tables.appointments.get(operation.appointmentId);
    if (operation.kind === 'book' && appointment?.status === 'pending') appointment.status = 'failed';
    return true;
  }

  #known(asked: NewOperation): Row | undefined {
    const own = this.#tables.operations.filter(({ companyId }) => companyId === asked.companyId);
    const holds = (row: Row): boolean => {
      const appointment = this.#tables.appointments.get(row.appointmentId);
      return OPEN_STATES.has(row.state) || (row.state === 'confirmed' && !!appointment && stillHolds(row, appointment));
    };
    return (
      own.findLast(({ requestKey }) => requestKey === asked.requestKey) ??
      own.findLast((row) => row.businessKey === asked.businessKey && holds(row))
    );
  }

  #freeKeys(asked: NewOperation): void {
    for (const row of this.#tables.operations) {
      if (row.companyId === asked.companyId && row.businessKey === asked.businessKey && row.state === 'confirmed')
        row.businessKey = `${row.businessKey}:${row.id}`;
    }
  }

  #standing(companyId: TenantId, startAt: Date, endAt: Date): AppointmentRow[] {
    return [...this.#tables.appointments.values()].filter(
      (row) => row.companyId === companyId && STANDING.has(row.status) && row.startsAt < endAt && row.endsAt > startAt,
    );
  }

  #conflictOf({ companyId, startAt, endAt, payload }: NewOperation): AppointmentRow | undefined {
    const [only, ...others] = payload.hostIds;
    if (only === undefined || others.length > 0 || payload.seats > 1) return undefined;
    return this.#standing(companyId, startAt, endAt).find((row) => row.exclusive && row.calcomHostId === only);
  }

  #insertAppointment(asked: NewOperation, status: 'pending' | 'failed'): AppointmentRow {
    const { payload } = asked;
    const now = new Date(this.#tables.nowMs());
    const row: AppointmentRow = {
      id: randomUUID(),
      companyId: asked.companyId,
      branchId: payload.branchId,
      serviceId: payload.serviceId,
      staffId: null,
      customerId: payload.customerId,
      callId: asked.callId,
      startsAt: asked.startAt,
      endsAt: asked.endAt,
      previousStartsAt: null,
      status,
      calcomEventTypeId: asked.eventTypeId,
      calcomBookingUid: null,
      calcomHostId: payload.hostIds.length === 1 ? (payload.hostIds[0] ?? null) : null,
      calcomHostName: null,
      wishedHostId: payload.wishedHostId,
      attendeeName: payload.attendee.name,
      syncOrigin: payload.origin,
      requiresManualReview: false,
      createdAt: now,
      updatedAt: now,
      exclusive: payload.seats <= 1,
    };
    this.#tables.appointments.set(row.id, row);
    return row;
  }

  #insert(
    asked: NewOperation,
    appointmentId: string,
    state: OperationState,
    leaseMs: number | null,
    reason: string | null,
  ): Row {
    const row: Row = {
      id: randomUUID(),
      companyId: asked.companyId,
      kind: asked.kind,
      state,
      requestKey: asked.requestKey,
      businessKey: asked.businessKey,
      gatewayKey: `gk_${randomUUID()}`,
      callId: asked.callId,
      appointmentId,
      eventTypeId: asked.eventTypeId,
      startAt: asked.startAt,
      endAt: asked.endAt,
      previousUid: asked.previousUid ?? null,
      upstreamUid: null,
      payload: asked.payload,
      reason,
      reposts: 0,
      epoch: 1,
      sentAt: null,
      createdAt: new Date(this.#tables.nowMs()),
      owner: this.#owner,
      leaseUntilMs: leaseMs === null ? null : this.#tables.nowMs() + leaseMs,
      settleAfterMs: 0,
    };
    this.#tables.operations.push(row);
    return row;
  }
}
