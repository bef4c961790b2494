import { createHash, randomUUID } from 'node:crypto';
import type { OperationKind } from './ledger';

/**
 * Repeats of one HTTP attempt carry the same tool_call_id. Without one a repeat is recognised by the booking it is about,
 * as long as that is under way or stands: the same words after a refusal or a cancellation are a new question.
 */
export function requestKey(parts: { kind: OperationKind; callId: string | null; toolCallId: string | null }): string {
  if (parts.callId && parts.toolCallId) return digest('request', parts.kind, parts.callId, parts.toolCallId);
  return digest('request', parts.kind, randomUUID());
}

/** A second try by the model has a new tool_call_id but means the same appointment. */
export function businessKey(parts: {
  kind: OperationKind;
  /** Event type for a booking, appointment id for a move or cancellation. */
  subject: string;
  startAt: Date | null;
  /** E.164 of the caller, else the call: an anonymous caller is only ever the same person within one call. */
  caller: string;
  /** Who the booking is for (see `personKey`); empty for moves and cancellations. */
  person: string;
}): string {
  return digest('business', parts.kind, parts.subject, parts.startAt?.toISOString() ?? '', parts.caller, parts.person);
}

/** What a request asked for, in a form that does not depend on spelling or order. */
export function fingerprint(parts: (string | null | undefined)[]): string {
  return digest(...parts.map((part) => (part ?? '').trim().toLowerCase()));
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
