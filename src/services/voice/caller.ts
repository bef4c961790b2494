import type { Appointment, Service } from '../../domain';
import { LANGUAGES } from '../language/languages';
import type { AppointmentStore } from './ports';
import type { Conversation } from './conversation';
import { withLength } from './resolve-service';
import { isoWithOffset, spokenStart, wallClock } from './understanding';

/**
 * Upcoming appointments that this caller may touch: their own by number, or those made in this very call.
 * @param which `standing`: those that Cal.com has, requested ones that a host has yet to confirm among them; `all` also
 *   intents that Cal.com has not answered yet
 */
export async function ownUpcoming(
  deps: { appointments: AppointmentStore },
  conversation: Conversation,
  which: 'standing' | 'all' = 'standing',
): Promise<Appointment[]> {
  const customer = conversation.anonymous ? null : await conversation.customer();
  const statuses: Appointment['status'][] = ['booked', 'pending'];
  const filter = { statuses, endsAfter: conversation.now, limit: 50 };
  const lists = await Promise.all([
    customer ? deps.appointments.list(conversation.companyId, { ...filter, customer }) : [],
    conversation.callId
      ? deps.appointments.list(conversation.companyId, { ...filter, callId: conversation.callId })
      : [],
  ]);
  const meant = lists.flat().filter((one) => which === 'all' || one.calcomBookingUid !== null);
  const byId = new Map(meant.map((appointment) => [appointment.id, appointment]));
  return [...byId.values()].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

/** The caller's own appointment at exactly that start; null also while the database is away. */
export async function ownAppointmentAt(
  deps: { appointments: AppointmentStore },
  conversation: Conversation,
  startAt: Date,
): Promise<Appointment | null> {
  const own = await ownUpcoming(deps, conversation, 'all').catch(() => []);
  return own.find((one) => one.startsAt.getTime() === startAt.getTime()) ?? null;
}

/** In the length of the appointment. */
export function serviceOf(conversation: Conversation, appointment: Appointment): Service | null {
  const { services } = conversation.profile;
  const service =
    services.find((one) => one.id === appointment.serviceId) ??
    services.find((one) => one.calcomEventTypeId === appointment.calcomEventTypeId);
  return service ? withLength(service, minutesOf(appointment)) : null;
}

/** Its length. */
export function minutesOf({ startsAt, endsAt }: Appointment): number {
  return Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000);
}

/** More appointments than these are not read out. */
const SPOKEN_APPOINTMENTS = 3;

/** With its service where they differ: "am Freitag, den 27. November, um halb drei für Bartpflege". */
export function spokenAppointments(conversation: Conversation, appointments: Appointment[]): string[] {
  const { times } = LANGUAGES[conversation.language];
  return appointments.slice(0, SPOKEN_APPOINTMENTS).map((one) => {
    const { instant } = spokenStart(conversation, one.startsAt);
    const service = serviceOf(conversation, one)?.name;
    return service ? times.startOfService(instant, service) : instant;
  });
}

/** An appointment as an answer names it. */
export function appointmentFields(conversation: Conversation, appointment: Appointment): Record<string, unknown> {
  const { profile, timeZone } = conversation;
  const start = spokenStart(conversation, appointment.startsAt);
  const clock = wallClock(appointment.startsAt, timeZone);
  return {
    id: appointment.id,
    date: clock.slice(0, 10),
    time: clock.slice(11),
    datetime: isoWithOffset(appointment.startsAt, timeZone),
    service: serviceOf(conversation, appointment)?.name ?? null,
    staff: profile.staff.find((person) => person.id === appointment.staffId)?.name ?? null,
    status: appointment.status,
    duration_minutes: minutesOf(appointment),
    human_date: start.date,
    human_time: start.time,
  };
}
