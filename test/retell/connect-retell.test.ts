import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tenantId } from '../../src/domain';
import { agentFile, type AgentWish } from '../../src/retell/agent-settings';
import { stepText } from '../../src/retell/connect-steps';
import { ConnectRetell, type ConnectReport, type ConnectRequest } from '../../src/retell/connect-retell';
import { RetellManagement } from '../../src/retell/management';
import { TOOLS } from '../../src/services/voice/tools';
import { problemWith } from '../support/retell-schemas';
import { RetellStandIn } from '../support/retell-stand-in';

const KEY = 'key_of_the_workspace';
const NUMBER = '+493012345678';
const WISH: AgentWish = {
  companyName: 'Salon Sonnenschein',
  slug: 'salon-sonnenschein',
  language: 'de',
  timeZone: 'Europe/Berlin',
  gatewayUrl: 'https://gw.example',
  prompt: readFileSync(path.join(__dirname, '../../agent/prompt.de.md'), 'utf8'),
  recordingNotice: 'off',
  greeting: 'Guten Tag, willkommen bei Salon Sonnenschein.',
  retentionDays: 90,
};
const REQUEST: ConnectRequest = {
  ...WISH,
  companyId: tenantId('00000000-0000-4000-8000-000000000001'),
  voice: '11labs-Adrian',
  number: NUMBER,
  flow: undefined,
  adopt: null,
  force: false,
  removeOldTools: false,
  dryRun: false,
};

let retell: RetellStandIn;
let remembered: { agentId: string; number: string | null }[];
let known: string[];
let steps: string[];
let slept: number[];

beforeAll(() => {
  // The first use reads the types of the SDK.
  problemWith('LlmCreateParams', {});
});
beforeEach(async () => {
  retell = new RetellStandIn(KEY);
  await retell.start();
  retell.numbers.set(NUMBER, { phone_number: NUMBER, phone_number_type: 'custom', inbound_agents: null });
  [remembered, known, steps, slept] = [[], [], [], []];
});
afterEach(() => retell.stop());

function connect(change: Partial<ConnectRequest> = {}, apiKey = KEY): Promise<ConnectReport> {
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    return Promise.resolve();
  };
  return new ConnectRetell({
    api: new RetellManagement({ baseUrl: retell.url, apiKey, timeoutMs: 5000, sleep }),
    knownAgents: () => Promise.resolve(known),
    remember: (_company, agentId, number) => {
      remembered.push({ agentId, number });
      return Promise.resolve();
    },
    sleep,
    onStep: (step, values) => steps.push(stepText({ step, values })),
  }).run({ ...REQUEST, ...change });
}

const toolsOf = (engine: Record<string, unknown>): { name: string; type: string; url?: string }[] =>
  (engine.general_tools ?? engine.tools) as { name: string; type: string; url?: string }[];

describe('a new agent', () => {
  test('is made whole, published, and put on the number', async () => {
    const report = await connect();
    expect(report).toMatchObject({ workspace: 'Salon Workspace', outcome: 'created', version: 0 });
    const { agent, engine } = retell.published(report.agentId!);
    expect(agent).toMatchObject({
      agent_name: 'Salon Sonnenschein [askpro:salon-sonnenschein]',
      language: 'de-DE',
      timezone: 'Europe/Berlin',
      voice_id: '11labs-Adrian',
      webhook_url: 'https://gw.example/api/retell/webhook',
      interruption_sensitivity: 0.8,
      end_call_after_silence_ms: 45_000,
      max_call_duration_ms: 900_000,
    });
    expect(engine).toMatchObject({
      model: 'gpt-4.1',
      start_speaker: 'agent',
      begin_message: '{{greeting}}',
      general_prompt: WISH.prompt,
      default_dynamic_variables: { greeting: WISH.greeting, askpro_company: 'salon-sonnenschein' },
    });
    const tools = toolsOf(engine);
    expect(tools.map((tool) => tool.name)).toEqual(
      expect.arrayContaining([...TOOLS.map(({ name }) => name), 'end_call']),
    );
    for (const tool of tools.filter(({ type }) => type === 'custom'))
      expect(tool.url).toBe(`https://gw.example/api/retell/${tool.name}`);
    expect(retell.numbers.get(NUMBER)).toMatchObject({
      inbound_agents: [{ agent_id: report.agentId, agent_version: 'latest_published', weight: 1 }],
      inbound_webhook_url: 'https://gw.example/api/retell/webhook',
    });
    expect(remembered).toEqual([{ agentId: report.agentId, number: NUMBER }]);
  });

  test('the workspace is named before anything is written, and the number is written last', async () => {
    await connect();
    expect(steps[0]).toContain('Salon Workspace');
    expect(retell.requests[0]).toMatchObject({ method: 'GET', path: '/get-api-key-info' });
    expect(retell.writes).toEqual([
      'POST /create-retell-llm',
      'POST /create-agent',
      expect.stringContaining('POST /publish-agent-version/'),
      `PATCH /update-phone-number/${NUMBER}`,
    ]);
  });

  test('a dry run says what it would do and writes nothing', async () => {
    const report = await connect({ dryRun: true });
    expect(report).toMatchObject({ outcome: 'planned', agentId: null });
    expect(report.changes.map(({ path: field }) => field)).toEqual(
      expect.arrayContaining(['retell-llm.begin_message', 'agent.language', 'number.inbound_agents']),
    );
    expect(retell.writes).toEqual([]);
    expect(remembered).toEqual([]);
  });

  test.each([
    ['en', 'Europe/London', 'en-GB'],
    ['en', 'America/New_York', 'en-US'],
    ['de', 'Europe/Vienna', 'de-DE'],
  ] as const)('speaks %s in %s as %s', async (language, timeZone, locale) => {
    const { agentId } = await connect({ language, timeZone });
    expect(retell.published(agentId!).agent).toMatchObject({ language: locale, timezone: timeZone });
  });

  test('can run on a conversation flow', async () => {
    const { agentId } = await connect({ flow: 'conversation-flow' });
    const { agent, engine } = retell.published(agentId!);
    expect(agent.response_engine).toMatchObject({ type: 'conversation-flow' });
    expect(engine).toMatchObject({ start_node_id: 'greeting', model_choice: { type: 'cascading', model: 'gpt-4.1' } });
    expect(toolsOf(engine)).toHaveLength(TOOLS.length);
    expect((await connect()).outcome).toBe('unchanged');
    await expect(connect({ flow: 'single' })).rejects.toThrow('conversation-flow');
  });

  test('needs a voice that exists, and a number that is there', async () => {
    await expect(connect({ voice: undefined })).rejects.toThrow('--voice');
    await expect(connect({ voice: 'nobody' })).rejects.toThrow('11labs-Adrian');
    await expect(connect({ number: '+4930111' })).rejects.toThrow('no number');
    expect(retell.writes).toEqual([]);
  });
});

describe('a second run', () => {
  test('changes nothing', async () => {
    const first = await connect();
    const writes = retell.writes.length;
    expect(await connect()).toMatchObject({ outcome: 'unchanged', agentId: first.agentId, changes: [] });
    expect(retell.writes).toHaveLength(writes);
  });

  test('writes what differs into a new version and publishes that', async () => {
    const { agentId } = await connect();
    const report = await connect({ prompt: 'Neu.', greeting: 'Hallo.' });
    expect(report).toMatchObject({ outcome: 'updated', version: 1, agentId });
    expect(report.changes.map(({ path: field }) => field)).toEqual([
      'retell-llm.general_prompt',
      'retell-llm.default_dynamic_variables.greeting',
      'retell-llm.default_dynamic_variables.askpro_kit',
    ]);
    expect(retell.published(agentId!).engine).toMatchObject({ general_prompt: 'Neu.' });
    expect(retell.agents.size).toBe(1);
  });

  test('leaves what an operator has set, and tools of others', async () => {
    const { agentId } = await connect();
    const { agent, engine } = retell.published(agentId!);
    Object.assign(agent, { interruption_sensitivity: 0.3, agent_name: `Anna ${String(agent.agent_name)}` });
    const theirs = { type: 'press_digit', name: 'press_one' };
    const old = { type: 'check_availability_cal', name: 'old_check', cal_api_key: 'cal_x', event_type_id: 1 };
    engine.general_tools = [...toolsOf(engine), theirs, old];
    const kept = await connect({ prompt: 'Neu.' });
    expect(kept.notes).toEqual([expect.stringContaining('old_check')]);
    const now = retell.published(agentId!);
    expect(now.agent).toMatchObject({ interruption_sensitivity: 0.3 });
    expect(now.agent.agent_name).toContain('Anna');
    expect(toolsOf(now.engine).map(({ name }) => name)).toEqual(expect.arrayContaining(['press_one', 'old_check']));
    await connect({ removeOldTools: true });
    const names = toolsOf(retell.published(agentId!).engine).map(({ name }) => name);
    expect(names).toContain('press_one');
    expect(names).not.toContain('old_check');
  });

  test('does not publish a draft that a person has edited, unless asked to', async () => {
    const { agentId } = await connect();
    const { agent } = retell.published(agentId!);
    const drafts = retell.agents.get(agentId!)!.versions;
    const [engine] = [...retell.engines.values()];
    engine!.versions.push({ ...structuredClone(engine!.versions[0]!), version: 1, is_published: false });
    drafts.push({
      ...structuredClone(agent),
      ...{ version: 1, is_published: false, base_version: 0, voice_speed: 1.2 },
      response_engine: { ...(agent.response_engine as object), version: 1 },
    });
    expect((await connect()).outcome).toBe('unchanged');
    await expect(connect({ prompt: 'Neu.' })).rejects.toThrow('agent.voice_speed');
    expect(await connect({ prompt: 'Neu.', force: true })).toMatchObject({ outcome: 'updated', version: 1 });
    expect(retell.published(agentId!).agent).toMatchObject({ voice_speed: 1.2 });
  });

  test('finds an agent that was renamed by what it is made of', async () => {
    const { agentId } = await connect();
    retell.published(agentId!).agent.agent_name = 'Anna';
    known = [agentId!];
    expect(await connect()).toMatchObject({ outcome: 'updated', agentId });
    expect(retell.published(agentId!).agent.agent_name).toBe('Anna [askpro:salon-sonnenschein]');
  });

  test('stops at twins', async () => {
    const { agentId } = await connect();
    const twin = structuredClone(retell.agents.get(agentId!)!);
    retell.agents.set('agent_twin', { ...twin, id: 'agent_twin' });
    await expect(connect()).rejects.toThrow('agent_twin');
  });
});

describe('a number of another company', () => {
  test('is left alone before anything is written', async () => {
    retell.numbers.get(NUMBER)!.inbound_agents = [{ agent_id: 'agent_theirs', weight: 1 }];
    await expect(connect()).rejects.toThrow('agent_theirs');
    expect(retell.writes).toEqual([]);
  });

  test('becomes the gateway’s with the agent that was named', async () => {
    const { agentId } = await connect({ number: null });
    const mine = retell.published(agentId!).agent;
    mine.agent_name = 'Made by hand';
    retell.engines.get(
      String((mine.response_engine as { llm_id: string }).llm_id),
    )!.versions[0]!.default_dynamic_variables = {};
    retell.numbers.get(NUMBER)!.inbound_agents = [{ agent_id: agentId, agent_version: 0, weight: 1 }];
    expect(await connect({ adopt: agentId })).toMatchObject({ agentId, outcome: 'updated' });
    expect(retell.numbers.get(NUMBER)!.inbound_agents).toMatchObject([{ agent_version: 'latest_published' }]);
  });
});

describe('when an answer is lost', () => {
  test.each(['POST /create-retell-llm', 'POST /create-agent', 'POST /publish-agent-version'])(
    'of %s, it is looked for and not repeated',
    async (on) => {
      retell.faults.push({ on, lostAnswer: true });
      const { agentId, outcome } = await connect();
      expect(outcome).toBe('created');
      expect(retell.writes.filter((one) => one.startsWith(on))).toHaveLength(1);
      expect([retell.agents.size, retell.engines.size]).toEqual([1, 1]);
      expect(retell.published(agentId!).agent.is_published).toBe(true);
    },
  );

  test('of a new version, it is looked for and not repeated', async () => {
    const { agentId } = await connect();
    retell.faults.push({ on: 'POST /create-agent-version', lostAnswer: true });
    expect(await connect({ prompt: 'Neu.' })).toMatchObject({ version: 1 });
    expect(retell.agents.get(agentId!)!.versions).toHaveLength(2);
  });

  test('and nothing was made, it says so, and the next run goes on', async () => {
    retell.faults.push({ on: 'POST /create-agent', status: 503 });
    await expect(connect()).rejects.toThrow('not known whether Retell made the agent');
    expect([retell.agents.size, retell.engines.size]).toEqual([0, 1]);
    expect((await connect()).outcome).toBe('created');
    expect([retell.agents.size, retell.engines.size]).toEqual([1, 1]);
  });

  test('an interrupted update is finished by the next run', async () => {
    const { agentId } = await connect();
    retell.faults.push({ on: 'POST /publish-agent-version', status: 403 });
    await expect(connect({ prompt: 'Neu.' })).rejects.toThrow('403');
    expect(await connect({ prompt: 'Noch neuer.' })).toMatchObject({ outcome: 'updated', version: 1 });
    expect(retell.published(agentId!).engine.general_prompt).toBe('Noch neuer.');
  });

  test('too many requests are waited for', async () => {
    retell.faults.push({ on: 'POST /create-agent', status: 429, headers: { 'retry-after': '7' } });
    expect((await connect()).outcome).toBe('created');
    expect(slept).toContain(7000);
  });
});

test('a publication that never happens is not believed', async () => {
  for (let index = 0; index < 3; index += 1) retell.faults.push({ on: 'POST /publish-agent-version', ignored: true });
  await expect(connect()).rejects.toThrow('still a draft');
});

test('a key is never shown, neither the wrong one nor one that Retell repeats', async () => {
  const error = await connect({}, 'key_wrong').catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('401');
  retell.faults.push({ on: 'GET /get-api-key-info', status: 400 });
  const said = [String(error), String(await connect().catch((thrown: unknown) => thrown)), ...steps].join('\n');
  expect(said).not.toMatch(/key_wrong|key_of_the_workspace/);
});

test.each(['de', 'en'] as const)('the file to import holds bodies that Retell takes (%s)', (language) => {
  const file = agentFile({ ...WISH, language });
  const engine = { ...(file.retellLlmData as Record<string, unknown>) };
  expect([engine.llm_id, engine.version, file.conversationFlow]).toEqual(['', 0, null]);
  delete engine.llm_id;
  delete engine.version;
  expect(problemWith('LlmCreateParams', engine)).toBeNull();
});
