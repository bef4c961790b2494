import type { Command } from 'commander';
import { loadConfig } from '../config';
import { createDataSource } from '../models/data-source';
import { demoSeed, seedVolume } from '../models/demo-seed';
import { executedMigrations, migrate } from '../models/migrate';
import { Output, table, wholeNumber } from './output';
import { gatewayDatabase } from './servers';

/** `askpro migrate run|revert|show`, beside TypeORM's own command line on ormconfig.ts. */
export function addMigrate(program: Command): void {
  program
    .command('migrate [action]')
    .description(
      'bring the database schema up to date (run), take the last step back (revert), or list the steps (show)',
    )
    .option('--json', 'print one JSON document')
    .action((action: string | undefined, options: { json?: boolean }) => {
      const out = new Output(options);
      return withDatabase({ mayStart: true }, async (source, place) => {
        if (action === undefined || action === 'run') {
          const ran = await migrate(source);
          out.result({ ran }, `${ran.length > 0 ? `ran ${ran.join(', ')}` : 'the schema is up to date'} (${place})`);
        } else if (action === 'revert') {
          const [reverted = null] = (await executedMigrations(source)).slice(-1);
          await source.undoLastMigration({ transaction: 'each' });
          out.result({ reverted }, reverted === null ? 'there is nothing to revert' : `reverted ${reverted}`);
        } else if (action === 'show') {
          const done = new Set(await executedMigrations(source));
          const steps = source.migrations.map(({ name = '' }) => ({ name, done: done.has(name) }));
          const rows = steps.map((step) => [step.name, step.done ? 'done' : 'open']);
          out.result({ migrations: steps }, table(['migration', 'state'], rows));
        } else {
          throw new Error(`there is no "migrate ${action}"; use run, revert or show`);
        }
      });
    });
}

/** `askpro seed:volume`: a year of history in the demo company, for measuring pages and queries. Never for production. */
export function addSeedVolume(program: Command): void {
  program
    .command('seed:volume')
    .description('fill the demo company with history, to see how pages and queries do')
    .option('--appointments <n>', 'appointments', wholeNumber, 100_000)
    .option('--calls <n>', 'calls', wholeNumber, 50_000)
    .option('--json', 'print one JSON document')
    .action((options: { appointments: number; calls: number; json?: boolean }) => {
      const { appointments, calls } = options;
      const { isProduction } = loadConfig();
      const seedDemo = demoSeed();
      if (isProduction) throw new Error('seed:volume does not run with NODE_ENV=production');
      const out = new Output(options);
      return withDatabase({}, async (source) => {
        await migrate(source);
        await seedDemo(source);
        const steps = Math.ceil(calls / 50_000) + Math.ceil(calls / 5000) + Math.ceil(appointments / 5000);
        const bar = out.progress('seeding', steps);
        const made = await seedVolume(source, { companySlug: 'salon-sonnenschein', ...options }, (what, done) =>
          bar.step(`${done} ${what}`),
        );
        bar.done();
        out.result(made, `${made.customers} customers, ${made.calls} calls, ${made.appointments} appointments`);
      });
    });
}

/** @throws Error as `gatewayDatabase` */
async function withDatabase(
  options: Parameters<typeof gatewayDatabase>[1],
  work: (source: ReturnType<typeof createDataSource>, place: string) => Promise<void>,
): Promise<void> {
  const database = await gatewayDatabase(loadConfig(), options);
  const source = createDataSource(database.databaseUrl);
  try {
    await source.initialize();
    await work(source, database.place);
  } finally {
    if (source.isInitialized) await source.destroy();
    await database.stop();
  }
}
