import type { Appointment } from '../../domain';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import { OTHER_HOST } from './host-wish';
import type { Operation } from './ledger';
import type { BookingFault, TypeFault } from './reason-texts';

/** Metadata field that carries the gateway's own key at Cal.com. */
export const GATEWAY_KEY_FIELD = 'gateway_key';

/** How old a "new" booking may claim to be: Cal.com's machines differ among themselves by some seconds. */
const FRESHNESS_MS = 60_000;
/** Cal.com reports its clock in whole seconds. */
const CLOCK_STEP_MS = 1000;

export type Verdict =
  | { kind: 'ours' }
  /** Another attendee's booking: it must be left alone. */
  | { kind: 'not_ours'; reason: BookingFault }
  /** Made by our request, but not what was asked for: it must not stand. */
  | { kind: 'misplaced'; reason: BookingFault };

/** Cal.com answered with a booking that was made before, for what it takes for the same attendee. */
export const OTHER_KEY = 'other_key';

/**
 * Whether a 2xx really is the booking that was asked for. Cal.com may return another attendee's existing booking for the same
 * start (round robin, confirmation required), so a success status alone proves nothing.
 * @param listedAddress under which Cal.com knows the attendee
 * @param nowMs our clock when the answer came, epoch milliseconds
 */
export function verifyBooking(
  operation: Operation,
  booking: UpstreamBooking,
  listedAddress: string | null,
  nowMs: number,
): Verdict {
  // A seat is taken by one request only, and its metadata is the attendee's.
  if (operation.kind === 'book' && booking.seatUid) return { kind: 'misplaced', reason: 'seated_event_type' };
  if (booking.metadata[GATEWAY_KEY_FIELD] !== operation.gatewayKey && !isMoveOf(operation, booking)) {
    return {
      kind: isMadeForUs(operation, booking, listedAddress, nowMs) ? 'misplaced' : 'not_ours',
      reason: OTHER_KEY,
    };
  }
  if (isOff(booking)) return { kind: 'not_ours', reason: 'booking_off' };
  const fault = operation.kind === 'book' ? typeFaultOf(booking) : null;
  if (fault) return { kind: 'misplaced', reason: fault };
  if (booking.startAt.getTime() !== operation.startAt.getTime()) return { kind: 'misplaced', reason: 'other_start' };
  // A second try may bring the first one's booking back: no booking of it can be older than the operation itself.
  if (ageMs(booking, nowMs) > nowMs - operation.createdAt.getTime() + FRESHNESS_MS) {
    return { kind: 'misplaced', reason: 'older_booking' };
  }
  return isOtherHost(operation, booking) ? { kind: 'misplaced', reason: OTHER_HOST } : { kind: 'ours' };
}

/** Whether Cal.com names hosts, and the one that was required is not among them. */
function isOtherHost({ kind, payload }: Operation, { hosts }: UpstreamBooking): boolean {
  if (!payload.isHostRequired || kind === 'cancel') return false;
  const known = hosts.filter(({ id }) => id !== null);
  return known.length > 0 && known.every(({ id }) => id !== payload.wishedHostId);
}

/** Whether the booking is one of several that Cal.com made at once. */
export function isSeries({ seriesUid, siblingUids = [] }: UpstreamBooking): boolean {
  return Boolean(seriesUid) || siblingUids.length > 0;
}

/** Why Cal.com's answer shows that the event type cannot be booked by phone; null where it can. */
export function typeFaultOf(booking: UpstreamBooking): TypeFault | null {
  if (booking.seatUid) return 'seated_event_type';
  return isSeries(booking) ? 'recurring_event_type' : null;
}

/** A booking that several people share, reduced to the seat that was taken with that key; others as they are. */
export function seatOf(booking: UpstreamBooking, gatewayKey: string): UpstreamBooking {
  const own = booking.attendees.find(({ seat }) => seat?.metadata[GATEWAY_KEY_FIELD] === gatewayKey);
  return own?.seat ? { ...booking, metadata: own.seat.metadata, attendees: [own], seatUid: own.seat.uid } : booking;
}

/** Whether a booking or an appointment does not take place. */
export function isOff({ status }: Pick<UpstreamBooking | Appointment, 'status'>): boolean {
  return status === 'cancelled' || status === 'rejected';
}

/** Whether a cancellation's answer says that this very booking is off. */
export function isCancelled(operation: Operation, booking: UpstreamBooking): boolean {
  // One that was moved is marked as cancelled too, but its successor stands.
  return isOff(booking) && booking.uid === operation.previousUid && booking.rescheduledToUid === null;
}

/** Whether the booker is marked as the operation asks. */
export function isMarked({ payload }: Operation, { attendees: [booker] }: UpstreamBooking): boolean {
  return booker !== undefined && (booker.absent ?? false) === payload.absent;
}

/** Metadata is carried over on a move, so it holds the first operation's key; the chain of uids proves the move. */
function isMoveOf(operation: Operation, booking: UpstreamBooking): boolean {
  return (
    operation.kind === 'move' && operation.previousUid !== null && booking.rescheduledFromUid === operation.previousUid
  );
}

/** Without our key, yet made between our request and its answer, for our attendee: it cannot be another client's. */
function isMadeForUs(
  operation: Operation,
  booking: UpstreamBooking,
  listedAddress: string | null,
  nowMs: number,
): boolean {
  if (operation.kind !== 'book' || !operation.sentAt || !booking.createdAt || listedAddress === null) return false;
  const { email, phone } = operation.payload.attendee;
  const isAttendee = booking.attendees.some(
    (one) => one.email?.toLowerCase() === listedAddress.toLowerCase() || (email === null && one.phone === phone),
  );
  return isAttendee && ageMs(booking, nowMs) <= nowMs - operation.sentAt.getTime() + CLOCK_STEP_MS;
}

/** By Cal.com's own clock where it is known, because ours may differ by minutes. */
function ageMs({ createdAt, saidAt }: UpstreamBooking, nowMs: number): number {
  return createdAt ? (saidAt?.getTime() ?? nowMs) - createdAt.getTime() : 0;
}
