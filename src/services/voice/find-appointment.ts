import type { Appointment, Service } from '../../domain';
import type { Conversation } from './conversation';
import { appointmentFields, ownUpcoming, serviceOf, spokenAppointments } from './caller';
import { answer, Clarification, failure, type ToolResult, type Turn } from './turn';
import { isSamePerson } from '../language/values/same-person';
import { matchService, serviceFields } from './resolve-service';
import { localDate, readWhen, startFields, wallClock } from './understanding';

/** More appointments than these are not listed. */
const LISTED = 10;

type Found =
  | { appointment: Appointment }
  /** None of the caller's appointments is the one described. */
  | { appointment: null; result: ToolResult };

interface Wanted {
  id?: string | undefined;
  date?: string | undefined;
  time?: string | undefined;
  service?: string | undefined;
  /** Of the person whose appointment it is. */
  name?: string | undefined;
}

/**
 * The one appointment meant. An id or a time that fits none of the caller's own is never replaced by another.
 * @throws Clarification when the agent has to ask which one, or when
 */
export async function findAppointment(turn: Turn, wanted: Wanted, purpose: 'cancel' | 'move'): Promise<Found> {
  const { deps, conversation, phrases } = turn;
  const own = await ownUpcoming(deps, conversation);
  if (own.length === 0) return notFound(turn, own, purpose);
  const byId = wanted.id ? own.find((one) => one.id === wanted.id || one.calcomBookingUid === wanted.id) : undefined;
  if (byId) return { appointment: byId };
  let fitting = ofService(conversation, own, wanted.service);
  if (wanted.date || wanted.time) {
    const date = wanted.date ?? localDate(fitting[0]?.startsAt ?? conversation.now, conversation.timeZone);
    const when = readWhen(turn, { date, time: wanted.time });
    fitting = fitting.filter((one) =>
      when.kind === 'instant'
        ? one.startsAt.getTime() === when.startAt.getTime()
        : localDate(one.startsAt, conversation.timeZone) === when.date,
    );
  } else if (wanted.id) return notFound(turn, own, purpose);
  const ofPerson = fitting.filter((one) => isUnder(wanted.name, one, conversation));
  if (ofPerson.length > 0) fitting = ofPerson;
  // The same request again: what is left at that start is another person's.
  else if (wanted.name && isUnder(wanted.name, await deps.bookings.earlier(conversation, purpose), conversation))
    return notFound(turn, own, purpose);
  const [only] = fitting;
  if (!only) return notFound(turn, own, purpose);
  if (fitting.length === 1) return { appointment: only };
  const question = phrases.severalAppointments(spokenAppointments(conversation, fitting), purpose);
  throw new Clarification(answer('multiple_found', question, listed(conversation, fitting)));
}

function notFound({ conversation, phrases }: Turn, own: Appointment[], purpose: 'cancel' | 'move'): Found {
  if (own.length === 0 && conversation.anonymous)
    return { appointment: null, result: failure('not_allowed', phrases.notAllowed()) };
  const message =
    own.length === 0
      ? phrases.appointmentNotFound()
      : phrases.otherAppointments(spokenAppointments(conversation, own), purpose);
  return { appointment: null, result: answer('not_found', message, listed(conversation, own)) };
}

function listed(conversation: Conversation, appointments: Appointment[]): Record<string, unknown> {
  return { appointments: appointments.slice(0, LISTED).map((one) => appointmentFields(conversation, one)) };
}

/** Those of the service named, if any are; a name that says nothing of the kind narrows nothing. */
function ofService(conversation: Conversation, own: Appointment[], said: string | undefined): Appointment[] {
  if (!said) return own;
  const services = own.map((one) => serviceOf(conversation, one)).filter((one) => one !== null);
  const meant = matchService(conversation, said, services);
  const fitting = own.filter((one) => meant !== null && serviceOf(conversation, one)?.id === meant.id);
  return fitting.length > 0 ? fitting : own;
}

/** False also without a name. Agents send the caller's own name with every request, also where another person is meant. */
function isUnder(name: string | undefined, appointment: Appointment | null, { language }: Conversation): boolean {
  return name !== undefined && appointment !== null && isSamePerson(appointment.attendeeName, name, language);
}

/** What an answer says about an appointment that is to be changed. */
export function changeFields(
  conversation: Conversation,
  appointment: Appointment,
  service: Service | null,
): Record<string, unknown> {
  return {
    appointment_id: appointment.id,
    booking_uid: appointment.calcomBookingUid,
    service: service && serviceFields(service),
    old_time: wallClock(appointment.startsAt, conversation.timeZone),
    idempotent_replay: false,
  };
}

export function movedTo(conversation: Conversation, appointment: Appointment, startAt: Date): Record<string, unknown> {
  return {
    rescheduled: true,
    booking_uid: appointment.calcomBookingUid,
    new_time: wallClock(startAt, conversation.timeZone),
    ...startFields(conversation, startAt),
  };
}

/** @param hours how long before its start an appointment may be changed; 0 = always */
export function tooLate(appointment: Appointment, now: Date, hours: number): boolean {
  return hours > 0 && appointment.startsAt.getTime() - now.getTime() < hours * 3_600_000;
}

/** Cal.com's own rules for the event type, which do not bind the key the gateway uses; null when none forbids the change. */
export function ruleAgainst(
  purpose: 'cancel' | 'move',
  appointment: Appointment,
  service: Service | null,
  now: Date,
): 'cancelling_disabled' | 'rescheduling_disabled' | 'reschedule_notice' | null {
  const settings = service?.calcomSettings;
  if (!settings) return null;
  if (purpose === 'cancel') return settings.cancellingDisabled ? 'cancelling_disabled' : null;
  if (settings.reschedulingDisabled) return 'rescheduling_disabled';
  return tooLate(appointment, now, settings.rescheduleNoticeMinutes / 60) ? 'reschedule_notice' : null;
}
