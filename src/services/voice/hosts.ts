import type { Appointment } from '../../domain';
import { isWishHonoured } from '../booking/host-wish';
import type { Conversation } from './conversation';
import { serviceOf } from './own-appointments';
import type { Turn } from './turn';

/** A host by the company's own name for them; null when no member of staff is that Cal.com user. */
export function staffName({ profile }: Conversation, hostId: number | null): string | null {
  return profile.staff.find(({ calcomUserId }) => calcomUserId !== null && calcomUserId === hostId)?.name ?? null;
}

/** Who serves the appointment, and whether that is the person asked for, as an answer says it. */
export function hostFields(
  conversation: Conversation,
  appointment: Appointment,
): { host_name: string | null; staff_honoured: boolean | null } {
  const { calcomHostId, calcomHostName } = appointment;
  // Before Cal.com has answered, the host is only the one expected.
  if (appointment.calcomBookingUid === null) return { host_name: null, staff_honoured: null };
  return {
    host_name: staffName(conversation, calcomHostId) ?? calcomHostName,
    staff_honoured: isWishHonoured(appointment, serviceOf(conversation, appointment)),
  };
}

/** Whose the appointment is, to be said after it when a person was asked for: with another one, undoing is offered. */
export function hostSentence({ conversation, phrases }: Turn, appointment: Appointment): string {
  const { host_name: host, staff_honoured: isHonoured } = hostFields(conversation, appointment);
  const wished = staffName(conversation, appointment.wishedHostId);
  if (isHonoured === null || wished === null) return '';
  if (isHonoured) return ` ${phrases.withStaff(wished)}`;
  return ` ${phrases.withOtherStaff(host, wished)}`;
}
