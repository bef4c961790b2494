import type { BackgroundTasks } from '../../background-tasks';
import {
  Conflict,
  DeadlineExceeded,
  OutcomeUnknown,
  type GatewayError,
  StoreUnavailable,
  UpstreamMalformed,
  UpstreamRejected,
  classify,
  isServerError,
  type UpstreamReason,
} from '../../errors';
import type { KeyedMutex } from '../../infra/keyed-mutex';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import { currentRequest } from '../../request-context';
import type { AttendeeAddressBook, AvailabilityListener, BookingUpstream, BookingUpstreams } from './booking-ports';
import { BookingAnnouncer } from './booking-announcer';
import { BookingLookup } from './booking-lookup';
import { Compensation } from './compensation';
import { isTaken } from './refusals';
import type { BookingLedger, Operation } from './ledger';
import { FIRST_SETTLE_MS, REPOST_SETTLE_MS, type OperationResult, type RunnerLog } from './operation-result';
import type { OtherAppointments } from './other-appointments';
import { guardKeys, neverReached, requestOf } from './operation-request';
import type { OperationReason } from './reason-texts';
import { isCancelled, isMarked, type Verdict, verifyBooking } from './verification';

/** How long an operation belongs to this process before another one may take it over. */
export const OPERATION_LEASE_MS = 20_000;
/** The same once it is on its way: a place in the budget and Cal.com's time limit, and then some. */
const SENT_LEASE_MS = 12_000;
/** How long a write that must be made is tried while Postgres is away. */
const GIVE_UP_EVERY_MS = 500;
const GIVE_UP_TRIES = 40;
/** A request leaves this soon after it was announced, or not at all: later it may be taken for absent and sent again. */
const SEND_WITHIN_MS = 15_000;
/** A lookup inside the request is only begun with this much time left. */
const LOOKUP_NEEDS_MS = 900;

/** Recorded reason of an unknown outcome that Cal.com answered with HTTP 500. */
const SERVER_ERROR = 'server_error';
const START_GONE = { reason: 'slot_not_available', upstreamStatus: 500 } as const;
/** Refusals that our own earlier success may have caused: they are looked up before they are believed. */
const MAYBE_OURS: ReadonlySet<UpstreamReason> = new Set<UpstreamReason>([
  'booking_conflict',
  'already_cancelled',
  'already_rescheduled',
]);

export interface OperationRunnerDeps {
  ledger: BookingLedger;
  upstreams: BookingUpstreams;
  others: Pick<OtherAppointments, 'blocking'>;
  /** Keeps apart those who write for the same hosts and times. */
  writers: Pick<KeyedMutex, 'runExclusive'>;
  listener: AvailabilityListener;
  addresses: AttendeeAddressBook;
  /** Cal.com refused what no other start can cure; told of every such refusal, long after its answer too. */
  refused: (operation: Operation, failure: UpstreamRejected) => void;
  log: RunnerLog;
  /** Epoch milliseconds. */
  nowMs: () => number;
  sleep: (ms: number) => Promise<void>;
  background: BackgroundTasks;
}

/** Carries one recorded intent to Cal.com and back, so that at every moment the ledger knows at least as much as Cal.com. */
export class OperationRunner {
  readonly #announcer: BookingAnnouncer;
  readonly #compensation: Compensation;
  readonly #lookup: BookingLookup;

  constructor(private readonly deps: OperationRunnerDeps) {
    this.#announcer = new BookingAnnouncer(deps);
    this.#lookup = new BookingLookup(deps);
    this.#compensation = new Compensation({
      ...deps,
      announcer: this.#announcer,
      verdictOn: (operation, booking) => this.#verdictOn(operation, booking),
    });
  }

  /**
   * Sends an `intended` operation, in line with other writers for the same hosts and times.
   * Never throws for what Cal.com does; throws StoreUnavailable only while nothing has been sent.
   * @param waitMs how long to stand in line at most
   */
  async run(operation: Operation, waitMs: number): Promise<OperationResult> {
    try {
      if (operation.kind !== 'book' || operation.payload.hostIds.length <= 1)
        return await this.deps.writers.runExclusive(guardKeys(operation), waitMs, () => this.#send(operation));
      // With as many earlier writers as hosts, waiting in line is pointless: its turn then does nothing.
      const blocked = this.#blocked(operation);
      const turn = this.deps.writers.runExclusive(
        guardKeys(operation),
        waitMs,
        async () => (await blocked) ?? this.#send(operation),
      );
      turn.catch(() => undefined);
      return (await blocked) ?? (await turn);
    } catch (error) {
      const failure = classify(error);
      if (!(failure instanceof StoreUnavailable)) return this.#notSent(operation, failure);
      // Whether the last statement was carried out is unknown; the caller gets a failure, so nothing may follow.
      this.deps.background.run('give up a booking', this.#giveUp(operation, failure));
      throw failure;
    }
  }

  /** Retries until Postgres records it, or another process has taken the operation over. */
  async #giveUp(operation: Operation, failure: GatewayError): Promise<void> {
    const { ledger, sleep } = this.deps;
    for (let tries = 0; tries < GIVE_UP_TRIES; tries++) {
      try {
        if (operation.reposts > 0) await this.#later(operation, failure.code);
        else await ledger.abandon(operation, failure.code);
        return;
      } catch {
        await sleep(GIVE_UP_EVERY_MS);
      }
    }
  }

  /** A second try that was not made is still to be made. */
  #later(operation: Operation, reason: OperationReason): Promise<boolean> {
    return this.deps.ledger.markUnknown({ ...operation, reposts: operation.reposts - 1 }, reason, FIRST_SETTLE_MS);
  }

  /** Looks an unknown outcome up at Cal.com: found → recorded, surely refused → recorded, not there (yet) → `absent`. */
  async lookUp(operation: Operation): Promise<OperationResult | { kind: 'absent' }> {
    const upstream = await this.deps.upstreams.forTenant(operation.companyId);
    const booking = await this.#lookup.find(operation, upstream);
    if (booking) return this.#accept(operation, booking, upstream);
    if (operation.reason === SERVER_ERROR && (await this.#isStartGone(operation, upstream)))
      return this.#refused(operation, START_GONE);
    return { kind: 'absent' };
  }

  async #send(operation: Operation): Promise<OperationResult> {
    const { ledger } = this.deps;
    if (operation.kind !== 'book' && !(await ledger.isCurrent(operation))) return this.#overtaken(operation);
    if (takesTime(operation)) {
      const blocked = await this.#blocked(operation);
      if (blocked) return blocked;
    }
    const upstream = await this.deps.upstreams.forTenant(operation.companyId);
    const untilMs = performance.now() + SEND_WITHIN_MS;
    // Recorded while the request waits for its place in the budget; it leaves no sooner.
    const recorded = ledger.markSent(operation, SENT_LEASE_MS);
    const mayLeave = async (): Promise<void> => {
      if (!(await recorded) || performance.now() > untilMs)
        throw new DeadlineExceeded('the operation is no longer ours', false, true);
    };
    const request = requestOf(operation, upstream, mayLeave);
    request.catch(() => undefined);
    const sent = await recorded;
    if (!sent) return { kind: 'unknown' };
    try {
      return await this.#accept(sent, await request, upstream);
    } catch (error) {
      const failure = classify(error);
      const again = isRejected(failure, 'invalid_phone') ? this.#withoutPhone(sent) : null;
      if (!again) return this.#failed(sent, failure, upstream, operation.sentAt);
      const attempt = requestOf(again, upstream, mayLeave).then((booking) => this.#accept(again, booking, upstream));
      return attempt.catch((reason: unknown) => {
        const second = classify(reason);
        // Without any number it goes no better: the caller is asked for another one.
        const isNoBetter = isRejected(second, 'missing_attendee_field', 'missing_field');
        return this.#failed(isNoBetter ? sent : again, isNoBetter ? failure : second, upstream, sent.sentAt);
      });
    }
  }

  /** The same booking under an address alone; null for what has no number. */
  #withoutPhone(operation: Operation): Operation | null {
    const { kind, companyId, callId, payload } = operation;
    const { name, phone, email } = payload.attendee;
    if (kind !== 'book' || phone === null) return null;
    const caller = { companyId, callId, email, phone, person: null };
    const address = this.deps.addresses.addressFor(caller, { phoneOnly: false });
    return { ...operation, payload: { ...payload, attendee: { name, phone: null, email: address } } };
  }

  async #blocked(operation: Operation): Promise<OperationResult | null> {
    const reason = await this.deps.others.blocking(operation);
    if (!reason) return null;
    await this.deps.ledger.reject(operation, reason);
    return { kind: 'taken', reason };
  }

  /** While this one stood in line another change of the same appointment was made: its uid is history. */
  async #overtaken(operation: Operation): Promise<OperationResult> {
    const failure = new Conflict('The appointment was changed meanwhile.');
    if (operation.reposts === 0) return this.#notSent(operation, failure);
    await this.deps.ledger.reject(operation, 'overtaken');
    return { kind: 'refused', reason: 'already_rescheduled' };
  }

  /** A 2xx (or a booking found later): verified, recorded, and applied to the availability cache before it is reported. */
  async #accept(operation: Operation, booking: UpstreamBooking, upstream: BookingUpstream): Promise<OperationResult> {
    if (operation.kind === 'cancel') {
      if (!isCancelled(operation, booking)) throw new UpstreamMalformed('a cancellation that cancelled nothing');
    } else if (operation.kind === 'absence') {
      if (!isMarked(operation, booking)) throw new UpstreamMalformed('an absence that was not marked');
    } else {
      const verdict = this.#verdictOn(operation, booking);
      // A move's answer may leave out what it came from; the old booking says what became of it.
      if (verdict.kind === 'not_ours' && operation.kind === 'move' && booking.rescheduledFromUid === null) {
        const moved = await this.#lookup.find(operation, upstream).catch(() => null);
        if (!moved) throw new OutcomeUnknown('a move whose chain cannot be seen');
        return await this.#accept(operation, moved, upstream);
      }
      if (verdict.kind === 'misplaced') {
        const undone = await this.#compensation.run(operation, booking, upstream, verdict.reason);
        if (undone) return undone;
      }
      if (verdict.kind === 'not_ours') {
        await this.deps.ledger.reject(operation, verdict.reason);
        await this.#announcer.taken(operation);
        return { kind: 'taken', reason: verdict.reason };
      }
    }
    try {
      const confirmed = await this.deps.ledger.confirm(operation, booking);
      if (confirmed.kind === 'host_clash' && operation.kind === 'absence') {
        // Another appointment was recorded in its place meanwhile; Cal.com has the mark.
        await this.deps.ledger.review(operation, confirmed.kind);
        return { kind: 'unknown' };
      }
      if (confirmed.kind === 'host_clash' || confirmed.kind === 'uid_known') {
        const undone = await this.#compensation.run(operation, booking, upstream, confirmed.kind);
        return undone ?? { kind: 'unknown' };
      }
      if (confirmed.kind === 'lost') return { kind: 'unknown' };
      await this.#announcer.done(operation, booking);
      return { kind: 'confirmed', appointment: confirmed.appointment };
    } catch (error) {
      // The booking stands at Cal.com and the intent in Postgres: the settling job finds it again by its key.
      this.deps.log.error({ operation: operation.id, err: error }, 'a confirmed booking could not be recorded yet');
      return { kind: 'unknown' };
    }
  }

  /** @param sentBefore when an earlier try had been sent */
  async #failed(
    operation: Operation,
    failure: GatewayError,
    upstream: BookingUpstream,
    sentBefore: Date | null,
  ): Promise<OperationResult> {
    const { ledger, log } = this.deps;
    if (neverReached(failure)) return this.#notSent(operation, failure, sentBefore);
    const certain = failure instanceof UpstreamRejected && !(MAYBE_OURS.has(failure.reason) || operation.reposts > 0);
    // The settling job looks again after a second try; only a refusal needs to be understood at once.
    const isRepost = operation.reposts > 0 && !(failure instanceof UpstreamRejected);
    const found = certain ? 'absent' : isRepost ? 'unseen' : await this.#lookUpNow(operation, upstream);
    if (typeof found === 'object') return found;
    if (failure instanceof UpstreamRejected && found === 'absent') return this.#refused(operation, failure);
    if (isServerError(failure) && found === 'absent') {
      if (await this.#isStartGone(operation, upstream)) return this.#refused(operation, START_GONE);
      await upstream.countWriteFault(failure);
    }
    log.warn(
      { operation: operation.id, code: failure.code },
      'the outcome of a booking request is unknown; it will be settled',
    );
    const reason = isServerError(failure) ? SERVER_ERROR : failure.code;
    const settleInMs = operation.reposts > 0 ? REPOST_SETTLE_MS : FIRST_SETTLE_MS;
    await ledger.markUnknown(operation, reason, settleInMs).catch(() => false);
    return { kind: 'unknown' };
  }

  /**
   * A first try is given up; a second one, which the caller believes is being confirmed, stays open.
   * What the ledger could not record must not be reported either: the settling job might still send it.
   */
  async #notSent(operation: Operation, failure: GatewayError, sentBefore = operation.sentAt): Promise<OperationResult> {
    const { ledger } = this.deps;
    if (operation.reposts > 0) {
      // Not sent at all: how long the first try has been absent still counts.
      await this.#later({ ...operation, sentAt: sentBefore }, failure.code).catch(() => false);
      return { kind: 'unknown' };
    }
    const written = await ledger.abandon(operation, failure.code).catch(() => false);
    return written || !operation.sentAt ? { kind: 'not_sent', error: failure } : { kind: 'unknown' };
  }

  /** After HTTP 500: Cal.com answers some conflicts with nothing else, and then no longer lists the start. */
  async #isStartGone(operation: Operation, upstream: BookingUpstream): Promise<boolean> {
    if (!takesTime(operation)) return false;
    const { eventTypeId, startAt, previousUid, payload } = operation;
    const { wishedHostIds: hostIds, lengthMinutes } = payload;
    const start = { eventTypeId, startAt, lengthMinutes, hostIds, movedUid: previousUid };
    try {
      return !(await upstream.isStartFree(start));
    } catch {
      return false;
    }
  }

  async #refused(
    operation: Operation,
    failure: Pick<UpstreamRejected, 'reason' | 'upstreamStatus'>,
  ): Promise<OperationResult> {
    const { ledger, log } = this.deps;
    // Reported only when recorded: the settling job sends an open operation again.
    if (!(await ledger.reject(operation, failure.reason).catch(() => false))) return { kind: 'unknown' };
    if (takesTime(operation) && isTaken(failure.reason)) {
      await this.#announcer.taken(operation);
      return { kind: 'taken', reason: failure.reason };
    }
    log.warn(
      { operation: operation.id, reason: failure.reason, status: failure.upstreamStatus },
      'Cal.com refused a booking request',
    );
    if (failure instanceof UpstreamRejected) this.deps.refused(operation, failure);
    return { kind: 'refused', reason: failure.reason };
  }

  /** Within the request: one look, if there is time for it. */
  async #lookUpNow(operation: Operation, upstream: BookingUpstream): Promise<OperationResult | 'absent' | 'unseen'> {
    const remainingMs = currentRequest()?.deadline.remainingMs() ?? Number.POSITIVE_INFINITY;
    if (remainingMs < LOOKUP_NEEDS_MS) return 'unseen';
    try {
      const booking = await this.#lookup.find(operation, upstream);
      return booking ? await this.#accept(operation, booking, upstream) : 'absent';
    } catch (error) {
      return error instanceof UpstreamRejected ? 'absent' : 'unseen';
    }
  }

  #verdictOn(operation: Operation, booking: UpstreamBooking): Verdict {
    const { email, phone } = operation.payload.attendee;
    return verifyBooking(operation, booking, this.deps.addresses.listedAddress(email, phone), this.deps.nowMs());
  }
}

/** Whether it needs its start to be free. */
function takesTime({ kind }: Operation): boolean {
  return kind === 'book' || kind === 'move';
}

function isRejected(failure: GatewayError, ...reasons: UpstreamReason[]): failure is UpstreamRejected {
  return failure instanceof UpstreamRejected && reasons.includes(failure.reason);
}
