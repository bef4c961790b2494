import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { addConnectRetell } from '../../src/cli/connect-retell';
import { addSimulateCall } from '../../src/cli/simulate-call';
import { elevenLabsKit, vapiKit } from '../../src/platforms/agent-kits';
import { INBOUND_VARIABLES } from '../../src/retell/inbound-answer';
import { TOOLS } from '../../src/services/voice/tools';
import { ADMIN_TOKEN } from '../support/gateway';
import { startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';
import { problemWith } from '../support/retell-schemas';

const KIT = path.join(__dirname, '../../agent');

/** Answers for the vendors and keeps what they were sent; the gateway is asked by the real curl. */
const CURL = `#!/usr/bin/env bash
for one in "$@"; do [[ $one == https://api.* ]] && vendor=$one; done
[[ -z $vendor ]] && exec $REAL_CURL "$@"
while [[ $# -gt 0 ]]; do
  if [[ $1 == -d ]]; then body=$2; fi
  shift
done
[[ $body == @- ]] && body=$(cat)
printf '{"url":"%s","body":%s}\\n' "$vendor" "\${body//$'\\n'/}" >> "$SENT"
echo '{"id": "id_1", "secret_id": "secret_1", "agent_id": "agent_1", "llm_id": "llm_1"}'
`;
const NPX = `#!/usr/bin/env bash
jq -nc '$ARGS.positional' --args -- "$@" >> "$TYPED"
`;

let t: PlatformGateway;
let folder: string;

beforeAll(async () => {
  t = await startPlatformGateway();
  folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-pages-'));
  cpSync(KIT, path.join(folder, 'agent'), { recursive: true });
  mkdirSync(path.join(folder, 'bin'));
  for (const [name, text] of Object.entries({ curl: CURL, npx: NPX })) {
    writeFileSync(path.join(folder, 'bin', name), text);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  }
});
afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  out: string;
  sent: { url: string; body: Record<string, unknown> }[];
  /** What was typed after `npx askpro`. */
  typed: string[][];
}

/** Every command of a page in one shell, as a newcomer types them; only the values are this test's. */
async function run(page: string): Promise<Ran> {
  const text = readFileSync(path.join(KIT, page, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  expect(blocks.length).toBeGreaterThan(2);
  const script = blocks
    .join('\n')
    .replaceAll('https://gateway.example.com', t.url)
    .replaceAll('YOUR-OPERATOR-TOKEN', ADMIN_TOKEN)
    .replaceAll('YOUR-WEBHOOK-SECRET', 'shown-once-by-elevenlabs');
  const [sent, typed] = [path.join(folder, `${page}.sent`), path.join(folder, `${page}.typed`)];
  writeFileSync(sent, '');
  writeFileSync(typed, '');
  const bin = path.join(folder, 'bin');
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    ...{ cwd: folder, timeout: 60_000 },
    env: {
      ...{ PATH: `${bin}:${process.env.PATH ?? ''}`, REAL_CURL: await placeOfCurl() },
      ...{ SENT: sent, TYPED: typed, RETELL_API_KEY: 'key_of_retell' },
    },
  });
  const lines = <Line>(file: string): Line[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  return { out: stdout, sent: lines(sent), typed: lines<string[]>(typed).map(([, ...args]) => args) };
}

async function placeOfCurl(): Promise<string> {
  return (await promisify(execFile)('bash', ['-c', 'command -v curl'])).stdout.trim();
}

/** The commands that are named exist, with these options. */
function expectCommands(typed: string[][]): void {
  expect(typed.length).toBeGreaterThan(0);
  const program = new Command();
  addConnectRetell(program);
  addSimulateCall(program);
  for (const [name, ...args] of typed) {
    const command = program.commands.find((one) => one.name() === name);
    const { unknown } = command?.parseOptions(args) ?? { unknown: args };
    expect([name, unknown]).toEqual([name, []]);
  }
}

test('Vapi’s page makes the tools, the assistant and what the gateway must know', async () => {
  const { sent, typed } = await run('vapi');
  const tools = sent.filter(({ url }) => url === 'https://api.vapi.ai/tool');
  expect(tools.map(({ body }) => body.type)).toEqual(vapiKit('de').map(({ type }) => type));
  expect(JSON.stringify(tools)).not.toMatch(/YOUR-/);
  const [secret] = [...JSON.stringify(tools).matchAll(/"X-Vapi-Secret":"(\w{48})"/g)].map(([, found]) => found);
  const [assistant] = sent.filter(({ url }) => url === 'https://api.vapi.ai/assistant');
  expect(assistant?.body).toMatchObject({
    model: { toolIds: tools.map(() => 'id_1') },
    server: { url: `${t.url}/api/vapi`, headers: { 'X-Vapi-Secret': secret } },
  });
  const started = await t.send(
    '/api/vapi',
    { message: { type: 'assistant-request', call: { id: 'v1' }, phoneNumber: { number: '+493098765432' } } },
    { 'x-vapi-secret': secret ?? '' },
  );
  expect(started.body).toMatchObject({ assistantId: 'id_1' });
  expectCommands(typed);
});

test('ElevenLabs’ page makes the secret, the tools, the agent and what the gateway must know', async () => {
  const { sent, typed } = await run('elevenlabs');
  const to = (path: string): Record<string, unknown>[] =>
    sent.filter(({ url }) => url === `https://api.elevenlabs.io/v1/convai/${path}`).map(({ body }) => body);
  const [secret] = to('secrets');
  expect(secret).toMatchObject({ type: 'new', name: 'askpro-salon-sonnenschein' });
  expect(to('tools')).toHaveLength(elevenLabsKit('de').length);
  expect(JSON.stringify(to('tools'))).not.toMatch(/YOUR-/);
  const [agent] = to('agents/create');
  expect(agent).toMatchObject({ conversation_config: { agent: { prompt: { tool_ids: TOOLS.map(() => 'id_1') } } } });
  const { agent: made } = agent?.conversation_config as {
    agent: { dynamic_variables: { dynamic_variable_placeholders: Record<string, string> } };
  };
  const placeholders = Object.keys(made.dynamic_variables.dynamic_variable_placeholders);
  expect(placeholders.sort()).toEqual([...INBOUND_VARIABLES, 'transfer_number'].sort());
  const asked = await t.send('/api/elevenlabs/check_customer', {}, { 'x-askpro-secret': String(secret?.value) });
  expect(asked.body).toMatchObject({ status: 'anonymous' });
  expectCommands(typed);
});

test('MCP’s page makes a token that lists the tools', async () => {
  const { out, typed } = await run('mcp');
  expect(out.trim().split('\n')).toEqual(TOOLS.map(({ name }) => name));
  expectCommands(typed);
});

test('the commands of Retell’s page send bodies that Retell takes', async () => {
  const { sent, typed } = await run('.');
  const [llm, agent, published] = sent;
  expect(problemWith('LlmCreateParams', llm?.body)).toBeNull();
  expect(problemWith('AgentCreateParams', agent?.body)).toBeNull();
  expect(published).toMatchObject({ url: 'https://api.retellai.com/publish-agent-version/agent_1' });
  expect(JSON.parse(readFileSync(path.join(folder, 'agent.json'), 'utf8'))).toMatchObject({
    agent_name: 'Salon Neu [askpro:salon-neu]',
  });
  expectCommands(typed);
});
