import type { Language, RecordingNotice } from '../domain';
import { agentKit, generalTools, platformTools } from './agent-kit';
import { INBOUND_VARIABLES } from './inbound-answer';
import { ENGINES, type Fields, type Flow } from './management';

/** What an agent is made from. */
export interface AgentWish {
  companyName: string;
  slug: string;
  language: Language;
  timeZone: string;
  /** Where Retell reaches the gateway, without a slash at the end. */
  gatewayUrl: string;
  prompt: string;
  /** Spoken when the variables of a call could not be fetched. */
  greeting: string;
  /** Of calls that start without the inbound webhook. */
  recordingNotice: RecordingNotice;
  /** Undefined: the agent keeps what it has; a new one gets `DEFAULT_MODEL`. */
  model?: string | undefined;
  /** Undefined: the agent keeps what it has. */
  voice?: string | undefined;
  retentionDays: number;
}

export const DEFAULT_MODEL = 'gpt-4.1';
/** Which company an engine belongs to; an engine has no name of its own. */
export const COMPANY_VARIABLE = 'askpro_company';
/** Fingerprint of what was written last. */
export const KIT_VARIABLE = 'askpro_kit';

/** By which an agent is found again. */
export const markOf = (slug: string): string => `[askpro:${slug}]`;

/** Retell has no locale for Austria or Switzerland. */
const LOCALES: Record<Language, (timeZone: string) => string> = {
  de: () => 'de-DE',
  en: (timeZone) => {
    if (/^(?:America|US)\//.test(timeZone)) return 'en-US';
    return timeZone.startsWith('Australia/') ? 'en-AU' : 'en-GB';
  },
};

const EVENTS = [
  'call_started',
  'call_ended',
  'call_analyzed',
  'transfer_started',
  'transfer_bridged',
  'transfer_cancelled',
  'transfer_ended',
];

/** Set when an agent is made, and an operator's from then on. */
export function initialAgent({ retentionDays }: AgentWish): Fields {
  return {
    interruption_sensitivity: 0.8,
    end_call_after_silence_ms: 45_000,
    max_call_duration_ms: 900_000,
    reminder_trigger_ms: 10_000,
    reminder_max_count: 1,
    voicemail_option: { action: { type: 'hangup' } },
    data_storage_retention_days: Math.min(retentionDays, 730),
  };
}

/** What the gateway keeps as it should be at every run. @param name the agent's present one */
export function ownedAgent(wish: AgentWish, name: string | null): Fields {
  const mark = markOf(wish.slug);
  return {
    // Renaming an agent is fine as long as it can be found.
    agent_name: name?.includes(mark) ? name : `${name ?? wish.companyName} ${mark}`,
    language: LOCALES[wish.language](wish.timeZone),
    timezone: wish.timeZone,
    webhook_url: `${wish.gatewayUrl}/api/retell/webhook`,
    webhook_events: EVENTS,
    ...(wish.voice !== undefined && { voice_id: wish.voice }),
  };
}

/** Values for calls that start without the inbound webhook: web calls and tests. */
function defaultVariables(wish: AgentWish): Record<string, string> {
  return {
    ...Object.fromEntries(INBOUND_VARIABLES.map((name) => [name, ''])),
    language: wish.language,
    business_name: wish.companyName,
    timezone: wish.timeZone,
    greeting: wish.greeting,
    recording_notice: wish.recordingNotice,
    [COMPANY_VARIABLE]: wish.slug,
  };
}

/** The engine's owned fields. */
export function ownedEngine(flow: Flow, wish: AgentWish): Fields {
  const variables = { default_dynamic_variables: defaultVariables(wish) };
  return flow === 'single' ? { ...singlePrompt(wish), ...variables } : { ...conversationFlow(wish), ...variables };
}

/** Until 2027-01-31 Retell reads the model from these fields; afterwards from `model_config`. */
export function modelFields(flow: Flow, model: string): Fields {
  return flow === 'single' ? { model } : { model_choice: { type: 'cascading', model } };
}

function singlePrompt(wish: AgentWish): Fields {
  return {
    start_speaker: 'agent',
    begin_message: '{{greeting}}',
    general_prompt: wish.prompt,
    general_tools: generalTools(wish.language, wish.gatewayUrl),
  };
}

const HAS_SAID_GOODBYE: Record<Language, string> = {
  de: 'Der Anrufer braucht nichts mehr, und Sie haben sich verabschiedet.',
  en: 'The caller needs nothing else, and you have said goodbye.',
};

/** The greeting, one agent with all tools, and the end. */
function conversationFlow(wish: AgentWish): Fields {
  const [, ...transfer] = platformTools(wish.language);
  const tools = agentKit(wish.language, wish.gatewayUrl).map((tool) => ({ ...tool, tool_id: tool.name }));
  return {
    start_speaker: 'agent',
    start_node_id: 'greeting',
    global_prompt: wish.prompt,
    tools,
    nodes: [
      {
        id: 'greeting',
        type: 'conversation',
        instruction: { type: 'static_text', text: '{{greeting}}' },
        always_edge: {
          id: 'greeting-to-conversation',
          transition_condition: { type: 'prompt', prompt: 'Always' },
          destination_node_id: 'conversation',
        },
      },
      {
        id: 'conversation',
        type: 'subagent',
        instruction: { type: 'prompt', text: TASK[wish.language] },
        tool_ids: tools.map((tool) => tool.tool_id),
        ...(transfer.length > 0 && { tools: transfer }),
        edges: [
          {
            id: 'conversation-to-end',
            transition_condition: { type: 'prompt', prompt: HAS_SAID_GOODBYE[wish.language] },
            destination_node_id: 'end',
          },
        ],
      },
      { id: 'end', type: 'end' },
    ],
  };
}

const TASK: Record<Language, string> = {
  de: 'Führen Sie das Gespräch nach den allgemeinen Regeln, bis das Anliegen erledigt ist.',
  en: 'Hold the conversation by the general rules until the request is settled.',
};

/** A file for "Import" on Retell's page. Addresses and the voice are filled in by hand. */
export function agentFile(wish: AgentWish): Fields {
  const engine = { ...ownedEngine('single', wish), ...modelFields('single', wish.model ?? DEFAULT_MODEL) };
  return {
    agent_id: '',
    version: 0,
    is_published: false,
    channel: 'voice',
    response_engine: { type: ENGINES.single.type, llm_id: '', version: 0 },
    ...initialAgent(wish),
    ...ownedAgent(wish, null),
    retellLlmData: { llm_id: '', version: 0, ...engine },
    conversationFlow: null,
  };
}
