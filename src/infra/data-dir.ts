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
  gatewayUrl: z.string(),
});
export type RuntimeFile = z.infer<typeof runtimeSchema>;

/** The folder that survives restarts: embedded database, generated secrets, and who is running on them just now. */
export class DataDir {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  /** A secret of `bytes` random bytes (hex), made on first use and readable by this user only. */
  secret(name: string, bytes: number): { value: string; created: boolean } {
    fs.mkdirSync(this.path('secrets'), { recursive: true, mode: 0o755 });
    const file = this.path('secrets', name);
    if (fs.existsSync(file)) return { value: fs.readFileSync(file, 'utf8').trim(), created: false };
    const value = randomBytes(bytes).toString('hex');
    fs.writeFileSync(file, `${value}\n`, { mode: 0o600 });
    return { value, created: true };
  }

  announce(runtime: RuntimeFile): void {
    fs.mkdirSync(this.root, { recursive: true });
    fs.writeFileSync(this.path('runtime.json'), JSON.stringify(runtime), { mode: 0o600 });
  }

  withdraw(): void {
    fs.rmSync(this.path('runtime.json'), { force: true });
  }

  /** The gateway running on this folder, or null. */
  running(): RuntimeFile | null {
    try {
      const runtime = runtimeSchema.parse(JSON.parse(fs.readFileSync(this.path('runtime.json'), 'utf8')));
      process.kill(runtime.pid, 0);
      return runtime;
    } catch {
      return null;
    }
  }
}
