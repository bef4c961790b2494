import {
  fieldsOf,
  postJson,
  randomId,
  type CallerOptions,
  type Exchange,
  type PlatformCaller,
  type Turn,
} from './platform-caller';

/** Plays ElevenLabs: server tools whose headers the platform fills. Its report after a call needs a secret of its own. */
export class ElevenLabsCaller implements PlatformCaller {
  readonly platform = 'elevenlabs';
  readonly callId = randomId('conv_');
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  async ring(): Promise<Exchange[]> {
    const { agentId, fromNumber, toNumber } = this.#options;
    const start = {
      ...{ caller_id: fromNumber, called_number: toNumber, agent_id: agentId },
      conversation_id: this.callId,
    };
    const { status, ms, body } = await this.#post('conversation-initiation', start);
    return [{ name: 'conversation-initiation', httpStatus: status, ms, body }];
  }

  /** The transcript goes with the report only. */
  say(): void {}

  async tool(tool: string, args: Record<string, unknown>): Promise<Turn> {
    const { status, ms, body } = await this.#post(tool, args);
    return { tool, ms, httpStatus: status, answer: fieldsOf(body) };
  }

  hangUp(): Promise<Exchange[]> {
    return Promise.resolve([]);
  }

  #post(path: string, body: object): ReturnType<typeof postJson> {
    const { secret, agentId, fromNumber, toNumber } = this.#options;
    return postJson(this.#options, `/api/elevenlabs/${path}`, JSON.stringify(body), {
      ...(secret !== null && { 'x-askpro-secret': secret }),
      ...{ 'x-call-id': this.callId, 'x-agent-id': agentId },
      ...(fromNumber !== null && { 'x-caller-number': fromNumber }),
      ...(toNumber !== null && { 'x-line-number': toNumber }),
    });
  }
}
