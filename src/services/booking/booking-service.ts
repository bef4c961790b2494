import { DeadlineExceeded, type GatewayError, type UpstreamReason } from '../../errors';
import type { Appointment, TenantId } from '../../domain';
import { currentRequest } from '../../request-context';
import type { AttendeeAddressBook } from './booking-ports';
import { isRefused } from './refusals';
import {
  absenceIntent,
  again,
  type AppointmentChange,
  type Asker,
  bookingIntent,
  type BookingDetails,
  cancelIntent,
  isSameRequest,
  isShared,
  moveIntent,
  requestKey,
  stillHolds,
} from './intent';
import type { BookingLedger, NewOperation, Opened, Operation, OperationKind } from './ledger';
import type { RefusalReason } from './reason-texts';
import type { OperationResult } from './operation-result';
import { OPERATION_LEASE_MS, type OperationRunner } from './operation-runner';
import type { OtherAppointments } from './other-appointments';
import type { PendingFailed } from './failure-reports';
import { isTypeFault } from './reason-texts';
import type { BackgroundTasks } from '../../background-tasks';
import type { GatewayMetrics } from '../../metrics/instruments';
import type { CatchUp } from '../sync/external-sync';

export type BookingOutcome =
  | { kind: 'done'; appointment: Appointment; replay: boolean }
  /** `reason`: ours (see `RefusalReason`), Cal.com's, or what was wrong with the booking in its answer. */
  | { kind: 'taken'; reason: string }
  /** `changed_repeat`: the same tool call came before, with other words. `superseded`: it was done, and changed since. */
  | { kind: 'refused'; reason: UpstreamReason | 'already_cancelled' | 'changed_repeat' | 'superseded' }
  | { kind: 'not_sent'; error: GatewayError }
  /** Sent, not settled yet. */
  | { kind: 'pending'; operationId: string; appointmentId: string };

export interface SettledOperation {
  kind: NewOperation['kind'];
  /** The start that was asked for, or of the appointment to be cancelled. */
  startAt: Date;
  /** Null when it did not come true. */
  appointment: Appointment | null;
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

interface BookingServiceDeps {
  ledger: BookingLedger;
  runner: OperationRunner;
  others: OtherAppointments;
  addresses: AttendeeAddressBook;
  appointments: { find(companyId: TenantId, id: string): Promise<Appointment | null> };
  /** Takes over from Cal.com what became of a booking that is not what the ledger believes. */
  catchUp: Pick<CatchUp, 'run'>;
  sleep: (ms: number) => Promise<void>;
  /** Told once the answer that it is being confirmed is out. */
  pendingFailed: PendingFailed;
  background: BackgroundTasks;
  metrics: Pick<GatewayMetrics, 'count'>;
}

/**
 * Bookings, moves and cancellations. The intent is durable before Cal.com is asked; a repeat of the same request
 * (same tool call, or the same booking by the same caller) gets the same answer and sends nothing, on whatever process.
 * All methods throw StoreUnavailable, with nothing sent, when Postgres is away.
 */
export class BookingService {
  readonly #running = new Map<string, Promise<OperationResult>>();

  constructor(private readonly deps: BookingServiceDeps) {}

  /** @param refusal why the start is known not to be had: nothing is sent, but a repeat must hear the same */
  book(asker: Asker, details: BookingDetails, refusal: RefusalReason | null = null): Promise<BookingOutcome> {
    return this.#carryOut(asker, bookingIntent(asker, details, this.deps.addresses), refusal);
  }

  /** @param refusal as for `book` */
  move(
    asker: Asker,
    change: AppointmentChange,
    startAt: Date,
    refusal: RefusalReason | null = null,
  ): Promise<BookingOutcome> {
    return this.#change(asker, change, (who, what) => moveIntent(who, what, startAt), refusal);
  }

  cancel(asker: Asker, change: AppointmentChange): Promise<BookingOutcome> {
    return this.#change(asker, change, cancelIntent, null);
  }

  /** A host may have moved the appointment meanwhile: then its newer booking is changed. */
  async #change(
    asker: Asker,
    change: AppointmentChange,
    intent: (asker: Asker, change: AppointmentChange) => NewOperation,
    refusal: RefusalReason | null,
  ): Promise<BookingOutcome> {
    if (isShared(change.service)) return { kind: 'refused', reason: 'other' };
    const outcome = await this.#carryOut(asker, intent(asker, change), refusal);
    const current = await this.#asItIsNow(change.appointment, outcome);
    if (!current) return outcome;
    const next = again(asker, current);
    return this.#carryOut(next, intent(next, { ...change, appointment: current }), null);
  }

  /**
   * Marks that the customer did not come, or takes that back.
   * @param absent whether it is marked or taken back
   */
  async markAbsence(asker: Asker, change: AppointmentChange, absent: boolean): Promise<BookingOutcome> {
    if (isShared(change.service)) return { kind: 'refused', reason: 'other' };
    return this.#carryOut(asker, absenceIntent(asker, change, absent), null);
  }

  /**
   * A host may have moved the appointment without our hearing of it; then Cal.com refuses its old uid.
   * @returns the appointment under its newer uid; null when there is none, or nothing was refused for that
   */
  async #asItIsNow(appointment: Appointment, outcome: BookingOutcome): Promise<Appointment | null> {
    if (outcome.kind !== 'refused' || !GONE.has(outcome.reason) || !appointment.calcomBookingUid) return null;
    const current = await this.asItIsAtCalcom(appointment);
    const isStanding = current.status === 'booked' || current.status === 'pending';
    return isStanding && current.calcomBookingUid !== appointment.calcomBookingUid ? current : null;
  }

  /** The appointment after what Cal.com says of it now has been taken over; as it was known when Cal.com does not answer. */
  async asItIsAtCalcom(appointment: Appointment): Promise<Appointment> {
    const { companyId, id, calcomBookingUid } = appointment;
    if (calcomBookingUid) await this.deps.catchUp.run(companyId, calcomBookingUid).catch(() => undefined);
    return (await this.deps.appointments.find(companyId, id)) ?? appointment;
  }

  /** Outcome of an operation that was pending when the caller was answered; null while it is unknown. */
  async settled(companyId: TenantId, operationId: string): Promise<SettledOperation | null> {
    const operation = await this.deps.ledger.find(companyId, operationId);
    if (!operation) return null;
    const outcome = await this.#outcomeOf(operation, false);
    if (outcome.kind === 'pending') return null;
    const { kind, startAt } = operation;
    return { kind, startAt, appointment: outcome.kind === 'done' ? outcome.appointment : null };
  }

  /**
   * What this call has already had done, when its request seems to be repeated and its subject is no longer found:
   * an appointment that was cancelled, or moved away from the start by which it is named.
   */
  async earlier(
    asker: Pick<Asker, 'companyId' | 'callId' | 'toolCallId'>,
    kind: OperationKind,
  ): Promise<Appointment | null> {
    const { companyId, callId, toolCallId } = asker;
    if (!callId) return null;
    const key = toolCallId ? requestKey({ kind, callId, toolCallId }) : null;
    const operation = await this.deps.ledger.ofCall(companyId, callId, kind, key);
    if (operation?.state !== 'confirmed') return null;
    const outcome = await this.#outcomeOf(operation, true);
    return outcome.kind === 'done' && stillHolds(operation, outcome.appointment) ? outcome.appointment : null;
  }

  /** Whether this very tool call has asked for a booking before: then it gets the answer it got. */
  async isRepeat({
    companyId,
    callId,
    toolCallId,
  }: Pick<Asker, 'companyId' | 'callId' | 'toolCallId'>): Promise<boolean> {
    if (!callId || !toolCallId) return false;
    const key = requestKey({ kind: 'book', callId, toolCallId });
    return (await this.deps.ledger.ofCall(companyId, callId, 'book', key))?.requestKey === key;
  }

  /** The appointment is on its way to that start already: there it conflicts with itself. */
  isMovingTo(appointment: Appointment, startAt: Date): Promise<boolean> {
    return this.deps.ledger.isMovingTo(appointment.companyId, appointment.id, startAt);
  }

  async #carryOut(asker: Asker, intended: NewOperation, refusal: RefusalReason | null): Promise<BookingOutcome> {
    const outcome = await this.#open(intended, refusal);
    // Until the answer is out: what was done or is under way must not be reported as failed by a deadline.
    const request = currentRequest();
    if (request) request.undecided = outcome.kind === 'done' || outcome.kind === 'pending';
    this.deps.metrics.count('askpro_bookings_total', {
      kind: intended.kind,
      outcome: outcome.kind === 'done' && outcome.replay ? 'repeated' : outcome.kind,
      origin: asker.origin,
    });
    return outcome;
  }

  async #open(intended: NewOperation, refusal: RefusalReason | null): Promise<BookingOutcome> {
    const { ledger } = this.deps;
    const budgetMs = (currentRequest()?.deadline.remainingMs() ?? DEFAULT_BUDGET_MS) - ANSWER_MARGIN_MS;
    const untilMs = performance.now() + budgetMs;
    let knownConflict = refusal;
    for (let attempt = 1; ; attempt++) {
      const opened = knownConflict
        ? await ledger.refuse(intended, knownConflict)
        : await ledger.open(intended, OPERATION_LEASE_MS);
      const mayRepeat = attempt < OPEN_TRIES && performance.now() < untilMs - SEND_NEEDS_MS;
      if (opened.kind === 'opened') return this.#start(opened.operation, untilMs);
      if (opened.kind === 'refused') return { kind: 'taken', reason: knownConflict ?? 'told_before' };
      if (opened.kind === 'clash') {
        if (mayRepeat && isPassing(opened, intended)) {
          await this.deps.sleep(POLL_MS);
          continue;
        }
        if (mayRepeat && (await this.#isObsolete(intended.companyId, opened))) continue;
        knownConflict = 'host_busy';
        continue;
      }
      if (opened.operation.requestKey === intended.requestKey && !isSameRequest(opened.operation, intended))
        return { kind: 'refused', reason: 'changed_repeat' };
      const outcome = await this.#replay(opened.operation, untilMs);
      // The refusal was another request's and may be retried there; a repeat of this one must get the same refusal.
      if (outcome.kind === 'taken' && opened.operation.requestKey !== intended.requestKey)
        await ledger.refuse(intended, 'told_before');
      // The first one gave up before it sent anything, e.g. because its caller hung up: then this one is the first.
      if (!(outcome.kind === 'not_sent' && mayRepeat)) return outcome;
      knownConflict = refusal;
    }
  }

  /** An old conflicting row may be outdated: its booking was cancelled at Cal.com without a webhook. */
  async #isObsolete(companyId: TenantId, clash: Extract<Opened, { kind: 'clash' }>): Promise<boolean> {
    const { uid, appointmentId, recordedAt } = clash;
    const { others } = this.deps;
    if (!uid || !appointmentId || !recordedAt || !others.isOld(recordedAt)) return false;
    return others.isGone(companyId, uid, appointmentId);
  }

  async #start(operation: Operation, untilMs: number): Promise<BookingOutcome> {
    const request = currentRequest();
    if (request) request.undecided = true;
    const waitMs = Math.max(0, untilMs - performance.now() - SEND_NEEDS_MS);
    const work = this.deps.runner.run(operation, waitMs).finally(() => this.#running.delete(operation.id));
    this.#running.set(operation.id, work);
    this.deps.background.run(
      'finish a booking',
      work.catch(() => undefined),
    );
    const outcome = await this.#within(work, operation, untilMs, false);
    if (outcome.kind === 'pending') this.deps.background.run('finish a booking', this.#reportLate(operation, work));
    return outcome;
  }

  /** What was answered as being confirmed and then came to nothing; an outcome still unknown is left to be settled. */
  async #reportLate(operation: Operation, work: Promise<OperationResult>): Promise<void> {
    const result = await work.catch(() => null);
    if (result?.kind === 'taken' || result?.kind === 'refused') await this.deps.pendingFailed(operation, result.reason);
    else if (result?.kind === 'not_sent') await this.deps.pendingFailed(operation, result.error.code);
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
    if (result === 'late' || result.kind === 'unknown') return pending(operation);
    if (result.kind === 'confirmed') return { kind: 'done', appointment: result.appointment, replay };
    return result;
  }

  /** A repeat waits for the first request's outcome, in whichever process it runs, and returns it. */
  async #replay(operation: Operation, untilMs: number): Promise<BookingOutcome> {
    const here = this.#running.get(operation.id);
    if (here) return this.#within(here, operation, untilMs, true);
    let current = operation;
    while ((current.state === 'intended' || current.state === 'sent') && performance.now() < untilMs - POLL_MS) {
      await this.deps.sleep(POLL_MS);
      current = (await this.deps.ledger.find(operation.companyId, operation.id)) ?? current;
    }
    const outcome = await this.#outcomeOf(current, true);
    // A late repeat must not report as true what was changed since.
    if (outcome.kind === 'done' && !stillHolds(current, outcome.appointment))
      return { kind: 'refused', reason: 'superseded' };
    return outcome;
  }

  async #outcomeOf(operation: Operation, replay: boolean): Promise<BookingOutcome> {
    switch (operation.state) {
      case 'confirmed': {
        const appointment = await this.deps.appointments.find(operation.companyId, operation.appointmentId);
        return appointment ? { kind: 'done', appointment, replay } : pending(operation);
      }
      case 'rejected': {
        const { reason } = operation;
        return reason !== null && isRefused(reason)
          ? { kind: 'refused', reason }
          : { kind: 'taken', reason: reason ?? '' };
      }
      case 'compensated':
        return isTypeFault(operation.reason)
          ? { kind: 'refused', reason: operation.reason }
          : { kind: 'taken', reason: operation.reason ?? '' };
      case 'abandoned':
        return { kind: 'not_sent', error: new DeadlineExceeded('given up before it was sent', false, true) };
      case 'intended':
      case 'sent':
      case 'unknown':
      case 'review':
        return pending(operation);
    }
  }
}

function pending({ id, appointmentId }: Operation): BookingOutcome {
  return { kind: 'pending', operationId: id, appointmentId };
}

/** The conflict is another request of the same call, which may be given up at any moment, or is gone already. */
function isPassing(clash: Extract<Opened, { kind: 'clash' }>, intended: NewOperation): boolean {
  return clash.appointmentId === null || (intended.callId !== null && clash.callId === intended.callId);
}
