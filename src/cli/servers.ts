import { randomBytes } from 'node:crypto';
import { loadConfig, type GatewayConfig } from '../config';
import { redisTarget, startDatabase, type Backends } from '../embedded';
import { DataDir, type RuntimeFile } from '../infra/data-dir';

/** What these variables decide concerns the serving process alone; a command works the same without them. */
const OF_THE_SERVER_ALONE = new Set([
  ...['NODE_ENV', 'PORT', 'HOST', 'DATA_DIR', 'LOG_LEVEL', 'TRUST_PROXY', 'SEED_DEMO', 'EMBEDDED_REDIS'],
  ...['SANDBOX_LATENCY_SCALE', 'MAX_INFLIGHT_REQUESTS', 'HTTP_RATE_LIMIT_PER_MINUTE', 'SHUTDOWN_NOTICE_MS'],
  ...['ADMIN_TOKEN', 'METRICS_TOKEN', 'WARM_CACHE_CRON', 'VOICE_READ_DEADLINE_MS', 'VOICE_WRITE_DEADLINE_MS'],
  // The announcement of the running gateway says where these are.
  ...['DATABASE_URL', 'REDIS_URL'],
]);

const HOW = [
  'Start the gateway in this folder (npm start), name the folder of a running one (DATA_DIR=…),',
  'or the file with its variables: askpro --env-file /etc/askpro/gateway.env …',
].join('\n');

/**
 * The servers that a command works on, none of them started for it: those of the gateway that runs on DATA_DIR, else
 * those that the variables name.
 * @returns the configuration with what the running gateway announced
 * @throws Error that says what is missing and how to give it
 */
export function gatewayServers(config: GatewayConfig): { config: GatewayConfig; backends: Backends } {
  const dataDir = new DataDir(config.DATA_DIR);
  const running = runningGateway(config, dataDir);
  const redisUrl = config.embedded.redis ? (running?.redisUrl ?? null) : (config.REDIS_URL ?? null);
  const databaseUrl = config.DATABASE_URL ?? running?.databaseUrl;
  const apiKey = config.CALCOM_API_KEY ?? running?.calcomApiKey ?? undefined;
  const baseUrl = config.CALCOM_API_KEY ? config.CALCOM_BASE_URL : (running?.calcomBaseUrl ?? config.CALCOM_BASE_URL);
  const [appKey = dataDir.knownSecret('app-key') ?? undefined, ...olderKeys] = config.APP_KEY ?? [];
  const given = running?.variables.filter((name) => !OF_THE_SERVER_ALONE.has(name) && !config.given.includes(name));
  const missing = [
    ...(databaseUrl === undefined ? ['DATABASE_URL'] : []),
    ...(redisUrl === null && config.embedded.redis ? ['REDIS_URL'] : []),
    ...(apiKey === undefined ? ['CALCOM_API_KEY'] : []),
    ...(appKey === undefined ? ['APP_KEY'] : []),
  ];
  if (databaseUrl === undefined || apiKey === undefined || appKey === undefined || missing.length > 0)
    throw new Error(refusal(dataDir, running, [...new Set([...(given ?? []), ...missing])]));
  if (running && given && given.length > 0) throw new Error(refusal(dataDir, running, given));
  const secret = dataDir.knownSecret('calcom-webhook-secret');
  const backends: Backends = {
    ...{ databaseUrl, redisUrl, redis: redisTarget(config, redisUrl) },
    calcom: { baseUrl, apiKey, ...(config.embedded.calcom && secret !== null ? { webhookSecret: secret } : {}) },
    adminToken: {
      value: config.ADMIN_TOKEN ?? dataDir.knownSecret('admin-token') ?? randomBytes(24).toString('hex'),
      ...{ created: false, file: null },
    },
    appKeys: [appKey, ...olderKeys],
    embeddedParts: [],
    stop: () => Promise.resolve(),
  };
  return {
    backends,
    config: {
      ...config,
      ...{ DATABASE_URL: databaseUrl, CALCOM_API_KEY: apiKey, CALCOM_BASE_URL: baseUrl },
      ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
      embedded: { ...config.embedded, postgres: false, redis: false },
    },
  };
}

/**
 * The database alone: of the gateway that runs on DATA_DIR, else of DATABASE_URL.
 * @param mayStart starts the embedded server of DATA_DIR where no gateway runs
 * @throws Error that says what is missing and how to give it
 */
export async function gatewayDatabase(
  config: GatewayConfig,
  { mayStart = false } = {},
): Promise<{ databaseUrl: string; place: string; stop: () => Promise<void> }> {
  const dataDir = new DataDir(config.DATA_DIR);
  const databaseUrl = config.DATABASE_URL ?? runningGateway(config, dataDir)?.databaseUrl;
  if (databaseUrl !== undefined) {
    const { host, pathname } = new URL(databaseUrl);
    return { databaseUrl, place: `${host}${pathname}`, stop: () => Promise.resolve() };
  }
  // On a server without its variables, a new folder would be migrated and reported as if it were the database.
  const isMeant = config.given.includes('DATA_DIR') || dataDir.holds('postgres');
  if (!mayStart || !isMeant || dataDir.isUnreadable()) throw new Error(refusal(dataDir, null, ['DATABASE_URL']));
  return { ...(await startDatabase(dataDir)), place: dataDir.path('postgres') };
}

/** A running gateway on another database is not the one that the variables mean. */
function runningGateway(config: GatewayConfig, dataDir: DataDir): RuntimeFile | null {
  const running = dataDir.running();
  return running && (config.DATABASE_URL ?? running.databaseUrl) === running.databaseUrl ? running : null;
}

function refusal(dataDir: DataDir, running: RuntimeFile | null, missing: string[]): string {
  const names = missing.join(', ');
  const areMissing = missing.length === 1 ? 'is' : 'are';
  if (running)
    return [
      `The gateway on ${dataDir.root} (pid ${running.pid}, ${running.gatewayUrl}) was started with variables that are missing here: ${names}.`,
      'Name the file that has them: askpro --env-file /etc/askpro/gateway.env …',
    ].join('\n');
  const starting = dataDir.owner();
  if (dataDir.isUnreadable())
    return `The gateway on ${dataDir.root} runs as another user. Run the command as that user: sudo -u askpro npx askpro …`;
  if (starting !== null)
    return `A gateway is starting on ${dataDir.root} (pid ${starting}). Run the command again in a moment.`;
  return `No gateway runs on ${dataDir.root}, and ${names} ${areMissing} not set.\n${HOW}`;
}

export interface GatewayPlace {
  url: string;
  config: GatewayConfig;
  /** What the gateway at `url` announced on DATA_DIR; null when another one is meant. */
  announced: RuntimeFile | null;
}

/** Where the gateway that a command talks to can be reached: `--url`, else the one running on DATA_DIR, else PORT. */
export function gatewayPlace(option: string | undefined): GatewayPlace {
  const config = loadConfig();
  const running = new DataDir(config.DATA_DIR).running();
  const url = (option ?? running?.gatewayUrl ?? `http://127.0.0.1:${config.PORT}`).replace(/\/$/, '');
  return { url, config, announced: running?.gatewayUrl === url ? running : null };
}
