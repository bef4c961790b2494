// `npm run dev`: the gateway from its sources, started again after each change. PostgreSQL, Redis and the Cal.com sandbox
// keep running meanwhile, so that a restart takes a second and no booking is lost.
import { fork, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../src/config';
import { startBackends, type Backends } from '../src/embedded';
import { DataDir } from '../src/infra/data-dir';
import { failStart, runGateway } from '../src/main';

/** Editors write a file in several steps. */
const SETTLE_MS = 150;
const AS_GATEWAY = 'gateway';

async function watchAndRun(): Promise<void> {
  const config = loadConfig();
  const backends = await startBackends(config, new DataDir(config.DATA_DIR));
  let gateway: ChildProcess | null = null;
  let isEnding = false;
  const start = (): void => {
    const child = fork(__filename, [AS_GATEWAY]);
    gateway = child;
    child.send(backends);
    // Its token is shown by the first start only.
    backends.adminToken.created = false;
    child.once('exit', (code) => {
      if (gateway === child) gateway = null;
      if (!isEnding && code !== 0) console.log('The gateway ended; it starts again after the next change.');
    });
  };
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (!gateway) return resolve();
      gateway.once('exit', () => resolve());
      gateway.kill('SIGTERM');
    });
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    await stop();
    await backends.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void end());
  process.on('SIGTERM', () => void end());
  start();

  let timer: NodeJS.Timeout | undefined;
  let restart = Promise.resolve();
  watch(path.join(__dirname, '../src'), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      restart = restart.then(stop).then(() => (isEnding ? undefined : start()));
    }, SETTLE_MS);
  });
}

if (process.argv[2] === AS_GATEWAY)
  process.once('message', (backends) => {
    process.channel?.unref();
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    runGateway({ ...(backends as Omit<Backends, 'stop'>), stop: () => Promise.resolve() }).catch(failStart);
  });
else watchAndRun().catch(failStart);
