import type { Appointment, Service } from '../../domain';
import type { NewOperation, Operation } from './ledger';
import { fingerprint } from './operation-keys';

/** Whether a request with the same key asks for the same thing. */
export function isSameRequest(known: Operation, asked: NewOperation): boolean {
  if (known.kind !== 'book') {
    if (known.appointmentId !== asked.appointmentId) return false;
    if (known.kind === 'absence') return known.payload.absent === asked.payload.absent;
    return known.kind === 'cancel' || known.startAt.getTime() === asked.startAt.getTime();
  }
  const nameOf = (operation: NewOperation | Operation): string => fingerprint([operation.payload.attendee.name]);
  return (
    known.eventTypeId === asked.eventTypeId &&
    known.startAt.getTime() === asked.startAt.getTime() &&
    nameOf(known) === nameOf(asked)
  );
}

/** Whether what was confirmed has not been changed since. */
export function stillHolds(operation: Operation, appointment: Appointment): boolean {
  const ended = appointment.status === 'cancelled' || appointment.status === 'rejected';
  if (operation.kind === 'cancel') return ended;
  if (operation.kind === 'absence') return (appointment.status === 'no_show') === operation.payload.absent;
  return !ended && appointment.startsAt.getTime() === operation.startAt.getTime();
}

/** The second half of a request is a request of its own. */
export function again<T extends { toolCallId: string | null }>(asker: T, current: Appointment): T {
  return { ...asker, toolCallId: asker.toolCallId && `${asker.toolCallId} ${current.calcomBookingUid}` };
}

/** One booking holds several people's seats: what is done to it is done to all of them. */
export const isShared = (service: Service | null): boolean => (service?.seats ?? 1) > 1;
