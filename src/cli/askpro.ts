import 'reflect-metadata';
import { Command } from 'commander';
import { ConfigError } from '../config';
import { addCalcomCommands } from './calcom-commands';
import { addConfiguration } from './configuration';
import { addMigrate } from './migrate';
import { addOperatorCommands } from './operator-commands';
import { addSandbox } from './sandbox';
import { addSecretCommands } from './secret-commands';
import { addSeedVolume } from './seed-volume';
import { addSimulateCall } from './simulate-call';

const program = new Command('askpro')
  .description('Runs and inspects the AskPro gateway.')
  .configureHelp({ sortSubcommands: true })
  .showHelpAfterError();

addMigrate(program);
addCalcomCommands(program);
addOperatorCommands(program);
addSecretCommands(program);
addSandbox(program);
addSeedVolume(program);
addConfiguration(program);
addSimulateCall(program);

program.parseAsync(process.argv).then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    console.error(
      error instanceof ConfigError
        ? error.message
        : `askpro: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  },
);
