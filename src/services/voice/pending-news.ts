import type { BookingService, SettledOperation } from '../booking/booking-service';
import type { Conversation } from './conversation';
import type { Phrases } from './phrases';
import { spokenStart } from './understanding';

/**
 * What became of bookings, moves and cancellations that were still open when the caller last heard of them; null when
 * there is nothing to tell yet. Each is told once.
 */
export async function pendingNews(
  bookings: Pick<BookingService, 'settled'>,
  conversation: Conversation,
  say: Phrases,
): Promise<string | null> {
  const { memory, companyId } = conversation;
  const told: string[] = [];
  for (const id of memory.pendingOperationIds) {
    const settled = await bookings.settled(companyId, id).catch(() => null);
    if (!settled) continue;
    memory.pendingOperationIds = memory.pendingOperationIds.filter((other) => other !== id);
    if (settled.appointment) memory.appointmentIds = [...new Set([...memory.appointmentIds, settled.appointment.id])];
    told.push(sentence(settled, conversation, say));
  }
  return told.length > 0 ? told.join(' ') : null;
}

function sentence(settled: SettledOperation, conversation: Conversation, say: Phrases): string {
  const { appointment } = settled;
  if (settled.kind === 'cancel') {
    const start = spokenStart(conversation, settled.startAt);
    return appointment ? say.nowCancelled(start) : say.notCancelled(start);
  }
  if (!appointment) return say.nowFailed(spokenStart(conversation, settled.startAt));
  const service = conversation.profile.services.find((one) => one.id === appointment.serviceId);
  const start = spokenStart(conversation, appointment.startsAt);
  return appointment.status === 'pending'
    ? say.requested(service?.name ?? '', start)
    : say.nowConfirmed(service?.name ?? '', start);
}
