import {
  fieldsOf,
  postJson,
  randomId,
  type CallerOptions,
  type Exchange,
  type PlatformCaller,
  type Turn,
} from './platform-caller';

/** Plays Vapi: server messages, one tool call in each. */
export class VapiCaller implements PlatformCaller {
  readonly platform = 'vapi';
  readonly callId = randomId('', 16);
  readonly #options: CallerOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #messages: { role: string; message: string }[] = [];

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  async ring(): Promise<Exchange[]> {
    const asked = await this.#message('assistant-request', { assistant: { id: this.#options.agentId } });
    return [asked, await this.#message('status-update', { status: 'in-progress' })];
  }

  say(role: 'agent' | 'user', content: string): void {
    this.#messages.push({ role: role === 'agent' ? 'bot' : 'user', message: content });
  }

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const call = {
      ...{ id: randomId('call_', 12), type: 'function' },
      function: { name: tool, arguments: JSON.stringify(args) },
    };
    const { httpStatus, ms, body } = await this.#message('tool-calls', { toolCallList: [call] });
    const [first] = (fieldsOf(body).results ?? []) as { result?: string }[];
    const answer = fieldsOf(first?.result === undefined ? null : JSON.parse(first.result));
    this.say('agent', typeof answer.message === 'string' ? answer.message : '');
    return { tool, ms, httpStatus, answer };
  }

  async hangUp(): Promise<Exchange[]> {
    const report = {
      ...{ endedReason: 'customer-ended-call', artifact: { messages: this.#messages } },
      ...{ startedAt: this.#startedAt, endedAt: new Date().toISOString() },
    };
    return [await this.#message('end-of-call-report', report)];
  }

  async #message(type: string, fields: object): Promise<Exchange> {
    const { secret, fromNumber, toNumber, isOutbound = false, agentId, language } = this.#options;
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
    const { status, ms, body } = await postJson(this.#options, '/api/vapi', raw, proof);
    return { name: type, httpStatus: status, ms, body };
  }
}
