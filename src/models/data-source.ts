import {
  DataSource,
  DefaultNamingStrategy,
  type DataSourceOptions,
  type NamingStrategyInterface,
  type Table,
} from 'typeorm';
import { migrations } from '../migrations';
import { entities } from '.';
import { toJson } from './sql';
import { snakeCase } from './table';

/** In a flood a place in the pool may be waited for; a Postgres that is away is noticed much sooner (DatabasePulse). */
const POOL_WAIT_MS = 4000;

/** A process that is stopped inside a transaction, or cut off, keeps its rows from all others no longer than this. */
const IDLE_IN_TRANSACTION_MS = 5000;

/** Columns are snake_case in Postgres and camelCase here; keys are named by their table and what they point to. */
class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[]): string {
    return [...embeddedPrefixes, customName ?? snakeCase(propertyName)].join('_');
  }

  override primaryKeyName(table: Table | string): string {
    return `pk_${this.getTableName(table)}`;
  }

  /** A column's own constraint begins with its name. */
  override checkConstraintName(table: Table | string, expression: string): string {
    return `ck_${this.getTableName(table)}_${expression.split(' ', 1).join()}`;
  }

  /** The last column says where it points: every other one is the company. */
  override foreignKeyName(table: Table | string, columnNames: string[]): string {
    return `fk_${this.getTableName(table)}_${columnNames.at(-1)?.replace(/_id$/, '')}`;
  }
}

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
