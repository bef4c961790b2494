import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import { accepts, dieWithParent, freePort, stopChild } from '../../src/infra/child-process';

/** Small groups of real redis-servers on loopback; they need the binary on PATH. */
export const haveRedisServer = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

interface Node {
  port: number;
  child: ChildProcess;
}

export interface RedisGroup {
  /** `host:port` of what the gateway connects to: the cluster's nodes, or the Sentinels. */
  addresses: string[];
  /** Port of the master that keeps this key. */
  masterOf(key: string): Promise<number>;
  kill(port: number): Promise<void>;
  /** Stands still as long as it is stopped; its connections stay. */
  signal(port: number, signal: 'SIGSTOP' | 'SIGCONT'): void;
  start(port: number): Promise<void>;
  /** One command to the server at that port. */
  command(port: number, name: string, ...args: string[]): Promise<unknown>;
  ports: readonly number[];
  stop(): Promise<void>;
}

const FAILOVER_AFTER_MS = 700;
const PATIENCE_MS = 30_000;
export const SENTINEL_NAME = 'askpro';

/** Masters that share the slots, and as many replicas, on whatever ports are free. */
export async function startRedisCluster(
  options: { masters?: number; replicas?: boolean; password?: string } = {},
): Promise<RedisGroup> {
  const masters = options.masters ?? 3;
  const group = new Group(options.password);
  const size = options.replicas === false ? masters : masters * 2;
  for (let index = 0; index < size; index++) {
    await group.add([
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(FAILOVER_AFTER_MS)],
      ...[
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-replica-validity-factor',
        '0',
        '--repl-diskless-sync-delay',
        '0',
      ],
    ]);
  }
  const ports = group.ports;
  const first = ports[0] ?? 0;
  const share = 16_384 / masters;
  for (let index = 0; index < masters; index++) {
    const from = Math.ceil(index * share);
    const slots = Array.from({ length: Math.ceil((index + 1) * share) - from }, (_, slot) => String(from + slot));
    await group.command(ports[index] ?? 0, 'CLUSTER', 'ADDSLOTS', ...slots);
    await group.command(ports[index] ?? 0, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  }
  for (const port of ports.slice(1)) await group.command(port, 'CLUSTER', 'MEET', '127.0.0.1', String(first));
  await everyNode(group, (info) => info.includes(`cluster_known_nodes:${size}`));
  for (let index = masters; index < size; index++) {
    const id = String(await group.command(ports[index - masters] ?? 0, 'CLUSTER', 'MYID'));
    await group.command(ports[index] ?? 0, 'CLUSTER', 'REPLICATE', id);
  }
  await everyNode(group, (info) => info.includes('cluster_state:ok'));
  for (const port of ports.slice(masters))
    await until(async () => String(await group.command(port, 'INFO', 'replication')).includes('master_link_status:up'));
  return group.asGroup(ports, async (key) => {
    const alive = group.ports.filter((port) => group.runs(port));
    const slot = Number(await group.command(alive[0] ?? 0, 'CLUSTER', 'KEYSLOT', key));
    const map = (await group.command(alive[0] ?? 0, 'CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const range = map.find(([from, to]) => slot >= from && slot <= to);
    if (!range) throw new Error(`no node has slot ${slot}`);
    return range[2][1];
  });
}

/** One master, two replicas, three Sentinels that replace it when it is gone or silent. */
export async function startSentinelGroup(): Promise<RedisGroup> {
  const group = new Group();
  const master = await group.add(['--repl-diskless-sync-delay', '0']);
  for (let index = 0; index < 2; index++)
    await group.add(['--replicaof', '127.0.0.1', String(master), '--repl-diskless-sync-delay', '0']);
  const sentinels: number[] = [];
  for (let index = 0; index < 3; index++) {
    sentinels.push(
      await group.add(
        ['--sentinel'],
        [
          `sentinel monitor ${SENTINEL_NAME} 127.0.0.1 ${master} 2`,
          `sentinel down-after-milliseconds ${SENTINEL_NAME} ${FAILOVER_AFTER_MS}`,
          `sentinel failover-timeout ${SENTINEL_NAME} 3000`,
          `sentinel parallel-syncs ${SENTINEL_NAME} 2`,
        ],
      ),
    );
  }
  const masterNow = async (): Promise<number> => {
    const sentinel = sentinels.find((port) => group.runs(port)) ?? 0;
    const [, port] = (await group.command(sentinel, 'SENTINEL', 'get-master-addr-by-name', SENTINEL_NAME)) as string[];
    return Number(port);
  };
  for (const port of sentinels) {
    await until(async () => {
      const fields = (await group.command(port, 'SENTINEL', 'MASTER', SENTINEL_NAME)) as string[];
      const of = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
      return of('num-slaves') === '2' && of('num-other-sentinels') === '2';
    });
  }
  await until(async () => String(await group.command(master, 'INFO', 'replication')).includes('connected_slaves:2'));
  return group.asGroup(sentinels, masterNow);
}

class Group {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-redis-'));
  readonly #nodes = new Map<number, Node & { args: string[] }>();

  constructor(private readonly password?: string) {}

  get ports(): number[] {
    return [...this.#nodes.keys()];
  }

  async add(args: string[], config: string[] = []): Promise<number> {
    const port = await portForCluster();
    const folder = path.join(this.#folder, String(port));
    mkdirSync(folder);
    const file = path.join(folder, 'redis.conf');
    const store = args.includes('--sentinel') ? [] : ['save ""', 'appendonly no'];
    if (this.password) store.push(`requirepass ${this.password}`, `masterauth ${this.password}`);
    writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...store, ...config].join('\n'));
    this.#nodes.set(port, { port, args: [file, ...args], child: launch([file, ...args]) });
    await until(() => accepts(port));
    return port;
  }

  runs(port: number): boolean {
    const child = this.#nodes.get(port)?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async command(port: number, name: string, ...args: string[]): Promise<unknown> {
    const redis = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => null,
      commandTimeout: 3000,
      ...(this.password ? { password: this.password } : {}),
    });
    // The command prints what went wrong.
    redis.on('error', () => undefined);
    try {
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  asGroup(told: number[], masterOf: RedisGroup['masterOf']): RedisGroup {
    return {
      addresses: told.map((port) => `127.0.0.1:${port}`),
      ports: told,
      masterOf,
      command: (port, name, ...args) => this.command(port, name, ...args),
      kill: async (port) => {
        const node = this.#nodes.get(port);
        if (node) await stopChild(node.child, 'SIGKILL', 1000);
      },
      signal: (port, signal) => void this.#nodes.get(port)?.child.kill(signal),
      start: async (port) => {
        const node = this.#nodes.get(port);
        if (!node) return;
        node.child = launch(node.args);
        await until(() => accepts(port));
      },
      stop: async () => {
        for (const node of this.#nodes.values()) node.child.kill('SIGCONT');
        await Promise.all([...this.#nodes.values()].map(({ child }) => stopChild(child, 'SIGKILL', 1000)));
        rmSync(this.#folder, { recursive: true, force: true });
      },
    };
  }
}

function launch(args: string[]): ChildProcess {
  const [file = 'redis-server', ...rest] = [...dieWithParent('TERM'), 'redis-server', ...args];
  return spawn(file, rest, { stdio: 'ignore' });
}

/** The cluster's own port is this one and 10 000. */
async function portForCluster(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000 && !(await accepts(port + 10_000))) return port;
  }
}

async function everyNode(group: Group, holds: (info: string) => boolean): Promise<void> {
  for (const port of group.ports)
    await until(async () => holds(String(await group.command(port, 'CLUSTER', 'INFO')).replaceAll('\r', '')));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > untilMs) throw new Error('a group of Redis servers was not ready in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
