import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { connectRedis, type RedisConnections } from '../../src/infra/redis';
import { silentLogger } from '../../src/infra/logger';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of this test file's own, cloned from the migrated template. */
export function cloneDatabase(): Promise<TestDatabase> {
  return createDatabase('template template_askpro strategy file_copy');
}

/** A database without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template template0');
}

async function createDatabase(how: string): Promise<TestDatabase> {
  const base = process.env.TEST_POSTGRES!;
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(base, `create database "${name}" ${how}`);
  return { url: `${base}/${name}`, drop: () => onServer(base, `drop database if exists "${name}" with (force)`) };
}

async function onServer(base: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: `${base}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** URL of this worker's own logical Redis database. Flush it with `testRedis()`. */
export function redisUrl(): string {
  return `${process.env.TEST_REDIS}/${(Number(process.env.JEST_WORKER_ID ?? '1') - 1) % 16}`;
}

/** Connections to the run's real Redis, emptied. */
export async function testRedis(commandTimeoutMs = 2000): Promise<RedisConnections> {
  const redis = await connectRedis({ url: redisUrl() }, { commandTimeoutMs, logger: silentLogger });
  await redis.commands.flushdb();
  return redis;
}
