import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { BookingUpstream } from './booking-ports';
import type { Operation } from './ledger';
import { GATEWAY_KEY_FIELD, isCancelled } from './verification';

/** A start at the edge of the asked span must be inside it on Cal.com's clock as well. */
const MARGIN_MS = 60_000;

/**
 * What became of an operation, as Cal.com knows it; null when it did not happen (yet). A booking that was made and
 * cancelled again is found as well: it must not be made a second time.
 */
export async function findAtCalcom(operation: Operation, upstream: BookingUpstream): Promise<UpstreamBooking | null> {
  if (operation.kind === 'cancel') {
    const booking = await upstream.getBooking(operation.previousUid ?? '');
    return booking && isCancelled(operation, booking) ? booking : null;
  }
  if (operation.kind === 'move') {
    const old = await upstream.getBooking(operation.previousUid ?? '');
    const next = old?.rescheduledToUid ? await upstream.getBooking(old.rescheduledToUid) : null;
    // A move to another time was made elsewhere: it is not ours.
    if (next?.startAt.getTime() !== operation.startAt.getTime()) return null;
    return { ...next, rescheduledFromUid: operation.previousUid };
  }
  // Its news came before its answer: the uid alone is enough, also where the key's list does not show the booking.
  if (operation.upstreamUid) return upstream.getBooking(operation.upstreamUid);
  // Not by the attendee's address: where the field is hidden, Cal.com replaces it by one of its own.
  const { bookings } = await upstream.listBookings({
    eventTypeIds: [operation.eventTypeId],
    afterStartAt: new Date(operation.startAt.getTime() - MARGIN_MS),
    beforeEndAt: new Date(operation.endAt.getTime() + MARGIN_MS),
    status: ['upcoming', 'unconfirmed', 'past', 'cancelled'],
  });
  const ours = bookings.filter((booking) => booking.metadata[GATEWAY_KEY_FIELD] === operation.gatewayKey);
  return ours.find(isStanding) ?? ours[0] ?? null;
}

function isStanding(booking: UpstreamBooking): boolean {
  return booking.status === 'accepted' || booking.status === 'pending';
}
