import type { Command } from 'commander';
import { createDataSource } from '../models/data-source';
import { loadConfig } from '../config';
import { executedMigrations, migrate } from '../models/migrate';
import { Output, table } from './output';
import { gatewayDatabase } from './servers';

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
      const database = await gatewayDatabase(loadConfig(), { mayStart: true });
      const source = createDataSource(database.databaseUrl);
      try {
        await source.initialize();
        if (action === undefined || action === 'run') {
          const done = await migrate(source);
          out.result(
            { ran: done },
            `${done.length > 0 ? `ran ${done.join(', ')}` : 'the schema is up to date'} (${database.place})`,
          );
        } else if (action === 'revert') {
          const before = await executedMigrations(source);
          await source.undoLastMigration({ transaction: 'each' });
          const [reverted] = before.slice(-1);
          out.result({ reverted: reverted ?? null }, reverted ? `reverted ${reverted}` : 'there is nothing to revert');
        } else if (action === 'show') {
          const done = new Set(await executedMigrations(source));
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
        await database.stop();
      }
    });
}
