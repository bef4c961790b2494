import type { Appointment } from '../../domain';
import { isSamePerson } from '../language/values/same-person';
import type { BookingRequest } from './booking-request';
import { ownUpcoming, serviceOf } from './caller';
import { answer, type ToolResult, type Turn } from './turn';
import { isoWithOffset, spokenStart } from './understanding';

type SecondBookingReason = 'other_person_same_time' | 'already_booked_in_call';

export interface Standing {
  /** The very booking asked for. */
  same: Appointment | null;
  /** Another one that makes a second booking doubtful. */
  doubt: { appointment: Appointment; reason: SecondBookingReason } | null;
  /** Other people's at the same start, under the same number. */
  sameStart: Appointment[];
}

export const NOTHING_STANDS: Standing = { same: null, doubt: null, sameStart: [] };

/** What already stands of this caller when a booking is asked for; intents under way included. */
export async function standingBookings(turn: Turn, request: BookingRequest, name: string): Promise<Standing> {
  const { deps, conversation } = turn;
  const own = await ownUpcoming(deps, conversation, 'all');
  const startMs = request.startAt.getTime();
  const ofService = own.filter(
    (one) => one.serviceId === request.service.id || one.calcomEventTypeId === request.service.calcomEventTypeId,
  );
  const isForPerson = (one: Appointment): boolean => isSamePerson(one.attendeeName, name, conversation.language);
  const sameStart = ofService.filter((one) => one.startsAt.getTime() === startMs);
  const same = sameStart.find(isForPerson) ?? null;
  if (same) return { same, doubt: null, sameStart: sameStart.filter((one) => one !== same) };
  const [other] = sameStart;
  if (other) return { same, doubt: { appointment: other, reason: 'other_person_same_time' }, sameStart };
  const inCall = ofService.find((one) => one.callId === conversation.callId && isForPerson(one));
  const isDoubtful = inCall !== undefined && conversation.callId !== null;
  return { same, doubt: isDoubtful ? { appointment: inCall, reason: 'already_booked_in_call' } : null, sameStart };
}

/** Whether this call was already asked about a second booking for this person, service and start. */
export function wasAsked({ conversation }: Turn, request: BookingRequest, name: string): boolean {
  const { secondBooking: asked } = conversation.memory;
  return (
    asked !== null &&
    asked.serviceId === request.service.id &&
    asked.startMs === request.startAt.getTime() &&
    isSamePerson(asked.name, name, conversation.language)
  );
}

/** Nothing is booked: what stands is said, and whether a second one is wanted is asked. */
export function askAboutSecond(
  { conversation, phrases }: Turn,
  request: BookingRequest,
  name: string,
  { appointment, reason }: NonNullable<Standing['doubt']>,
  fields: Record<string, unknown>,
): ToolResult {
  conversation.memory.secondBooking = { serviceId: request.service.id, startMs: request.startAt.getTime(), name };
  const service = serviceOf(conversation, appointment)?.name ?? request.service.name;
  const start = spokenStart(conversation, appointment.startsAt);
  const standing = { service, start, name: appointment.attendeeName, isSettled: appointment.status === 'booked' };
  const message =
    reason === 'other_person_same_time'
      ? phrases.otherPersonSameTime(standing, name)
      : phrases.bookedInCall(standing, spokenStart(conversation, request.startAt));
  return answer('confirm_second_booking', message, {
    ...fields,
    reason,
    existing_appointment: {
      id: appointment.id,
      service,
      datetime: isoWithOffset(appointment.startsAt, conversation.timeZone),
      spoken: start.instant,
      customer_name: appointment.attendeeName,
    },
  });
}
