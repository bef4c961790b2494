import { spawn, spawnSync } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { accepts, dieWithParent, freePort, stopChild } from './child-process';

export interface EmbeddedRedis {
  url: string;
  kind: 'redis-server' | 'valkey-server' | 'js-redis-server';
  stop(): Promise<void>;
}

/**
 * A Redis server on loopback that dies with this process: the one on PATH if there is one, else the bundled JavaScript
 * server. With `dataDir` a real server keeps an append-only file there, so that the request budget already spent is
 * still known after a restart; the bundled one is in memory only.
 */
export async function startEmbeddedRedis(
  options: { prefer?: 'auto' | 'js'; dataDir?: string } = {},
): Promise<EmbeddedRedis> {
  if (options.prefer !== 'js') {
    for (const binary of ['redis-server', 'valkey-server'] as const) {
      const started = await startBinary(binary, options.dataDir);
      if (started) return started;
    }
  }
  // It leaves Nagle's algorithm on, which makes two commands in one tick take 40 ms.
  subscribe('net.server.socket', (message) => withoutDelay(message));
  const { createRedisMock } = await import('js-redis-server');
  const server = await createRedisMock({ compatibility: 'redis-7.0' });
  return { url: server.url, kind: 'js-redis-server', stop: () => server.close() };
}

async function startBinary(
  binary: 'redis-server' | 'valkey-server',
  dataDir?: string,
): Promise<EmbeddedRedis | undefined> {
  if (spawnSync(binary, ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const port = await freePort();
  const persistence = dataDir
    ? ['--appendonly', 'yes', '--appendfsync', 'everysec', '--dir', path.resolve(dataDir)]
    : ['--appendonly', 'no'];
  if (dataDir) fs.mkdirSync(dataDir, { recursive: true });
  const command = [
    ...dieWithParent('TERM'),
    binary,
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
    ...persistence,
  ];
  const [file = binary, ...args] = command;
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    if (await accepts(port)) {
      const killNow = (): void => {
        child.kill('SIGTERM');
      };
      process.once('exit', killNow);
      child.unref();
      return {
        url: `redis://127.0.0.1:${port}`,
        kind: binary,
        stop: async () => {
          process.off('exit', killNow);
          await stopChild(child, 'SIGTERM', 5000);
        },
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}

function withoutDelay(message: unknown): void {
  if (typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket) {
    message.socket.setNoDelay(true);
  }
}
