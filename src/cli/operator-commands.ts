import { InvalidArgumentError, Option, type Command } from 'commander';
import { ROLES, type Role } from '../services/admin/actor';
import { companyOption } from './company-option';
import { withGateway } from './context';
import { Output, table } from './output';
import { gatewayPlace } from './running-gateway';

function days(text: string): number | null {
  if (text === 'never') return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3650) throw new InvalidArgumentError('1 to 3650 days, or never');
  return value;
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('a name is needed');
  return text.trim();
}

/** Ways to sign in, and the check of the set-up. */
export function addOperatorCommands(program: Command): void {
  program
    .command('open')
    .description('print a link that signs you in on the dashboard; it works once, within ten minutes')
    .option(
      '--url <url>',
      'where the browser reaches the gateway (default: the one running on DATA_DIR, or PUBLIC_URL)',
    )
    .option('--json', 'print one JSON document')
    .action((options: { url?: string; json?: boolean }) =>
      withGateway(async ({ config, gateway }) => {
        const code = await gateway.parts.admin.tokens.createSignInCode();
        const { url, announced } = gatewayPlace(options.url);
        const from = options.url === undefined && announced === null ? (config.PUBLIC_URL ?? url) : url;
        const link = `${from.replace(/\/$/, '')}/admin#/enter/${code}`;
        new Output(options).result({ link }, link);
      }),
    );

  program
    .command('token:create')
    .description('make an operator token; it is shown once')
    .requiredOption('--name <name>', 'who or what will use it', nonEmpty)
    .option('--company <id>', 'reaches only this company: its id, slug or name (default: the whole platform)')
    .addOption(new Option('--role <role>', 'what it may do (default: company_admin, or platform)').choices(ROLES))
    .option('--expires-in-days <n>', 'days until it expires, or never (default: 90; never for voice)', days)
    .option('--json', 'print one JSON document')
    .action((options: { name: string; company?: string; role?: Role; expiresInDays?: number | null; json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const made = await gateway.parts.admin.tokens.create({
          companyId: await companyOption(gateway, options.company),
          ...{ name: options.name, role: options.role, expiresInDays: options.expiresInDays },
        });
        new Output(options).result(made, made.token);
      }),
    );

  program
    .command('check-setup')
    .description('check everything that must be right before a call can end in a booking')
    .option('--company <id>', 'only this company: its id, slug or name')
    .option('--json', 'print one JSON document')
    .action((options: { company?: string; json?: boolean }) =>
      withGateway(async ({ gateway }) => {
        const results = await gateway.parts.admin.checks.run(await companyOption(gateway, options.company));
        const text = [
          table(
            ['status', 'company', 'check', 'detail'],
            results.map((one) => [one.status, one.company_name ?? '–', one.title, one.detail]),
          ),
          ...results
            .filter((one) => one.status !== 'ok')
            .map((one) => `\n${[one.company_name, one.title].filter(Boolean).join(', ')}: ${one.what_to_do}`),
        ].join('\n');
        new Output(options).result(results, text);
        if (results.some((one) => one.status === 'error')) process.exitCode = 1;
      }),
    );
}
