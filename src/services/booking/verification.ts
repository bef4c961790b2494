import type { UpstreamBooking } from '../calcom-ports';
import type { Operation } from './ledger';

/** Metadata field that carries the gateway's own key at Cal.com. */
export const GATEWAY_KEY_FIELD = 'gateway_key';

/** How old a "new" booking may claim to be: Cal.com's clock and ours may differ by some seconds. */
const FRESHNESS_MS = 60_000;

export type Verdict = { kind: 'ours' } | { kind: 'not_ours'; reason: string } | { kind: 'misplaced'; reason: string };

/**
 * Whether a 2xx really is the booking that was asked for. Cal.com may return somebody's existing booking for the same
 * start (round robin, confirmation required), so a success status alone proves nothing.
 */
export function verifyBooking(operation: Operation, booking: UpstreamBooking): Verdict {
  if (booking.metadata[GATEWAY_KEY_FIELD] !== operation.gatewayKey && !isMoveOf(operation, booking)) {
    return { kind: 'not_ours', reason: 'the booking carries another key' };
  }
  if (booking.status === 'cancelled' || booking.status === 'rejected') {
    return { kind: 'not_ours', reason: `the booking is ${booking.status}` };
  }
  if (booking.startAt.getTime() !== operation.startAt.getTime()) {
    return { kind: 'misplaced', reason: `starts at ${booking.startAt.toISOString()}` };
  }
  if (
    operation.sentAt &&
    booking.createdAt &&
    booking.createdAt.getTime() < operation.sentAt.getTime() - FRESHNESS_MS
  ) {
    return { kind: 'not_ours', reason: 'the booking is older than the request' };
  }
  return { kind: 'ours' };
}

/** Metadata is carried over on a move, so it holds the first operation's key; the chain of uids proves the move. */
function isMoveOf(operation: Operation, booking: UpstreamBooking): boolean {
  return (
    operation.kind === 'move' && operation.previousUid !== null && booking.rescheduledFromUid === operation.previousUid
  );
}
