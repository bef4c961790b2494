import { InvalidInput } from '../errors';
import type { BookingRequest, CancelledPart } from '../services/calcom/calcom-ports';

const MOST_METADATA_KEYS = 50;
const METADATA_KEY_LENGTH = 40;
const METADATA_VALUE_LENGTH = 500;
const DEFAULT_CANCELLATION_REASON = 'Cancelled by the customer';

/**
 * The body of POST /bookings. Cal.com refuses unknown keys and nulls, so what is not known is undefined: JSON has no word
 * for it.
 * @throws InvalidInput without a name, or when the attendee has neither address nor number
 */
export function bookingBody({ attendee, ...request }: BookingRequest) {
  const name = attendee.name.trim();
  if (name === '') throw new InvalidInput('A booking needs a name.');
  if (!attendee.email && !attendee.phone)
    throw new InvalidInput('A booking needs an e-mail address or a phone number.');
  const { timeZone, language, email, phone } = attendee;
  const responses = Object.entries(request.responses).filter(([, text]) => text !== '');
  const metadata = fittingMetadata(request.metadata);
  return {
    eventTypeId: request.eventTypeId,
    start: utcText(request.startAt),
    lengthInMinutes: request.lengthMinutes,
    attendee: { name, timeZone, language, email: email || undefined, phoneNumber: phone || undefined },
    bookingFieldsResponses: responses.length > 0 ? Object.fromEntries(responses) : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    rrHostSubsetIds: request.hostIds?.length ? request.hostIds : undefined,
  };
}

/** One key too many is an error at Cal.com. */
export function rescheduleBody({ startAt, reason }: { startAt: Date; reason?: string }) {
  return {
    start: utcText(startAt),
    reschedulingReason: reason || undefined,
  };
}

/** Hosts must give a reason under Cal.com's default policy. */
export function cancelBody(reason: string, part?: CancelledPart) {
  return { cancellationReason: reason.trim() || DEFAULT_CANCELLATION_REASON, ...part };
}

/** `2026-11-24T08:00:00Z`: Cal.com's documented form, without milliseconds and never with an offset. */
export function utcText(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Within Cal.com's limits: 50 keys of 40 characters, texts of 500. The first keys stay. */
export function fittingMetadata(metadata: Record<string, string>): Record<string, string> {
  const entries = Object.entries(metadata).map(
    ([key, value]) => [cut(key, METADATA_KEY_LENGTH), fittingText(value)] as const,
  );
  return Object.fromEntries([...new Map(entries)].slice(0, MOST_METADATA_KEYS));
}

function fittingText(text: string): string {
  return text.length <= METADATA_VALUE_LENGTH ? text : `${cut(text, METADATA_VALUE_LENGTH - 3)}...`;
}

/** Never ends in half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
