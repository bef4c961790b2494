import type { Language } from '../domain';
import { toolParameters, type ToolParameters } from '../retell/agent-kit';
import { TOOLS } from '../services/voice/tools';

/** Vapi's own tools; without destinations it asks the gateway where to transfer a call. */
export type VapiPlatformTool = { type: 'endCall' } | { type: 'transferCall'; destinations: [] };

/** A tool as the body of Vapi's `POST /tool`. */
export interface VapiTool {
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

/** Longer than the gateway ever takes for an answer. */
const TIMEOUT_SECONDS = { read: 10, write: 12 };

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
