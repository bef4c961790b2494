import type { Appointment } from '../../domain';
import { isHostLeftToCalcom, isWishHonoured } from '../booking/host-wish';
import type { Conversation } from './conversation';
import type { SlotSubject } from './offers';
import { hostName, serviceOf, staffName } from './caller';
import type { ToolResult, Turn } from './turn';

/** Who serves the appointment, and whether that is the person asked for, as an answer says it. */
export function hostFields(
  conversation: Conversation,
  appointment: Appointment,
): { host_name: string | null; staff_honoured: boolean | null } {
  // Before Cal.com has answered, the host is only the one expected.
  if (appointment.calcomBookingUid === null) return { host_name: null, staff_honoured: null };
  return {
    host_name: hostName(conversation, appointment),
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

/** Whose the appointment is after a move, where that has changed. */
export function movedHostSentence(turn: Turn, before: Appointment, moved: Appointment): string {
  const { conversation, phrases } = turn;
  const said = hostSentence(turn, moved);
  const isOther =
    before.calcomHostId !== null && moved.calcomHostId !== null && before.calcomHostId !== moved.calcomHostId;
  const { host_name: host } = hostFields(conversation, moved);
  if (said !== '' || !isOther || host === null) return said;
  return ` ${phrases.nowWithStaff(host, hostFields(conversation, before).host_name)}`;
}

/** With times at which Cal.com, not the caller, chooses the host, says that the person asked for is not certain. */
export function withHostDoubt(turn: Turn, { service, hostIds }: SlotSubject, result: ToolResult): ToolResult {
  const { available, found, reserved, alternatives } = result.fields;
  const hasTimes =
    [available, found, reserved].includes(true) || (Array.isArray(alternatives) && alternatives.length > 0);
  const wished = staffName(turn.conversation, hostIds[0] ?? null);
  if (hasTimes && wished !== null && isHostLeftToCalcom(service))
    turn.asides.push(turn.phrases.staffNotCertain(wished));
  return result;
}
