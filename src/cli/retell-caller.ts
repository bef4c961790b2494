import { createHmac, randomBytes } from 'node:crypto';
import { askGateway } from './running-gateway';

export interface Turn {
  tool: string;
  ms: number;
  httpStatus: number;
  answer: Record<string, unknown>;
}

/** Plays Retell: signs every request, keeps the transcript growing, gives every tool call an id of its own. */
export class RetellCaller {
  readonly callId = `call_${randomBytes(14).toString('hex')}`;
  readonly #base: string;
  readonly #apiKey: string | null;
  readonly #call: { fromNumber: string; toNumber: string; agentId: string; language: string };
  readonly #startedAtMs = Date.now();
  readonly #transcript: { role: string; content: string }[] = [];

  constructor(options: {
    baseUrl: string;
    apiKey: string | null;
    fromNumber: string;
    toNumber: string;
    agentId: string;
    language: string;
  }) {
    this.#base = options.baseUrl.replace(/\/$/, '');
    this.#apiKey = options.apiKey;
    this.#call = options;
  }

  /** A webhook event of the call's life; resolves to what the gateway answered. */
  async event(name: string): Promise<{ httpStatus: number; ms: number; body: unknown }> {
    const body =
      name === 'call_inbound'
        ? {
            event: name,
            call_inbound: {
              agent_id: this.#call.agentId,
              from_number: this.#call.fromNumber,
              to_number: this.#call.toNumber,
              call_id: this.callId,
            },
          }
        : {
            event: name,
            call: {
              ...this.#callObject(),
              ...(name === 'call_started'
                ? {}
                : { end_timestamp: Date.now(), call_status: 'ended', disconnection_reason: 'user_hangup' }),
            },
          };
    const { response, text, ms } = await this.#post('/api/retell/webhook', body);
    return { httpStatus: response.status, ms, body: text ? (JSON.parse(text) as unknown) : null };
  }

  /** One custom-function call, with the id that a repeat of the same attempt would carry. */
  async tool(
    tool: string,
    args: Record<string, unknown>,
    toolCallId = `tool_call_${randomBytes(8).toString('hex')}`,
  ): Promise<Turn> {
    const { response, text, ms } = await this.#post(`/api/retell/${tool}`, {
      name: tool,
      args,
      call: {
        ...this.#callObject(),
        transcript_with_tool_calls: [
          ...this.#transcript,
          { role: 'tool_call_invocation', tool_call_id: toolCallId, name: tool, arguments: JSON.stringify(args) },
        ],
      },
    });
    const answer = JSON.parse(text) as Record<string, unknown>;
    this.say('agent', typeof answer.message === 'string' ? answer.message : '');
    return { tool, ms, httpStatus: response.status, answer };
  }

  say(role: 'agent' | 'user', content: string): void {
    this.#transcript.push({ role, content });
  }

  #callObject(): Record<string, unknown> {
    return {
      call_type: 'phone_call',
      call_id: this.callId,
      agent_id: this.#call.agentId,
      call_status: 'ongoing',
      from_number: this.#call.fromNumber,
      to_number: this.#call.toNumber,
      direction: 'inbound',
      start_timestamp: this.#startedAtMs,
      retell_llm_dynamic_variables: { language: this.#call.language },
      transcript: this.#transcript
        .map((line) => `${line.role === 'agent' ? 'Agent' : 'User'}: ${line.content}\n`)
        .join(''),
    };
  }

  #refused(): string {
    const why = this.#apiKey
      ? 'RETELL_API_KEY is not the key that the gateway was started with'
      : 'the gateway checks signatures, and RETELL_API_KEY is not set here';
    return [
      `${this.#base} refused the call with 401: ${why}.`,
      `Set it (RETELL_API_KEY=… askpro simulate-call …, or --env-file). If the company of ${this.#call.toNumber} has a Retell key of its own, set that one.`,
    ].join('\n');
  }

  async #post(path: string, body: unknown): Promise<{ response: Response; text: string; ms: number }> {
    const raw = JSON.stringify(body);
    const beganMs = performance.now();
    const response = await askGateway(`${this.#base}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#apiKey ? { 'x-retell-signature': sign(raw, this.#apiKey) } : {}),
      },
      body: raw,
    });
    const text = await response.text();
    const ms = performance.now() - beganMs;
    if (response.status === 401) throw new Error(this.#refused());
    return { response, text, ms };
  }
}

function sign(raw: string, key: string): string {
  const stampMs = Date.now();
  return `v=${stampMs},d=${createHmac('sha256', key)
    .update(raw + String(stampMs))
    .digest('hex')}`;
}
