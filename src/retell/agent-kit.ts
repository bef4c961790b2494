import type { Language } from '../domain';
import { TOOLS } from '../services/voice/tools';
import type { Tool } from '../services/voice/tools/define-tool';
import { z } from 'zod';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Longer than the gateway ever takes for an answer, so that Retell never gives up on one under way. */
const TIMEOUT_MS = { read: 10_000, write: 12_000 };

/** A tool as Retell's API takes it among an LLM's `general_tools`. */
interface CustomFunction {
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

/** Retell's own tools, which the gateway does not answer. */
type PlatformTool =
  | { type: 'end_call'; name: 'end_call'; description: string }
  | {
      type: 'transfer_call';
      name: 'transfer_call';
      description: string;
      transfer_destination: { type: 'predefined'; number: string };
      transfer_option: {
        type: 'warm_transfer';
        private_handoff_option: { type: 'prompt'; prompt: string };
        on_hold_music: 'ringtone';
      };
    };

/** A tool of the gateway finds out the number, and keeps it under this variable. */
export const TRANSFER_NUMBER = 'transfer_number';

const END_CALL: Record<Language, string> = {
  de: 'Legt auf. Erst aufrufen, nachdem Sie sich verabschiedet haben und der Anrufer nichts mehr braucht.',
  en: 'Hangs up. Call it only after you have said goodbye and the caller needs nothing else.',
};
const TRANSFER_CALL: Record<Language, { description: string; handOver: string }> = {
  de: {
    description:
      'Verbindet mit einem Menschen. Nur aufrufen, nachdem transfer_to_human den status transfer gemeldet hat.',
    handOver: 'Sagen Sie in einem Satz, wer anruft und worum es geht: {{handoff_summary}}',
  },
  en: {
    description:
      'Connects the caller with a person. Call it only after transfer_to_human has answered status transfer.',
    handOver: 'Say in one sentence who is calling and what it is about: {{handoff_summary}}',
  },
};

/** Retell ends and transfers calls itself; transfers need a tool of the gateway that finds the number. */
export function platformTools(language: Language): PlatformTool[] {
  const { description, handOver } = TRANSFER_CALL[language];
  const tools: PlatformTool[] = [{ type: 'end_call', name: 'end_call', description: END_CALL[language] }];
  if (TOOLS.some((tool) => TRANSFER_NUMBER in tool.agent.variables)) {
    tools.push({
      type: 'transfer_call',
      name: 'transfer_call',
      description,
      transfer_destination: { type: 'predefined', number: `{{${TRANSFER_NUMBER}}}` },
      transfer_option: {
        type: 'warm_transfer',
        private_handoff_option: { type: 'prompt', prompt: handOver },
        on_hold_music: 'ringtone',
      },
    });
  }
  return tools;
}

/** What stands for the gateway's address in the files of the kit. */
const GATEWAY_VARIABLE = '{{gateway_url}}';

/** Every tool as a Retell custom function. @param gatewayUrl without a slash at the end */
export function agentKit(language: Language, gatewayUrl: string = GATEWAY_VARIABLE): CustomFunction[] {
  return TOOLS.map((tool) => {
    const { name, effect, describe, agent } = tool;
    return {
      type: 'custom',
      name,
      description: describe[language],
      url: `${gatewayUrl}/api/retell/${name}`,
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

/** An LLM's `general_tools`. */
export function generalTools(language: Language, gatewayUrl?: string): (CustomFunction | PlatformTool)[] {
  return [...agentKit(language, gatewayUrl), ...platformTools(language)];
}

/** The kit that lies beside the sources, and beside the compiled files. */
export function agentFolder(): string {
  const places = ['../..', '../../..'].map((up) => path.join(__dirname, up, 'agent'));
  return places.find((place) => existsSync(place)) ?? path.join(__dirname, '../../agent');
}

/** The agent's prompt, as Markdown. */
export function promptFile(language: Language): Promise<string> {
  return readFile(path.join(agentFolder(), `prompt.${language}.md`), 'utf8');
}
