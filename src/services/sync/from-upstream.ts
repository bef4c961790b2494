import type { UpstreamBooking } from '../calcom/calcom-ports';
import { GATEWAY_KEY_FIELD } from '../booking/verification';
import type { ExternalBooking } from './external-booking';

/** A listed booking in the shape that webhooks are brought into as well. */
export function fromUpstream(booking: UpstreamBooking): ExternalBooking {
  const key = booking.metadata[GATEWAY_KEY_FIELD];
  const attendee = booking.attendees[0];
  return {
    uid: booking.uid,
    bookingId: booking.id,
    previousUid: booking.rescheduledFromUid,
    nextUid: booking.rescheduledToUid,
    eventTypeId: booking.eventTypeId,
    startAt: booking.startAt,
    endAt: booking.endAt,
    status: booking.status === 'accepted' ? 'booked' : booking.status,
    hostId: booking.hosts[0]?.id ?? null,
    hostName: booking.hosts[0]?.name || null,
    attendee: attendee ?? null,
    gatewayKey: typeof key === 'string' ? key : null,
    reason: booking.cancellationReason,
    asOf: booking.updatedAt ?? booking.createdAt,
  };
}
