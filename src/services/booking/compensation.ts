import { classify, UpstreamRejected } from '../../errors';
import type { CancelledPart, UpstreamBooking } from '../calcom/calcom-ports';
import type { BookingAnnouncer } from './booking-announcer';
import type { BookingUpstream } from './booking-ports';
import { OTHER_HOST } from './host-wish';
import type { BookingLedger, Operation } from './ledger';
import { FIRST_SETTLE_MS, type OperationResult, type RunnerLog } from './operation-result';
import { isTypeFault, type OperationReason } from './reason-texts';
import { GATEWAY_KEY_FIELD, isOff, isSeries, type Verdict } from './verification';

/** Cal.com's time for a look and a cancellation. */
const UNDO_LEASE_MS = 12_000;
const REASON = 'The start could not be confirmed';
/** A booking that cannot be undone for this long is given to a person. */
const UNDO_FOR_MS = 10 * 60_000;
/** The same where Cal.com refuses to undo it. */
const REFUSED_FOR_MS = 40_000;

export interface CompensationDeps {
  ledger: Pick<BookingLedger, 'review' | 'renew' | 'markCompensated' | 'markUnknown'>;
  announcer: BookingAnnouncer;
  verdictOn: (operation: Operation, booking: UpstreamBooking) => Verdict;
  log: RunnerLog;
  nowMs: () => number;
}

/** What Cal.com made for us but must not stand is taken back. */
export class Compensation {
  constructor(private readonly deps: CompensationDeps) {}

  /**
   * The booking exists at Cal.com but must not stand: undo it there first, then say so here.
   * @returns null when Cal.com does not take it back and it is to stand after all
   */
  async run(
    operation: Operation,
    booking: UpstreamBooking,
    upstream: BookingUpstream,
    reason: OperationReason,
  ): Promise<OperationResult | null> {
    const { ledger, log, announcer } = this.deps;
    if (operation.kind === 'move' && reason === OTHER_HOST) return this.#moveBack(operation, booking, upstream);
    if (operation.kind !== 'book') {
      // Cancelling would take the customer's only appointment away; a person decides.
      log.error({ operation: operation.id, reason }, 'a moved booking needs a person');
      await ledger.review(operation, reason).catch(() => false);
      return { kind: 'unknown' };
    }
    log.error({ operation: operation.id, reason }, 'a booking at Cal.com cannot stand and is being cancelled');
    try {
      // The process that took the operation over may have confirmed this very booking.
      if (!(await ledger.renew(operation, UNDO_LEASE_MS))) return { kind: 'unknown' };
      if (reason !== 'uid_known' && (await this.#isOwn(operation, booking, upstream)))
        await this.#undo(booking, upstream, operation.eventTypeId);
      if (!(await ledger.markCompensated(operation, booking.uid, reason))) return { kind: 'unknown' };
      if (isTypeFault(reason)) return { kind: 'refused', reason };
      // Other hosts keep the start free.
      if (reason !== OTHER_HOST) await announcer.taken(operation);
      return { kind: 'taken', reason };
    } catch (error) {
      const failure = classify(error);
      // A single no may be as wrong as the booking is.
      const ageMs = this.deps.nowMs() - operation.createdAt.getTime();
      const hopeless = ageMs > (failure instanceof UpstreamRejected ? REFUSED_FOR_MS : UNDO_FOR_MS);
      log.error({ operation: operation.id, code: failure.code, hopeless }, 'cancelling it failed');
      // The settling job finds the booking again and comes back here.
      if (hopeless) await ledger.review(operation, reason).catch(() => false);
      else await ledger.markUnknown(operation, reason, FIRST_SETTLE_MS).catch(() => false);
      return { kind: 'unknown' };
    }
  }

  /** Another host got the appointment than the one that must keep it: it returns to the start it had. */
  async #moveBack(
    operation: Operation,
    moved: UpstreamBooking,
    upstream: BookingUpstream,
  ): Promise<OperationResult | null> {
    const { ledger, log } = this.deps;
    const { previous } = operation.payload;
    if (!previous) return null;
    try {
      if (!(await ledger.renew(operation, UNDO_LEASE_MS))) return { kind: 'unknown' };
      const change = { startAt: new Date(previous.startAt), reason: REASON };
      const back = await upstream.rescheduleBooking(moved.uid, change, { eventTypeId: operation.eventTypeId });
      if (!(await ledger.markCompensated(operation, back.uid, OTHER_HOST))) return { kind: 'unknown' };
      return { kind: 'taken', reason: OTHER_HOST };
    } catch (error) {
      const failure = classify(error);
      log.warn({ operation: operation.id, code: failure.code }, 'a move to another host could not be taken back');
      // Its old start may be gone by now: then the caller hears whose the appointment is.
      if (failure instanceof UpstreamRejected) return null;
      await ledger.review(operation, OTHER_HOST).catch(() => false);
      return { kind: 'unknown' };
    }
  }

  /** What an answer got wrong about one thing it may get wrong about another: only what Cal.com keeps as ours is cancelled. */
  async #isOwn(operation: Operation, answered: UpstreamBooking, upstream: BookingUpstream): Promise<boolean> {
    if (answered.seatUid || this.deps.verdictOn(operation, answered).kind === 'ours') return true;
    const kept = await upstream.getBooking(answered.uid);
    if (!kept || isOff(kept)) return false;
    // With another request's key it is that one's booking, however young and for whichever attendee.
    const key = kept.metadata[GATEWAY_KEY_FIELD] ?? operation.gatewayKey;
    return key === operation.gatewayKey && this.deps.verdictOn(operation, kept).kind !== 'not_ours';
  }

  async #undo(booking: UpstreamBooking, upstream: BookingUpstream, eventTypeId: number): Promise<void> {
    const cancel = (uid: string, part?: CancelledPart): Promise<void> =>
      cancelIfStanding(() => upstream.cancelBooking(uid, REASON, { eventTypeId }, part));
    // The others in the booking keep their seats.
    if (booking.seatUid) return cancel(booking.uid, { seatUid: booking.seatUid });
    if (!isSeries(booking)) return cancel(booking.uid);
    await cancel(booking.uid, { cancelSubsequentBookings: true });
    for (const uid of booking.siblingUids ?? []) {
      const sibling = await upstream.getBooking(uid);
      if (sibling && !isOff(sibling)) await cancel(uid);
    }
  }
}

/** Already cancelled is fine: an answer that got lost before, or a host who was faster. */
async function cancelIfStanding(cancel: () => Promise<UpstreamBooking>): Promise<void> {
  try {
    await cancel();
  } catch (error) {
    if (!(error instanceof UpstreamRejected && error.reason === 'already_cancelled')) throw error;
  }
}
