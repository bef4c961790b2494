import type { Appointment, Service } from '../../domain';
import type { Conversation } from './conversation';
import { appointmentFields, ownUpcoming, serviceOf, spokenAppointments } from './own-appointments';
import { answer, failure, type ToolResult, type Turn } from './turn';
import { matchService } from './resolve-service';
import { fromClarification, isClarification, isoWithOffset, localDate, readWhen, wallClock } from './understanding';

/** More appointments than these are not listed. */
const LISTED = 10;

export type Found =
  | { kind: 'found'; appointment: Appointment }
  /** None of the caller's appointments is the one described. */
  | { kind: 'not_found'; result: ToolResult }
  /** The agent has to ask which one, or when. */
  | { kind: 'unclear'; result: ToolResult };

interface Wanted {
  id?: string | undefined;
  date?: string | undefined;
  time?: string | undefined;
  service?: string | undefined;
}

/** The one appointment meant. An id or a time that fits none of the caller's own is asked about, never replaced by another. */
export async function findAppointment(turn: Turn, wanted: Wanted, purpose: 'cancel' | 'move'): Promise<Found> {
  const { deps, conversation, phrases } = turn;
  const own = await ownUpcoming(deps, conversation);
  if (own.length === 0) return notFound(turn, own, purpose);
  const byId = wanted.id ? own.find((one) => one.id === wanted.id || one.calcomBookingUid === wanted.id) : undefined;
  if (byId) return { kind: 'found', appointment: byId };
  let fitting = ofService(conversation, own, wanted.service);
  if (wanted.date || wanted.time) {
    const date = wanted.date ?? localDate(fitting[0]?.startsAt ?? conversation.now, conversation.timeZone);
    const when = readWhen(turn, { date, time: wanted.time });
    if (isClarification(when)) return { kind: 'unclear', result: fromClarification(when) };
    fitting = fitting.filter((one) =>
      when.kind === 'instant'
        ? one.startsAt.getTime() === when.startAt.getTime()
        : localDate(one.startsAt, conversation.timeZone) === when.date,
    );
  } else if (wanted.id) return notFound(turn, own, purpose);
  const [only] = fitting;
  if (!only) return notFound(turn, own, purpose);
  if (fitting.length === 1) return { kind: 'found', appointment: only };
  return {
    kind: 'unclear',
    result: answer('multiple_found', phrases.severalAppointments(spokenAppointments(conversation, fitting), purpose), {
      appointments: fitting.slice(0, LISTED).map((one) => appointmentFields(conversation, one)),
    }),
  };
}

function notFound({ conversation, phrases }: Turn, own: Appointment[], purpose: 'cancel' | 'move'): Found {
  if (own.length === 0 && conversation.anonymous)
    return { kind: 'not_found', result: failure('not_allowed', phrases.notAllowed()) };
  const message =
    own.length === 0
      ? phrases.appointmentNotFound()
      : phrases.otherAppointments(spokenAppointments(conversation, own), purpose);
  const appointments = own.slice(0, LISTED).map((one) => appointmentFields(conversation, one));
  return { kind: 'not_found', result: answer('not_found', message, { appointments }) };
}

/** Those of the service named, if any are; a name that says nothing of the kind narrows nothing. */
function ofService(conversation: Conversation, own: Appointment[], said: string | undefined): Appointment[] {
  if (!said) return own;
  const services = own.map((one) => serviceOf(conversation, one)).filter((one) => one !== null);
  const meant = matchService(conversation, said, services);
  const fitting = own.filter((one) => meant !== null && serviceOf(conversation, one)?.id === meant.id);
  return fitting.length > 0 ? fitting : own;
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
    service: service ? { id: service.id, name: service.name, duration_minutes: service.durationMinutes } : null,
    old_time: wallClock(appointment.startsAt, conversation.timeZone),
    idempotent_replay: false,
  };
}

export function movedTo(conversation: Conversation, appointment: Appointment, startAt: Date): Record<string, unknown> {
  return {
    rescheduled: true,
    booking_uid: appointment.calcomBookingUid,
    new_time: wallClock(startAt, conversation.timeZone),
    appointment_time: wallClock(startAt, conversation.timeZone),
    datetime: isoWithOffset(startAt, conversation.timeZone),
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
