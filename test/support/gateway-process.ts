import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/infra/child-process';
import { compiled } from './compiled';

const ROOT = path.join(__dirname, '../..');
const PATIENCE_MS = 60_000;

export interface GatewayProcess {
  url: string;
  dataDir: string;
  signal(signal: NodeJS.Signals): void;
  /** The exit code, or the signal's name. */
  ended: Promise<number | string>;
  output(): string;
  /** Ends it if it still runs, and removes its folder. */
  stop(): Promise<void>;
}

/** The gateway in a process of its own, run as `npm start` does; resolves when it is ready. */
export async function startGatewayProcess(env: Record<string, string>): Promise<GatewayProcess> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'askpro-process-'));
  const entry = await compiled('src/main');
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = exitOf(child);
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + PATIENCE_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > untilMs) {
      child.kill('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
      throw new Error(`the gateway did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    dataDir,
    ended,
    signal: (signal) => void child.kill(signal),
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const isReady = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/readyz`).catch(() => null))?.ok === true;

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
}
