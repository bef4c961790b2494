import type { BookingOutcome } from '../booking/booking-service';
import { isUpstreamReason, REFUSALS } from '../booking/refusals';
import type { Phrases } from './phrases';

/** A refusal as status and sentence; refusals without a sentence of their own share a general one. */
export function spokenRefusal(
  phrases: Phrases,
  reason: Extract<BookingOutcome, { kind: 'refused' }>['reason'],
): { status: string; message: string } {
  if (reason === 'changed_repeat' || reason === 'superseded')
    return { status: 'error', message: phrases.refusedWith(reason) };
  const status = isUpstreamReason(reason) ? REFUSALS[reason].status : 'error';
  switch (status) {
    case 'limit_reached':
    case 'already_cancelled':
    case 'not_changeable':
    case 'invalid_phone':
    case 'invalid_email':
    case 'missing_fields':
      return { status, message: phrases.refusedWith(status) };
    case 'not_allowed':
      return { status, message: phrases.refused() };
    case 'not_found':
    case 'error':
    case 'slot_taken':
    case 'too_short_notice':
      return { status: 'error', message: phrases.refused() };
  }
}
