import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres';
import { startEmbeddedRedis } from '../../src/infra/embedded-redis';
import { migrateTemplate } from './template-database';

declare global {
  var __servers: { stop(): Promise<void> } | undefined;
}

/** One real Postgres and one real Redis for the whole run; every test file clones the migrated template database. */
export default async function setup(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-test-'));
  chmodSync(folder, 0o755);
  const [postgres, redis] = await Promise.all([
    startEmbeddedPostgres({
      dataDir: path.join(folder, 'pg'),
      password: 'local',
      database: 'template_askpro',
      durable: false,
    }),
    startEmbeddedRedis({ prefer: process.env.EMBEDDED_REDIS === 'js' ? 'js' : 'auto' }),
  ]);
  await migrateTemplate(postgres.url);
  process.env.TEST_POSTGRES = postgres.url.replace(/\/template_askpro$/, '');
  process.env.TEST_REDIS = redis.url;
  process.env.TEST_FOLDER = folder;
  globalThis.__servers = {
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
      const { rmSync } = await import('node:fs');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
