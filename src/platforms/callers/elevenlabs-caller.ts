import { createHmac } from 'node:crypto';
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

/** Plays ElevenLabs: server tools whose headers the platform fills, and the signed report after the call. */
export class ElevenLabsCaller extends PlatformCaller {
  readonly platform = 'elevenlabs';

  constructor(options: CallerOptions) {
    super(options, randomId('conv_'));
  }

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
    const { secret, agentId, fromNumber, toNumber } = this.options;
    return this.post(`/api/elevenlabs/${path}`, JSON.stringify(body), {
      ...(secret !== null && { 'x-askpro-secret': secret }),
      ...{ 'x-call-id': this.callId, 'x-agent-id': agentId },
      ...(fromNumber !== null && { 'x-caller-number': fromNumber }),
      ...(toNumber !== null && { 'x-line-number': toNumber }),
    });
  }
}
