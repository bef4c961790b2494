import type { PlatformRequest, RequestPeek } from '../services/voice/voice-platform';
import { languageIn } from './call-object';

const CALL_ID = /"call_id"\s*:\s*"([\w-]{1,100})"/;
const OUTBOUND = /"direction"\s*:\s*"outbound"/;
const FROM_NUMBER = /"from_number"\s*:\s*"([^"\\]{1,60})"/;
const TO_NUMBER = /"to_number"\s*:\s*"([^"\\]{1,60})"/;
const AGENT_ID = /"agent_id"\s*:\s*"([^"\\]{1,100})"/;
const NAME = /"(?:name|function_name|tool_name)"\s*:\s*"([\w-]{1,80})"/;
const LANGUAGE = /"(?:language|sprache)"\s*:\s*"([^"\\]{1,40})"/;

/** What a tool call of Retell's seems to say, without parsing it. */
export function peekToolCall({ pathTool, rawBody }: Pick<PlatformRequest, 'pathTool' | 'rawBody'>): RequestPeek | null {
  const text = rawBody.toString('latin1');
  const found = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  const tool = pathTool ?? found(NAME);
  if (tool === null) return null;
  return {
    tools: [tool],
    callId: found(CALL_ID),
    direction: OUTBOUND.test(text) ? 'outbound' : null,
    fromNumber: found(FROM_NUMBER),
    toNumber: found(TO_NUMBER),
    agentId: found(AGENT_ID),
    language: languageIn(found(LANGUAGE) ?? undefined),
    isDispatched: pathTool === null,
  };
}
