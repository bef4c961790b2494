import {
  CircuitOpen,
  DeadlineExceeded,
  type GatewayError,
  InvalidInput,
  RateLimited,
  UpstreamMalformed,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../../errors';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { BookingUpstream } from './booking-ports';
import type { Operation } from './ledger';
import { GATEWAY_KEY_FIELD } from './verification';

/**
 * What an operation asks Cal.com for.
 * @param mayLeave awaited right before sending: a process that was stopped for a while may send no more
 */
export async function requestOf(
  operation: Operation,
  upstream: BookingUpstream,
  mayLeave: () => Promise<void>,
): Promise<UpstreamBooking> {
  const { payload, eventTypeId } = operation;
  const subject = { eventTypeId, mayLeave };
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
    mayLeave,
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

/** A host's time is guarded in steps of this many minutes. */
const GUARD_STEP_MS = 15 * 60_000;

/** What a write must be alone with: the hosts who may get the appointment, for its time, and the booking it changes. */
export function guardKeys(operation: Operation): string[] {
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

/** Nothing can have happened at Cal.com. */
export function neverReached(failure: GatewayError): boolean {
  return (
    failure instanceof RateLimited ||
    failure instanceof CircuitOpen ||
    failure instanceof UpstreamThrottled ||
    failure instanceof UpstreamUnauthorised ||
    // A write that has left is never cut off by a deadline: only its own time limit ends it, as UpstreamUnavailable.
    failure instanceof DeadlineExceeded ||
    failure instanceof InvalidInput ||
    (failure instanceof UpstreamUnavailable && failure.neverSent)
  );
}
