import { isDirect } from '../direct-client';
import type { SignatureOwners, Speaker } from '../services/tenants/signature-owners';
import type { PlatformMessage, PlatformRequest, RequestPeek, VoicePlatform } from '../services/voice/voice-platform';
import { parseBody } from './envelope';
import { inboundAnswer } from './inbound-answer';
import { languageIn } from './call-object';
import { toolByName } from './tool-names';
import { parseRetellEvent } from './webhook-events';
import { dispatcherAnswer, flatAnswer, unknownToolAnswer } from './wire-answer';

interface RetellPlatformDeps {
  owners: Pick<SignatureOwners, 'bySignature'>;
  /** Cal.com is played: unsigned requests may also come through a proxy. */
  isSandboxed: boolean;
}

type ToolsMessage = Extract<PlatformMessage, { kind: 'tools' }>;

/** The last part of the webhook's path. */
const WEBHOOK = 'webhook';

/** Custom functions, the inbound webhook and call events of Retell, each signed over its raw body. */
export class RetellPlatform implements VoicePlatform {
  readonly name = 'retell';

  constructor(private readonly deps: RetellPlatformDeps) {}

  routeOf(tool: string): string {
    return `/api/retell/${tool}`;
  }

  speakerOf({ headers, rawBody }: PlatformRequest): Promise<Speaker | null> {
    const signature = headers['x-retell-signature'];
    const { isSandboxed, owners } = this.deps;
    const signed = typeof signature === 'string' ? signature : undefined;
    return owners.bySignature(rawBody, signed, isSandboxed || isDirect(headers));
  }

  peek(request: Omit<PlatformRequest, 'isForm'>): RequestPeek | null {
    return peekToolCall(request);
  }

  read(request: PlatformRequest): PlatformMessage {
    return request.pathTool === WEBHOOK ? readEvent(request.rawBody) : readToolCall(request);
  }
}

function readToolCall({ pathTool, headers, rawBody, isForm }: PlatformRequest): PlatformMessage {
  if (pathTool !== null && toolByName(pathTool) === null) return { kind: 'no_such_path' };
  const callId = headers['x-retell-call-id'];
  const callIdHeader = typeof callId === 'string' ? callId : undefined;
  const parsed = parseBody(rawBody, { pathTool, callIdHeader, isForm });
  if (parsed.kind === 'not_json') return { kind: 'unreadable', problem: 'The body is not JSON.' };
  if (parsed.kind === 'unknown_tool') {
    const respond: ToolsMessage['respond'] = ([answer]) => answer && unknownToolAnswer(answer);
    return { kind: 'tools', asked: [{ unknown: parsed.call }], respond };
  }
  const { request } = parsed;
  const inShape = pathTool === null ? dispatcherAnswer : flatAnswer;
  return { kind: 'tools', asked: [{ request }], respond: ([answer]) => answer && inShape(request.tool, answer) };
}

function readEvent(rawBody: Buffer): PlatformMessage {
  const event = parseRetellEvent(rawBody);
  if (!event) return { kind: 'unreadable', problem: 'The body is not a webhook event.' };
  if (event.kind === 'call_inbound') return { kind: 'starting', call: event, respond: inboundAnswer };
  return { kind: 'events', events: [event], answer: null };
}

const CALL_ID = /"call_id"\s*:\s*"([\w-]{1,100})"/;
const OUTBOUND = /"direction"\s*:\s*"outbound"/;
const FROM_NUMBER = /"from_number"\s*:\s*"([^"\\]{1,60})"/;
const TO_NUMBER = /"to_number"\s*:\s*"([^"\\]{1,60})"/;
const AGENT_ID = /"agent_id"\s*:\s*"([^"\\]{1,100})"/;
const NAME = /"(?:name|function_name|tool_name)"\s*:\s*"([\w-]{1,80})"/;
const LANGUAGE = /"(?:language|sprache)"\s*:\s*"([^"\\]{1,40})"/;

/** What a tool call of Retell's seems to say, without parsing it. */
function peekToolCall({ pathTool, rawBody }: Pick<PlatformRequest, 'pathTool' | 'rawBody'>): RequestPeek | null {
  const text = rawBody.toString('latin1');
  const found = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  const tool = pathTool ?? found(NAME);
  if (tool === null) return null;
  return {
    tools: [tool],
    callId: found(CALL_ID),
    direction: OUTBOUND.test(text) ? 'outbound' : null,
    fromNumber: found(FROM_NUMBER),
    toNumber: found(TO_NUMBER),
    agentId: found(AGENT_ID),
    language: languageIn(found(LANGUAGE) ?? undefined),
    isDispatched: pathTool === null,
  };
}
