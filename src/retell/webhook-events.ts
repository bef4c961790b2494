import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readCallId } from './call-id';
import type { InboundCall } from '../services/voice/ports';
import type { CallEvent } from '../services/voice/voice-platform';
import { callObject, type CallObject, directionOf, dynamicVariables, languageIn } from './call-object';
import {
  keptAnalysis,
  millisecondsIn,
  recordingAddress,
  transcriptFrom,
  type Reported,
} from '../services/voice/transcript';
import { cleanText } from './plain-text';

/** Lifecycle events without a call id are among the others. */
type RetellEvent = ({ kind: 'call_inbound'; dedupeKey: string } & InboundCall) | CallEvent;

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
      ...callerIn(inbound),
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
      ...callerIn(call),
      startedAt: call.start_timestamp,
      endedAt: call.end_timestamp,
      durationMs: call.duration_ms,
      disconnectionReason: call.disconnection_reason,
      ...transcriptIn(call),
      recordingUrl: recordingAddress(call.recording_url),
      analysis: keptAnalysis(call.call_analysis),
      agentVersion: call.agent_version,
      heard: null,
    },
  };
}

function callerIn(call: CallObject): Omit<InboundCall, 'callId'> {
  return {
    platform: 'retell',
    home: null,
    agentId: call.agent_id,
    fromNumber: call.from_number,
    toNumber: call.to_number,
    direction: directionOf(call),
    language: languageIn(dynamicVariables(call).language),
  };
}

const utterance = z.object({
  role: z.enum(['agent', 'user', 'transfer_target', 'tool_call_invocation']),
  content: z.string().catch(''),
  words: z.array(z.object({ start: z.unknown(), end: z.unknown() })).catch([]),
  tool_call_id: z.string().max(200).nullable().catch(null),
});

/**
 * Turns with their times, and tool calls where they came between them, where Retell sends them; else the text alone.
 * A tool call has no time of its own: it came after the last word before it.
 */
function transcriptIn(call: CallObject): ReturnType<typeof transcriptFrom> {
  let lastWordAt: number | null = null;
  const reported: Reported[] = [];
  for (const entry of call.transcript_with_tool_calls) {
    const { success, data } = utterance.safeParse(entry);
    if (!success) continue;
    if (data.role === 'tool_call_invocation') {
      reported.push({ toolCallId: data.tool_call_id, at: lastWordAt });
      continue;
    }
    const at = millisecondsIn(data.words[0]?.start);
    lastWordAt = millisecondsIn(data.words.at(-1)?.end) ?? at ?? lastWordAt;
    reported.push({ said: data.content, speaker: data.role === 'transfer_target' ? 'other' : data.role, at });
  }
  const read = transcriptFrom(reported);
  return read.transcript === null ? { transcript: call.transcript, timing: null } : read;
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
