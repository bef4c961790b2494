import { toolOf, type ToolName } from '../services/voice/tools';
import type { VoiceAnswer } from '../services/voice/voice-request';

/** Retell gives the model the first 15 000 characters of a body; a cut body is broken JSON. */
const LONGEST_BODY = 15_000;
/** The dispatcher's own fields around the flat answer, the message twice among them. */
const ENVELOPE_ROOM = 500;
const LONGEST_MESSAGE = 1000;
const LONGEST_TEXT = 300;

export type FlatAnswer = Record<string, unknown>;

/** The flat fields below `data` and, for agents whose paths read them there, beside it. */
interface DispatcherAnswer extends FlatAnswer {
  success: boolean;
  message: string;
  status: string;
  data: FlatAnswer;
  error: string | null;
}

/** One flat object with exactly the tool's fields, short enough for Retell. */
export function flatAnswer(tool: ToolName, answer: VoiceAnswer): FlatAnswer {
  return fitting(tool, answer, LONGEST_BODY);
}

/** The dispatcher's envelope around the same flat object. `error` is the sentence, as flows of the Laravel app read it. */
export function dispatcherAnswer(tool: ToolName, answer: VoiceAnswer): DispatcherAnswer {
  const message = answer.message.slice(0, LONGEST_MESSAGE);
  const room = (LONGEST_BODY - ENVELOPE_ROOM - 2 * JSON.stringify(message).length) / 2;
  const data = fitting(tool, answer, room);
  return enveloped(answer.success, answer.status, message, data);
}

/** What the dispatcher says about a name that no tool has. */
export function unknownToolAnswer(answer: VoiceAnswer): DispatcherAnswer {
  return enveloped(answer.success, answer.status, answer.message, answer);
}

function enveloped(success: boolean, status: string, message: string, data: FlatAnswer): DispatcherAnswer {
  return { ...data, success, message, status, data, error: success ? null : message };
}

function fitting(tool: ToolName, answer: VoiceAnswer, room: number): FlatAnswer {
  const flat: FlatAnswer = {
    success: answer.success,
    status: answer.status,
    message: answer.message.slice(0, LONGEST_MESSAGE),
    call_id: answer.call_id,
  };
  for (const [field, absent] of toolOf(tool).absent) flat[field] = filled(answer[field], absent);
  while (JSON.stringify(flat).length > room) {
    if (!halveLongestList(flat)) return withShortTexts(flat);
  }
  return flat;
}

/** Objects keep their fields too: `$.customer.name` must exist for an unknown caller. */
function filled(value: unknown, absent: unknown): unknown {
  if (value === undefined || value === null) return absent;
  if (!isPlainObject(absent) || !isPlainObject(value)) return value;
  const names = new Set([...Object.keys(absent), ...Object.keys(value)]);
  return Object.fromEntries([...names].map((name) => [name, filled(value[name], absent[name] ?? null)]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function halveLongestList(flat: FlatAnswer): boolean {
  let longest: { field: string; items: unknown[]; size: number } | null = null;
  for (const [field, value] of Object.entries(flat)) {
    if (!Array.isArray(value) || value.length === 0) continue;
    const size = JSON.stringify(value).length;
    if (longest === null || size > longest.size) longest = { field, items: value, size };
  }
  if (longest === null) return false;
  flat[longest.field] = longest.items.slice(0, Math.floor(longest.items.length / 2));
  return true;
}

function withShortTexts(flat: FlatAnswer): FlatAnswer {
  return Object.fromEntries(
    Object.entries(flat).map(([field, value]) => [
      field,
      typeof value === 'string' && field !== 'message' ? value.slice(0, LONGEST_TEXT) : value,
    ]),
  );
}
