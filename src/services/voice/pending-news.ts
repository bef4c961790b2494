import type { SettledOperation } from '../booking/booking-service';
import { hostSentence } from './hosts';
import type { Turn } from './turn';
import { spokenStart } from './understanding';

/**
 * What became of bookings, moves and cancellations that were still open at the last answer; null when nothing
 * was settled since. Each is reported once.
 */
export async function pendingNews(turn: Turn): Promise<string | null> {
  const { deps, conversation } = turn;
  const { memory, companyId } = conversation;
  const sentences: string[] = [];
  for (const id of memory.pendingOperationIds) {
    const settled = await deps.bookings.settled(companyId, id).catch(() => null);
    if (!settled) continue;
    memory.pendingOperationIds = memory.pendingOperationIds.filter((other) => other !== id);
    if (settled.appointment) memory.appointmentIds = [...new Set([...memory.appointmentIds, settled.appointment.id])];
    sentences.push(sentence(settled, turn));
  }
  return sentences.length > 0 ? sentences.join(' ') : null;
}

function sentence(settled: SettledOperation, turn: Turn): string {
  const { conversation, phrases } = turn;
  const { appointment } = settled;
  if (settled.kind === 'cancel') {
    const start = spokenStart(conversation, settled.startAt);
    return appointment ? phrases.nowCancelled(start) : phrases.notCancelled(start);
  }
  if (!appointment) return phrases.nowFailed(spokenStart(conversation, settled.startAt));
  const service = conversation.profile.services.find((one) => one.id === appointment.serviceId);
  const start = spokenStart(conversation, appointment.startsAt);
  const news =
    appointment.status === 'pending'
      ? phrases.requested(service?.name ?? '', start)
      : phrases.nowConfirmed(service?.name ?? '', start);
  return news + hostSentence(turn, appointment);
}
