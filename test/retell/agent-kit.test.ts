import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../../src/config';
import { generalTools } from '../../src/retell/agent-kit';
import { INBOUND_VARIABLES } from '../../src/retell/inbound-answer';
import { toolByName } from '../../src/retell/tool-names';
import { flatAnswer } from '../../src/retell/wire-answer';
import { toolOf, TOOLS } from '../../src/services/voice/tools';

const TOOL_NAMES = TOOLS.map((tool) => tool.name);
const KIT = join(__dirname, '../../agent');
const read = (file: string): string => readFileSync(join(KIT, file), 'utf8');

const parameter = z.strictObject({
  type: z.enum(['string', 'boolean', 'integer']),
  description: z.string().min(10),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
/** The fields of a custom function as Retell's API accepts them. */
const customTool = z.strictObject({
  type: z.literal('custom'),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  description: z.string().min(20).max(1024),
  url: z.string().regex(/^\{\{gateway_url\}\}\/api\/retell\/[a-z_]+$/),
  method: z.literal('POST'),
  speak_during_execution: z.boolean(),
  execution_message_description: z.string().optional(),
  execution_message_type: z.literal('static_text').optional(),
  speak_after_execution: z.literal(true),
  timeout_ms: z.number().int().min(1000).max(600_000),
  max_retry: z.number().int().min(0).max(5),
  parameters: z.strictObject({
    type: z.literal('object'),
    properties: z.record(z.string(), parameter),
    required: z.array(z.string()),
  }),
  response_variables: z.record(z.string().regex(/^[a-z_]+$/), z.string().regex(/^\$\.[a-z_]+(?:\.[a-z_]+)?$/)),
});
const kit = z.array(customTool);
/** Retell's own tools, whose shape the types of its SDK describe. */
const platformKit = z.array(z.looseObject({ type: z.enum(['end_call', 'transfer_call']), name: z.string() }));
const allTools = (language: 'de' | 'en'): { type: string; name: string }[] =>
  JSON.parse(read(`tools.${language}.json`)) as { type: string; name: string }[];
const toolsOf = (language: 'de' | 'en'): z.infer<typeof kit> =>
  kit.parse(allTools(language).filter(({ type }) => type === 'custom'));

const tools = { de: toolsOf('de'), en: toolsOf('en') };

describe.each(['de', 'en'] as const)('agent kit (%s)', (language) => {
  const declared = tools[language];

  test('declares every tool, each under its canonical name, at its own address', () => {
    expect(declared.map((tool) => tool.name)).toEqual([...TOOL_NAMES]);
    for (const { name, url } of declared) {
      expect(toolByName(name)).toBe(name);
      expect(toolByName(url.split('/').at(-1) ?? '')).toBe(name);
    }
  });

  test('the committed file is what the tool definitions say (npm run generate)', () => {
    expect(allTools(language)).toEqual(JSON.parse(JSON.stringify(generalTools(language))));
  });

  test('Retell ends the call itself, and transfers it to where a tool says', () => {
    const own = platformKit.parse(allTools(language).filter(({ type }) => type !== 'custom'));
    const findsNumber = TOOLS.some((tool) => 'transfer_number' in tool.agent.variables);
    expect(own.map(({ name }) => name)).toEqual(['end_call', ...(findsNumber ? ['transfer_call'] : [])]);
  });

  test('the file to import has the prompt and the tools of the kit', () => {
    const { retellLlmData: engine } = JSON.parse(read(`agent.${language}.json`)) as {
      retellLlmData: { general_prompt: string; general_tools: unknown };
    };
    expect(engine.general_prompt).toBe(read(`prompt.${language}.md`));
    expect(engine.general_tools).toEqual(JSON.parse(JSON.stringify(generalTools(language, 'https://YOUR-GATEWAY'))));
  });

  test('no name that a parameter is known by means two parameters of its tool', () => {
    for (const tool of TOOLS) {
      const names = tool.arguments.flatMap(({ name, details }) => [...new Set([name, ...details.spellings])]);
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      expect({ tool: tool.name, twice }).toEqual({ tool: tool.name, twice: [] });
    }
  });

  test('every response variable stands in every answer of its tool', () => {
    for (const tool of declared) {
      const name = toolByName(tool.name);
      if (name === null) throw new Error(tool.name);
      const failed: Record<string, unknown> = flatAnswer(name, {
        success: false,
        status: 'error',
        message: '',
        call_id: null,
      });
      for (const path of Object.values(tool.response_variables)) {
        const [field = '', inner] = path.slice(2).split('.');
        expect(Object.keys(toolOf(name).answer.shape)).toContain(field);
        if (inner !== undefined) expect(failed[field]).toHaveProperty(inner);
      }
    }
  });

  test('Retell waits longer for every tool than the gateway ever takes', () => {
    const config = loadConfig({});
    const longest = Math.max(config.VOICE_READ_DEADLINE_MS, config.VOICE_WRITE_DEADLINE_MS);
    for (const tool of declared) expect(tool.timeout_ms).toBeGreaterThan(longest);
  });

  test('what takes long is announced with a fixed sentence, the rest is not', () => {
    const announced = declared.filter((tool) => tool.speak_during_execution).map((tool) => tool.name);
    expect(announced).toEqual([
      'create_booking',
      'collect_appointment',
      'confirm_booking',
      'reschedule_appointment',
      'cancel_appointment',
    ]);
    for (const tool of declared) {
      expect(tool.execution_message_description !== undefined).toBe(tool.speak_during_execution);
      // A sentence spoken before the outcome is known must not promise it.
      expect(tool.execution_message_description ?? '').not.toMatch(
        /gebucht|booked|verschoben|moved|abgesagt|cancelled/i,
      );
    }
  });

  test('the prompt uses only tools that are declared and variables that are sent, and explains every tool', () => {
    const prompt = read(`prompt.${language}.md`);
    const variables = [...prompt.matchAll(/\{\{([a-z_]+)\}\}/g)].map((match) => match[1]);
    expect(variables.filter((name) => !INBOUND_VARIABLES.some((sent) => sent === name))).toEqual([]);
    const mentioned = new Set([...prompt.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? ''));
    const known = new Set<string>([
      ...TOOL_NAMES,
      ...TOOLS.flatMap((tool) => Object.keys(tool.answer.shape)),
      ...STATUSES,
    ]);
    expect([...mentioned].filter((name) => !known.has(name))).toEqual([]);
    const unexplained = TOOL_NAMES.filter((tool) => !prompt.includes(tool));
    expect(unexplained).toEqual(['check_customer']);
  });
});

const STATUSES = [
  'slot_taken',
  'callback_offered',
  'none_found',
  'missing_fields',
  'invalid_date',
  'invalid_time',
  'past_time',
  'confirm_date',
  'unknown_service',
  'ambiguous_service',
  'pending_confirmation',
  'not_allowed',
  'upstream_unavailable',
  'unknown_tenant',
  'multiple_found',
];

test('both languages declare the same tools, parameters, timeouts and variables', () => {
  const shape = (language: 'de' | 'en'): unknown =>
    tools[language].map((tool) => ({
      ...tool,
      description: '',
      execution_message_description: '',
      parameters: { names: Object.keys(tool.parameters.properties), required: tool.parameters.required },
    }));
  expect(shape('de')).toEqual(shape('en'));
});

test('the README names every variable of the inbound answer', () => {
  const readme = read('README.md');
  for (const name of INBOUND_VARIABLES) expect(readme).toContain(`\`${name}\``);
});
