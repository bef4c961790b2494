import { createHmac, randomBytes } from 'node:crypto';
import type { Platform } from '../domain';
import { signBody } from '../retell/signature';

export interface Turn {
  tool: string;
  ms: number;
  httpStatus: number;
  answer: Record<string, unknown>;
}

/** What a platform sent beside tool calls, and what came back. */
export interface Exchange {
  /** As the platform calls it. */
  name: string;
  httpStatus: number;
  ms: number;
  body: unknown;
}

export interface Said {
  role: 'agent' | 'user';
  content: string;
}

export interface Answered {
  status: number;
  ms: number;
  body: unknown;
}

/** The two ends of a call, and how the gateway is reached. */
export interface CallerOptions {
  baseUrl: string;
  /** Signs or proves every request; null where the gateway asks for no proof. */
  secret: string | null;
  /** Signs the report after a call where the platform has a secret of its own for it; without it none is sent there. */
  reportSecret?: string | null;
  /** null for a call without numbers, as on a web page. */
  fromNumber: string | null;
  toNumber: string | null;
  /** The agent rings: `fromNumber` is the line, `toNumber` the customer. */
  isOutbound?: boolean;
  agentId: string;
  language: string;
  /** Default `fetch`. */
  ask?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Plays one call as a platform does, with real requests. */
export abstract class PlatformCaller {
  abstract readonly platform: Platform;
  abstract readonly callId: string;
  protected readonly startedAtMs = Date.now();
  protected readonly said: Said[] = [];

  constructor(protected readonly options: CallerOptions) {}

  /** Before the agent picks up; empty where the platform asks nothing then. */
  abstract ring(): Promise<Exchange[]>;
  abstract tool(tool: string, args: Record<string, unknown>): Promise<Turn>;
  /** Empty where the platform tells nothing of a call's end. */
  abstract hangUp(): Promise<Exchange[]>;

  say(role: Said['role'], content: string): void {
    this.said.push({ role, content });
  }

  /** Which call it is, for platforms that say so beside the message. */
  protected callHeaders(): Record<string, string> {
    const { fromNumber, toNumber, language } = this.options;
    return {
      ...{ 'x-call-id': this.callId, 'x-language': language },
      ...(fromNumber !== null && { 'x-caller-number': fromNumber }),
      ...(toNumber !== null && { 'x-line-number': toNumber }),
    };
  }

  /** What came back for a tool; the agent says its sentence. */
  protected heard(tool: string, { status, ms }: Answered, answer: Record<string, unknown>): Turn {
    this.say('agent', typeof answer.message === 'string' ? answer.message : '');
    return { tool, ms, httpStatus: status, answer };
  }

  /** @throws Error when the answer is no JSON; its text is in the message */
  protected async post(path: string, raw: string, headers: Record<string, string>): Promise<Answered> {
    const { baseUrl, ask = fetch } = this.options;
    const beganMs = performance.now();
    const response = await ask(`${baseUrl.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: raw,
    });
    const text = await response.text();
    const ms = performance.now() - beganMs;
    try {
      return { status: response.status, ms, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch {
      throw new Error(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
    }
  }
}

const randomId = (prefix: string, bytes = 14): string => `${prefix}${randomBytes(bytes).toString('hex')}`;

function exchange(name: string, { status, ms, body }: Answered): Exchange {
  return { name, httpStatus: status, ms, body };
}

/** The answer's fields; none when the request was refused. */
function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** Plays Retell: signs every request, keeps the transcript growing, gives every tool call an id of its own. */
export class RetellCaller extends PlatformCaller {
  readonly platform = 'retell';
  readonly callId = randomId('call_');

  async ring(): Promise<Exchange[]> {
    const { agentId, fromNumber, toNumber, isOutbound } = this.options;
    const ends = { from_number: fromNumber, to_number: toNumber };
    const inbound = { agent_id: agentId, ...ends, call_id: this.callId };
    const before =
      toNumber === null || isOutbound ? [] : [await this.#event('call_inbound', { call_inbound: inbound })];
    return [...before, await this.#event('call_started', { call: this.#call() })];
  }

  async hangUp(): Promise<Exchange[]> {
    const ended = { end_timestamp: Date.now(), call_status: 'ended', disconnection_reason: 'user_hangup' };
    const call = { ...this.#call(), ...ended };
    return [await this.#event('call_ended', { call }), await this.#event('call_analyzed', { call })];
  }

  /** One custom-function call, with the id that a repeat of the same attempt would carry. */
  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const invocation = {
      ...{ role: 'tool_call_invocation', tool_call_id: randomId('tool_call_', 8) },
      ...{ name: tool, arguments: JSON.stringify(args) },
    };
    const call = { ...this.#call(), transcript_with_tool_calls: [...this.said, invocation] };
    const answered = await this.#send(`/api/retell/${tool}`, { name: tool, args, call });
    return this.heard(tool, answered, fieldsOf(answered.body));
  }

  #call(): Record<string, unknown> {
    const { agentId, fromNumber, toNumber, isOutbound, language } = this.options;
    const direction = isOutbound ? 'outbound' : 'inbound';
    return {
      ...(toNumber === null
        ? { call_type: 'web_call' }
        : { call_type: 'phone_call', from_number: fromNumber, to_number: toNumber, direction }),
      call_id: this.callId,
      agent_id: agentId,
      call_status: 'ongoing',
      start_timestamp: this.startedAtMs,
      retell_llm_dynamic_variables: { language },
      transcript: this.said.map((line) => `${line.role === 'agent' ? 'Agent' : 'User'}: ${line.content}\n`).join(''),
    };
  }

  async #event(name: string, fields: Record<string, unknown>): Promise<Exchange> {
    return exchange(name, await this.#send('/api/retell/webhook', { event: name, ...fields }));
  }

  #send(path: string, body: unknown): Promise<Answered> {
    const { secret } = this.options;
    const raw = JSON.stringify(body);
    const signature = secret === null ? null : signBody(Buffer.from(raw), secret, Date.now());
    return this.post(path, raw, signature === null ? {} : { 'x-retell-signature': signature });
  }
}

/** Plays Vapi: server messages, one tool call in each. */
class VapiCaller extends PlatformCaller {
  readonly platform = 'vapi';
  readonly callId = randomId('', 16);

  async ring(): Promise<Exchange[]> {
    const asked = await this.#event('assistant-request', { assistant: { id: this.options.agentId } });
    return [asked, await this.#event('status-update', { status: 'in-progress' })];
  }

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const call = {
      ...{ id: randomId('call_', 12), type: 'function' },
      function: { name: tool, arguments: JSON.stringify(args) },
    };
    const answered = await this.#message('tool-calls', { toolCallList: [call] });
    const [first] = (fieldsOf(answered.body).results ?? []) as { result?: string }[];
    return this.heard(tool, answered, fieldsOf(first?.result === undefined ? null : JSON.parse(first.result)));
  }

  async hangUp(): Promise<Exchange[]> {
    const messages = this.said.map(({ role, content }) => ({
      role: role === 'agent' ? 'bot' : 'user',
      message: content,
    }));
    const report = {
      ...{ endedReason: 'customer-ended-call', artifact: { messages } },
      ...{ startedAt: new Date(this.startedAtMs).toISOString(), endedAt: new Date().toISOString() },
    };
    return [await this.#event('end-of-call-report', report)];
  }

  async #event(type: string, fields: object): Promise<Exchange> {
    return exchange(type, await this.#message(type, fields));
  }

  #message(type: string, fields: object): Promise<Answered> {
    const { secret, fromNumber, toNumber, isOutbound = false, agentId, language } = this.options;
    const [customer, ourLine] = isOutbound ? [toNumber, fromNumber] : [fromNumber, toNumber];
    const phoneCall = isOutbound ? 'outboundPhoneCall' : 'inboundPhoneCall';
    const call = {
      ...{ id: this.callId, type: ourLine === null ? 'webCall' : phoneCall, assistantId: agentId },
      ...(customer !== null && { customer: { number: customer } }),
      assistantOverrides: { variableValues: { language } },
    };
    const line = ourLine === null ? {} : { phoneNumber: { number: ourLine } };
    const raw = JSON.stringify({ message: { type, timestamp: Date.now(), call, ...line, ...fields } });
    const proof: Record<string, string> = secret === null ? {} : { 'x-vapi-secret': secret };
    return this.post('/api/vapi', raw, proof);
  }
}

/** Plays ElevenLabs: server tools whose headers the platform fills, and the signed report after the call. */
class ElevenLabsCaller extends PlatformCaller {
  readonly platform = 'elevenlabs';
  readonly callId = randomId('conv_');

  async ring(): Promise<Exchange[]> {
    const { agentId, fromNumber, toNumber } = this.options;
    const start = {
      ...{ caller_id: fromNumber, called_number: toNumber, agent_id: agentId },
      conversation_id: this.callId,
    };
    return [exchange('conversation-initiation', await this.#ask('conversation-initiation', start))];
  }

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const answered = await this.#ask(tool, args);
    return this.heard(tool, answered, fieldsOf(answered.body));
  }

  async hangUp(): Promise<Exchange[]> {
    const { reportSecret, agentId, fromNumber, toNumber, language } = this.options;
    if (!reportSecret) return [];
    const nowSeconds = Math.floor(Date.now() / 1000);
    const raw = JSON.stringify({
      ...{ type: 'post_call_transcription', event_timestamp: nowSeconds },
      data: {
        ...{ agent_id: agentId, conversation_id: this.callId, status: 'done' },
        transcript: this.said.map(({ role, content }) => ({ role, message: content })),
        metadata: {
          start_time_unix_secs: Math.floor(this.startedAtMs / 1000),
          call_duration_secs: Math.max(1, Math.round((Date.now() - this.startedAtMs) / 1000)),
          termination_reason: 'Client disconnected',
        },
        conversation_initiation_client_data: {
          dynamic_variables: { system__caller_id: fromNumber, system__called_number: toNumber, language },
        },
      },
    });
    const digest = createHmac('sha256', reportSecret).update(`${nowSeconds}.${raw}`).digest('hex');
    const signature = { 'elevenlabs-signature': `t=${nowSeconds},v0=${digest}` };
    return [exchange('post_call_transcription', await this.post('/api/elevenlabs/webhook', raw, signature))];
  }

  #ask(path: string, body: object): Promise<Answered> {
    const { secret, agentId } = this.options;
    return this.post(`/api/elevenlabs/${path}`, JSON.stringify(body), {
      ...(secret !== null && { 'x-askpro-secret': secret }),
      ...this.callHeaders(),
      'x-agent-id': agentId,
    });
  }
}

const REVISION = '2026-07-28';

/** Plays a client of the Model Context Protocol that names the call in headers. The protocol knows no start and no end. */
class McpCaller extends PlatformCaller {
  readonly platform = 'mcp';
  readonly callId = randomId('mcp_');
  #requests = 0;

  async ring(): Promise<Exchange[]> {
    return [exchange('tools/list', await this.#request('tools/list', {}))];
  }

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const answered = await this.#request('tools/call', { name: tool, arguments: args });
    return this.heard(tool, answered, fieldsOf(fieldsOf(fieldsOf(answered.body).result).structuredContent));
  }

  hangUp(): Promise<Exchange[]> {
    return Promise.resolve([]);
  }

  #request(method: string, params: { name?: string; arguments?: object }): Promise<Answered> {
    const { secret } = this.options;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': REVISION,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const raw = JSON.stringify({ jsonrpc: '2.0', id: ++this.#requests, method, params: { ...params, _meta: meta } });
    return this.post('/mcp', raw, {
      ...{ accept: 'application/json, text/event-stream', 'mcp-protocol-version': REVISION, 'mcp-method': method },
      ...(params.name !== undefined && { 'mcp-name': params.name }),
      ...(secret !== null && { authorization: `Bearer ${secret}` }),
      ...this.callHeaders(),
    });
  }
}

const CALLERS: Record<Platform, new (options: CallerOptions) => PlatformCaller> = {
  retell: RetellCaller,
  vapi: VapiCaller,
  elevenlabs: ElevenLabsCaller,
  mcp: McpCaller,
};

/** A call as that platform plays it. */
export function callerOn(platform: Platform, options: CallerOptions): PlatformCaller {
  return new CALLERS[platform](options);
}
