import type { Language } from '../domain';
import type { VoiceAnswer } from '../services/voice/voice-request';
import { type BodySource, parseBody, type ToolRequest } from './envelope';
import { toolByName } from './tool-names';
import { dispatcherAnswer, flatAnswer, unknownToolAnswer } from './wire-answer';

/** A request together with the shape in which its sender expects the answer. */
export type ParsedToolCall =
  | { kind: 'request'; request: ToolRequest; respond: (answer: VoiceAnswer) => unknown }
  | { kind: 'unknown_tool'; respond: (requestId: string) => unknown }
  | { kind: 'not_json' }
  | { kind: 'no_such_path' };

/**
 * @param unknownTool the sentence for a tool that the agent has and the gateway does not; `null` when the call's
 *   language is not known from the request
 */
export function createToolCallParser(
  unknownTool: (language: Language | null) => string,
): (rawBody: Buffer, source: BodySource) => ParsedToolCall {
  return (rawBody, source) => {
    if (source.pathTool !== null && toolByName(source.pathTool) === null) return { kind: 'no_such_path' };
    const parsed = parseBody(rawBody, source);
    if (parsed.kind === 'not_json') return parsed;
    if (parsed.kind === 'unknown_tool') {
      const { call } = parsed;
      return { kind: 'unknown_tool', respond: () => unknownToolAnswer(call.callId, unknownTool(call.language)) };
    }
    const { request } = parsed;
    const respond = (answer: VoiceAnswer): unknown =>
      source.pathTool === null ? dispatcherAnswer(request.tool, answer) : flatAnswer(request.tool, answer);
    return { kind: 'request', request, respond };
  };
}
