import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Where the embedded parts of a running gateway can be reached; commands beside it read this. */
const runtimeSchema = z.object({
  pid: z.number().int(),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  calcomBaseUrl: z.string(),
  calcomApiKey: z.string().nullable(),
  /** Signs simulated calls; null unless the database is embedded in this folder. */
  retellApiKey: z.string().nullable().default(null),
  gatewayUrl: z.string(),
  /** Names of the variables that the gateway was started with; never their values. */
  variables: z.array(z.string()).default([]),
  /** When the process started, in the system's own count: its number may go to another one. */
  startedAt: z.string().nullable().default(null),
});
export type RuntimeFile = z.infer<typeof runtimeSchema>;

const LOCK_TRIES = 5;
const ownerSchema = z.object({ pid: z.number().int(), startedAt: z.string().nullable() });

/** The folder that survives restarts: embedded database, generated secrets, and who is running on them just now. */
export class DataDir {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  holds(name: string): boolean {
    return fs.existsSync(this.path(name));
  }

  /** A secret of `bytes` random bytes (hex), made on first use and readable by this user only. */
  secret(name: string, bytes: number): { value: string; created: boolean } {
    const known = this.knownSecret(name);
    if (known !== null) return { value: known, created: false };
    const value = randomBytes(bytes).toString('hex');
    this.keepSecret(name, value);
    return { value, created: true };
  }

  /** Written so that this user alone can read it; an older one of that name is replaced. */
  keepSecret(name: string, value: string): void {
    fs.mkdirSync(this.path('secrets'), { recursive: true, mode: 0o755 });
    fs.writeFileSync(this.path('secrets', name), `${value}\n`, { mode: 0o600 });
  }

  /** A secret that was made before, or null. */
  knownSecret(name: string): string | null {
    const file = this.path('secrets', name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : null;
  }

  /**
   * Makes this process the only one that may start servers on the folder, until `free` is called or it ends.
   * @throws Error that names the process that owns it; nothing has been touched then
   */
  own(): { free: () => void } {
    fs.mkdirSync(this.root, { recursive: true });
    const file = this.path('owner.lock');
    const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      try {
        link(file, mine);
        return {
          free: () => {
            if (read(file) === mine) fs.rmSync(file, { force: true });
          },
        };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const held = read(file);
      if (held === null) continue;
      const pid = ownerIn(held);
      if (pid !== null) {
        const running = this.running();
        const where = running ? `, ${running.gatewayUrl}` : '';
        throw new Error(`A gateway already runs on ${this.root} (pid ${pid}${where}). Stop it, or set DATA_DIR.`);
      }
      this.#removeStale(file, held);
    }
    throw new Error(`${file} cannot be had: several processes want it. Start again in a moment.`);
  }

  /** Another process may take the stale lock over at the same moment: what is moved away must be the stale one. */
  #removeStale(file: string, stale: string): void {
    const aside = `${file}.${process.pid}`;
    try {
      fs.renameSync(file, aside);
    } catch {
      return;
    }
    if (read(aside) === stale) fs.rmSync(aside, { force: true });
    else fs.renameSync(aside, file);
  }

  /** The process that starts servers on the folder or runs on it; null when it has ended or there is none. */
  owner(): number | null {
    const held = read(this.path('owner.lock'));
    return held === null ? null : ownerIn(held);
  }

  announce(runtime: z.input<typeof runtimeSchema>): void {
    fs.mkdirSync(this.root, { recursive: true });
    const text = JSON.stringify({ ...runtime, startedAt: startOf(runtime.pid) });
    fs.writeFileSync(this.path('runtime.json'), text, { mode: 0o600 });
  }

  withdraw(): void {
    fs.rmSync(this.path('runtime.json'), { force: true });
  }

  /** The gateway running on this folder, or null. */
  running(): RuntimeFile | null {
    try {
      const runtime = runtimeSchema.parse(JSON.parse(fs.readFileSync(this.path('runtime.json'), 'utf8')));
      return isRunning(runtime) ? runtime : null;
    } catch {
      return null;
    }
  }

  /** Whether a gateway of another user has announced itself here, so that this process may not read where it runs. */
  isUnreadable(): boolean {
    try {
      fs.accessSync(this.path('runtime.json'), fs.constants.R_OK);
      return false;
    } catch (error) {
      return codeOf(error) === 'EACCES';
    }
  }
}

/** The file appears with its text at once, or fails with EEXIST. */
function link(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, text, { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The process that holds a lock; null when it has ended, also when its number went to another process since. */
function ownerIn(lock: string): number | null {
  try {
    const owner = ownerSchema.parse(JSON.parse(lock));
    return isRunning(owner) ? owner.pid : null;
  } catch {
    return null;
  }
}

function isRunning({ pid, startedAt }: z.infer<typeof ownerSchema>): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it runs.
    if (codeOf(error) !== 'EPERM') return false;
  }
  return startedAt === null || startOf(pid) === startedAt;
}

/** When a process started, in the system's own count; null where the system does not say, and for zombies. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in brackets may hold spaces; state and start time are the 1st and the 20th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}
