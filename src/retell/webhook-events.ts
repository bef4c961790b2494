import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Language } from '../domain';
import { readCallId } from './call-id';
import type { CallDirection } from '../services/tenants/resolve-call';
import { callObject, directionOf, dynamicVariables, languageIn } from './call-object';
import { cleanText } from './plain-text';

/** Facts of a call as Retell's webhooks tell them; null where an event does not know. */
export interface CallFacts {
  callId: string;
  agentId: string | null;
  fromNumber: string | null;
  toNumber: string | null;
  direction: CallDirection | null;
  callType: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  durationMs: number | null;
  disconnectionReason: string | null;
  transcript: string | null;
  /** Retell's `call_analysis`; null before `call_analyzed`. */
  analysis: Record<string, unknown> | null;
  language: Language | null;
  dynamicVariables: Record<string, string>;
  metadata: Record<string, unknown>;
}

/** `dedupeKey` is the same for every delivery of one event and holds no personal data. */
export type RetellEvent =
  | {
      kind: 'call_inbound';
      dedupeKey: string;
      /** Newer Retell versions only. */
      callId: string | null;
      direction: CallDirection | null;
      agentId: string | null;
      fromNumber: string | null;
      toNumber: string | null;
    }
  | { kind: 'call_started' | 'call_ended' | 'call_analyzed'; dedupeKey: string; call: CallFacts }
  /** Everything else, lifecycle events without a call id included: kept, not acted upon. */
  | { kind: 'other'; dedupeKey: string; event: string; callId: string | null };

const eventName = z
  .string()
  .transform((name) => cleanText(name)?.slice(0, 60) ?? 'unnamed')
  .catch('unnamed');
const destination = z.union([z.string(), z.object({ number: z.string() }).transform(({ number }) => number)]).catch('');
const envelope = z.object({
  event: eventName,
  call: z.unknown().optional(),
  call_inbound: z.unknown().optional(),
  chat: z.unknown().optional(),
  transfer_destination: destination,
});
const part = z.record(z.string(), z.unknown()).catch({});
const chatId = z.object({ chat_id: z.unknown().optional().transform(readCallId) }).catch({ chat_id: null });

const LIFECYCLE = z.enum(['call_started', 'call_ended', 'call_analyzed']);
const TRANSFER = /^transfer_/;

/** @returns null when the body is not a JSON object */
export function parseRetellEvent(rawBody: Buffer): RetellEvent | null {
  const body = envelope.safeParse(readJson(rawBody));
  if (!body.success) return null;
  const { event } = body.data;
  const bodyKey = `${event}:${createHash('sha256').update(rawBody).digest('hex').slice(0, 40)}`;
  if (event === 'call_inbound') {
    const inbound = callObject.parse(part.parse(body.data.call_inbound));
    return {
      kind: 'call_inbound',
      dedupeKey: inbound.call_id === null ? bodyKey : `${event}:${inbound.call_id}`,
      callId: inbound.call_id,
      direction: directionOf(inbound),
      agentId: inbound.agent_id,
      fromNumber: inbound.from_number,
      toNumber: inbound.to_number,
    };
  }
  const call = callObject.parse(part.parse(body.data.call));
  const callId = call.call_id ?? chatId.parse(body.data.chat).chat_id;
  if (callId === null) return { kind: 'other', dedupeKey: bodyKey, event, callId: null };
  const lifecycle = LIFECYCLE.safeParse(event);
  if (!lifecycle.success) {
    // A call may be transferred more than once; each attempt starts at its own time or goes elsewhere.
    const attempt = transferKey(call.start_timestamp, body.data.transfer_destination);
    const dedupeKey = TRANSFER.test(event) ? `${event}:${callId}:${attempt}` : `${event}:${callId}`;
    return { kind: 'other', dedupeKey, event, callId };
  }
  return {
    kind: lifecycle.data,
    dedupeKey: `${event}:${callId}`,
    call: {
      callId,
      agentId: call.agent_id,
      fromNumber: call.from_number,
      toNumber: call.to_number,
      direction: directionOf(call),
      callType: call.call_type,
      startedAt: call.start_timestamp,
      endedAt: call.end_timestamp,
      durationMs: call.duration_ms,
      disconnectionReason: call.disconnection_reason,
      transcript: call.transcript,
      analysis: Object.keys(call.call_analysis).length > 0 ? call.call_analysis : null,
      language: languageIn(dynamicVariables(call).language),
      dynamicVariables: dynamicVariables(call),
      metadata: call.metadata,
    },
  };
}

function readJson(rawBody: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return value;
  } catch {
    return null;
  }
}

/** The destination is a telephone number, so only its hash is kept. */
function transferKey(startedAt: Date | null, to: string): string {
  return createHash('sha256')
    .update(`${startedAt?.getTime() ?? ''}:${to}`)
    .digest('hex')
    .slice(0, 16);
}
