import { Option, type Command } from 'commander';
import { OPERATOR_LANGUAGES, type OperatorLanguage, tenantId } from '../domain';
import { DataDir } from '../infra/data-dir';
import type { IssuedLink } from '../services/people/people';
import { USER_ROLES, type UserRole } from '../services/people/people-ports';
import { withGateway, type CommandContext } from './context';
import { Output } from './output';

interface CreateOptions {
  email: string;
  name: string;
  role: UserRole;
  company?: string;
  language?: OperatorLanguage;
  json?: boolean;
}

/** People who sign in at the dashboard. */
export function addUserCommands(program: Command): void {
  program
    .command('user:create')
    .description('invite a person; the link by which they choose a password is mailed, or printed once')
    .requiredOption('--email <address>', 'with which they sign in')
    .requiredOption('--name <name>', 'what they are called')
    .addOption(new Option('--role <role>', 'what they may do').choices(USER_ROLES).default('platform'))
    .option('--company <id>', 'their company (needed for every role but platform)')
    .addOption(
      new Option('--language <code>', 'of page and mails (default: the company’s)').choices(OPERATOR_LANGUAGES),
    )
    .option('--json', 'print one JSON document')
    .action((options: CreateOptions) =>
      withGateway(async (context) => {
        const { email, name, role, company, language } = options;
        const companyId = company === undefined ? null : tenantId(company);
        const { people } = context.gateway.parts.admin;
        const { record, issued } = await people.invite(null, { email, name, role, companyId, language });
        report(options, context, { id: record.id, email, ...issued });
      }),
    );

  program
    .command('user:reset')
    .description('give a person a new one-time link; it is mailed, or printed once')
    .requiredOption('--email <address>', 'with which they sign in')
    .option('--json', 'print one JSON document')
    .action((options: { email: string; json?: boolean }) =>
      withGateway(async (context) => {
        const { people } = context.gateway.parts.admin;
        const { id, issued } = await people.linkForEmail(options.email);
        report(options, context, { id, email: options.email, ...issued });
      }),
    );
}

type Issued = IssuedLink & { id: string; email: string };

function report(options: { json?: boolean }, context: CommandContext, { link: given, ...issued }: Issued): void {
  const link = given === null ? null : reachable(given, context);
  const until = issued.expires_at.toISOString();
  const failed = issued.mail === 'failed' ? 'The mail could not be sent. ' : '';
  const text =
    link === null
      ? `Mailed to ${issued.email}.`
      : `${failed}Pass this link on; it works once, until ${until}:\n${link}`;
  new Output(options).result({ ...issued, link }, text);
}

/** Where the running gateway answers, when no public address is configured. */
function reachable(link: string, { config }: CommandContext): string {
  const running = config.PUBLIC_URL === undefined ? new DataDir(config.DATA_DIR).running() : null;
  return running ? link.replace(/^https?:\/\/[^/]+/, running.gatewayUrl) : link;
}
