import 'reflect-metadata';
import { once } from 'node:events';
import net from 'node:net';
import { banner } from './banner';
import { compose } from './compose';
import { ConfigError, loadConfig } from './config';
import { startBackends, type Backends } from './embedded';
import { DataDir } from './infra/data-dir';
import { createLogger } from './infra/logger';

/** Longest a stop may take after its notice before the process ends anyway. */
const STOP_BUDGET_MS = 25_000;

/**
 * Runs a gateway until a signal ends it.
 * @param given servers that are kept when the gateway stops; without it, those that the configuration does not name are
 *   started for it
 */
export async function runGateway(given?: Backends): Promise<void> {
  const beganMs = performance.now();
  const config = loadConfig();
  const logger = createLogger({ level: config.LOG_LEVEL, pretty: process.stdout.isTTY === true });
  // A failure that no code awaits must not end the requests of other callers.
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled failure'));
  const dataDir = new DataDir(config.DATA_DIR);
  // Bound before any server is started: a port that is taken must change nothing.
  const place = await bind(config.PORT, config.listenHost);
  const backends = given ?? (await startBackends(config, dataDir));
  const gateway = await compose({ config, logger, backends });
  const warning = await gateway.requireKeys();
  if (config.embedded.postgres) await gateway.proveDemo(dataDir);
  if (warning !== null) logger.warn({}, warning);
  await once(gateway.server.listen(place), 'listening');
  const gatewayUrl = gateway.address();
  dataDir.announce({
    pid: process.pid,
    databaseUrl: backends.databaseUrl,
    redisUrl: backends.redisUrl,
    calcomBaseUrl: backends.calcom.baseUrl,
    calcomApiKey: config.embedded.calcom ? backends.calcom.apiKey : null,
    retellApiKey: config.embedded.postgres ? (config.RETELL_API_KEY?.[0] ?? null) : null,
    gatewayUrl,
    variables: config.given,
  });
  gateway.start();
  gateway.registerSandboxWebhook(gatewayUrl);
  console.log(banner({ config, backends, gatewayUrl, warning, startMs: performance.now() - beganMs }));

  let stopping: Promise<void> | undefined;
  const stop = (signal: string): Promise<void> =>
    (stopping ??= (async () => {
      logger.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), config.SHUTDOWN_NOTICE_MS + STOP_BUDGET_MS).unref();
      await gateway.stop();
      dataDir.withdraw();
      await backends.stop();
      process.exit(0);
    })());
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
}

/** Holds the port until the gateway takes it over; until then connections are closed. */
async function bind(port: number, host: string): Promise<net.Server> {
  const place = net.createServer((socket) => socket.destroy()).listen(port, host);
  await once(place, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} on ${host} is in use by another program. Stop it, or set PORT.`);
  });
  return place;
}

/** Says why a start failed, and ends the process. */
export function failStart(error: unknown): never {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error(`The gateway could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

if (require.main === module) runGateway().catch(failStart);
