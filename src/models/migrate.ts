import type { DataSource, QueryRunner } from 'typeorm';

/** Any constant will do, as long as every process uses the same. */
const LOCK = 4_715_023;
const PATIENCE_MS = 120_000;

/**
 * Brings the schema up to date. Many processes may start at once: one migrates, the others wait. The lock is polled
 * and never waited for inside Postgres, because a waiting statement would hold up CREATE INDEX CONCURRENTLY. It belongs to
 * a session, so it is left alone when there is nothing to do: behind a pooler that hands out sessions by transaction it
 * would stay behind.
 * @returns names of the migrations that ran
 */
export async function migrate(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  await runner.connect();
  try {
    if (await isCurrent(source, runner)) return [];
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      // SQL: TypeORM knows no advisory locks.
      const [row] = (await runner.query('select pg_try_advisory_lock($1) as got', [LOCK])) as { got: boolean }[];
      if (row?.got) break;
      if (Date.now() > untilMs) throw new Error('Another process has been migrating the database for two minutes.');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    try {
      const done = await source.runMigrations({ transaction: 'each' });
      return done.map((migration) => migration.name);
    } finally {
      // SQL: the same lock's end.
      await runner.query('select pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    await runner.release();
  }
}

async function isCurrent(source: DataSource, runner: QueryRunner): Promise<boolean> {
  const done = new Set(await executedMigrations(source, runner));
  return source.migrations.every(({ name }) => name !== undefined && done.has(name));
}

/** Names of the migrations that ran, oldest first. TypeORM's own list would create its table first. */
export async function executedMigrations(source: DataSource, runner?: QueryRunner): Promise<string[]> {
  const own = runner ?? source.createQueryRunner();
  try {
    if (!(await own.hasTable('migrations'))) return [];
    const query = source.createQueryBuilder(own).select('m.name', 'name').from('migrations', 'm').orderBy('m.id');
    return (await query.getRawMany<{ name: string }>()).map(({ name }) => name);
  } finally {
    if (!runner) await own.release();
  }
}
