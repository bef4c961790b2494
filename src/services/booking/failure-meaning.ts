import {
  CircuitOpen,
  DeadlineExceeded,
  type GatewayError,
  InvalidInput,
  RateLimited,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
  type UpstreamReason,
} from '../../errors';

const TAKEN: ReadonlySet<string> = new Set<UpstreamReason>([
  'slot_not_available',
  'booking_conflict',
  'seats_full',
  'start_out_of_bounds',
  'start_in_past',
  'booking_limit',
]);
const REFUSED: ReadonlySet<string> = new Set<UpstreamReason>([
  'attendee_limit',
  'recurring_event_type',
  'already_cancelled',
  'already_rescheduled',
  'already_ended',
  'cancelling_disabled',
  'reschedule_notice',
  'blocked_attendee',
  'invalid_attendee',
  'missing_field',
  'not_found',
  'unknown_version',
  'validation',
  'other',
]);

/** Another start may be had. */
export function isTaken(reason: string): boolean {
  return TAKEN.has(reason);
}

/** No start can be booked until the set-up changes. */
export function isRefused(reason: string): reason is UpstreamReason {
  return REFUSED.has(reason);
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
