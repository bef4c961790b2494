import { DeadlineExceeded, type GatewayError, type UpstreamReason } from '../../errors';
import type { Appointment, Language, Service, TenantId } from '../domain';
import { currentRequest } from '../request-context';
import type { AttendeeAddressBook } from './booking-ports';
import { isRefused } from './failure-meaning';
import type { BookingLedger, NewOperation, Opened, Operation, OperationKind } from './ledger';
import { OPERATION_LEASE_MS, type OperationResult, type OperationRunner } from './operation-runner';
import type { OtherAppointments } from './other-appointments';
import { again, isSameWish, isShared, stillHolds } from './repeats';
import { businessKey, fingerprint, requestKey } from './operation-keys';

/** Who asks, and how a repeat of the same request is recognised. */
export interface Asker {
  companyId: TenantId;
  branchId: string;
  callId: string | null;
  toolCallId: string | null;
  /** E.164 of the caller; null when withheld. */
  callerPhone: string | null;
  customerId: string | null;
  language: Language;
  timeZone: string;
  origin: 'retell' | 'admin';
}

export interface BookingWish {
  service: Service;
  startAt: Date;
  attendee: { name: string; phone: string | null; email: string | null };
  /** Only these hosts; empty when any will do. */
  wishedHostIds: number[];
  notes: string | null;
}

export type BookingOutcome =
  | { kind: 'done'; appointment: Appointment; replay: boolean }
  | { kind: 'taken' }
  /** `changed_repeat`: the same tool call came before, with other words. `superseded`: it was done, and changed since. */
  | { kind: 'refused'; reason: UpstreamReason | 'already_cancelled' | 'changed_repeat' | 'superseded' }
  | { kind: 'not_sent'; error: GatewayError }
  /** Sent, not settled yet. */
  | { kind: 'pending'; operationId: string };

export interface SettledOperation {
  kind: NewOperation['kind'];
  /** The start that was asked for, or of the appointment to be cancelled. */
  startAt: Date;
  /** Null when it did not come true. */
  appointment: Appointment | null;
}

type WishPayload = Omit<NewOperation['payload'], 'branchId' | 'timeZone' | 'language' | 'customerId' | 'origin'>;

interface Wish {
  kind: OperationKind;
  subject: string;
  fingerprint: string;
  eventTypeId: number;
  startAt: Date;
  endAt: Date;
  appointment?: Appointment;
  payload: WishPayload;
}

/** Time kept back to say the sentence. */
const ANSWER_MARGIN_MS = 250;
/** What remains for the request itself after standing in line. */
const SEND_NEEDS_MS = 1500;
const POLL_MS = 120;
const DEFAULT_BUDGET_MS = 8000;
const OPEN_TRIES = 3;

/** Refusals that say that the booking of this uid is no longer there to be changed. */
const GONE: ReadonlySet<string> = new Set(['already_cancelled', 'already_rescheduled']);

export interface BookingServiceDeps {
  ledger: BookingLedger;
  runner: OperationRunner;
  others: OtherAppointments;
  addresses: AttendeeAddressBook;
  appointments: { find(companyId: TenantId, id: string): Promise<Appointment | null> };
  /** Takes over from Cal.com what became of a booking that is not what the ledger believes. */
  catchUp: (companyId: TenantId, uid: string) => Promise<void>;
  sleep: (ms: number) => Promise<void>;
  /** Told of work that goes on after the answer, so that a stop can wait for it. */
  track: (work: Promise<unknown>) => void;
  /** Told of every answer that was given. */
  observe: (kind: NewOperation['kind'], outcome: BookingOutcome, origin: Asker['origin']) => void;
}

/**
 * Bookings, moves and cancellations. The intent is durable before Cal.com hears of it; a repeat of the same request
 * (same tool call, or the same wish by the same caller) gets the same answer and sends nothing, on whatever process.
 * All methods throw StoreUnavailable, with nothing sent, when Postgres is away.
 */
export class BookingService {
  readonly #deps: BookingServiceDeps;
  readonly #running = new Map<string, Promise<OperationResult>>();

  constructor(deps: BookingServiceDeps) {
    this.#deps = deps;
  }

  book(asker: Asker, wish: BookingWish): Promise<BookingOutcome> {
    const { service, startAt, attendee } = wish;
    const who = fingerprint([service.id, startAt.toISOString(), attendee.name]);
    // Without a number and without a call nothing tells two people apart but what they ask for.
    const email = this.#deps.addresses.addressFor(
      { companyId: asker.companyId, email: attendee.email, phone: attendee.phone, callId: asker.callId ?? who },
      service,
    );
    return this.#carryOut(asker, {
      kind: 'book',
      subject: String(service.calcomEventTypeId),
      // With another number or address it is another try: the first may have been refused for them.
      fingerprint: fingerprint([who, attendee.phone, attendee.email]),
      eventTypeId: service.calcomEventTypeId,
      startAt,
      endAt: new Date(startAt.getTime() + service.durationMinutes * 60_000),
      payload: {
        serviceId: service.id,
        serviceName: service.name,
        hostIds: wish.wishedHostIds.length > 0 ? wish.wishedHostIds : service.hostIds,
        wishedHostIds: wish.wishedHostIds,
        seats: service.seats,
        attendee: { name: attendee.name, phone: attendee.phone, email },
        responses: { ...service.bookingFieldDefaults, ...(wish.notes ? { notes: wish.notes } : {}) },
        notes: wish.notes,
        previous: null,
        reason: null,
      },
    });
  }

  async move(
    asker: Asker,
    appointment: Appointment,
    service: Service,
    startAt: Date,
    reason: string | null,
  ): Promise<BookingOutcome> {
    if (isShared(service)) return { kind: 'refused', reason: 'other' };
    const outcome = await this.#move(asker, appointment, service, startAt, reason);
    const current = await this.#asItIsNow(appointment, outcome);
    return current ? this.#move(again(asker, current), current, service, startAt, reason) : outcome;
  }

  async cancel(
    asker: Asker,
    appointment: Appointment,
    service: Service | null,
    reason: string | null,
  ): Promise<BookingOutcome> {
    if (isShared(service)) return { kind: 'refused', reason: 'other' };
    const outcome = await this.#cancel(asker, appointment, service, reason);
    const current = await this.#asItIsNow(appointment, outcome);
    return current ? this.#cancel(again(asker, current), current, service, reason) : outcome;
  }

  /**
   * A host may have moved the appointment without our hearing of it; then Cal.com refuses its old uid.
   * @returns the appointment under its newer uid; null when there is none, or nothing was refused for that
   */
  async #asItIsNow(appointment: Appointment, outcome: BookingOutcome): Promise<Appointment | null> {
    if (outcome.kind !== 'refused' || !GONE.has(outcome.reason) || !appointment.calcomBookingUid) return null;
    await this.#deps.catchUp(appointment.companyId, appointment.calcomBookingUid).catch(() => undefined);
    const current = await this.#deps.appointments.find(appointment.companyId, appointment.id);
    const isStanding = current?.status === 'booked' || current?.status === 'pending';
    return isStanding && current.calcomBookingUid !== appointment.calcomBookingUid ? current : null;
  }

  #move(
    asker: Asker,
    appointment: Appointment,
    service: Service,
    startAt: Date,
    reason: string | null,
  ): Promise<BookingOutcome> {
    const lengthMs = appointment.endsAt.getTime() - appointment.startsAt.getTime();
    return this.#carryOut(asker, {
      kind: 'move',
      subject: appointment.id,
      fingerprint: fingerprint([appointment.id, appointment.calcomBookingUid, startAt.toISOString()]),
      eventTypeId: appointment.calcomEventTypeId,
      startAt,
      endAt: new Date(startAt.getTime() + lengthMs),
      appointment,
      payload: this.#changePayload(appointment, service, reason),
    });
  }

  #cancel(
    asker: Asker,
    appointment: Appointment,
    service: Service | null,
    reason: string | null,
  ): Promise<BookingOutcome> {
    return this.#carryOut(asker, {
      kind: 'cancel',
      subject: appointment.id,
      fingerprint: fingerprint([appointment.id, appointment.calcomBookingUid]),
      eventTypeId: appointment.calcomEventTypeId,
      startAt: appointment.startsAt,
      endAt: appointment.endsAt,
      appointment,
      payload: this.#changePayload(appointment, service, reason),
    });
  }

  /** What became of an operation that was pending when the caller was answered; null while nobody knows. */
  async settled(companyId: TenantId, operationId: string): Promise<SettledOperation | null> {
    const operation = await this.#deps.ledger.find(companyId, operationId);
    if (!operation) return null;
    const outcome = await this.#told(operation, false);
    if (outcome.kind === 'pending') return null;
    const { kind, startAt } = operation;
    return outcome.kind === 'done'
      ? { kind, startAt, appointment: outcome.appointment }
      : { kind, startAt, appointment: null };
  }

  /**
   * What this call has already had done, when its request seems to come once more and its subject is no longer found:
   * an appointment that was cancelled, or moved away from the start by which it is named.
   */
  async earlier(
    asker: Pick<Asker, 'companyId' | 'callId' | 'toolCallId'>,
    kind: OperationKind,
  ): Promise<Appointment | null> {
    const { companyId, callId, toolCallId } = asker;
    if (!callId) return null;
    const key = toolCallId ? requestKey({ kind, callId, toolCallId, fingerprint: '' }) : null;
    const operation = await this.#deps.ledger.ofCall(companyId, callId, kind, key);
    if (operation?.state !== 'confirmed') return null;
    const outcome = await this.#told(operation, true);
    return outcome.kind === 'done' && stillHolds(operation, outcome.appointment) ? outcome.appointment : null;
  }

  /** The appointment is on its way to that start already: there it is in its own way. */
  isMovingTo(appointment: Appointment, startAt: Date): Promise<boolean> {
    return this.#deps.ledger.isMovingTo(appointment.companyId, appointment.id, startAt);
  }

  #changePayload(appointment: Appointment, service: Service | null, reason: string | null): WishPayload {
    return {
      serviceId: appointment.serviceId,
      serviceName: service?.name ?? '',
      // The same host keeps the appointment unless Cal.com's round robin decides otherwise.
      hostIds:
        appointment.calcomHostId !== null && service?.schedulingType !== 'roundRobin'
          ? [appointment.calcomHostId]
          : (service?.hostIds ?? []),
      wishedHostIds: [],
      seats: service?.seats ?? 1,
      attendee: { name: appointment.attendeeName, phone: null, email: null },
      responses: {},
      notes: null,
      previous: { startAt: appointment.startsAt.toISOString(), endAt: appointment.endsAt.toISOString() },
      reason,
    };
  }

  async #carryOut(asker: Asker, wish: Wish): Promise<BookingOutcome> {
    const outcome = await this.#open(asker, wish);
    // Until the answer is out: what was done or is under way must not be told as failed by a deadline.
    const request = currentRequest();
    if (request) request.undecided = outcome.kind === 'done' || outcome.kind === 'pending';
    this.#deps.observe(wish.kind, outcome, asker.origin);
    return outcome;
  }

  async #open(asker: Asker, wish: Wish): Promise<BookingOutcome> {
    const budgetMs = (currentRequest()?.deadline.remainingMs() ?? DEFAULT_BUDGET_MS) - ANSWER_MARGIN_MS;
    const untilMs = performance.now() + budgetMs;
    const operation = this.#operation(asker, wish);
    for (let attempt = 1; ; attempt++) {
      const opened = await this.#deps.ledger.open(operation, OPERATION_LEASE_MS);
      const mayRepeat = attempt < OPEN_TRIES && performance.now() < untilMs - SEND_NEEDS_MS;
      if (opened.kind === 'opened') return this.#start(opened.operation, untilMs);
      if (opened.kind === 'clash') {
        if (mayRepeat && (await this.#isObsolete(asker.companyId, opened))) continue;
        return { kind: 'taken' };
      }
      if (opened.operation.requestKey === operation.requestKey && !isSameWish(opened.operation, operation))
        return { kind: 'refused', reason: 'changed_repeat' };
      const outcome = await this.#replay(opened.operation, untilMs);
      // The first one gave up before it sent anything, e.g. because its caller hung up: then this one is the first.
      if (!(outcome.kind === 'not_sent' && mayRepeat)) return outcome;
    }
  }

  #operation(asker: Asker, wish: Wish): NewOperation {
    return {
      companyId: asker.companyId,
      kind: wish.kind,
      requestKey: requestKey({
        kind: wish.kind,
        callId: asker.callId,
        toolCallId: asker.toolCallId,
        fingerprint: wish.fingerprint,
      }),
      businessKey: businessKey({
        kind: wish.kind,
        subject: wish.subject,
        startAt: wish.kind === 'cancel' ? null : wish.startAt,
        caller: wish.kind === 'book' ? (asker.callerPhone ?? asker.callId ?? wish.fingerprint) : '',
      }),
      callId: asker.callId,
      toolCallId: asker.toolCallId,
      eventTypeId: wish.eventTypeId,
      startAt: wish.startAt,
      endAt: wish.endAt,
      ...(wish.appointment
        ? { appointmentId: wish.appointment.id, previousUid: wish.appointment.calcomBookingUid ?? '' }
        : {}),
      payload: {
        ...wish.payload,
        branchId: asker.branchId,
        timeZone: asker.timeZone,
        language: asker.language,
        customerId: asker.customerId,
        origin: asker.origin,
      },
    };
  }

  /** An old row that stands in the way may be wrong: its booking was cancelled at Cal.com and nobody told us. */
  async #isObsolete(companyId: TenantId, clash: Extract<Opened, { kind: 'clash' }>): Promise<boolean> {
    const { uid, appointmentId, recordedAt } = clash;
    const { others } = this.#deps;
    if (!uid || !appointmentId || !recordedAt || !others.isOld(recordedAt)) return false;
    return others.isGone(companyId, uid, appointmentId);
  }

  async #start(operation: Operation, untilMs: number): Promise<BookingOutcome> {
    const request = currentRequest();
    if (request) request.undecided = true;
    const waitMs = Math.max(0, untilMs - performance.now() - SEND_NEEDS_MS);
    const work = this.#deps.runner.run(operation, waitMs).finally(() => this.#running.delete(operation.id));
    this.#running.set(operation.id, work);
    this.#deps.track(work.catch(() => undefined));
    return this.#within(work, operation, untilMs, false);
  }

  async #within(
    work: Promise<OperationResult>,
    operation: Operation,
    untilMs: number,
    replay: boolean,
  ): Promise<BookingOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.max(0, untilMs - performance.now()));
    });
    const result = await Promise.race([work, late]).finally(() => clearTimeout(timer));
    if (result === 'late' || result.kind === 'unknown') return { kind: 'pending', operationId: operation.id };
    if (result.kind === 'confirmed') return { kind: 'done', appointment: result.appointment, replay };
    return result;
  }

  /** The same wish again: wait for the first one's end, wherever it runs, and say what it says. */
  async #replay(operation: Operation, untilMs: number): Promise<BookingOutcome> {
    const here = this.#running.get(operation.id);
    if (here) return this.#within(here, operation, untilMs, true);
    let current = operation;
    while ((current.state === 'intended' || current.state === 'sent') && performance.now() < untilMs - POLL_MS) {
      await this.#deps.sleep(POLL_MS);
      current = (await this.#deps.ledger.find(operation.companyId, operation.id)) ?? current;
    }
    const outcome = await this.#told(current, true);
    // A late repeat must not be told as true what was changed since.
    if (outcome.kind === 'done' && !stillHolds(current, outcome.appointment))
      return { kind: 'refused', reason: 'superseded' };
    return outcome;
  }

  async #told(operation: Operation, replay: boolean): Promise<BookingOutcome> {
    switch (operation.state) {
      case 'confirmed': {
        const appointment = await this.#deps.appointments.find(operation.companyId, operation.appointmentId);
        return appointment ? { kind: 'done', appointment, replay } : { kind: 'pending', operationId: operation.id };
      }
      case 'rejected': {
        const { reason } = operation;
        return reason !== null && isRefused(reason) ? { kind: 'refused', reason } : { kind: 'taken' };
      }
      case 'compensated':
        return { kind: 'taken' };
      case 'abandoned':
        return { kind: 'not_sent', error: new DeadlineExceeded('given up before it was sent', false, true) };
      case 'intended':
      case 'sent':
      case 'unknown':
      case 'review':
        return { kind: 'pending', operationId: operation.id };
    }
  }
}
