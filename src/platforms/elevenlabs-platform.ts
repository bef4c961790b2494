import type { Language } from '../domain';
import { TRANSFER_NUMBER } from '../retell/agent-kit';
import { readArguments } from '../retell/arguments';
import { readCallId } from '../retell/call-id';
import { emptyVariables, inboundVariables } from '../retell/inbound-answer';
import { toolByName } from '../retell/tool-names';
import { flatAnswer } from '../retell/wire-answer';
import { onlyOne, type SignatureOwners, type Speaker } from '../services/tenants/signature-owners';
import type { CallDirection } from '../services/tenants/resolve-call';
import type { CallFacts, InboundFacts } from '../services/voice/ports';
import { keptAnalysis, millisecondsIn, transcriptFrom, type Reported } from '../services/voice/transcript';
import type {
  CallEvent,
  PlatformMessage,
  PlatformRequest,
  RequestPeek,
  VoicePlatform,
} from '../services/voice/voice-platform';
import type { VoiceCall } from '../services/voice/voice-request';
import { elevenLabsEnd } from './end-reasons';
import {
  header,
  isSigned,
  digestOf,
  type Fields,
  fieldsIn,
  instantIn,
  languageFrom,
  languageOf,
  part,
  recordIn,
  textIn,
} from './wire';

interface ElevenLabsPlatformDeps {
  /** The companies' secrets of tools and conversation starts. */
  secrets: Pick<SignatureOwners, 'bySecret'>;
  /** Those that sign reports after a call. */
  reportSecrets: Pick<SignatureOwners, 'byProof'>;
  /** For calls whose platform names two numbers and no direction. */
  directionOf: (ends: Pick<VoiceCall, 'fromNumber' | 'toNumber'>) => Promise<CallDirection | null>;
  nowMs: () => number;
}

const isStart = (path: string | null): boolean => path?.replaceAll('_', '-') === 'conversation-initiation';
const WEBHOOK = 'webhook';
const MOST_SIGNATURES = 4;

/** Server tools, conversation starts and post-call reports of ElevenLabs Agents. */
export class ElevenLabsPlatform implements VoicePlatform {
  readonly name = 'elevenlabs';

  constructor(private readonly deps: ElevenLabsPlatformDeps) {}

  routeOf(tool: string): string {
    return `/api/elevenlabs/${tool}`;
  }

  speakerOf({ pathTool, headers, rawBody }: PlatformRequest): Promise<Speaker | null> {
    if (pathTool === WEBHOOK) {
      const { timestamp, digests } = signatureIn(header(headers, 'elevenlabs-signature') ?? '');
      const nowMs = this.deps.nowMs();
      const isProven = (secret: string): boolean =>
        digests.some((digest) => isSigned(rawBody, { digest, timestamp }, secret, nowMs));
      return this.deps.reportSecrets.byProof(isProven, rawBody);
    }
    const given = header(headers, 'x-askpro-secret');
    return given === undefined ? Promise.resolve(null) : this.deps.secrets.bySecret(given);
  }

  peek({ pathTool, headers }: Pick<PlatformRequest, 'pathTool' | 'headers'>): RequestPeek | null {
    if (pathTool === null || isStart(pathTool) || pathTool === WEBHOOK) return null;
    const sent = endsIn(headers);
    const callId = readCallId(sent.id);
    return {
      ...{ tools: [pathTool], callId, direction: null, language: languageOf(headers) },
      ...{ fromNumber: textIn(sent.from), toNumber: textIn(sent.to), agentId: textIn(sent.agentId) },
    };
  }

  async read(request: PlatformRequest, speaker: Speaker): Promise<PlatformMessage> {
    const { pathTool, rawBody, headers } = request;
    const body = rawBody.length === 0 ? {} : fieldsIn(rawBody);
    if (pathTool === WEBHOOK) {
      return body ? this.#report(body, rawBody, speaker) : { kind: 'unreadable', problem: 'The body is not a report.' };
    }
    if (!body) return { kind: 'unreadable', problem: 'The body is not a JSON object.' };
    if (isStart(pathTool)) {
      const { conversation_id: id, agent_id: agentId, caller_id: from, called_number: to } = body;
      const call = await this.#call(speaker, { id, agentId, from, to }, startedIn(body, languageOf(headers)));
      return { kind: 'starting', call, respond: initiationData };
    }
    const tool = toolByName(pathTool ?? '');
    if (tool === null) return { kind: 'no_such_path' };
    const call = await this.#call(speaker, endsIn(headers), languageOf(headers));
    const asked = [{ request: { tool, args: readArguments(tool, body), call } }];
    return { kind: 'tools', asked, respond: ([answer]) => answer && flatAnswer(tool, answer) };
  }

  async #call(
    speaker: Speaker,
    sent: SentEnds,
    language: Language | null,
    direction?: CallDirection,
  ): Promise<VoiceCall> {
    const ends = { fromNumber: textIn(sent.from), toNumber: textIn(sent.to) };
    return {
      platform: 'elevenlabs',
      home: onlyOne(speaker),
      callId: readCallId(sent.id),
      toolCallId: null,
      direction: direction ?? (await this.deps.directionOf(ends)),
      ...ends,
      agentId: textIn(sent.agentId),
      startedAt: null,
      language,
      hasCallObject: true,
    };
  }

  async #report(body: Fields, rawBody: Buffer, speaker: Speaker): Promise<PlatformMessage> {
    const type = textIn(body.type) ?? 'unnamed';
    const data = part(body, 'data');
    const callId = readCallId(data.conversation_id);
    const other: CallEvent = {
      kind: 'other',
      dedupeKey: `${type}:${digestOf(rawBody)}`,
      event: type.slice(0, 60),
      callId,
    };
    if (type !== 'post_call_transcription' || callId === null) return { kind: 'events', events: [other], answer: {} };
    const { direction, ...ends } = reportedEnds(data);
    const sent = { id: callId, agentId: data.agent_id, ...ends };
    const language = startedIn(part(data, 'conversation_initiation_client_data'), null);
    const call = await this.#call(speaker, sent, language, direction);
    const facts: CallFacts = { ...factsIn(data, call), callId };
    const kinds = ['call_ended', 'call_analyzed'] as const;
    const events = kinds.map((kind) => ({ kind, dedupeKey: `${kind}:${callId}`, call: facts }));
    return { kind: 'events', events, answer: {} };
  }
}

/** The language that a conversation is started in: as a variable, as the language that the agent is set to, else the one given. */
function startedIn(start: Fields, otherwise: Language | null): Language | null {
  const { language: spoken } = part(start, 'conversation_config_override', 'agent');
  const said = [part(start, 'dynamic_variables').language, spoken, start.language];
  return said.map(languageFrom).find((one) => one !== null) ?? otherwise;
}

/** How the telephone line saw the call, else the variables that the conversation was started with. */
function reportedEnds(data: Fields): { from: unknown; to: unknown; direction?: CallDirection } {
  const { direction, agent_number: line, external_number: customer } = part(data, 'metadata', 'phone_call');
  if (direction === 'inbound') return { from: customer, to: line, direction };
  if (direction === 'outbound') return { from: line, to: customer, direction };
  const variables = part(data, 'conversation_initiation_client_data', 'dynamic_variables');
  return { from: variables.system__caller_id, to: variables.system__called_number };
}

/** `t=<seconds>,v0=<digest>`; a sender that changes its secret may send a digest by each. */
function signatureIn(header: string): { timestamp: string | undefined; digests: string[] } {
  const parts = header.split(',', MOST_SIGNATURES).map((one) => one.trim());
  const named = (name: string): string[] =>
    parts.filter((one) => one.startsWith(`${name}=`)).map((one) => one.slice(name.length + 1));
  return { timestamp: named('t')[0], digests: named('v0') };
}

interface SentEnds {
  id: unknown;
  agentId: unknown;
  from: unknown;
  to: unknown;
}

/** The kit fills these headers from system variables; the model writes the body alone. */
function endsIn(headers: PlatformRequest['headers']): SentEnds {
  return {
    id: header(headers, 'x-call-id'),
    agentId: header(headers, 'x-agent-id'),
    from: header(headers, 'x-caller-number'),
    to: header(headers, 'x-line-number'),
  };
}

function factsIn(data: Fields, call: VoiceCall): Omit<CallFacts, 'callId'> {
  const metadata = part(data, 'metadata');
  const { start_time_unix_secs: startSeconds, call_duration_secs: seconds } = metadata;
  const startedAt = typeof startSeconds === 'number' ? instantIn(startSeconds * 1000) : null;
  const durationMs = typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null;
  const reported = (Array.isArray(data.transcript) ? data.transcript : []).flatMap((entry: unknown): Reported[] => {
    const { role, message: said, time_in_call_secs: seconds, tool_calls: tools } = recordIn(entry) ?? {};
    const at = millisecondsIn(seconds);
    // The requests carry no id, so the calls are matched by their order.
    const called = Array.isArray(tools) ? tools.map(() => ({ toolCallId: null, at })) : [];
    return role === 'agent' || role === 'user' ? [{ said, speaker: role, at }, ...called] : called;
  });
  const analysis = part(data, 'analysis');
  const { platform, home, direction, fromNumber, toNumber, agentId, language } = call;
  return {
    ...{ platform, home, direction, fromNumber, toNumber, agentId, language },
    startedAt,
    endedAt: startedAt && durationMs !== null ? new Date(startedAt.getTime() + durationMs) : null,
    durationMs,
    disconnectionReason: elevenLabsEnd(textIn(metadata.termination_reason)),
    ...transcriptFrom(reported),
    recordingUrl: null,
    analysis: keptAnalysis(analysis),
    agentVersion: null,
    heard: null,
  };
}

/** A conversation fails when a variable is missing that the agent or a tool names: all are there, empty if unknown. */
function initiationData(facts: InboundFacts | null): object {
  return {
    type: 'conversation_initiation_client_data',
    // The transfer tool names the number, which is known only after `transfer_to_human`.
    dynamic_variables: { [TRANSFER_NUMBER]: '', ...(facts ? inboundVariables(facts) : emptyVariables()) },
  };
}
