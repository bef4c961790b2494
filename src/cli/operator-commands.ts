import { InvalidArgumentError, Option, type Command } from 'commander';
import { OPERATOR_LANGUAGES, type OperatorLanguage, tenantId } from '../domain';
import { DataDir } from '../infra/data-dir';
import { ROLES, type Role } from '../services/admin/actor';
import type { IssuedLink } from '../services/people/people';
import { USER_ROLES, type UserRole } from '../services/people/people-ports';
import { addGatewayCommand, type CommandContext, companyOption, ONE_COMPANY } from './context';
import { table } from './output';
import { gatewayPlace } from './servers';

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
  addGatewayCommand<{ url?: string }>(program, 'open', {
    description: 'print a link that signs you in on the dashboard; it works once, within ten minutes',
    options: (command) =>
      command.option(
        '--url <url>',
        'where the browser reaches the gateway (default: the one running on DATA_DIR, or PUBLIC_URL)',
      ),
    run: async ({ config, gateway, out }, options) => {
      const code = await gateway.parts.admin.tokens.createSignInCode();
      const { url, announced } = gatewayPlace(options.url);
      const from = options.url === undefined && announced === null ? (config.PUBLIC_URL ?? url) : url;
      const link = `${from.replace(/\/$/, '')}/admin#/enter/${code}`;
      out.result({ link }, link);
    },
  });

  addGatewayCommand<{ name: string; company?: string; role?: Role; expiresInDays?: number | null }>(
    program,
    'token:create',
    {
      description: 'make an operator token; it is shown once',
      options: (command) =>
        command
          .requiredOption('--name <name>', 'who or what will use it', nonEmpty)
          .option('--company <id>', 'reaches only this company: its id, slug or name (default: the whole platform)')
          .addOption(new Option('--role <role>', 'what it may do (default: company_admin, or platform)').choices(ROLES))
          .option('--expires-in-days <n>', 'days until it expires, or never (default: 90; never for voice)', days),
      run: async ({ gateway, out }, { company, name, role, expiresInDays }) => {
        const companyId = await companyOption(gateway, company);
        const made = await gateway.parts.admin.tokens.create({ companyId, name, role, expiresInDays });
        out.result(made, made.token);
      },
    },
  );

  addGatewayCommand<{ company?: string }>(program, 'check-setup', {
    description: 'check everything that must be right before a call can end in a booking',
    options: (command) => command.option(...ONE_COMPANY),
    run: async ({ gateway, out }, { company }) => {
      const results = await gateway.parts.admin.checks.run(await companyOption(gateway, company));
      const text = [
        table(
          ['status', 'company', 'check', 'detail'],
          results.map((one) => [one.status, one.company_name, one.title, one.detail]),
        ),
        ...results
          .filter((one) => one.status !== 'ok')
          .map((one) => `\n${[one.company_name, one.title].filter(Boolean).join(', ')}: ${one.what_to_do}`),
      ];
      out.result(results, text.join('\n'));
      if (results.some((one) => one.status === 'error')) process.exitCode = 1;
    },
  });
}

/** Rotation of keys and secrets. */
export function addSecretCommands(program: Command): void {
  addGatewayCommand(program, 'keys:reseal', {
    description: 'seal every stored secret with the first key of APP_KEY, so that the others can be removed',
    run: async ({ gateway, out }) => {
      const report = await gateway.parts.admin.rotation.reseal();
      const { resealed, unchanged, unreadable } = report;
      const text = [
        `${resealed} sealed again, ${unchanged} were sealed with the first key already`,
        ...unreadable.map(
          ({ company, secret }) => `${company}: ${secret} opens with no key of APP_KEY; enter it again`,
        ),
      ];
      out.result(report, text.join('\n'));
      if (unreadable.length > 0) process.exitCode = 1;
    },
  });

  addGatewayCommand<{ publicUrl?: string }>(program, 'webhooks:rotate', {
    description: 'replace the Cal.com webhook secrets that earlier gateways gave to accounts of companies',
    options: (command) =>
      command.option('--public-url <url>', 'where Cal.com reaches the gateway (default: PUBLIC_URL)'),
    run: async ({ config, gateway, out }, { publicUrl = config.PUBLIC_URL }) => {
      if (publicUrl === undefined) throw new Error('set PUBLIC_URL, or name the address with --public-url');
      const { rotation } = gateway.parts.admin;
      const rotated = await rotation.rotateWebhooks(publicUrl);
      const stillKnown = await rotation.companiesThatKnowCommonSecret();
      const failed = rotated.filter(({ error }) => error !== null);
      const text = [
        `${rotated.length - failed.length} of ${rotated.length} companies' webhooks have a secret of their account alone`,
        ...failed.map(({ company_id: id, error }) => `${id}: ${error}`),
      ];
      if (stillKnown.length > 0)
        text.push(
          `CALCOM_WEBHOOK_SECRET is known to the Cal.com accounts of ${stillKnown.join(', ')}.`,
          'Set it to a new random value, restart the gateway, and run this command again.',
        );
      out.result({ rotated, known_to: stillKnown }, text.join('\n'));
      if (failed.length + stillKnown.length > 0) process.exitCode = 1;
    },
  });
}

interface Invited {
  email: string;
  name: string;
  role: UserRole;
  company?: string;
  language?: OperatorLanguage;
}

/** People who sign in at the dashboard. */
export function addUserCommands(program: Command): void {
  addGatewayCommand<Invited>(program, 'user:create', {
    description: 'invite a person; the link by which they choose a password is mailed, or printed once',
    options: (command) =>
      command
        .requiredOption('--email <address>', 'with which they sign in')
        .requiredOption('--name <name>', 'what they are called')
        .addOption(new Option('--role <role>', 'what they may do').choices(USER_ROLES).default('platform'))
        .option('--company <id>', 'their company (needed for every role but platform)')
        .addOption(
          new Option('--language <code>', 'of page and mails (default: the company’s)').choices(OPERATOR_LANGUAGES),
        ),
    run: async (context, { email, name, role, company, language }) => {
      const companyId = company === undefined ? null : tenantId(company);
      const { people } = context.gateway.parts.admin;
      const { record, issued } = await people.invite(null, { email, name, role, companyId, language });
      report(context, { id: record.id, email, ...issued });
    },
  });

  addGatewayCommand<{ email: string }>(program, 'user:reset', {
    description: 'give a person a new one-time link; it is mailed, or printed once',
    options: (command) => command.requiredOption('--email <address>', 'with which they sign in'),
    run: async (context, { email }) => {
      const { id, issued } = await context.gateway.parts.admin.people.linkForEmail(email);
      report(context, { id, email, ...issued });
    },
  });
}

type Issued = IssuedLink & { id: string; email: string };

function report(context: CommandContext, { link: given, ...issued }: Issued): void {
  const link = given === null ? null : reachable(given, context);
  const until = issued.expires_at.toISOString();
  const failed = issued.mail === 'failed' ? 'The mail could not be sent. ' : '';
  const text =
    link === null
      ? `Mailed to ${issued.email}.`
      : `${failed}Pass this link on; it works once, until ${until}:\n${link}`;
  context.out.result({ ...issued, link }, text);
}

/** Where the running gateway answers, when no public address is configured. */
function reachable(link: string, { config }: CommandContext): string {
  const running = config.PUBLIC_URL === undefined ? new DataDir(config.DATA_DIR).running() : null;
  return running ? link.replace(/^https?:\/\/[^/]+/, running.gatewayUrl) : link;
}
