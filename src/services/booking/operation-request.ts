import { UpstreamMalformed, UpstreamRejected } from '../../errors';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { BookingUpstream } from './booking-ports';
import type { Operation } from './ledger';
import { GATEWAY_KEY_FIELD } from './verification';

/**
 * What an operation asks Cal.com for.
 * @param stillOurs called in the very moment of sending: a process that was stopped for a while may send no more
 */
export async function requestOf(
  operation: Operation,
  upstream: BookingUpstream,
  stillOurs: () => void,
): Promise<UpstreamBooking> {
  const { payload, eventTypeId } = operation;
  const subject = { eventTypeId, stillWanted: stillOurs };
  if (operation.kind === 'absence') {
    const uid = operation.previousUid ?? '';
    const email = await bookersAddress(uid, upstream);
    return upstream.markAbsent(uid, { email, absent: payload.absent === true }, subject);
  }
  if (operation.kind === 'cancel')
    return upstream.cancelBooking(operation.previousUid ?? '', payload.reason ?? 'Cancelled by the customer', subject);
  if (operation.kind === 'move') {
    return upstream.rescheduleBooking(
      operation.previousUid ?? '',
      {
        startAt: operation.startAt,
        ...(payload.reason ? { reason: payload.reason } : {}),
      },
      subject,
    );
  }
  return upstream.createBooking(
    {
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
      ...(payload.lengthMinutes === null ? {} : { lengthMinutes: payload.lengthMinutes }),
      ...(payload.wishedHostIds.length > 0 ? { hostIds: payload.wishedHostIds } : {}),
    },
    stillOurs,
  );
}

/** The one under which Cal.com knows the booker: it may have replaced the one that it was sent. */
async function bookersAddress(uid: string, upstream: BookingUpstream): Promise<string> {
  const booking = await upstream.getBooking(uid);
  if (!booking) throw new UpstreamRejected(404, 'not_found', '');
  const [booker] = booking.attendees;
  if (!booker?.email) throw new UpstreamMalformed('a booking without an attendee');
  return booker.email;
}
