import fs from 'node:fs';
import path from 'node:path';
import Redis, { Cluster, type ClusterOptions, type Command, type RedisOptions } from 'ioredis';
import type { Logger } from './logger';
import type { Writable } from 'node:stream';

export type RedisClient = Redis | Cluster;

export interface RedisTarget {
  url?: string;
  clusterNodes?: string[];
  sentinels?: string[];
  sentinelName?: string;
}

/**
 * Two connections: `commands` fails fast (no offline queue, one short timeout), so that a Redis that is away or frozen
 * costs a request at most `commandTimeoutMs`; `subscriber` waits as long as it takes and resubscribes by itself.
 */
export interface RedisConnections {
  commands: RedisClient;
  subscriber: RedisClient;
  /** False from the first failure until the next success. Read it before optional work. */
  readonly available: boolean;
  /** Grows whenever a server was (re)connected or lost: what was written just before may be missing there. */
  readonly generation: number;
  close(): void;
}

const START_MS = 3000;
const MAP_EVERY_MS = 1000;
const DEMOTED_EVERY_MS = 1000;
const ENDED_MS = 200;

export async function connectRedis(
  target: RedisTarget,
  options: { commandTimeoutMs: number; logger: Logger },
): Promise<RedisConnections> {
  const failFast: RedisOptions = {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    ...(target.clusterNodes?.length ? { commandTimeout: options.commandTimeoutMs } : {}),
    connectTimeout: 1000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
    scripts: luaScripts(),
  };
  const patient: RedisOptions = {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
  };
  const commands = create(target, failFast);
  if (commands instanceof Redis) limitWait(commands, options.commandTimeoutMs);
  const subscriber = create(target, patient);
  let available = true;
  let generation = 0;
  let closing = false;
  const say = (state: boolean, reason?: string): void => {
    if (state === available || closing) return;
    available = state;
    if (state) options.logger.info({}, 'redis is back');
    else options.logger.warn({ reason }, 'redis is away; going on without it');
  };
  commands.on('error', (error: Error) => say(false, error.message));
  commands.on('close', () => say(false, 'connection closed'));
  commands.on('ready', () => {
    generation += 1;
    say(true);
    if (commands instanceof Cluster) for (const node of commands.nodes()) connectNode(node);
  });
  if (commands instanceof Cluster) {
    // A failover shows in the nodes alone; the cluster as a whole stays ready.
    commands.on('+node', (node: Redis) => {
      generation += 1;
      if (commands.status === 'ready') connectNode(node);
    });
    commands.on('-node', () => (generation += 1));
  }
  subscriber.on('error', () => undefined);
  for (const client of [commands, subscriber]) connectAgain(client, () => closing);
  together(commands);
  // Sentinels that are away are asked again and again; the start goes on without them.
  await withinMs(START_MS, Promise.allSettled([connected(commands), subscriber.connect()]));
  return {
    commands,
    subscriber,
    get available() {
      return available;
    },
    get generation() {
      return generation;
    },
    close: () => {
      closing = true;
      available = false;
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

/**
 * A client that learns of a new master while it is looking for one ends, and would never connect again by itself.
 * @param closing whether it was ended on purpose
 */
function connectAgain(client: RedisClient, closing: () => boolean): void {
  client.on('end', () => {
    if (closing()) return;
    setTimeout(() => {
      if (!closing() && client.status === 'end') client.connect().catch(() => undefined);
    }, ENDED_MS).unref();
  });
}

function together(client: RedisClient): void {
  if (client instanceof Cluster) client.on('+node', (node: Redis) => together(node));
  else client.on('connect', () => writeTogether(client.stream));
}

/**
 * Gives up on a command `ms` after it has left; what is written in a turn leaves at its end, and has one timer together.
 * When this process itself was busy for so long, the reply may lie unread on the socket: it is read first, so that only a
 * Redis that is slow counts as slow.
 */
function limitWait(client: Redis, ms: number): void {
  const send = client.sendCommand.bind(client);
  let turn: { commands: Command[]; unanswered: number; over: () => void } | undefined;
  const begin = (): NonNullable<typeof turn> => {
    const commands: Command[] = [];
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      const late = new Error(`no answer within ${ms} ms`);
      for (const command of commands) if (!command.isResolved) command.reject(late);
    };
    const sent = {
      commands,
      unanswered: 0,
      over: () => {
        sent.unanswered -= 1;
        if (sent.unanswered === 0) clearTimeout(timer);
      },
    };
    setImmediate(() => {
      turn = undefined;
      if (sent.unanswered > 0) timer = setTimeout(() => setImmediate(giveUp), ms);
    });
    return sent;
  };
  client.sendCommand = (command: Command, stream?: Parameters<typeof send>[1]) => {
    turn ??= begin();
    turn.commands.push(command);
    turn.unanswered += 1;
    command.promise.then(turn.over, turn.over);
    return send(command, stream);
  };
}

function create(target: RedisTarget, options: RedisOptions): RedisClient {
  if (target.clusterNodes?.length) {
    // What was not sent is tried elsewhere, but all tries together must not outlast a command's own timeout.
    const againMs = Math.max(5, Math.floor((options.commandTimeout ?? 500) / 5));
    const clusterOptions: ClusterOptions = {
      lazyConnect: true,
      enableOfflineQueue: options.enableOfflineQueue ?? true,
      redisOptions: { ...options, ...credentials(target), lazyConnect: undefined },
      scripts: luaScripts(),
      clusterRetryStrategy: (attempt) => Math.min(100 * attempt, 1000),
      // A silent master is only replaced when the map is read again.
      slotsRefreshInterval: MAP_EVERY_MS,
      maxRedirections: 4,
      retryDelayOnFailover: againMs,
      retryDelayOnClusterDown: againMs,
      retryDelayOnTryAgain: againMs,
    };
    return new Cluster(target.clusterNodes.map(hostAndPort), clusterOptions);
  }
  if (target.sentinels?.length) {
    return new Redis({
      ...options,
      ...credentials(target),
      sentinels: target.sentinels.map(hostAndPort),
      name: target.sentinelName ?? 'mymaster',
      sentinelRetryStrategy: (attempt) => Math.min(100 * attempt, 1000),
      sentinelCommandTimeout: 1000,
      // A master that is only silent keeps its connections; the Sentinels tell when it has been replaced.
      failoverDetector: true,
      reconnectOnError: whenDemoted(),
    });
  }
  return new Redis(target.url ?? 'redis://127.0.0.1:6379', { ...options, reconnectOnError: whenDemoted() });
}

/** User, password and TLS for nodes and Sentinels' masters, which are told by address alone, come from the URL beside. */
function credentials(target: RedisTarget): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  if (!target.url) return {};
  const { protocol, username, password } = new URL(target.url);
  return {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** A server that has become a replica takes no writes; behind the same name there may be another one by now. */
function whenDemoted(): (error: Error) => boolean {
  let againAtMs = 0;
  return (error) => {
    if (!error.message.includes('READONLY') || performance.now() < againAtMs) return false;
    againAtMs = performance.now() + DEMOTED_EVERY_MS;
    return true;
  };
}

/** Now and not with the first command: those behind it would find the node connecting and fail. */
function connectNode(node: Redis): void {
  if (node.status === 'wait') node.connect().catch(() => undefined);
}

async function connected(client: RedisClient): Promise<void> {
  await client.connect();
  if (client instanceof Cluster) await Promise.allSettled(client.nodes().map((node) => node.ping()));
}

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, enough]);
  clearTimeout(timer);
}

function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { host: text, port: 6379 } : { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** Scripts by file name: `<command>-<number of keys>.lua` beside this file becomes a method of that name. */
export function luaScripts(
  folder = path.join(__dirname, 'lua'),
): Record<string, { lua: string; numberOfKeys: number }> {
  const scripts: Record<string, { lua: string; numberOfKeys: number }> = {};
  for (const file of fs.readdirSync(folder)) {
    const match = /^([a-zA-Z]+)-(\d+)\.lua$/.exec(file);
    if (!match?.[1]) continue;
    scripts[match[1]] = { lua: fs.readFileSync(path.join(folder, file), 'utf8'), numberOfKeys: Number(match[2]) };
  }
  return scripts;
}

/** Keys that match, in batches as the servers hand them out; in a cluster of all its masters. A key may come twice. */
export async function* keysLike(redis: RedisClient, pattern: string): AsyncGenerator<string[]> {
  for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
      cursor = next;
      yield keys;
    } while (cursor !== '0');
  }
}

/**
 * Lets everything that is written to a socket within one turn of the event loop leave in one system call: many small
 * commands, each of which would cost one. Nothing waits longer than the turn takes.
 */
function writeTogether(socket: Writable): void {
  const write = socket.write.bind(socket);
  let held = false;
  socket.write = (...given: unknown[]): boolean => {
    if (!held) {
      held = true;
      socket.cork();
      setImmediate(() => {
        held = false;
        socket.uncork();
      });
    }
    return Reflect.apply(write, socket, given) as boolean;
  };
}
