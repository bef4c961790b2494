import type { Language, TenantId } from '../domain';
import { readArguments } from '../retell/arguments';
import { readCallId } from '../retell/call-id';
import { inboundVariables } from '../retell/inbound-answer';
import { toolByName } from '../retell/tool-names';
import { flatAnswer } from '../retell/wire-answer';
import { onlyOne, type SignatureOwners, type Speaker } from '../services/tenants/signature-owners';
import type { CallFacts, InboundFacts } from '../services/voice/ports';
import {
  keptAnalysis,
  millisecondsIn,
  recordingAddress,
  transcriptFrom,
  type Reported,
} from '../services/voice/transcript';
import type {
  AskedTool,
  CallEvent,
  PlatformMessage,
  PlatformRequest,
  RequestPeek,
  VoicePlatform,
} from '../services/voice/voice-platform';
import type { VoiceAnswer, VoiceCall } from '../services/voice/voice-request';
import { vapiEnd } from './end-reasons';
import {
  bearerIn,
  header,
  isSigned,
  languageFrom,
  argumentsIn,
  digestOf,
  type Fields,
  fieldsIn,
  instantIn,
  part,
  recordIn,
  textIn,
} from './wire';

interface VapiPlatformDeps {
  /** The companies' secrets. */
  secrets: Pick<SignatureOwners, 'byProof' | 'bySecret'>;
  /** What a caller hears when no assistant belongs to the line. */
  noAgent: (language: Language | null) => string;
  nowMs: () => number;
}

/** More tool calls than any model asks for in one turn. */
const MOST_CALLS = 20;
const LONGEST_ID = 200;
const WITHOUT_LINE = new Set(['webCall', 'vapi.websocketCall']);

/** Server messages of Vapi. They are answered with 200 whatever comes of them: any other status is ignored there. */
export class VapiPlatform implements VoicePlatform {
  readonly name = 'vapi';

  constructor(private readonly deps: VapiPlatformDeps) {}

  routeOf(): string {
    return '/api/vapi';
  }

  /** The company's secret as header or bearer token, or Vapi's HMAC signature with its default names. */
  speakerOf({ headers, rawBody }: PlatformRequest): Promise<Speaker | null> {
    const given = header(headers, 'x-vapi-secret') ?? bearerIn(headers);
    if (given !== undefined) return this.deps.secrets.bySecret(given);
    const proof = { digest: header(headers, 'x-signature'), timestamp: header(headers, 'x-timestamp') };
    return this.deps.secrets.byProof((secret) => isSigned(rawBody, proof, secret, this.deps.nowMs()), rawBody);
  }

  peek({ rawBody }: Pick<PlatformRequest, 'rawBody'>): RequestPeek | null {
    const message = part(fieldsIn(rawBody) ?? {}, 'message');
    if (message.type !== 'tool-calls') return null;
    const sent = toolCallsIn(message).slice(0, MOST_CALLS);
    return {
      ...callIn(message, null),
      tools: sent.map(({ name }) => name),
      respond: (answers) => JSON.stringify({ results: resultsOf(sent, answers) }),
    };
  }

  read({ rawBody }: PlatformRequest, speaker: Speaker): PlatformMessage {
    const body = fieldsIn(rawBody);
    if (!body) return { kind: 'unreadable', problem: 'The body is not a message of Vapi.' };
    const message = part(body, 'message');
    const type = textIn(message.type) ?? 'unnamed';
    const call = callIn(message, onlyOne(speaker));
    if (type === 'tool-calls') return toolCalls(message, call);
    if (type === 'assistant-request')
      return {
        kind: 'starting',
        call,
        respond: (facts) => assistantFor(message, facts, this.deps.noAgent(facts?.language ?? null)),
      };
    if (type === 'transfer-destination-request') return transfer(call);
    return { kind: 'events', events: eventsIn(type, message, call, rawBody), answer: {} };
  }
}

/** Where to transfer, asked by Vapi's own tool; a sentence is its error when no person answers now. */
function transfer(call: VoiceCall): PlatformMessage {
  return {
    kind: 'tools',
    asked: [{ request: { tool: 'transfer_to_human', args: {}, call } }],
    respond: ([answer]) =>
      answer?.status === 'transfer'
        ? { destination: { type: 'number', number: answer.transfer_number, message: answer.message } }
        : { error: answer?.message },
  };
}

/** The two ends stand in the message itself, outside the model's reach. */
function callIn(message: Fields, home: TenantId | null): VoiceCall {
  const call = part(message, 'call');
  const type = textIn(call.type);
  const customer = textIn(part(call, 'customer').number) ?? textIn(part(message, 'customer').number);
  const line = textIn(part(message, 'phoneNumber').number) ?? textIn(part(call, 'phoneNumber').number);
  const isOutbound = type === 'outboundPhoneCall';
  // Numbers of a browser's or a websocket's call were written by its program.
  const isWeb = (type !== null && WITHOUT_LINE.has(type)) || (customer === null && line === null);
  const variables = part(call, 'assistantOverrides', 'variableValues');
  return {
    platform: 'vapi',
    home,
    callId: readCallId(call.id),
    toolCallId: null,
    direction: isWeb ? 'web' : isOutbound ? 'outbound' : 'inbound',
    fromNumber: isWeb ? null : isOutbound ? line : customer,
    toNumber: isWeb ? null : isOutbound ? customer : line,
    agentId: textIn(call.assistantId) ?? textIn(part(message, 'assistant').id),
    startedAt: instantIn(call.startedAt) ?? instantIn(call.createdAt),
    language: languageFrom(variables.language),
    hasCallObject: true,
  };
}

function toolCalls(message: Fields, call: VoiceCall): PlatformMessage {
  const sent = toolCallsIn(message).slice(0, MOST_CALLS);
  const asked = sent.map(({ id, name, args }): AskedTool => {
    const tool = toolByName(name);
    if (tool === null) return { unknown: call };
    return { request: { tool, args: readArguments(tool, args), call: { ...call, toolCallId: id } } };
  });
  const flat = (answer: VoiceAnswer, index: number): string => {
    const one = asked[index];
    return JSON.stringify(one && 'request' in one ? flatAnswer(one.request.tool, answer) : answer);
  };
  return { kind: 'tools', asked, respond: (answers) => ({ results: resultsOf(sent, answers.map(flat)) }) };
}

/** JSON text has no line breaks of its own, which Vapi would not read. */
function resultsOf(sent: SentCall[], answers: string[]): object[] {
  return sent.map(({ id, name }, index) => ({ name, toolCallId: id, result: answers[index] }));
}

interface SentCall {
  id: string | null;
  name: string;
  args: Fields;
}

/** Three places, and four shapes of a call, are in use. */
function toolCallsIn(message: Fields): SentCall[] {
  const lists = [message.toolCallList, message.toolWithToolCallList, message.toolCalls];
  const list = lists.find((one) => Array.isArray(one) && one.length > 0);
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => {
    const given = recordIn(entry) ?? {};
    const call = recordIn(given.toolCall) ?? given;
    const called = part(call, 'function');
    return {
      id: textIn(call.id, LONGEST_ID),
      name: textIn(called.name) ?? textIn(call.name) ?? textIn(given.name) ?? '',
      args: argumentsIn(called.arguments ?? call.arguments ?? call.parameters) ?? {},
    };
  });
}

/** The assistant that the number or the call names, with its variables; without one Vapi says the error to the caller. */
function assistantFor(message: Fields, facts: InboundFacts | null, error: string): object {
  const assistantId =
    facts?.agentId ?? textIn(part(message, 'assistant').id) ?? textIn(part(message, 'phoneNumber').assistantId);
  if (!assistantId) return { error };
  return { assistantId, ...(facts ? { assistantOverrides: { variableValues: inboundVariables(facts) } } : {}) };
}

function eventsIn(type: string, message: Fields, call: VoiceCall, rawBody: Buffer): CallEvent[] {
  const { callId } = call;
  const status = textIn(message.status);
  if (callId === null) return [{ kind: 'other', dedupeKey: `${type}:${digestOf(rawBody)}`, event: type, callId }];
  const facts = { ...factsIn(message, call), callId };
  if (type === 'end-of-call-report') {
    return (['call_ended', 'call_analyzed'] as const).map((kind) => ({
      kind,
      dedupeKey: `${kind}:${callId}`,
      call: facts,
    }));
  }
  if (type === 'status-update' && status === 'in-progress') {
    return [{ kind: 'call_started', dedupeKey: `call_started:${callId}`, call: facts }];
  }
  if (type === 'status-update' && status === 'ended') {
    return [{ kind: 'call_ended', dedupeKey: `status_ended:${callId}`, call: facts }];
  }
  return [{ kind: 'other', dedupeKey: `${type}:${digestOf(rawBody)}`, event: type.slice(0, 60), callId }];
}

/** The messages; where they were left out, the lines of the text that Vapi makes of them. */
function reportedIn({ messages, transcript }: Fields): Reported[] {
  if (!Array.isArray(messages)) {
    const lines = typeof transcript === 'string' ? transcript.matchAll(/^(AI|User): (.*)$/gm) : [];
    return [...lines].map(([, who, said]) => ({ said, speaker: who === 'AI' ? 'agent' : 'user', at: null }));
  }
  return messages.flatMap((entry: unknown): Reported[] => {
    const { role, message: said, secondsFromStart, toolCalls } = recordIn(entry) ?? {};
    const at = millisecondsIn(secondsFromStart);
    if (role === 'tool_calls' && Array.isArray(toolCalls))
      return toolCalls.map((call: unknown) => ({ toolCallId: textIn(recordIn(call)?.id), at }));
    if (role === 'user') return [{ said, speaker: 'user', at }];
    return role === 'bot' || role === 'assistant' ? [{ said, speaker: 'agent', at }] : [];
  });
}

function factsIn(message: Fields, call: VoiceCall): Omit<CallFacts, 'callId'> {
  const startedAt = instantIn(message.startedAt) ?? call.startedAt;
  const endedAt = instantIn(message.endedAt);
  const analysis = part(message, 'analysis');
  const artifact = part(message, 'artifact');
  const { platform, home, direction, fromNumber, toNumber, agentId, language } = call;
  return {
    ...{ platform, home, direction, fromNumber, toNumber, agentId, language },
    startedAt,
    endedAt,
    durationMs: startedAt && endedAt ? Math.max(0, endedAt.getTime() - startedAt.getTime()) : null,
    disconnectionReason: vapiEnd(textIn(message.endedReason)),
    ...transcriptFrom(reportedIn(artifact)),
    recordingUrl: recordingAddress(artifact.recordingUrl ?? message.recordingUrl),
    analysis: keptAnalysis(analysis),
    agentVersion: null,
    heard: null,
  };
}
