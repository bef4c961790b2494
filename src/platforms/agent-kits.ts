import type { Language } from '../domain';
import { toolParameters, TRANSFER_NUMBER, type ToolParameters } from '../retell/agent-kit';
import { TOOLS } from '../services/voice/tools';

/** Longer than the gateway ever takes for an answer. */
const TIMEOUT_SECONDS = { read: 10, write: 12 };

/** Vapi's own tools; without destinations it asks the gateway where to transfer a call. */
type VapiPlatformTool = { type: 'endCall' } | { type: 'transferCall'; destinations: [] };

/** A tool as the body of Vapi's `POST /tool`. */
interface VapiTool {
  type: 'function';
  async: false;
  function: { name: string; description: string; parameters: ToolParameters };
  server: {
    url: string;
    timeoutSeconds: number;
    headers: Record<string, string>;
    backoffPlan?: { type: 'exponential'; maxRetries: number; baseDelaySeconds: number };
  };
  messages: { type: 'request-start'; content: string }[];
}

/** Every tool for Vapi; the gateway's address and the company's secret are filled in by hand. */
export function vapiKit(language: Language): (VapiTool | VapiPlatformTool)[] {
  const own: VapiPlatformTool[] = [{ type: 'endCall' }, { type: 'transferCall', destinations: [] }];
  const tools = TOOLS.map((tool): VapiTool => ({
    type: 'function',
    async: false,
    function: { name: tool.name, description: tool.describe[language], parameters: toolParameters(tool, language) },
    server: {
      url: 'https://YOUR-GATEWAY/api/vapi',
      timeoutSeconds: TIMEOUT_SECONDS[tool.effect],
      headers: { 'X-Vapi-Secret': 'YOUR-VAPI-SECRET' },
      // A repeat carries the same id, so that nothing is done twice.
      ...(tool.agent.repeatable !== false && {
        backoffPlan: { type: 'exponential' as const, maxRetries: 1, baseDelaySeconds: 0.5 },
      }),
    },
    // What Vapi would say at the end of a call is left out: it replaces the sentence of the answer.
    messages: tool.agent.announcement ? [{ type: 'request-start', content: tool.agent.announcement[language] }] : [],
  }));
  return [...tools, ...own];
}

/** A server tool as the body of ElevenLabs' `POST /v1/convai/tools`. */
interface ElevenLabsTool {
  tool_config: {
    type: 'webhook';
    name: string;
    description: string;
    response_timeout_secs: number;
    /** Kept from the answer for the platform's own tool that transfers the call. */
    assignments?: { source: 'response'; dynamic_variable: string; value_path: string }[];
    api_schema: {
      url: string;
      method: 'POST';
      content_type: 'application/json';
      request_headers: Record<string, { secret_id: string } | { variable_name: string }>;
      request_body_schema?: ToolParameters;
    };
  };
}

/** Filled by the platform on every call; the model can neither see nor change them. */
const REQUEST_HEADERS = {
  'X-AskPro-Secret': { secret_id: 'YOUR-SECRET-ID' },
  'X-Call-Id': { variable_name: 'system__conversation_id' },
  'X-Agent-Id': { variable_name: 'system__agent_id' },
  'X-Caller-Number': { variable_name: 'system__caller_id' },
  'X-Line-Number': { variable_name: 'system__called_number' },
  'X-Language': { variable_name: 'language' },
};

/** Every tool for ElevenLabs; the gateway's address and the id of the stored secret are filled in by hand. */
export function elevenLabsKit(language: Language): ElevenLabsTool[] {
  return TOOLS.map((tool) => {
    const parameters = toolParameters(tool, language);
    const hasParameters = Object.keys(parameters.properties).length > 0;
    return {
      tool_config: {
        type: 'webhook',
        name: tool.name,
        description: tool.describe[language],
        response_timeout_secs: TIMEOUT_SECONDS[tool.effect],
        ...(TRANSFER_NUMBER in tool.agent.variables && {
          assignments: [
            { source: 'response' as const, dynamic_variable: TRANSFER_NUMBER, value_path: TRANSFER_NUMBER },
          ],
        }),
        api_schema: {
          url: `https://YOUR-GATEWAY/api/elevenlabs/${tool.name}`,
          method: 'POST',
          content_type: 'application/json',
          request_headers: REQUEST_HEADERS,
          ...(hasParameters && { request_body_schema: parameters }),
        },
      },
    };
  });
}
