import type { Language } from '../../domain';
import type { InboundCall } from './ports';
import type { ToolName } from './tools';

/**
 * Arguments under their tool's canonical names, cleaned; absent when the agent sent nothing usable. Text is still spoken
 * text.
 */
export type VoiceArgs = Readonly<Record<string, unknown>>;

export interface VoiceCall extends InboundCall {
  toolCallId: string | null;
  startedAt: Date | null;
  language: Language | null;
  /** False when the request held nothing that says which call it belongs to. */
  hasCallObject: boolean;
}

export interface VoiceRequest {
  tool: ToolName;
  args: VoiceArgs;
  call: VoiceCall;
}

/** One flat object; field sets are constant per tool. */
export interface VoiceAnswer {
  success: boolean;
  status: string;
  message: string;
  call_id: string | null;
  [field: string]: unknown;
}
