import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { accepts, dieWithParent, freePort } from '../../../../src/infra/child-process';
import { exited, until } from './fleet';

/** The same Express with a handler that does nothing but give this answer: what is left over is the gateway's own. */
export async function startBareExpress(
  answer: unknown,
): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-empty-'));
  const file = path.join(folder, 'answer.json');
  writeFileSync(file, JSON.stringify(answer));
  const port = await freePort();
  const [command = '', ...args] = [
    ...dieWithParent('TERM'),
    process.execPath,
    path.join(__dirname, 'empty-express.js'),
    String(port),
    file,
  ];
  const child = spawn(command, args, { stdio: 'ignore' });
  await until(() => accepts(port), child);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
