import type { PlatformRequest } from '../services/voice/voice-platform';
import type { ToolName } from '../services/voice/tools';
import type { VoiceArgs, VoiceCall, VoiceRequest } from '../services/voice/voice-request';
import { readArguments } from './arguments';
import { readCallId, readRetoldCallId } from './call-id';
import { type CallObject, callObject, directionOf, dynamicVariables, isRecord, languageIn } from './call-object';
import { toolByName } from './tool-names';
import { isDeepStrictEqual } from 'node:util';

/** A tool call in whatever shape it came, in the gateway's own terms. */
export interface ToolRequest extends VoiceRequest {
  tool: ToolName;
  args: VoiceArgs;
  call: VoiceCall & {
    callType: string | null;
    dynamicVariables: Record<string, string>;
    metadata: Record<string, unknown>;
  };
  /** The name the agent used. */
  calledAs: string;
  /** `envelope`: with Retell's call object or an argument object; `flat`: the arguments alone. */
  shape: 'envelope' | 'flat';
}

type ParsedBody =
  | { kind: 'request'; request: ToolRequest }
  | { kind: 'unknown_tool'; calledAs: string | null; call: ToolRequest['call'] }
  | { kind: 'not_json' };

export interface BodySource extends Pick<PlatformRequest, 'pathTool'> {
  /** `X-Retell-Call-Id`. */
  callIdHeader: string | undefined;
  /** The body is a form: its fields are the arguments. */
  isForm?: boolean;
}

type Fields = Record<string, unknown>;

const BYTE_ORDER_MARK = 0xfeff;
const NO_CALL = callObject.parse({});
const ARGUMENT_KEYS = ['args', 'arguments', 'parameters'];
/** No agent sends more fields; the rest of a hostile body is not read. */
const MOST_FIELDS = 200;
const NAME_KEYS = ['name', 'function_name', 'tool_name', 'tool'];
const ENVELOPE_KEYS = new Set(['call', ...ARGUMENT_KEYS, 'function_name', 'tool_name', 'tool']);

/** Parses a body once. Everything but JSON that does not parse is some request: missing parts are simply absent. */
export function parseBody(rawBody: Buffer, source: BodySource): ParsedBody {
  const text = rawBody.toString('utf8');
  // Some clients name a form and send JSON.
  const sent = parseJson(text);
  const json = sent === undefined && source.isForm ? formFields(text) : sent;
  if (json === undefined) return { kind: 'not_json' };
  const body = fieldsOf(json);
  const nested = nestedArguments(body);
  const hasCallObject = isRecord(body.call);
  const call = hasCallObject ? callObject.parse(body.call) : NO_CALL;
  const name = source.pathTool ?? nameIn(body);
  const tool = name === null ? null : toolByName(name);
  const given = nested ?? flatArguments(body);
  const caller = callerOf(call, { hasCallObject, given, body, header: source.callIdHeader });
  if (tool === null || name === null) return { kind: 'unknown_tool', calledAs: name, call: caller };
  caller.toolCallId = currentToolCallId(call.transcript_with_tool_calls, tool, given);
  return {
    kind: 'request',
    request: {
      tool,
      args: readArguments(tool, given),
      call: caller,
      calledAs: name,
      shape: hasCallObject || nested ? 'envelope' : 'flat',
    },
  };
}

/** undefined: not JSON. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
    return value;
  } catch {
    return undefined;
  }
}

function formFields(text: string): Fields {
  return Object.fromEntries(new URLSearchParams(text));
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? bounded(value) : {};
}

/** The first fields of a body that has more than any agent sends. */
function bounded(fields: Fields): Fields {
  let count = 0;
  const kept: Fields = {};
  for (const name in fields) {
    if (++count > MOST_FIELDS) return kept;
    kept[name] = fields[name];
  }
  return fields;
}

/** The argument object when there is one with something in it; it may have been sent as JSON text. */
function nestedArguments(body: Fields): Fields | null {
  for (const key of ARGUMENT_KEYS) {
    const value = body[key];
    const given = typeof value === 'string' ? parseJson(value) : value;
    if (isRecord(given) && Object.keys(given).length > 0) return bounded(given);
  }
  return null;
}

/** The arguments at top level. `name` is the tool's inside an envelope and where it names a tool, else the customer's. */
function flatArguments(body: Fields): Fields {
  const { name, ...rest } = body;
  const isEnvelope = Object.keys(body).some((key) => ENVELOPE_KEYS.has(key));
  const namesTool = isEnvelope || (typeof name === 'string' && toolByName(name) !== null);
  const plain = Object.fromEntries(Object.entries(rest).filter(([key]) => !ENVELOPE_KEYS.has(key)));
  return namesTool || name === undefined ? plain : { ...plain, name };
}

/** The dispatcher's tool: the first key that names one we know, else the first that names anything. */
function nameIn(body: Fields): string | null {
  const names = NAME_KEYS.map((key) => body[key]).filter((value) => typeof value === 'string');
  return names.find((name) => toolByName(name) !== null) ?? names[0] ?? null;
}

function callerOf(
  call: CallObject,
  sent: { hasCallObject: boolean; given: Fields; body: Fields; header: string | undefined },
): ToolRequest['call'] {
  const variables = dynamicVariables(call);
  // With "args only" there is no call object; then the agent may pass these two as constants. Never the caller's own
  // number: a model could be talked into writing another person's.
  const constants = sent.hasCallObject ? NO_CALL : callObject.parse(sent.given);
  const toNumber = call.to_number ?? constants.to_number;
  const agentId = call.agent_id ?? constants.agent_id;
  return {
    platform: 'retell',
    home: null,
    callId:
      call.call_id ??
      readCallId(sent.header) ??
      readRetoldCallId(sent.given.call_id) ??
      readRetoldCallId(sent.body.call_id),
    toolCallId: null,
    direction: directionOf(call),
    toNumber,
    fromNumber: call.from_number,
    agentId,
    startedAt: call.start_timestamp,
    language: languageIn(variables.language ?? variables.sprache),
    hasCallObject: sent.hasCallObject || toNumber !== null || agentId !== null,
    callType: call.call_type,
    dynamicVariables: variables,
    metadata: call.metadata,
  };
}

const LONGEST_ID = 200;

/** A transcript may hold hundreds of entries: they are looked at, not copied. */
function resultId(entry: unknown): string | null {
  if (!isRecord(entry) || entry.role !== 'tool_call_result') return null;
  return typeof entry.tool_call_id === 'string' ? entry.tool_call_id : null;
}

function invocationIn(entry: unknown): { id: string; name: string; args: unknown } | null {
  if (!isRecord(entry) || entry.role !== 'tool_call_invocation') return null;
  const { tool_call_id: id, name } = entry;
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || typeof name !== 'string') return null;
  return { id, name, args: entry.arguments };
}

/**
 * The id of the invocation being answered: the last one of this tool, with these arguments, that has no result yet.
 * Another invocation's id would make two different wishes look like one request, so in doubt there is none.
 */
function currentToolCallId(
  transcript: readonly unknown[],
  tool: ToolName,
  args: Readonly<Record<string, unknown>>,
): string | null {
  const answered = new Set<string>();
  for (let at = transcript.length - 1; at >= 0; at--) {
    const done = resultId(transcript[at]);
    if (done !== null) answered.add(done);
    const asked = invocationIn(transcript[at]);
    if (!asked || answered.has(asked.id) || toolByName(asked.name) !== tool) continue;
    const written = argumentsOf(asked.args);
    if (written === null || sameArguments(written, args)) return asked.id;
  }
  return null;
}

function argumentsOf(value: unknown): Record<string, unknown> | null {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isRecord(parsed) ? parsed : null;
}

function sameArguments(a: unknown, b: unknown): boolean {
  try {
    return isDeepStrictEqual(a, b);
  } catch {
    // Nested deeper than the stack: hostile, and certainly not a repeat worth recognising.
    return false;
  }
}
