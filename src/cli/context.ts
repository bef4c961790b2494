import { compose, type Gateway } from '../compose';
import { loadConfig, type GatewayConfig } from '../config';
import { startBackends, type Backends } from '../embedded';
import { DataDir } from '../infra/data-dir';
import { createLogger } from '../infra/logger';

export interface CommandContext {
  config: GatewayConfig;
  gateway: Gateway;
  backends: Backends;
}

/**
 * Runs a command on the servers of the gateway that is running on DATA_DIR, else on those configured, else on embedded
 * ones started for the command. Budget, circuit and cache are the shared ones either way.
 */
export async function withGateway<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const { backends, config: effective } = await backendsFor(config);
  const logger = createLogger({
    level: effective.LOG_LEVEL === 'info' ? 'warn' : effective.LOG_LEVEL,
    pretty: process.stdout.isTTY === true,
  });
  const gateway = await compose({ config: effective, logger, backends });
  try {
    return await work({ config: effective, gateway, backends });
  } finally {
    await gateway.stop();
    await backends.stop();
  }
}

/** Only the servers, for commands that must not touch the schema by starting everything. */
export async function backendsFor(config: GatewayConfig): Promise<{ backends: Backends; config: GatewayConfig }> {
  const dataDir = new DataDir(config.DATA_DIR);
  const running = dataDir.running();
  const beside: GatewayConfig = running
    ? {
        ...config,
        DATABASE_URL: config.DATABASE_URL ?? running.databaseUrl,
        ...(running.redisUrl && config.embedded.redis
          ? { REDIS_URL: running.redisUrl, embedded: { ...config.embedded, redis: false } }
          : {}),
        ...(running.calcomApiKey && config.embedded.calcom
          ? { CALCOM_API_KEY: running.calcomApiKey, CALCOM_BASE_URL: running.calcomBaseUrl }
          : {}),
      }
    : config;
  return { backends: await startBackends(beside, dataDir), config: beside };
}
