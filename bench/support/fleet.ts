import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync, createWriteStream, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/infra/embedded-postgres';
import { accepts, dieWithParent, freePort } from '../../src/infra/child-process';
import { credentialOf } from '../../src/services/calcom-accounts';

export const RETELL_KEY = 'key_bench';
export const API_KEY = 'cal_sandbox_demo';
export const ADMIN_TOKEN = 'bench-admin-token-1234';
/** Beside this very build; of the sources (run by tsx) the one in `dist`. */
const DIST = path.join(__dirname, '../..', __filename.endsWith('.ts') ? 'dist' : '');

/** A process that starts on a busy machine. */
const START_MS = 90_000;

export interface FleetOptions {
  processes: number;
  /** 1 as slow as Cal.com, 0 at once. */
  latencyScale?: number;
  rateLimit?: 'off' | number;
  env?: Record<string, string>;
  /** For the gateways' Node, e.g. `--cpu-prof`. */
  nodeArgs?: string[];
  /** Keep one Postgres for several fleets. */
  postgres?: EmbeddedPostgres;
  /** Another Redis than a single server of this fleet's own: a cluster, or one behind Sentinels. */
  redis?: {
    env: Record<string, string>;
    /** Runs one command where that key is kept. */
    command(key: string, name: string, ...args: string[]): Promise<unknown>;
  };
}

export interface Fleet {
  /** One address per process. */
  urls: string[];
  redisUrl: string;
  databaseUrl: string;
  controlUrl: string;
  sandboxUrl: string;
  control(path: string, body?: unknown, method?: string): Promise<unknown>;
  pids: number[];
  /** What a process has logged so far. */
  logOf(index: number): string;
  /** End one process (kill -9 unless told otherwise) and start it again on its port. */
  restart(index: number, signal?: NodeJS.Signals): Promise<void>;
  redis: { kill(): Promise<void>; start(): Promise<void>; signal(signal: NodeJS.Signals): void };
  stop(): Promise<void>;
}

/** Gateway processes on one Redis, one Postgres and one sandbox: as in production, on loopback. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-bench-'));
  chmodSync(folder, 0o755);
  const children = new Set<ChildProcess>();
  const run = (command: string, args: string[], env: Record<string, string> = {}, log?: string): ChildProcess => {
    const [file = command, ...rest] = [...dieWithParent('TERM'), command, ...args];
    const child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    const out = log ? createWriteStream(path.join(folder, log)) : null;
    child.stdout?.on('data', (data: Buffer) => out?.write(data));
    child.stderr?.on('data', (data: Buffer) => out?.write(data));
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const postgres =
    options.postgres ??
    (await startEmbeddedPostgres({ dataDir: path.join(folder, 'pg'), database: 'bench', durable: true }));
  const redisPort = await freePort();
  let redis: ChildProcess | undefined;
  const startRedis = async (): Promise<void> => {
    redis = run('redis-server', [
      '--port',
      String(redisPort),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ]);
    await until(() => accepts(redisPort));
  };
  if (options.redis) {
    await options.redis.command(BUDGET_LOG, 'ZADD', BUDGET_LOG, String(-Date.now()), '#');
  } else {
    await startRedis();
    await ageBudget(redisPort);
  }
  const sandboxPort = await freePort();
  run(process.execPath, [
    path.join(DIST, 'src/sandbox/main.js'),
    '--port',
    String(sandboxPort),
    '--latency-scale',
    String(options.latencyScale ?? 1),
    '--rate-limit',
    String(options.rateLimit ?? 120),
    '--api-key',
    API_KEY,
  ]);
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}/v2`;
  const controlUrl = `http://127.0.0.1:${sandboxPort}/__control`;
  await until(() => accepts(sandboxPort));
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const gateways: { port: number; child: ChildProcess }[] = [];
  const start = async (port: number, index: number): Promise<ChildProcess> => {
    const child = run(
      process.execPath,
      [...(options.nodeArgs ?? []), path.join(DIST, 'src/main.js')],
      {
        PORT: String(port),
        HOST: '127.0.0.1',
        DATA_DIR: path.join(folder, `data-${index}`),
        DATABASE_URL: postgres.url,
        ...(options.redis?.env ?? { REDIS_URL: redisUrl }),
        CALCOM_BASE_URL: sandboxUrl,
        CALCOM_API_KEY: API_KEY,
        CALCOM_WEBHOOK_SECRET: 'bench-webhook-secret',
        RETELL_API_KEY: RETELL_KEY,
        ADMIN_TOKEN,
        APP_KEY: 'bench-application-key-of-32-characters',
        SEED_DEMO: 'true',
        WARM_CACHE_CRON: '',
        CALCOM_FLEET_SIZE: String(options.processes),
        ...options.env,
      },
      `gateway-${index}.log`,
    );
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true,
      child,
      START_MS,
    );
    return child;
  };
  try {
    for (let index = 0; index < options.processes; index++) {
      const port = await freePort();
      gateways.push({ port, child: await start(port, index) });
    }
  } catch (error) {
    for (const child of children) child.kill('SIGTERM');
    await postgres.stop();
    throw error;
  }
  return {
    urls: gateways.map(({ port }) => `http://127.0.0.1:${port}`),
    redisUrl,
    databaseUrl: postgres.url,
    controlUrl,
    sandboxUrl,
    get pids() {
      return gateways.map(({ child }) => child.pid ?? 0);
    },
    control: async (where, body, method) => {
      const response = await fetch(`${controlUrl}${where}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return response.json();
    },
    logOf: (index) => readFileSync(path.join(folder, `gateway-${index}.log`), 'utf8'),
    restart: async (index, signal = 'SIGKILL') => {
      const gateway = gateways[index]!;
      gateway.child.kill(signal);
      await exited(gateway.child);
      gateway.child = await start(gateway.port, index);
    },
    redis: {
      kill: async () => {
        redis?.kill('SIGKILL');
        if (redis) await exited(redis);
      },
      start: startRedis,
      signal: (signal) => void redis?.kill(signal),
    },
    stop: async () => {
      for (const { child } of gateways) child.kill('SIGTERM');
      await Promise.all(gateways.map(({ child }) => exited(child)));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all([...children].map(exited));
      if (!options.postgres) await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the sends of the fleet's Cal.com key are counted. */
export const BUDGET_LOG = `calcom:budget:{${credentialOf(API_KEY).id}}:log`;

/**
 * An empty budget log counts as full for 61 s, because it may have been lost. Here it is empty because nothing was sent:
 * the sandbox is as new as the log.
 */
async function ageBudget(redisPort: number): Promise<void> {
  const redis = new Redis(redisPort, '127.0.0.1');
  await redis.zadd(BUDGET_LOG, -Date.now(), '#');
  redis.disconnect();
}

export function exited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
  });
}

export async function until(ready: () => Promise<boolean>, child?: ChildProcess, patienceMs = 30_000): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  while (!(await ready())) {
    if (child && child.exitCode !== null) throw new Error(`a process ended with ${child.exitCode} before it was ready`);
    if (Date.now() > untilMs) throw new Error('not ready in time');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
