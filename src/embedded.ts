import { spawn } from 'node:child_process';
import path from 'node:path';
import type { GatewayConfig } from './config';
import { accepts, dieWithParent, freePort, stopChild } from './infra/child-process';
import type { DataDir } from './infra/data-dir';
import { startEmbeddedPostgres } from './infra/embedded-postgres';
import { startEmbeddedRedis } from './infra/embedded-redis';
import type { RedisTarget } from './infra/redis';
import { workspaceFile } from './workspace-package';

/** The key that the local sandbox accepts. */
const SANDBOX_KEY = 'cal_sandbox_demo';

/** Where the three servers are that a gateway needs, and how to stop those that were started for it. */
export interface Backends {
  databaseUrl: string;
  redis: RedisTarget;
  redisUrl: string | null;
  /** The webhook secret is one made for the sandbox; real ones come with the configuration. */
  calcom: { baseUrl: string; apiKey: string; webhookSecret?: string };
  /** The file that holds the token; null when the configuration gives it. */
  adminToken: { value: string; created: boolean; file: string | null };
  /** The first one seals secrets, all of them open them. */
  appKeys: [string, ...string[]];
  /** One line per embedded part, for the banner. */
  embeddedParts: string[];
  stop(): Promise<void>;
}

/** Starts what the configuration does not name. In production the configuration names everything. */
export async function startBackends(config: GatewayConfig, dataDir: DataDir): Promise<Backends> {
  const stops: (() => Promise<void>)[] = [];
  const parts: string[] = [];
  // Before anything is touched: a second gateway would stop the first one's servers.
  const owned = config.embedded.postgres || config.embedded.redis ? dataDir.own() : null;
  const stop = async (): Promise<void> => {
    await Promise.allSettled(stops.map((one) => one()));
    owned?.free();
  };
  try {
    const [databaseUrl, redisUrl, calcom] = await Promise.all([
      config.DATABASE_URL ?? postgres(dataDir, stops, parts),
      redis(config, dataDir, stops, parts),
      calcomOf(config, stops, parts),
    ]);
    return {
      databaseUrl,
      redisUrl,
      redis: redisTarget(config, redisUrl),
      calcom: {
        ...calcom,
        ...(config.embedded.calcom ? { webhookSecret: dataDir.secret('calcom-webhook-secret', 32).value } : {}),
      },
      adminToken: config.ADMIN_TOKEN
        ? { value: config.ADMIN_TOKEN, created: false, file: null }
        : { ...dataDir.secret('admin-token', 24), file: dataDir.path('secrets', 'admin-token') },
      appKeys: atLeastOne(config.APP_KEY, () => dataDir.secret('app-key', 32).value),
      embeddedParts: parts.sort(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts the embedded PostgreSQL alone, for changes of the schema while no gateway runs.
 * @throws Error that names the process which uses the folder
 */
export async function startDatabase(dataDir: DataDir): Promise<{ databaseUrl: string; stop: () => Promise<void> }> {
  const owned = dataDir.own();
  const stops: (() => Promise<void>)[] = [];
  try {
    const databaseUrl = await postgres(dataDir, stops, []);
    return {
      databaseUrl,
      stop: async () => {
        await Promise.allSettled(stops.map((one) => one()));
        owned.free();
      },
    };
  } catch (error) {
    owned.free();
    throw error;
  }
}

function atLeastOne(list: string[] | undefined, made: () => string): [string, ...string[]] {
  const [first, ...others] = list ?? [];
  return [first ?? made(), ...others];
}

async function postgres(dataDir: DataDir, stops: (() => Promise<void>)[], parts: string[]): Promise<string> {
  const server = await startEmbeddedPostgres({
    ...{ dataDir: dataDir.path('postgres'), database: 'askpro', durable: true },
    password: dataDir.secret('postgres', 24).value,
  });
  stops.push(() => server.stop());
  const place = server.url.replace(/:[^:@/]+@/, '@');
  parts.push(
    `PostgreSQL   ${place}   (data in ${dataDir.path('postgres')}, password in ${dataDir.path('secrets', 'postgres')})`,
  );
  return server.url;
}

async function redis(
  config: GatewayConfig,
  dataDir: DataDir,
  stops: (() => Promise<void>)[],
  parts: string[],
): Promise<string | null> {
  if (!config.embedded.redis) return config.REDIS_URL ?? null;
  const server = await startEmbeddedRedis({ prefer: config.EMBEDDED_REDIS, dataDir: dataDir.path('redis') });
  stops.push(() => server.stop());
  parts.push(`Redis        ${server.url}   (${server.kind})`);
  return server.url;
}

/** @param url where one server is; the configuration may name a cluster or Sentinels instead */
export function redisTarget(config: GatewayConfig, url: string | null): RedisTarget {
  return {
    ...(url ? { url } : {}),
    ...(config.REDIS_CLUSTER_NODES ? { clusterNodes: config.REDIS_CLUSTER_NODES } : {}),
    ...(config.REDIS_SENTINELS ? { sentinels: config.REDIS_SENTINELS } : {}),
    ...(config.REDIS_SENTINEL_NAME ? { sentinelName: config.REDIS_SENTINEL_NAME } : {}),
  };
}

async function calcomOf(
  config: GatewayConfig,
  stops: (() => Promise<void>)[],
  parts: string[],
): Promise<{ baseUrl: string; apiKey: string }> {
  if (config.CALCOM_API_KEY) return { baseUrl: config.CALCOM_BASE_URL, apiKey: config.CALCOM_API_KEY };
  const script = workspaceFile(
    'calcom-sandbox',
    'main',
    'Set CALCOM_API_KEY to use Cal.com, or start a checkout with npm ci && npm start.',
  );
  const port = await freePort();
  const command = [
    ...dieWithParent('TERM'),
    process.execPath,
    // The sources run only with the loader that this process was started with.
    ...(path.extname(script) === '.ts' ? process.execArgv : []),
    script,
    '--port',
    String(port),
    '--latency-scale',
    String(config.SANDBOX_LATENCY_SCALE),
    '--api-key',
    SANDBOX_KEY,
    '--state-file',
    path.join(path.resolve(config.DATA_DIR), 'sandbox.json'),
    '--exit-with-parent',
  ];
  // In a process of its own, as Cal.com is: its work must not slow the gateway's answers down.
  const [file = process.execPath, ...args] = command;
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
  const killNow = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', killNow);
  stops.push(async () => {
    process.off('exit', killNow);
    await stopChild(child, 'SIGTERM', 3000);
  });
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (child.exitCode !== null || tries > 500) throw new Error('The Cal.com sandbox did not start.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.unref();
  parts.push(`Cal.com      http://127.0.0.1:${port}/v2   (sandbox; faults and clock under /__control)`);
  return { baseUrl: `http://127.0.0.1:${port}/v2`, apiKey: SANDBOX_KEY };
}
