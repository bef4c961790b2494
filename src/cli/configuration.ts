import type { Command } from 'commander';
import { describeEnvironment } from '../config';
import { Output } from './output';

/** The table in docs/configuration.md, which is tested to hold exactly this. */
export function configurationTable(): string {
  const rows = describeEnvironment().map(
    ({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === '–' ? '–' : `\`${fallback}\``} | ${meaning} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

export function addConfiguration(program: Command): void {
  program
    .command('configuration')
    .description('print the table of environment variables as Markdown')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => new Output(options).result(describeEnvironment(), configurationTable()));
}
