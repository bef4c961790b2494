import { signBody } from '../../retell/signature';
import {
  type Answered,
  type CallerOptions,
  type Exchange,
  exchange,
  fieldsOf,
  PlatformCaller,
  randomId,
  type Turn,
} from './platform-caller';

/** Plays Retell: signs every request, keeps the transcript growing, gives every tool call an id of its own. */
export class RetellCaller extends PlatformCaller {
  readonly platform = 'retell';

  constructor(options: CallerOptions) {
    super(options, randomId('call_'));
  }

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
