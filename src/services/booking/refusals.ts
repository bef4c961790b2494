import type { UpstreamReason } from '../../errors';

interface RefusalMeaning {
  /** Of a tool's answer. */
  status: string;
  /**
   * What helps: another start, other details from the caller, a change of the company's set-up at Cal.com (raises an
   * alert and a review entry), or nothing.
   */
  remedy: 'another_start' | 'other_details' | 'owner' | 'none';
}

/** What each of Cal.com's refusals means for the caller and for the operator. */
export const REFUSALS = {
  slot_not_available: { status: 'slot_taken', remedy: 'another_start' },
  booking_conflict: { status: 'slot_taken', remedy: 'another_start' },
  reservation_conflict: { status: 'slot_taken', remedy: 'another_start' },
  seats_full: { status: 'slot_taken', remedy: 'another_start' },
  start_in_past: { status: 'slot_taken', remedy: 'another_start' },
  booking_limit: { status: 'slot_taken', remedy: 'another_start' },
  start_out_of_bounds: { status: 'too_short_notice', remedy: 'another_start' },
  attendee_limit: { status: 'limit_reached', remedy: 'none' },
  already_cancelled: { status: 'already_cancelled', remedy: 'none' },
  already_rescheduled: { status: 'not_changeable', remedy: 'none' },
  already_ended: { status: 'not_changeable', remedy: 'none' },
  not_started: { status: 'not_changeable', remedy: 'none' },
  cancelling_disabled: { status: 'not_changeable', remedy: 'none' },
  rescheduling_disabled: { status: 'not_changeable', remedy: 'none' },
  reschedule_notice: { status: 'not_changeable', remedy: 'none' },
  blocked_attendee: { status: 'not_allowed', remedy: 'none' },
  invalid_phone: { status: 'invalid_phone', remedy: 'other_details' },
  invalid_email: { status: 'invalid_email', remedy: 'other_details' },
  missing_attendee_field: { status: 'missing_fields', remedy: 'other_details' },
  invalid_attendee: { status: 'error', remedy: 'owner' },
  missing_field: { status: 'error', remedy: 'owner' },
  text_too_long: { status: 'error', remedy: 'owner' },
  location_not_valid: { status: 'error', remedy: 'owner' },
  event_type_gone: { status: 'error', remedy: 'owner' },
  host_choice_unknown: { status: 'error', remedy: 'none' },
  event_type_forbidden: { status: 'error', remedy: 'owner' },
  recurring_event_type: { status: 'error', remedy: 'owner' },
  seated_event_type: { status: 'error', remedy: 'owner' },
  not_found: { status: 'not_found', remedy: 'none' },
  unknown_version: { status: 'error', remedy: 'owner' },
  validation: { status: 'error', remedy: 'owner' },
  other: { status: 'error', remedy: 'owner' },
} as const satisfies Record<UpstreamReason, RefusalMeaning>;

/** Reasons that only the company can put right at Cal.com. */
export type OwnerReason = {
  [R in UpstreamReason]: (typeof REFUSALS)[R]['remedy'] extends 'owner' ? R : never;
}[UpstreamReason];

export function needsOwner(reason: UpstreamReason): reason is OwnerReason {
  return REFUSALS[reason].remedy === 'owner';
}

/** A recorded reason that is one of Cal.com's refusals; others are the gateway's own. */
export function isUpstreamReason(reason: string): reason is UpstreamReason {
  return Object.hasOwn(REFUSALS, reason);
}

/** The start lies before, or after, all that may be booked. */
export function isTooSoon(reason: string): boolean {
  return isUpstreamReason(reason) && REFUSALS[reason].status === 'too_short_notice';
}

/** Another start may be had. */
export function isTaken(reason: string): boolean {
  return isUpstreamReason(reason) && REFUSALS[reason].remedy === 'another_start';
}

/** Asking for another start does not help. */
export function isRefused(reason: string): reason is UpstreamReason {
  return isUpstreamReason(reason) && REFUSALS[reason].remedy !== 'another_start';
}
