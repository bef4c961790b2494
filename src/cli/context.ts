import { compose, type Gateway } from '../compose';
import { loadConfig, type GatewayConfig } from '../config';
import { createLogger } from '../infra/logger';
import { gatewayServers } from './servers';

export interface CommandContext {
  config: GatewayConfig;
  gateway: Gateway;
}

/**
 * Runs a command on the servers of the gateway that is running on DATA_DIR, else on those that the variables name.
 * Budget, circuit and cache are the shared ones either way.
 * @throws Error that says what is missing; no server is ever started
 */
export async function withGateway<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const { backends, config } = gatewayServers(loadConfig());
  const logger = createLogger({
    level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL,
    pretty: process.stdout.isTTY === true,
    beside: true,
  });
  const gateway = await compose({ config: { ...config, seedDemo: false }, logger, backends });
  try {
    return await work({ config, gateway });
  } finally {
    await gateway.stop();
  }
}
