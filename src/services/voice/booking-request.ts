import type { Conversation } from './conversation';
import type { SlotSubject } from './offers';
import { missing, type Turn } from './turn';
import { resolveService } from './resolve-service';
import { resolveHosts, resolveTime, saysWhen, spokenWhen } from './understanding';

export interface BookingRequest extends SlotSubject {
  startAt: Date;
}

type What = 'service_name' | 'service_id' | 'staff' | 'desired_date' | 'desired_time' | 'datetime';
type Who = 'customer_name' | 'customer_phone' | 'customer_email' | 'notes';
/** What agents say about a booking, under the canonical names of the arguments. */
export type BookingArguments = Partial<Record<What | Who, string | undefined>> & {
  /** With another host than the one asked for there is to be no booking. */
  staff_required?: boolean | undefined;
  /** The caller's yes to what was asked before: a summary, a second booking. */
  confirm?: boolean | undefined;
  /** Minutes. */
  duration?: number | undefined;
};

/** Whether the arguments say what is to be booked, not only the person it is for. */
export function hasBookingDetails(args: BookingArguments): boolean {
  return [args.desired_date, args.desired_time, args.datetime, args.service_name, args.service_id, args.staff].some(
    Boolean,
  );
}

/**
 * The service, hosts and start: as said now, else as confirmed free a moment ago in this call.
 * @throws Clarification when one of them is not known
 */
export function resolveBookingRequest(turn: Turn, args: BookingArguments): BookingRequest {
  const { memory } = turn.conversation;
  const service = resolveService(turn, args);
  const hostIds = resolveHosts(turn, args, service);
  if (!saysWhen(args) && memory.unansweredWhen === null) {
    const agreedMs = memory.awaiting?.startMs ?? memory.checkedMs;
    if (agreedMs !== null && service.id === memory.serviceId) return { service, hostIds, startAt: new Date(agreedMs) };
    if (memory.day !== null) throw missing(turn, 'desired_time');
  }
  const when = resolveTime(turn, spokenWhen(args));
  memory.serviceId = service.id;
  memory.day = when.date;
  if (when.kind === 'day') throw missing(turn, 'desired_time');
  return { service, hostIds, startAt: when.startAt };
}

/** The name said now, else the one said before in this call, else the caller's own; null when none of them is usable. */
export async function resolveCustomerName(
  conversation: Conversation,
  said: string | undefined,
): Promise<string | null> {
  if (said) return said;
  const { awaiting, customerName } = conversation.memory;
  const agreed = awaiting?.name ?? customerName;
  if (agreed) return agreed;
  return (await conversation.customer().catch(() => null))?.name ?? null;
}
