import 'reflect-metadata';
import { Command } from 'commander';
import { ConfigError, readEnvFile } from '../config';
import { VERSION } from '../version';
import { addCalcomCommands } from './calcom-commands';
import { addConfiguration } from './configuration';
import { addConnectRetell } from './connect-retell';
import { addMigrate, addSeedVolume } from './database-commands';
import { addOperatorCommands, addSecretCommands, addUserCommands } from './operator-commands';
import { addSandbox } from './sandbox';
import { addSimulateCall } from './simulate-call';

const program = new Command('askpro')
  .description('Runs and inspects the AskPro gateway.')
  .configureHelp({ sortSubcommands: true })
  .version(VERSION)
  .option('--env-file <file>', 'read variables from this file; those that are set already stay as they are')
  .hook('preAction', () => {
    const { envFile } = program.opts<{ envFile?: string }>();
    if (envFile !== undefined) readEnvFile(envFile);
  })
  .showHelpAfterError();

addMigrate(program);
addConnectRetell(program);
addCalcomCommands(program);
addOperatorCommands(program);
addSecretCommands(program);
addUserCommands(program);
addSandbox(program);
addSeedVolume(program);
addConfiguration(program);
addSimulateCall(program);

program.parseAsync(process.argv).then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    console.error(
      error instanceof ConfigError
        ? `${error.message}\nSet them, or name the file that has them: askpro --env-file /etc/askpro/gateway.env …`
        : `askpro: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  },
);
