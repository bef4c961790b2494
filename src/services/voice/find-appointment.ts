import type { Appointment, Service } from '../../domain';
import { bookableServices, type Conversation } from './conversation';
import { appointmentFields, ownUpcoming, serviceOf, spokenAppointments } from './caller';
import { answer, Clarification, failure, type ToolResult, type Turn } from './turn';
import { isSamePerson } from '../language/values/same-person';
import { matchService, serviceFields } from './resolve-service';
import { isWithin, localDate, readWhen, startFields, wallClock } from './understanding';

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
  if (wanted.date || wanted.time) fitting = beginningThen(turn, fitting, wanted);
  else if (wanted.id) return notFound(turn, own, purpose);
  const ofPerson = fitting.filter((one) => isUnder(wanted.name, one, conversation));
  if (ofPerson.length > 0) fitting = ofPerson;
  // The same request again: what is left at that start is another person's.
  else if (wanted.name && isUnder(wanted.name, await earlierMeant(turn, wanted, purpose), conversation))
    return notFound(turn, own, purpose);
  const [only] = fitting;
  if (!only) return notFound(turn, own, purpose);
  if (fitting.length === 1) return { appointment: only };
  const question = phrases.severalAppointments(spokenAppointments(conversation, fitting), purpose);
  throw new Clarification(answer('multiple_found', question, listed(conversation, fitting)));
}

/**
 * The appointment that this call has already had cancelled or moved, when the same is asked for again; null when another
 * one is described, or nothing was done.
 */
export async function earlierMeant(
  turn: Turn,
  wanted: Wanted,
  purpose: 'cancel' | 'move',
): Promise<Appointment | null> {
  const { deps, conversation } = turn;
  const before = await deps.bookings.earlier(conversation, purpose);
  if (!before || (wanted.id && before.id !== wanted.id && before.calcomBookingUid !== wanted.id)) return null;
  const meant = wanted.service
    ? matchService(conversation, wanted.service, bookableServices(conversation))
    : serviceOf(conversation, before);
  if (meant && meant.id !== serviceOf(conversation, before)?.id) return null;
  if (!wanted.date && !wanted.time) return before;
  // A moved one is named by the start that it had.
  const startsAt = purpose === 'move' ? (before.previousStartsAt ?? before.startsAt) : before.startsAt;
  return beginningThen(turn, [{ ...before, startsAt }], wanted).length > 0 ? before : null;
}

/**
 * Those that begin when it was said; a time alone is meant on the day of each.
 * @throws Clarification when that cannot be read
 */
function beginningThen(turn: Turn, appointments: Appointment[], { date, time }: Wanted): Appointment[] {
  const { timeZone } = turn.conversation;
  const problems: Clarification[] = [];
  const found = appointments.filter(({ startsAt }) => {
    const day = localDate(startsAt, timeZone);
    try {
      const when = readWhen(turn, { date: date ?? day, time });
      if (when.kind === 'instant') return startsAt.getTime() === when.startAt.getTime();
      const isThen = when.date <= day && day <= (when.rangeEnd ?? when.date);
      return isThen && (when.preference === null || isWithin(startsAt, timeZone, when.preference));
    } catch (error) {
      if (!(error instanceof Clarification)) throw error;
      problems.push(error);
      return false;
    }
  });
  if (problems[0] && found.length === 0) throw problems[0];
  return found;
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
