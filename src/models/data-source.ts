import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../migrations';
import { entities } from '.';
import { SnakeNaming } from './snake-naming';

/** Pool limits, so that one process can neither exhaust Postgres nor wait for it without end. */
export function dataSourceOptions(url: string, poolMax = 10): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    namingStrategy: new SnakeNaming(),
    synchronize: false,
    logging: false,
    // Indexes are built CONCURRENTLY, which no transaction may contain; each migration chooses for itself.
    migrationsTransactionMode: 'each',
    extra: { max: poolMax, connectionTimeoutMillis: 1000, idleTimeoutMillis: 30_000, statement_timeout: 10_000 },
  };
}

export function createDataSource(url: string, poolMax?: number): DataSource {
  return new DataSource(dataSourceOptions(url, poolMax));
}
