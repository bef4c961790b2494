import { trackTasks } from '../background-tasks';
import { createDataSource } from '../models/data-source';
import type { GatewayConfig } from '../config';
import type { TenantId } from '../domain';
import type { Backends } from '../embedded';
import { Announcements } from '../infra/announcements';
import { SystemClock, type Clock } from '../infra/clock';
import { RequestDeadline } from '../infra/deadline';
import type { Logger } from '../infra/logger';
import { Metrics } from '../infra/metrics';
import { connectRedis } from '../infra/redis';
import { RedisGuard } from '../infra/redis-guard';
import { attachPulse, DatabasePulse } from '../models/database-pulse';
import { demoSeed } from '../models/demo-seed';
import { migrate } from '../models/migrate';
import { rows } from '../models/sql';
import { createStores } from '../models/stores';
import { isUncommitted } from '../request-context';
import { fingerprint } from '../services/calcom/calcom-accounts';
import { INSTRUMENTS } from '../metrics/instruments';

export type Infrastructure = Awaited<ReturnType<typeof createInfrastructure>>;

/** Clock, database, Redis and metrics: what everything else stands on. The schema is current when this resolves. */
export async function createInfrastructure(deps: { config: GatewayConfig; logger: Logger; backends: Backends }) {
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
  const clock: Clock = new SystemClock();
  const announcements = new Announcements(redis, 'askpro:tenant-changed');
  const platformKeyId = fingerprint(backends.calcom.apiKey);
  return {
    ...deps,
    isDemoNew,
    /** By which webhooks of companies without a secret of their own are verified; null: none is accepted. */
    calcomWebhookSecret: config.CALCOM_WEBHOOK_SECRET ?? backends.calcom.webhookSecret ?? null,
    platformKeyId,
    clock,
    now: () => clock.now(),
    /** Epoch milliseconds. */
    nowMs: () => clock.nowMs(),
    sleep: clock.sleep.bind(clock),
    deadline: (budgetMs: number) => new RequestDeadline(clock, budgetMs),
    warn: (fields: object, message: string): void => logger.warn(fields, message),
    metrics: new Metrics({ processMetrics: true, instruments: INSTRUMENTS }),
    stores: createStores(database, platformKeyId),
    closeDatabase: async () => {
      pulse.stop();
      await Promise.all([database.destroy(), listener.destroy()]);
    },
    redis,
    guard: new RedisGuard(redis, clock),
    announcements,
    /** Tells every process, this one first, to read the company again. */
    tenantChanged: (companyId: TenantId) => announcements.say(companyId),
    ...trackTasks((task, err) => logger.warn({ task, err }, 'a background task failed')),
  };
}
