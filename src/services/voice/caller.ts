import type { Appointment, Service, TenantId } from '../../domain';
import { LANGUAGES } from '../language/languages';
import { isSamePerson } from '../language/values/same-person';
import type { AppointmentFilter, AppointmentStore, CallStore } from './ports';
import type { Conversation } from './conversation';
import { withLength } from './resolve-service';
import type { Turn } from './turn';
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
  const { callId, companyId, now } = conversation;
  const listed = (by: Pick<AppointmentFilter, 'customer' | 'callId'>): Promise<Appointment[]> =>
    deps.appointments.list(companyId, { ...by, statuses: ['booked', 'pending'], endsAfter: now, limit: 50 });
  const lists = await Promise.all([
    conversation.customer().then((customer) => (customer ? listed({ customer }) : [])),
    callId ? listed({ callId }) : [],
  ]);
  const meant = lists.flat().filter((one) => which === 'all' || one.calcomBookingUid !== null);
  const byId = new Map(meant.map((appointment) => [appointment.id, appointment]));
  return [...byId.values()].sort(
    (a, b) => a.startsAt.getTime() - b.startsAt.getTime() || a.createdAt.getTime() - b.createdAt.getTime(),
  );
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

/**
 * "am Freitag, den 27. November, um halb drei für Bartpflege"; those that would sound alike also with the name they are
 * under, and those of one person with who serves them.
 */
export function spokenAppointments(conversation: Conversation, appointments: Appointment[]): string[] {
  const { language } = conversation;
  return appointments.slice(0, SPOKEN_APPOINTMENTS).map((one) => {
    const { instant } = spokenStart(conversation, one.startsAt);
    const service = serviceOf(conversation, one)?.name ?? null;
    const alike = appointments.filter(
      (other) =>
        other !== one &&
        other.startsAt.getTime() === one.startsAt.getTime() &&
        (serviceOf(conversation, other)?.name ?? null) === service,
    );
    const ofPerson = alike.filter((other) => isSamePerson(one.attendeeName, other.attendeeName, language));
    return LANGUAGES[language].times.startOfAppointment(instant, {
      service,
      name: ofPerson.length < alike.length ? one.attendeeName : null,
      host: ofPerson.length > 0 ? hostName(conversation, one) : null,
    });
  });
}

/** A host by the company's own name for them; null when no member of staff is that Cal.com user. */
export function staffName({ profile }: Conversation, hostId: number | null): string | null {
  return profile.staff.find(({ calcomUserId }) => calcomUserId !== null && calcomUserId === hostId)?.name ?? null;
}

/** Who serves the appointment, by the company's own name for them before Cal.com's. */
export function hostName(conversation: Conversation, appointment: Appointment): string | null {
  return staffName(conversation, appointment.calcomHostId) ?? appointment.calcomHostName;
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
    customer_name: appointment.attendeeName,
    staff: profile.staff.find((person) => person.id === appointment.staffId)?.name ?? null,
    status: appointment.status,
    duration_minutes: minutesOf(appointment),
    human_date: start.date,
    human_time: start.time,
  };
}

/** More appointments than these are not listed with a customer. */
const LISTED_APPOINTMENTS = 3;

interface CustomerFields extends Record<'id' | 'name' | 'first_name' | 'phone' | 'email', string | null> {
  status: 'found' | 'new_customer' | 'anonymous';
  upcoming_appointments: Record<string, unknown>[];
}

/** The caller as an answer names them; without the database a new customer. */
export async function customerFields({ deps, conversation }: Turn): Promise<CustomerFields> {
  const nothing = { id: null, name: null, first_name: null, email: null, upcoming_appointments: [] };
  const unknown = { ...nothing, phone: conversation.callerPhone };
  if (conversation.anonymous) return { status: 'anonymous', ...unknown };
  const customer = await conversation.customer().catch(() => null);
  if (!customer) return { status: 'new_customer', ...unknown };
  const own = await ownUpcoming(deps, conversation).catch(() => []);
  const { id, name, phone, email } = customer;
  return {
    ...{ status: 'found', id, name, first_name: firstName(name), phone, email },
    upcoming_appointments: own.slice(0, LISTED_APPOINTMENTS).map((one) => appointmentFields(conversation, one)),
  };
}

export function firstName(name: string | null): string | null {
  return name?.split(/\s+/).find((part) => /^\p{L}{2,}/u.test(part)) ?? null;
}

const FAILED_LATELY_MS = 15 * 60_000;

/**
 * Whether the caller's last call has failed in the last 15 minutes: then a person is offered first. False while the
 * database is away, because an answer without this offer beats none.
 */
export async function hasJustFailed(
  calls: Pick<CallStore, 'hasFailed'>,
  caller: { companyId: TenantId; phone: string | null; callId: string | null; now: Date },
): Promise<boolean> {
  if (caller.phone === null) return false;
  const since = new Date(caller.now.getTime() - FAILED_LATELY_MS);
  return calls.hasFailed(caller.companyId, caller.phone, since, caller.callId).catch(() => false);
}
