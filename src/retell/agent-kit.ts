import type { Language } from '../domain';
import { TOOLS } from '../services/voice/tools';
import type { Tool } from '../services/voice/tools/define-tool';
import { z } from 'zod';

/** Longer than the gateway ever takes for an answer, so that Retell never gives up on one under way. */
const TIMEOUT_MS = { read: 10_000, write: 12_000 };

/** A tool as Retell's API takes it among an LLM's `general_tools`. */
export interface CustomFunction {
  type: 'custom';
  name: string;
  description: string;
  url: string;
  method: 'POST';
  speak_during_execution: boolean;
  execution_message_description?: string;
  execution_message_type?: 'static_text';
  speak_after_execution: true;
  timeout_ms: number;
  max_retry: number;
  parameters: ToolParameters;
  response_variables: Readonly<Record<string, string>>;
}

/** Plain values only, as every platform reads it. */
interface JsonSchema {
  [keyword: string]: string | number | boolean | JsonSchema | string[];
}

export type ToolParameters = { type: 'object'; properties: Record<string, JsonSchema>; required: string[] };

/** What an agent may fill in, as a JSON schema that every platform takes. */
export function toolParameters(tool: Tool, language: Language): ToolParameters {
  const offered = tool.arguments.filter((argument) => argument.details.describe !== null);
  const { properties = {} } = z.toJSONSchema(tool.args, { io: 'input' });
  return {
    type: 'object',
    properties: Object.fromEntries(
      offered.map(({ name, details }) => {
        const schema = properties[name];
        const shape = (typeof schema === 'object' ? schema : {}) as JsonSchema;
        return [name, { ...shape, description: details.describe?.[language] ?? '' }];
      }),
    ),
    required: offered.filter((argument) => argument.required).map((argument) => argument.name),
  };
}

/** Every tool as a Retell custom function; the gateway's address is the variable `gateway_url`. */
export function agentKit(language: Language): CustomFunction[] {
  return TOOLS.map((tool) => {
    const { name, effect, describe, agent } = tool;
    return {
      type: 'custom',
      name,
      description: describe[language],
      url: `{{gateway_url}}/api/retell/${name}`,
      method: 'POST',
      speak_during_execution: agent.announcement !== undefined,
      ...(agent.announcement && {
        execution_message_description: agent.announcement[language],
        execution_message_type: 'static_text' as const,
      }),
      speak_after_execution: true,
      timeout_ms: TIMEOUT_MS[effect],
      max_retry: agent.repeatable === false ? 0 : 1,
      parameters: toolParameters(tool, language),
      response_variables: agent.variables,
    };
  });
}
