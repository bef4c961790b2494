import { createHmac } from 'node:crypto';
import type { Salon, Stage } from './salons';

export type Language = 'de' | 'en';
export type Answer = Record<string, unknown> & { status: string; message: string };

export interface CallOptions {
  language: Language;
  /** E.164, or `anonymous`. */
  customer: string;
  direction?: 'inbound' | 'outbound';
}

let calls = 0;

/** One call of one customer, as Retell sends it. */
export class Phone {
  readonly callId = `call_${(Date.now() * 1000 + (calls++ % 1000)).toString(16).padStart(28, '0')}`;
  readonly #startedAtMs = Date.now();
  #tools = 0;

  constructor(
    private readonly stage: Stage,
    private readonly salon: Salon,
    readonly options: CallOptions,
  ) {}

  /** @param how.repeat the id of an earlier tool call, which this one repeats; `none`: the agent sends no ids */
  async tool(
    name: string,
    args: Record<string, unknown>,
    how: { repeat?: string; abortAfterMs?: number } = {},
  ): Promise<{ answer: Answer | null; toolCallId: string }> {
    const toolCallId = how.repeat ?? `tool_call_${this.callId.slice(-12)}_${++this.#tools}`;
    const { language, customer, direction = 'inbound' } = this.options;
    const { line } = this.salon;
    const call = {
      ...{ call_type: 'phone_call', call_id: this.callId, agent_id: 'agent_conversations', call_status: 'ongoing' },
      ...(direction === 'inbound'
        ? { direction, from_number: customer, to_number: line }
        : { direction, from_number: line, to_number: customer }),
      start_timestamp: this.#startedAtMs,
      retell_llm_dynamic_variables: { language },
      ...(toolCallId === 'none'
        ? {}
        : {
            transcript_with_tool_calls: [
              { role: 'tool_call_invocation', tool_call_id: toolCallId, name, arguments: JSON.stringify(args) },
            ],
          }),
    };
    const raw = JSON.stringify({ name, args, call });
    const stampMs = Date.now();
    const proof = createHmac('sha256', this.stage.retellKey).update(`${raw}${stampMs}`).digest('hex');
    try {
      const response = await fetch(`${this.stage.gatewayUrl}/api/retell/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-retell-signature': `v=${stampMs},d=${proof}` },
        body: raw,
        signal: AbortSignal.timeout(how.abortAfterMs ?? 30_000),
      });
      return { answer: (await response.json()) as Answer, toolCallId };
    } catch (error) {
      if (how.abortAfterMs === undefined) throw error;
      return { answer: null, toolCallId };
    }
  }
}
