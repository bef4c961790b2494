import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync, createWriteStream, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../../src/infra/embedded-postgres';
import { accepts, dieWithParent, freePort } from '../../../../src/infra/child-process';
import { credentialOf } from '../../../../src/services/calcom/calcom-accounts';

export const RETELL_KEY = 'key_bench';
export const API_KEY = 'cal_sandbox_demo';
export const WEBHOOK_SECRET = 'bench-webhook-secret';
export const ADMIN_TOKEN = 'bench-admin-token-1234';
/** Beside this very build; of the sources (run by tsx) the one in `dist`. */
export const DIST = path.join(__dirname, '../../../..', __filename.endsWith('.ts') ? 'dist' : '');
const SOURCES = path.join(__dirname, '../../../..', __filename.endsWith('.ts') ? '' : '..');

/** Ports on loopback. */
export interface ServerPorts {
  calcom: number;
  redis: number;
  postgres: number;
}

/** A process that starts on a busy machine. */
const START_MS = 90_000;

export interface FleetOptions {
  processes: number;
  /** 1 as slow as Cal.com, 0 at once. */
  latencyScale?: number;
  rateLimit?: 'off' | number;
  /** Of the sandbox's latencies and ids. */
  seed?: number;
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
  /** What each gateway is given instead of the servers themselves: a wire that can be spoilt. */
  wire?: (servers: ServerPorts, index: number) => Promise<ServerPorts>;
  /** Gateways listen to their parent (see `tell`). */
  ipc?: boolean;
  /** Loaded into each gateway before its own code. */
  preload?: string;
  /** Where the gateways' logs are kept. */
  logFolder?: string;
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
  /** A message to a process of a fleet with `ipc`. */
  tell(index: number, message: object): void;
  process(index: number): ChildProcess;
  redis: { kill(): Promise<void>; start(): Promise<void>; signal(signal: NodeJS.Signals): void };
  stop(): Promise<void>;
}

/** Node's own options in `npm start`. */
function asStarted(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(SOURCES, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** Gateway processes on one Redis, one Postgres and one sandbox: as in production, on loopback. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-bench-'));
  chmodSync(folder, 0o755);
  const children = new Set<ChildProcess>();
  const guardian = dieWithParent('TERM');
  /** A compiled file of the repository, named without extension. */
  const program = (name: string, preload?: string, compiled = path.join(DIST, name)): string[] => [
    ...(preload ? ['-r', preload] : []),
    `${compiled}.js`,
  ];
  const run = (
    command: string,
    args: string[],
    env: Record<string, string> = {},
    log?: string,
    ipc = false,
  ): ChildProcess => {
    const [file = command, ...rest] = [...guardian, command, ...args];
    const child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    const out = log ? createWriteStream(path.join(options.logFolder ?? folder, log), { flags: 'a' }) : null;
    child.stdout?.on('data', (data: Buffer) => out?.write(data));
    child.stderr?.on('data', (data: Buffer) => out?.write(data));
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const postgres =
    options.postgres ??
    (await startEmbeddedPostgres({
      dataDir: path.join(folder, 'pg'),
      password: 'local',
      database: 'bench',
      durable: true,
    }));
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
    ...program('packages/calcom-sandbox/src/main', undefined, path.join(SOURCES, 'packages/calcom-sandbox/dist/main')),
    '--port',
    String(sandboxPort),
    '--latency-scale',
    String(options.latencyScale ?? 1),
    '--rate-limit',
    String(options.rateLimit ?? 120),
    '--api-key',
    API_KEY,
    ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
  ]);
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}/v2`;
  const controlUrl = `http://127.0.0.1:${sandboxPort}/__control`;
  await until(() => accepts(sandboxPort));
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const gateways: { port: number; child: ChildProcess }[] = [];
  const servers: ServerPorts = { calcom: sandboxPort, redis: redisPort, postgres: postgres.port };
  const wires = await Promise.all(
    Array.from({ length: options.processes }, async (_, index) => (await options.wire?.(servers, index)) ?? servers),
  );
  const start = async (port: number, index: number): Promise<ChildProcess> => {
    const wire = wires[index] ?? servers;
    const child = run(
      process.execPath,
      [...asStarted(), ...(options.nodeArgs ?? []), ...program('src/main', options.preload)],
      {
        PORT: String(port),
        HOST: '127.0.0.1',
        DATA_DIR: path.join(folder, `data-${index}`),
        DATABASE_URL: postgres.url.replace(`:${postgres.port}/`, `:${wire.postgres}/`),
        ...(options.redis?.env ?? { REDIS_URL: `redis://127.0.0.1:${wire.redis}` }),
        CALCOM_BASE_URL: `http://127.0.0.1:${wire.calcom}/v2`,
        CALCOM_API_KEY: API_KEY,
        CALCOM_WEBHOOK_SECRET: WEBHOOK_SECRET,
        RETELL_API_KEY: RETELL_KEY,
        ADMIN_TOKEN,
        APP_KEY: 'bench-application-key-of-32-characters',
        SEED_DEMO: 'true',
        WARM_CACHE_CRON: '',
        CALCOM_FLEET_SIZE: String(options.processes),
        // Every server and the callers share two cores: a Redis that waits for a core is not a Redis that is away.
        REDIS_COMMAND_TIMEOUT_MS: '250',
        ...options.env,
      },
      `gateway-${index}.log`,
      options.ipc,
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
    logOf: (index) => readFileSync(path.join(options.logFolder ?? folder, `gateway-${index}.log`), 'utf8'),
    tell: (index, message) => void gateways[index]!.child.send(message, () => undefined),
    process: (index) => gateways[index]!.child,
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

/**
 * Cal.com tells every gateway of everything: also of what the gateways did themselves, sooner than they know it.
 * @param webhooks of a user or of a team's event type, below `/v2`
 */
export async function subscribeToCalcom(fleet: Fleet, webhooks = '/webhooks'): Promise<void> {
  await fleet.control('/behaviour', { privateWebhookUrls: true });
  for (const url of fleet.urls) {
    const answer = await fetch(fleet.sandboxUrl + webhooks, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
      body: JSON.stringify({
        active: true,
        subscriberUrl: `${url}/api/calcom/webhook`,
        secret: WEBHOOK_SECRET,
        triggers: ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED'],
      }),
    });
    if (!answer.ok) throw new Error(`the webhook could not be set up: ${await answer.text()}`);
  }
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
