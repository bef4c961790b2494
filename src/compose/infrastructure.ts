import { trackTasks, type BackgroundTasks } from '../background-tasks';
import { createDataSource } from '../models/data-source';
import type { GatewayConfig } from '../config';
import type { Backends } from '../embedded';
import { Announcements } from '../infra/announcements';
import { SystemClock, type Clock } from '../infra/clock';
import { RequestDeadline } from '../infra/deadline';
import type { Logger } from '../infra/logger';
import { Metrics } from '../infra/metrics';
import { connectRedis, type RedisConnections } from '../infra/redis';
import { RedisGuard } from '../infra/redis-guard';
import { attachPulse, DatabasePulse } from '../models/database-pulse';
import { demoSeed } from '../models/demo-seed';
import { migrate } from '../models/migrate';
import { rows } from '../models/sql';
import { createStores, type Stores } from '../models/stores';
import { isUncommitted } from '../request-context';
import { credentialOf } from '../services/calcom/calcom-accounts';
import { INSTRUMENTS, type GatewayMetrics } from '../metrics/instruments';

export interface Infrastructure {
  config: GatewayConfig;
  logger: Logger;
  backends: Backends;
  /** The demo company was created by this very start. */
  isDemoNew: boolean;
  /** By which webhooks of companies without a secret of their own are verified; null: none is accepted. */
  calcomWebhookSecret: string | null;
  clock: Clock;
  now: () => Date;
  /** Epoch milliseconds. */
  nowMs: () => number;
  sleep: Clock['sleep'];
  deadline: (budgetMs: number) => RequestDeadline;
  warn: (fields: object, message: string) => void;
  metrics: GatewayMetrics;
  stores: Stores;
  closeDatabase: () => Promise<void>;
  redis: RedisConnections;
  guard: RedisGuard;
  announcements: Announcements;
  background: BackgroundTasks;
  /** Resolves when all background tasks are done. */
  quiet: () => Promise<void>;
}

/** Clock, database, Redis and metrics: what everything else stands on. The schema is current when this resolves. */
export async function createInfrastructure(deps: {
  config: GatewayConfig;
  logger: Logger;
  backends: Backends;
}): Promise<Infrastructure> {
  const { config, logger, backends } = deps;
  const seedDemo = config.seedDemo ? demoSeed() : null;
  const database = createDataSource(backends.databaseUrl, config.DATABASE_POOL_MAX);
  // A connection of its own, so that a full pool is not taken for a Postgres that is away.
  const listener = createDataSource(backends.databaseUrl, 1);
  const [redis] = await Promise.all([
    connectRedis(backends.redis, { commandTimeoutMs: config.REDIS_COMMAND_TIMEOUT_MS, logger }),
    database.initialize(),
    listener.initialize(),
  ]);
  // SQL: the shortest statement that proves a connection.
  const pulse = new DatabasePulse(() => rows(listener, 'select 1'), isUncommitted);
  attachPulse(database, pulse);
  const done = await migrate(database);
  if (done.length > 0) logger.info({ migrations: done.length }, 'the database schema was brought up to date');
  const isDemoNew = (await seedDemo?.(database)) ?? false;
  if (isDemoNew) logger.info({}, 'the demo company was created');
  const clock = new SystemClock();
  const metrics = new Metrics({ processMetrics: true, instruments: INSTRUMENTS });
  return {
    config,
    logger,
    backends,
    isDemoNew,
    calcomWebhookSecret: config.CALCOM_WEBHOOK_SECRET ?? backends.calcom.webhookSecret ?? null,
    clock,
    now: () => clock.now(),
    nowMs: () => clock.nowMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    deadline: (budgetMs) => new RequestDeadline(clock, budgetMs),
    warn: (fields, message) => logger.warn(fields, message),
    metrics,
    stores: createStores(database, credentialOf(backends.calcom.apiKey).id),
    closeDatabase: async () => {
      pulse.stop();
      await Promise.all([database.destroy(), listener.destroy()]);
    },
    redis,
    guard: new RedisGuard(redis, clock),
    announcements: new Announcements(redis),
    ...trackTasks((task, err) => logger.warn({ task, err }, 'a background task failed')),
  };
}
