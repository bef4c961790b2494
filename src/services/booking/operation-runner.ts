import {
  OutcomeUnknown,
  type GatewayError,
  StoreUnavailable,
  UpstreamMalformed,
  UpstreamRejected,
  classify,
  type UpstreamReason,
} from '../../errors';
import type { UpstreamBooking } from '../calcom-ports';
import type { Appointment } from '../domain';
import { currentRequest } from '../request-context';
import type {
  AttendeeAddressBook,
  AvailabilityNews,
  BookingUpstream,
  BookingUpstreams,
  WriterQueue,
} from './booking-ports';
import type { BookingLedger, Operation } from './ledger';
import { isTaken, neverReached } from './failure-meaning';
import { GATEWAY_KEY_FIELD, isCancelled, type Verdict, verifyBooking } from './verification';

export type OperationResult =
  | { kind: 'confirmed'; appointment: Appointment }
  | { kind: 'taken'; reason: string }
  /** Cal.com or the company's set-up refuses; trying the same again will not help. */
  | { kind: 'refused'; reason: UpstreamReason | 'already_cancelled' }
  /** Nothing was sent; the caller may try again. */
  | { kind: 'not_sent'; error: GatewayError }
  | { kind: 'unknown' };

export interface RunnerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A host's time is guarded in steps of this many minutes. */
const GUARD_STEP_MS = 15 * 60_000;
/** How long an operation belongs to this process before another one may take it over. */
export const OPERATION_LEASE_MS = 20_000;
/** A lookup inside the request is only begun with this much time left. */
const LOOKUP_NEEDS_MS = 900;
/** First look by the settling job after an unknown outcome: Cal.com may still be working on the request. */
export const FIRST_SETTLE_MS = 3000;
/** A row older than this that stands in the way is checked against Cal.com before it is believed. */
const TRUSTED_ROW_MS = 10 * 60_000;

export interface OperationRunnerDeps {
  ledger: BookingLedger;
  upstreams: BookingUpstreams;
  queue: WriterQueue;
  news: AvailabilityNews;
  addresses: AttendeeAddressBook;
  log: RunnerLog;
  /** Epoch milliseconds. */
  nowMs: () => number;
}

/** Carries one recorded intent to Cal.com and back, so that at every moment the ledger knows at least as much as Cal.com. */
export class OperationRunner {
  readonly #deps: OperationRunnerDeps;

  constructor(deps: OperationRunnerDeps) {
    this.#deps = deps;
  }

  /**
   * Sends an `intended` operation, in line with other writers for the same hosts and times.
   * Never throws for what Cal.com does; throws StoreUnavailable only while nothing has been sent.
   * @param waitMs how long to stand in line at most
   */
  async run(operation: Operation, waitMs: number): Promise<OperationResult> {
    try {
      return await this.#deps.queue.inLine(guardKeys(operation), waitMs, OPERATION_LEASE_MS, () =>
        this.#send(operation),
      );
    } catch (error) {
      const failure = classify(error);
      await this.#notSent(operation, failure.code);
      if (failure instanceof StoreUnavailable) throw failure;
      return { kind: 'not_sent', error: failure };
    }
  }

  /** Looks an unknown outcome up at Cal.com: found → recorded, surely refused → recorded, not there (yet) → `absent`. */
  async lookUp(operation: Operation): Promise<OperationResult | { kind: 'absent' }> {
    const upstream = await this.#deps.upstreams.forTenant(operation.companyId);
    const booking = await this.#find(operation, upstream);
    return booking ? this.#accept(operation, booking, upstream) : { kind: 'absent' };
  }

  async #send(operation: Operation): Promise<OperationResult> {
    const { ledger } = this.#deps;
    if (operation.kind !== 'cancel') {
      const blocked = await this.#blockedBy(operation);
      if (blocked) {
        await ledger.reject(operation, blocked);
        return { kind: 'taken', reason: blocked };
      }
    }
    const upstream = await this.#deps.upstreams.forTenant(operation.companyId);
    const sent = await ledger.markSent(operation, OPERATION_LEASE_MS);
    if (!sent) return { kind: 'unknown' };
    try {
      return await this.#accept(sent, await this.#request(sent, upstream), upstream);
    } catch (error) {
      return this.#failed(sent, classify(error), upstream);
    }
  }

  #request(operation: Operation, upstream: BookingUpstream): Promise<UpstreamBooking> {
    const { payload } = operation;
    if (operation.kind === 'cancel')
      return upstream.cancelBooking(operation.previousUid ?? '', payload.reason ?? 'Cancelled by the customer');
    if (operation.kind === 'move') {
      return upstream.rescheduleBooking(operation.previousUid ?? '', {
        startAt: operation.startAt,
        ...(payload.reason ? { reason: payload.reason } : {}),
      });
    }
    return upstream.createBooking({
      eventTypeId: operation.eventTypeId,
      startAt: operation.startAt,
      attendee: {
        name: payload.attendee.name,
        email: payload.attendee.email,
        phone: payload.attendee.phone,
        timeZone: payload.timeZone,
        language: payload.language,
      },
      responses: payload.responses,
      metadata: {
        [GATEWAY_KEY_FIELD]: operation.gatewayKey,
        booked_via: 'askpro-gateway',
        ...(operation.callId ? { call_id: operation.callId } : {}),
      },
      ...(payload.wishedHostIds.length > 0 ? { hostIds: payload.wishedHostIds } : {}),
    });
  }

  /** A 2xx (or a booking found later): checked, recorded, and told to the availability cache before anybody hears of it. */
  async #accept(operation: Operation, booking: UpstreamBooking, upstream: BookingUpstream): Promise<OperationResult> {
    if (operation.kind === 'cancel') {
      if (!isCancelled(operation, booking)) throw new UpstreamMalformed('a cancellation that cancelled nothing');
    } else {
      const verdict = this.#verdictOn(operation, booking);
      // A move's answer may leave out what it came from; the old booking says what became of it.
      if (verdict.kind === 'not_ours' && operation.kind === 'move' && booking.rescheduledFromUid === null) {
        const moved = await this.#find(operation, upstream).catch(() => null);
        if (!moved) throw new OutcomeUnknown('a move whose chain cannot be seen');
        return await this.#accept(operation, moved, upstream);
      }
      if (verdict.kind === 'misplaced') return this.#compensate(operation, booking, upstream, verdict.reason);
      if (verdict.kind === 'not_ours') {
        await this.#deps.ledger.reject(operation, verdict.reason);
        await this.#tell(() =>
          this.#deps.news.taken(operation.companyId, operation.eventTypeId, operation.startAt, operation.endAt),
        );
        return { kind: 'taken', reason: verdict.reason };
      }
    }
    try {
      const confirmed = await this.#deps.ledger.confirm(operation, booking);
      if (confirmed.kind === 'host_clash' || confirmed.kind === 'uid_known') {
        return await this.#compensate(operation, booking, upstream, confirmed.kind);
      }
      if (confirmed.kind === 'lost') return { kind: 'unknown' };
      await this.#tell(() => this.#announce(operation, booking));
      return { kind: 'confirmed', appointment: confirmed.appointment };
    } catch (error) {
      // The booking stands at Cal.com and the intent in Postgres: the settling job finds it again by its key.
      this.#deps.log.error({ operation: operation.id, err: error }, 'a confirmed booking could not be recorded yet');
      return { kind: 'unknown' };
    }
  }

  async #failed(operation: Operation, failure: GatewayError, upstream: BookingUpstream): Promise<OperationResult> {
    const { ledger, log } = this.#deps;
    if (neverReached(failure)) {
      await this.#notSent(operation, failure.code);
      return { kind: 'not_sent', error: failure };
    }
    const certain =
      failure instanceof UpstreamRejected && !(failure.reason === 'booking_conflict' || operation.reposts > 0);
    if (!certain) {
      const found = await this.#lookUpNow(operation, upstream);
      if (found) return found;
    }
    if (failure instanceof UpstreamRejected) return this.#refused(operation, failure);
    log.warn(
      { operation: operation.id, code: failure.code },
      'the outcome of a booking request is unknown; it will be settled',
    );
    await ledger.markUnknown(operation, failure.code, FIRST_SETTLE_MS).catch(() => false);
    return { kind: 'unknown' };
  }

  /** A first try is given up; a second one, of which the caller was told that it is being confirmed, stays on the list. */
  async #notSent(operation: Operation, reason: string): Promise<void> {
    const { ledger } = this.#deps;
    if (operation.reposts === 0) await ledger.abandon(operation, reason).catch(() => false);
    else
      await ledger
        .markUnknown({ ...operation, reposts: operation.reposts - 1 }, reason, FIRST_SETTLE_MS)
        .catch(() => false);
  }

  async #refused(operation: Operation, failure: UpstreamRejected): Promise<OperationResult> {
    const { ledger, news, log } = this.#deps;
    await ledger.reject(operation, failure.reason).catch(() => false);
    if (operation.kind !== 'cancel' && isTaken(failure.reason)) {
      await this.#tell(() =>
        news.taken(operation.companyId, operation.eventTypeId, operation.startAt, operation.endAt),
      );
      return { kind: 'taken', reason: failure.reason };
    }
    log.warn(
      { operation: operation.id, reason: failure.reason, status: failure.upstreamStatus },
      'Cal.com refused a booking request',
    );
    return { kind: 'refused', reason: failure.reason };
  }

  /** Within the request: one look, if there is time for it. */
  async #lookUpNow(operation: Operation, upstream: BookingUpstream): Promise<OperationResult | undefined> {
    const remainingMs = currentRequest()?.deadline.remainingMs() ?? Number.POSITIVE_INFINITY;
    if (remainingMs < LOOKUP_NEEDS_MS) return undefined;
    try {
      const booking = await this.#find(operation, upstream);
      return booking ? await this.#accept(operation, booking, upstream) : undefined;
    } catch {
      return undefined;
    }
  }

  async #find(operation: Operation, upstream: BookingUpstream): Promise<UpstreamBooking | null> {
    if (operation.kind === 'cancel') {
      const booking = await upstream.getBooking(operation.previousUid ?? '');
      return booking && isCancelled(operation, booking) ? booking : null;
    }
    if (operation.kind === 'move') {
      const old = await upstream.getBooking(operation.previousUid ?? '');
      const next = old?.rescheduledToUid ? await upstream.getBooking(old.rescheduledToUid) : null;
      // Somebody else may have moved it meanwhile, to another time: that is not our doing.
      if (next?.startAt.getTime() !== operation.startAt.getTime()) return null;
      return { ...next, rescheduledFromUid: operation.previousUid };
    }
    // Its news came before its answer: the uid alone is enough, also where the key's list does not show the booking.
    if (operation.upstreamUid) return upstream.getBooking(operation.upstreamUid);
    // Not by the attendee's address: where the field is hidden, Cal.com replaces it by one of its own.
    const { bookings } = await upstream.listBookings({
      eventTypeIds: [operation.eventTypeId],
      afterStartAt: new Date(operation.startAt.getTime() - 60_000),
      beforeEndAt: new Date(operation.endAt.getTime() + 60_000),
      status: ['upcoming', 'unconfirmed'],
    });
    return bookings.find((booking) => booking.metadata[GATEWAY_KEY_FIELD] === operation.gatewayKey) ?? null;
  }

  /** The booking exists at Cal.com but must not stand: undo it there first, then say so here. */
  async #compensate(
    operation: Operation,
    booking: UpstreamBooking,
    upstream: BookingUpstream,
    reason: string,
  ): Promise<OperationResult> {
    const { ledger, log } = this.#deps;
    if (operation.kind === 'move') {
      // Cancelling would take the customer's only appointment away; a person decides.
      log.error({ operation: operation.id, reason }, 'a moved booking needs a person');
      await ledger.review(operation, reason).catch(() => false);
      return { kind: 'unknown' };
    }
    log.error({ operation: operation.id, reason }, 'a booking at Cal.com cannot stand and is being cancelled');
    try {
      if (reason !== 'uid_known' && (await this.#isOwn(operation, booking, upstream)))
        await upstream.cancelBooking(booking.uid, 'The start could not be confirmed');
      await ledger.markCompensated(operation, booking.uid, reason);
      await this.#tell(() =>
        this.#deps.news.taken(operation.companyId, operation.eventTypeId, operation.startAt, operation.endAt),
      );
      return { kind: 'taken', reason };
    } catch (error) {
      log.error({ operation: operation.id, err: error }, 'cancelling it failed; a person has to look');
      await ledger.review(operation, reason).catch(() => false);
      return { kind: 'unknown' };
    }
  }

  /** What an answer got wrong about one thing it may get wrong about another: only what Cal.com keeps as ours is cancelled. */
  async #isOwn(operation: Operation, answered: UpstreamBooking, upstream: BookingUpstream): Promise<boolean> {
    if (this.#verdictOn(operation, answered).kind === 'ours') return true;
    const kept = await upstream.getBooking(answered.uid);
    if (!kept || kept.status === 'cancelled' || kept.status === 'rejected') return false;
    return this.#verdictOn(operation, kept).kind !== 'not_ours';
  }

  #verdictOn(operation: Operation, booking: UpstreamBooking): Verdict {
    const { email, phone } = operation.payload.attendee;
    return verifyBooking(operation, booking, this.#deps.addresses.listedAddress(email, phone), this.#deps.nowMs());
  }

  /** Our own ledger says that every possible host is taken: no need to ask Cal.com, which might even double-book. */
  async #blockedBy(operation: Operation): Promise<string | null> {
    const { hostIds, seats } = operation.payload;
    if (seats > 1 || hostIds.length === 0) return null;
    const rows = await this.#deps.ledger.overlapping(
      operation.companyId,
      hostIds,
      operation.eventTypeId,
      operation.startAt,
      operation.endAt,
      operation.appointmentId,
    );
    let busy = 0;
    const busyHosts = new Set<number>();
    for (const row of rows) {
      if (row.hostId !== null && busyHosts.has(row.hostId)) continue;
      const old = this.#deps.nowMs() - row.recordedAt.getTime() > TRUSTED_ROW_MS;
      if (old && row.uid && (await this.#isGone(operation, row.uid, row.appointmentId))) continue;
      if (row.hostId !== null) busyHosts.add(row.hostId);
      busy++;
    }
    return busy >= hostIds.length ? 'host_busy' : null;
  }

  async #isGone(operation: Operation, uid: string, appointmentId: string): Promise<boolean> {
    try {
      const upstream = await this.#deps.upstreams.forTenant(operation.companyId);
      const booking = await upstream.getBooking(uid);
      if (booking && booking.status !== 'cancelled' && booking.status !== 'rejected') return false;
      await this.#deps.ledger.markCancelledElsewhere(
        operation.companyId,
        appointmentId,
        booking?.cancellationReason ?? null,
      );
      return true;
    } catch {
      return false;
    }
  }

  async #announce(operation: Operation, booking: UpstreamBooking): Promise<void> {
    const { news } = this.#deps;
    const hostId = booking.hosts[0]?.id ?? null;
    if (operation.kind === 'cancel')
      return news.released(operation.companyId, operation.eventTypeId, hostId, operation.startAt, operation.endAt);
    await news.booked(operation.companyId, operation.eventTypeId, hostId, booking.startAt, booking.endAt);
    const { previous } = operation.payload;
    if (previous) {
      await news.released(
        operation.companyId,
        operation.eventTypeId,
        hostId,
        new Date(previous.startAt),
        new Date(previous.endAt),
      );
    }
  }

  /** News that cannot be delivered must not undo a booking; the invalidation job repeats it. */
  async #tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the availability cache could not be told');
    }
  }
}

function guardKeys(operation: Operation): string[] {
  const subjects =
    operation.payload.hostIds.length > 0
      ? operation.payload.hostIds.map((id) => `host:${id}`)
      : [`event-type:${operation.eventTypeId}`];
  const first = Math.floor(operation.startAt.getTime() / GUARD_STEP_MS);
  const last = Math.ceil(operation.endAt.getTime() / GUARD_STEP_MS);
  const keys: string[] = [];
  for (let step = first; step < last; step++) {
    for (const subject of subjects) keys.push(`{${operation.companyId}}:${subject}:${step}`);
  }
  if (operation.previousUid) keys.push(`{${operation.companyId}}:uid:${operation.previousUid}`);
  return keys.sort();
}
