import type { ExternalBooking } from '../services/sync/external-booking';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type AttendeeNumbers, attendeeNumbers } from './attendee-number';

/** Cal.com writes this instead of a signature when the webhook was made without a secret. */
const UNSIGNED = 'no-secret-provided';

/** Lower-case hex HMAC-SHA256 of the exact raw body. */
export function verifyCalcomSignature(rawBody: Buffer, signature: string | undefined, secret: string): boolean {
  if (!signature || signature === UNSIGNED || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

const instant = z
  .string()
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()))
  .nullish()
  .catch(null);
const optionalText = z.string().min(1).nullish().catch(null);
const optionalId = z.coerce.number().int().positive().nullish().catch(null);

const record = z.record(z.string(), z.unknown()).nullish().catch(null);

const person = z.object({ id: optionalId, name: optionalText, email: optionalText, phoneNumber: optionalText });

const payload = z.object({
  uid: optionalText,
  bookingId: optionalId,
  eventTypeId: optionalId,
  startTime: instant,
  endTime: instant,
  status: optionalText,
  organizer: person.nullish().catch(null),
  attendees: z.array(person).nullish().catch(null),
  responses: record,
  userFieldsResponses: record,
  smsReminderNumber: optionalText,
  location: optionalText,
  metadata: record,
  rescheduleUid: optionalText,
  cancellationReason: optionalText,
  rejectionReason: optionalText,
});

const envelope = z.object({
  triggerEvent: z.string().min(1).max(100),
  createdAt: z.string().max(60).nullish().catch(null),
  payload: z.unknown().optional(),
});

export type BookingChange = 'created' | 'rescheduled' | 'cancelled' | 'requested' | 'rejected';

/** What a Cal.com webhook says, as far as the gateway cares. */
export interface CalcomEvent {
  trigger: string;
  change: BookingChange | null;
  /** Equal for every delivery of the same event. */
  dedupeKey: string;
  createdAt: Date | null;
  uid: string | null;
  bookingId: number | null;
  eventTypeId: number | null;
  startAt: Date | null;
  endAt: Date | null;
  hostId: number | null;
  hostName: string | null;
  attendee: ExternalBooking['attendee'];
  gatewayKey: string | null;
  /** The booking that this one replaces. */
  previousUid: string | null;
  reason: string | null;
}

const CHANGES: Record<string, BookingChange> = {
  BOOKING_CREATED: 'created',
  BOOKING_RESCHEDULED: 'rescheduled',
  BOOKING_CANCELLED: 'cancelled',
  BOOKING_REQUESTED: 'requested',
  BOOKING_REJECTED: 'rejected',
};

/** @returns null when the body is not a Cal.com event at all */
export function parseCalcomEvent(rawBody: Buffer): CalcomEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) return null;
  // MEETING_STARTED and its sibling are flat: the booking's fields stand beside the trigger.
  const inner = payload.safeParse(outer.data.payload ?? json);
  const facts = inner.success ? inner.data : payload.parse({});
  const trigger = outer.data.triggerEvent;
  const createdAt = outer.data.createdAt ? new Date(outer.data.createdAt) : null;
  const attendee = facts.attendees?.[0];
  const key = facts.metadata?.gateway_key;
  return {
    trigger,
    change: facts.uid ? (CHANGES[trigger] ?? null) : null,
    dedupeKey: `${trigger}:${facts.uid ?? '-'}:${outer.data.createdAt ?? createHmac('sha256', 'body').update(rawBody).digest('hex').slice(0, 24)}`,
    createdAt: createdAt && !Number.isNaN(createdAt.getTime()) ? createdAt : null,
    uid: facts.uid ?? null,
    bookingId: facts.bookingId ?? null,
    eventTypeId: facts.eventTypeId ?? null,
    startAt: facts.startTime ?? null,
    endAt: facts.endTime ?? null,
    hostId: facts.organizer?.id ?? null,
    hostName: facts.organizer?.name || null,
    attendee: attendee ? { name: attendee.name ?? null, email: attendee.email ?? null, ...numbersIn(facts) } : null,
    gatewayKey: typeof key === 'string' ? key : null,
    previousUid: facts.rescheduleUid ?? null,
    reason: facts.cancellationReason ?? facts.rejectionReason ?? null,
  };
}

function numbersIn(facts: z.output<typeof payload>): AttendeeNumbers {
  const { phoneNumber, email } = facts.attendees?.[0] ?? {};
  const responses = { ...facts.userFieldsResponses, ...facts.responses };
  const { smsReminderNumber, location } = facts;
  return attendeeNumbers({ phoneNumber, email, responses, smsReminderNumber, location });
}

/** The event as a state of its booking. */
export function externalBookingOf(event: CalcomEvent): ExternalBooking {
  const status =
    event.change === 'cancelled'
      ? 'cancelled'
      : event.change === 'rejected'
        ? 'rejected'
        : event.change === 'requested'
          ? 'pending'
          : 'booked';
  return {
    uid: event.uid ?? '',
    bookingId: event.bookingId,
    previousUid: event.previousUid,
    nextUid: null,
    eventTypeId: event.eventTypeId,
    startAt: event.startAt,
    endAt: event.endAt,
    status,
    hostId: event.hostId,
    hostName: event.hostName,
    attendee: event.attendee,
    gatewayKey: event.gatewayKey,
    reason: event.reason,
    asOf: event.createdAt,
  };
}
