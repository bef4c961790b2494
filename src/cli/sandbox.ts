import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { workspaceFile } from '../workspace-package';

/** `askpro sandbox`: the local Cal.com stand-in on its own, in the foreground. */
export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description(
      'run the local Cal.com sandbox in the foreground (its options: --port, --latency-scale, --api-key, --state-file …)',
    )
    .allowUnknownOption()
    .helpOption(false)
    .argument('[options...]')
    .action(async (options: string[]) => {
      const script = workspaceFile('calcom-sandbox', 'main', 'Run it from a checkout: npm ci && npm run sandbox.');
      const child = spawn(process.execPath, [...process.execArgv, script, ...options], { stdio: 'inherit' });
      const stop = (): void => {
        child.kill('SIGTERM');
      };
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
      process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
    });
}
