import type { Appointment, Service } from '../../domain';
import type { AppointmentStore } from './ports';
import type { Conversation } from './conversation';

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
    customer ? deps.appointments.list(conversation.companyId, { ...filter, customerId: customer.id }) : [],
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

export function serviceOf(conversation: Conversation, appointment: Appointment): Service | null {
  const { services } = conversation.profile;
  return (
    services.find((one) => one.id === appointment.serviceId) ??
    services.find((one) => one.calcomEventTypeId === appointment.calcomEventTypeId) ??
    null
  );
}
