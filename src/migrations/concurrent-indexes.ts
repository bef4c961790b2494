import type { QueryRunner } from 'typeorm';

export interface LiveIndex {
  name: string;
  /** Table and columns, as CREATE INDEX has them after `on`. */
  on: string;
}

/**
 * Builds indexes CONCURRENTLY, so that a live table goes on being written; for migrations without a transaction.
 * Idempotent, so that a build which was cut off is repeated: Postgres leaves such an index behind as INVALID, never
 * used and never finished, and it must go before the next try.
 */
export async function createConcurrently(runner: QueryRunner, indexes: readonly LiveIndex[]): Promise<void> {
  // A large table takes longer than any ordinary statement may.
  await runner.query(`set statement_timeout = 0`);
  try {
    for (const index of indexes) {
      const broken: unknown[] = await runner.query(
        `select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid`,
        [index.name],
      );
      if (broken.length > 0) await runner.query(`drop index concurrently if exists ${index.name}`);
      await runner.query(`create index concurrently if not exists ${index.name} on ${index.on}`);
    }
  } finally {
    await runner.query(`reset statement_timeout`);
  }
}

export async function dropConcurrently(runner: QueryRunner, indexes: readonly LiveIndex[]): Promise<void> {
  // TypeORM reverts inside a transaction whatever the migration says, and there CONCURRENTLY is not allowed.
  const how = runner.isTransactionActive ? '' : 'concurrently';
  for (const index of indexes) await runner.query(`drop index ${how} if exists ${index.name}`);
}
