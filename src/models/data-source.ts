import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../migrations';
import { entities } from '.';
import { SnakeNaming } from './snake-naming';
import { toJson } from './sql';

/** In a flood a place in the pool may be waited for; a Postgres that is away is noticed much sooner (DatabasePulse). */
const POOL_WAIT_MS = 4000;

/** A process that is stopped inside a transaction, or cut off, keeps its rows from all others no longer than this. */
const IDLE_IN_TRANSACTION_MS = 5000;

/** Pool limits, so that one process can neither exhaust Postgres nor wait for it without end. */
function dataSourceOptions(url: string, poolMax = 10): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    namingStrategy: new SnakeNaming(),
    synchronize: false,
    // The migrations create the one extension that is needed; ids are made by gen_random_uuid(), which needs none.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    logging: false,
    // Indexes are built CONCURRENTLY, which no transaction may contain; each migration chooses for itself.
    migrationsTransactionMode: 'each',
    extra: {
      max: poolMax,
      connectionTimeoutMillis: POOL_WAIT_MS,
      idleTimeoutMillis: 30_000,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  };
}

export function createDataSource(url: string, poolMax?: number): DataSource {
  const source = new DataSource(dataSourceOptions(url, poolMax));
  const { driver } = source;
  const prepare = driver.preparePersistentValue.bind(driver);
  // TypeORM's own JSON may hold NUL and halves of surrogate pairs, which jsonb refuses.
  driver.preparePersistentValue = (value: unknown, column): unknown =>
    column.type === 'jsonb' && value !== null && value !== undefined ? toJson(value) : prepare(value, column);
  return source;
}
