import { signBody } from '../../retell/signature';
import {
  fieldsOf,
  postJson,
  randomId,
  type CallerOptions,
  type Exchange,
  type PlatformCaller,
  type Turn,
} from './platform-caller';

/** Plays Retell: signs every request, keeps the transcript growing, gives every tool call an id of its own. */
export class RetellCaller implements PlatformCaller {
  readonly platform = 'retell';
  readonly callId = randomId('call_');
  readonly #options: CallerOptions;
  readonly #startedAtMs = Date.now();
  readonly #transcript: { role: string; content: string }[] = [];

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  async ring(): Promise<Exchange[]> {
    const { agentId, fromNumber, toNumber, isOutbound } = this.#options;
    const ends = { from_number: fromNumber, to_number: toNumber };
    const inbound = { agent_id: agentId, ...ends, call_id: this.callId };
    const before =
      toNumber === null || isOutbound ? [] : [await this.#event('call_inbound', { call_inbound: inbound })];
    return [...before, await this.#event('call_started', { call: this.#call() })];
  }

  async hangUp(): Promise<Exchange[]> {
    const ended = { end_timestamp: Date.now(), call_status: 'ended', disconnection_reason: 'user_hangup' };
    return [await this.#event('call_ended', { call: { ...this.#call(), ...ended } })];
  }

  /** One custom-function call, with the id that a repeat of the same attempt would carry. */
  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const invocation = {
      ...{ role: 'tool_call_invocation', tool_call_id: randomId('tool_call_', 8) },
      ...{ name: tool, arguments: JSON.stringify(args) },
    };
    const call = { ...this.#call(), transcript_with_tool_calls: [...this.#transcript, invocation] };
    const { status, ms, body } = await this.#post(`/api/retell/${tool}`, { name: tool, args, call });
    const answer = fieldsOf(body);
    this.say('agent', typeof answer.message === 'string' ? answer.message : '');
    return { tool, ms, httpStatus: status, answer };
  }

  say(role: 'agent' | 'user', content: string): void {
    this.#transcript.push({ role, content });
  }

  #call(): Record<string, unknown> {
    const { agentId, fromNumber, toNumber, isOutbound, language } = this.#options;
    const direction = isOutbound ? 'outbound' : 'inbound';
    return {
      ...(toNumber === null
        ? { call_type: 'web_call' }
        : { call_type: 'phone_call', from_number: fromNumber, to_number: toNumber, direction }),
      call_id: this.callId,
      agent_id: agentId,
      call_status: 'ongoing',
      start_timestamp: this.#startedAtMs,
      retell_llm_dynamic_variables: { language },
      transcript: this.#transcript
        .map((line) => `${line.role === 'agent' ? 'Agent' : 'User'}: ${line.content}\n`)
        .join(''),
    };
  }

  async #event(name: string, fields: Record<string, unknown>): Promise<Exchange> {
    const { status, ms, body } = await this.#post('/api/retell/webhook', { event: name, ...fields });
    return { name, httpStatus: status, ms, body };
  }

  #post(path: string, body: unknown): ReturnType<typeof postJson> {
    const { secret } = this.#options;
    const raw = JSON.stringify(body);
    const signature = secret === null ? {} : { 'x-retell-signature': signBody(Buffer.from(raw), secret, Date.now()) };
    return postJson(this.#options, path, raw, signature);
  }
}
