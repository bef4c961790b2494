import { InvalidArgumentError, type Command } from 'commander';
import { createDataSource } from '../models/data-source';
import { loadConfig } from '../config';
import { migrate } from '../models/migrate';
import { demoSeed, seedVolume } from '../models/demo-seed';
import { Output } from './output';
import { gatewayDatabase } from './servers';

function count(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

/** `askpro seed:volume`: a year of history in the demo company, for measuring pages and queries. Never for production. */
export function addSeedVolume(program: Command): void {
  program
    .command('seed:volume')
    .description('fill the demo company with history, to see how pages and queries do')
    .option('--appointments <n>', 'appointments', count, 100_000)
    .option('--calls <n>', 'calls', count, 50_000)
    .option('--json', 'print one JSON document')
    .action(async (options: { appointments: number; calls: number; json?: boolean }) => {
      const config = loadConfig();
      const seedDemo = demoSeed();
      if (config.isProduction) throw new Error('seed:volume does not run with NODE_ENV=production');
      const out = new Output(options);
      const database = await gatewayDatabase(config);
      const source = createDataSource(database.databaseUrl);
      try {
        await source.initialize();
        await migrate(source);
        await seedDemo(source);
        const steps =
          Math.ceil(options.calls / 50_000) + Math.ceil(options.calls / 5000) + Math.ceil(options.appointments / 5000);
        const bar = out.progress('seeding', steps);
        const made = await seedVolume(source, { companySlug: 'salon-sonnenschein', ...options }, (what, done) =>
          bar.step(`${done} ${what}`),
        );
        bar.done();
        out.result(made, `${made.customers} customers, ${made.calls} calls, ${made.appointments} appointments`);
      } finally {
        if (source.isInitialized) await source.destroy();
        await database.stop();
      }
    });
}
