import { spawn } from 'node:child_process';
import path from 'node:path';
import { compiled } from './compiled';

const ROOT = path.join(__dirname, '../..');

export interface Ran {
  code: number;
  out: string;
}

/** The command line in a process of its own, with nothing in its environment but what is given. */
export async function askpro(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [await compiled('src/cli/askpro'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let out = '';
  // A document is read by programs, without the log beside it.
  const heard = args.includes('--json') ? [child.stdout] : [child.stdout, child.stderr];
  for (const stream of heard) stream.on('data', (data: Buffer) => (out += data.toString()));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code: code ?? 1, out })));
}
