import type { Command } from 'commander';
import { compose, type Gateway } from '../compose';
import { loadConfig, type GatewayConfig } from '../config';
import type { TenantId } from '../domain';
import { createLogger } from '../infra/logger';
import { Output } from './output';
import { gatewayServers } from './servers';

export interface CommandContext {
  config: GatewayConfig;
  gateway: Gateway;
  out: Output;
}

/**
 * Adds a command that runs on the servers of the gateway that is running on DATA_DIR, else on those that the variables
 * name, and prints one result. Budget, circuit and cache are the shared ones either way. It ends with an Error that says
 * what is missing; no server is ever started.
 */
export function addGatewayCommand<Options extends object = object>(
  program: Command,
  name: string,
  given: {
    description: string;
    options?: (command: Command) => Command;
    run: (context: CommandContext, options: Options) => Promise<void>;
  },
): void {
  const { description, options = (command) => command, run } = given;
  options(program.command(name).description(description))
    .option('--json', 'print one JSON document')
    .action(async (chosen: Options & { json?: boolean }) => {
      const { backends, config } = gatewayServers(loadConfig());
      const logger = createLogger({
        level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL,
        pretty: process.stdout.isTTY === true,
        beside: true,
      });
      const gateway = await compose({ config: { ...config, seedDemo: false }, logger, backends });
      try {
        await run({ config, gateway, out: new Output(chosen) }, chosen);
      } finally {
        await gateway.stop();
      }
    });
}

export const ONE_COMPANY = ['--company <id>', 'only this company: its id, slug or name'] as const;

/** The company that `--company` names; null without the option. @throws Error as `companyNamed` */
export async function companyOption(gateway: Gateway, named: string | undefined): Promise<TenantId | null> {
  return named === undefined ? null : companyNamed(gateway, named);
}

/**
 * A company by its id, its slug or its name.
 * @throws Error that lists the companies there are
 */
export async function companyNamed(gateway: Gateway, named: string): Promise<TenantId> {
  const companies = await gateway.parts.admin.companies();
  const wanted = named.trim().toLowerCase();
  const found = companies.find(({ id, slug, name }) => [id, slug, name.toLowerCase()].includes(wanted));
  if (found) return found.id;
  const known = companies.map(({ slug, name }) => `${slug} (${name})`).join(', ');
  throw new Error(`There is no company "${named}". ${known ? `Known: ${known}.` : 'None is set up yet.'}`);
}
