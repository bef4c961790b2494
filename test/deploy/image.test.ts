import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/infra/child-process';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';
import { isReady } from '../support/gateway-process';
import { until } from '../support/until';

const ROOT = path.join(__dirname, '../..');
const stages = readFileSync(path.join(ROOT, 'deploy/Dockerfile'), 'utf8')
  .split(/^(?=FROM )/m)
  .slice(1);
const command = JSON.parse(/^CMD (\[.*\])$/m.exec(stages.at(-1) ?? '')?.[1] ?? '[]') as string[];

let folder: string;
let app: string;
let database: Awaited<ReturnType<typeof cloneDatabase>>;

/** Does a stage's COPY lines, from the repository or from an earlier stage's folder, into its own. */
function copy(stage: string, into: string): void {
  for (const [, from, names = '', target = ''] of stage.matchAll(/^COPY (?:--from=(\S+) )?(.+) (\S+)$/gm)) {
    if (from === 'packages') continue;
    for (const name of names.split(' ')) {
      const source = from ? path.join(folder, name) : path.join(ROOT, name);
      const placed = target.endsWith('/') ? path.join(into, target, path.basename(name)) : path.join(into, target);
      mkdirSync(path.dirname(placed), { recursive: true });
      cpSync(source, placed, { recursive: true });
    }
  }
}

/** What the image holds, made as its Dockerfile says; packages come from the checkout instead of `npm ci`. */
beforeAll(async () => {
  database = await cloneDatabase();
  (await testRedis()).close();
  folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-image-'));
  const build = path.join(folder, 'build');
  app = path.join(folder, 'app');
  for (const place of [build, app]) {
    mkdirSync(place);
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(place, 'node_modules'));
  }
  copy(stages[0] ?? '', build);
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: build, stdio: 'inherit' });
  copy(stages.at(-1) ?? '', app);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function run(args: string[], env: Record<string, string> = {}): Promise<{ code: unknown; text: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: app, env: { PATH: process.env.PATH ?? '', DATA_DIR: path.join(folder, 'data'), ...env }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, text: `${stdout}${stderr}`.trim() }),
    );
  });
}

const production = (): Record<string, string> => ({
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  DATABASE_URL: database.url,
  REDIS_URL: redisUrl(),
  CALCOM_BASE_URL: 'http://127.0.0.1:9/v2',
  CALCOM_API_KEY: 'cal_live_of_this_test',
  CALCOM_WEBHOOK_SECRET: 'webhook-secret-of-this-test',
  RETELL_API_KEY: 'key_of_this_test',
  ADMIN_TOKEN: 'admin-token-of-this-test',
  APP_KEY: 'application-key-of-this-test-32-characters',
});

test('the image holds neither the sandbox nor the benches nor the demo company', () => {
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('node_modules'),
  );
  expect(files).toContain('dist/src/main.js');
  expect(files.filter((name) => /packages|sandbox\/|bench|demo-company|volume-seed/.test(name))).toEqual([]);
  const texts = files.filter((name) => name.endsWith('.js')).map((name) => readFileSync(path.join(app, name), 'utf8'));
  expect(texts.filter((text) => text.includes('salon-sonnenschein.example'))).toEqual([]);
});

test('it starts with full variables, answers, and stops with 0', async () => {
  const port = await freePort();
  const [, ...args] = command;
  const child = spawn(process.execPath, args, {
    cwd: app,
    env: { PATH: process.env.PATH ?? '', DATA_DIR: path.join(folder, 'data'), PORT: String(port), ...production() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await until(async () => child.exitCode !== null || (await isReady(`http://127.0.0.1:${port}`)));
  if (child.exitCode !== null) throw new Error(`it did not start:\n${output}`);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('SEED_DEMO=true stops the start with a sentence', async () => {
  expect(await run(command.slice(1), { ...production(), SEED_DEMO: 'true' })).toEqual({
    code: 1,
    text:
      'The gateway could not start: The demo company is not part of this installation. ' +
      'Set SEED_DEMO=false, or start a checkout with npm ci && npm start.',
  });
});

test('`askpro sandbox` says that the sandbox is not part of the installation', async () => {
  expect(await run(['bin/askpro.js', 'sandbox'])).toEqual({
    code: 1,
    text: 'askpro: The Cal.com sandbox is not part of this installation. Run it from a checkout: npm ci && npm run sandbox.',
  });
});

test('the simulated caller is there', async () => {
  const shown = await run(['bin/askpro.js', 'simulate-call', '--help']);
  expect([shown.code, shown.text.includes('--detours')]).toEqual([0, true]);
  expect(existsSync(path.join(app, 'agent/tools.de.json'))).toBe(true);
});
