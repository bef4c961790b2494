import { Option, type Command } from 'commander';
import { stepText } from '../retell/connect-steps';
import { FLOWS, type Flow } from '../retell/management';
import type { ConnectedAgent } from '../retell/agent-connection';
import type { Actor } from '../services/admin/actor';
import { addGatewayCommand, companyNamed } from './context';
import { table } from './output';

interface Options {
  company: string;
  voice?: string;
  number?: string;
  branch?: string;
  flow?: Flow;
  model?: string;
  publicUrl?: string;
  agent?: string;
  force: boolean;
  removeOldTools: boolean;
  dryRun: boolean;
}

/** The command line reaches every company. */
const OPERATOR: Actor = {
  ...{ name: 'askpro connect-retell', role: 'platform', companyId: null },
  ...{ tokenId: null, ancestorIds: [], expiresAt: null, address: null },
};

/** `askpro connect-retell`: an agent at Retell that speaks for a company. */
export function addConnectRetell(program: Command): void {
  addGatewayCommand<Options>(program, 'connect-retell', {
    description: 'make or update the Retell agent of a company, publish it, put it on a number and try it',
    options: (command) =>
      command
        .requiredOption('--company <id or slug>', 'the company')
        .option('--voice <id>', 'voice of the agent, as Retell lists them; needed for a new agent')
        .option('--number <number>', 'number of the workspace that the agent answers, e.g. +493012345678')
        .option('--branch <id>', 'the branch that answers (default: the number’s, or the only one)')
        .addOption(new Option('--flow <kind>', 'what a new agent runs on (default: single)').choices(FLOWS))
        .option('--model <name>', 'language model (default: gpt-4.1 for a new agent)')
        .option('--public-url <url>', 'where Retell reaches the gateway (default: PUBLIC_URL)')
        .option('--agent <id>', 'make an agent that was made by hand the gateway’s')
        .option('--force', 'also publish a draft that was edited by hand', false)
        .option('--remove-old-tools', 'take Retell’s own deprecated Cal.com tools out', false)
        .option('--dry-run', 'only show what would be changed', false),
    run: async ({ gateway, out }, { branch, agent, company, ...order }) => {
      const companyId = await companyNamed(gateway, company);
      const connected = await gateway.parts.admin.agents.run(
        OPERATOR,
        { ...order, companyId, branchId: branch, adopt: agent },
        (step, values) => {
          // The table below says it better.
          if (step !== 'change' && step !== 'note') out.line(stepText({ step, values }));
        },
      );
      out.result(connected, summary(connected, order.dryRun));
      if (connected.testCall?.ok === false || connected.checks.some((check) => check.status === 'error'))
        process.exitCode = 1;
    },
  });
}

function summary(
  { outcome, agentId, version, changes, notes, checks, testCall }: ConnectedAgent,
  dry: boolean,
): string {
  const rows = changes.map(({ path, from, to }) => [path, from, to]);
  const what = agentId === null ? 'a new agent' : `${agentId}, version ${version}`;
  const wrong = checks.filter((check) => check.status !== 'ok');
  return [
    ...(rows.length > 0 ? ['', table(['field', 'now', dry ? 'would be' : 'was set to'], rows)] : []),
    ...notes.map((note) => `\n${note}`),
    `\n${outcome}: ${what}`,
    ...(testCall ? testCall.heard.map((text) => `test call: ${text}`) : []),
    ...wrong.map((check) => `\n${check.title}: ${check.detail} ${check.what_to_do ?? ''}`),
  ].join('\n');
}
