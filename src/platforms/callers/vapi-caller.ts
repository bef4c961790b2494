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

/** Plays Vapi: server messages, one tool call in each. */
export class VapiCaller extends PlatformCaller {
  readonly platform = 'vapi';

  constructor(options: CallerOptions) {
    super(options, randomId('', 16));
  }

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
