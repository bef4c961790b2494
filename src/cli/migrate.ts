import type { Command } from 'commander';
import { createDataSource } from '../models/data-source';
import { loadConfig } from '../config';
import { migrate } from '../models/migrate';
import { backendsFor } from './context';
import { Output, table } from './output';

/** `askpro migrate run|revert|show`, beside TypeORM's own command line on ormconfig.ts. */
export function addMigrate(program: Command): void {
  program
    .command('migrate [action]')
    .description(
      'bring the database schema up to date (run), take the last step back (revert), or list the steps (show)',
    )
    .option('--json', 'print one JSON document')
    .action(async (action: string | undefined, options: { json?: boolean }) => {
      const out = new Output(options);
      const { backends } = await backendsFor(loadConfig());
      const source = createDataSource(backends.databaseUrl);
      try {
        await source.initialize();
        if (action === undefined || action === 'run') {
          const done = await migrate(source);
          out.result({ ran: done }, done.length > 0 ? `ran ${done.join(', ')}` : 'the schema is up to date');
        } else if (action === 'revert') {
          const before = await executed(source);
          await source.undoLastMigration({ transaction: 'each' });
          const [reverted] = before.slice(-1);
          out.result({ reverted: reverted ?? null }, reverted ? `reverted ${reverted}` : 'there is nothing to revert');
        } else if (action === 'show') {
          const done = new Set(await executed(source));
          const steps = source.migrations.map((step) => ({ name: step.name ?? '', done: done.has(step.name ?? '') }));
          out.result(
            { migrations: steps },
            table(
              ['migration', 'state'],
              steps.map((step) => [step.name, step.done ? 'done' : 'open']),
            ),
          );
        } else {
          throw new Error(`there is no "migrate ${action}"; use run, revert or show`);
        }
      } finally {
        if (source.isInitialized) await source.destroy();
        await backends.stop();
      }
    });
}

async function executed(source: ReturnType<typeof createDataSource>): Promise<string[]> {
  const [found] = await source.query<{ present: string | null }[]>(`select to_regclass('migrations') as present`);
  if (!found?.present) return [];
  const rows = await source.query<{ name: string }[]>('select name from migrations order by id');
  return rows.map((row) => row.name);
}
