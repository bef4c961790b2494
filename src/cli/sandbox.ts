import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';

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
      const child = spawn(
        process.execPath,
        [path.join(__dirname, '../../packages/calcom-sandbox/src/main.js'), ...options],
        {
          stdio: 'inherit',
        },
      );
      const stop = (): void => {
        child.kill('SIGTERM');
      };
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
      process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
    });
}
