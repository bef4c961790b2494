import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { askpro } from '../support/askpro';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { RetellStandIn } from '../support/retell-stand-in';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let gateway: GatewayProcess;
let folder: string;
let retell: RetellStandIn;
const variables = {
  APP_KEY: 'an-application-key-of-32-characters!',
  RETELL_API_KEY: 'key_of_retell_for_tests',
  ADMIN_TOKEN: 'admin-token-for-tests',
};

beforeAll(async () => {
  retell = new RetellStandIn(variables.RETELL_API_KEY);
  await retell.start();
  folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-commands-'));
  database = await cloneDatabase();
  (await testRedis()).close();
  gateway = await startGatewayProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl(), SANDBOX_LATENCY_SCALE: '0' },
    ...variables,
  });
});
afterAll(async () => {
  await retell.stop();
  await gateway.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([['token:create', '--name', 'monitoring'], ['check-setup'], ['seed:volume'], ['open']])(
  '%s starts no server where no gateway runs, and says what to name',
  async (...args) => {
    const empty = path.join(folder, 'nothing-here');
    const { code, out } = await askpro(args, { DATA_DIR: empty });
    expect(code).toBe(1);
    expect(out).toContain(`No gateway runs on ${empty}`);
    expect(out).toContain('DATABASE_URL');
    expect(out).toContain('--env-file /etc/askpro/gateway.env');
    expect(existsSync(empty)).toBe(false);
  },
);

test('a file of variables that is missing stops the command and is named', async () => {
  const { code, out } = await askpro(['migrate', 'show', '--env-file', path.join(folder, 'none.env')]);
  expect([code === 0, out]).toEqual([false, expect.stringContaining('none.env')]);
});

test('migrate starts the embedded database of a folder that is named', async () => {
  const named = await askpro(['migrate', 'run'], { DATA_DIR: path.join(folder, 'embedded') });
  expect([named.code, named.out]).toEqual([0, expect.stringContaining(path.join(folder, 'embedded', 'postgres'))]);
  expect(existsSync(path.join(folder, 'embedded', 'secrets', 'admin-token'))).toBe(false);
  expect(existsSync(path.join(folder, 'embedded', 'owner.lock'))).toBe(false);
});

test('a command beside a gateway names the variables it was started with and the command lacks', async () => {
  const { code, out } = await askpro(['token:create', '--name', 'x'], { DATA_DIR: gateway.dataDir });
  expect(code).toBe(1);
  expect(out).toContain(gateway.url);
  expect(out).toContain('RETELL_API_KEY, APP_KEY');
  expect(out).toContain('--env-file');
  expect(out).not.toContain(variables.APP_KEY);
});

describe('with the file of variables', () => {
  const withFile = (args: string[], over: Record<string, string> = {}): ReturnType<typeof askpro> => {
    const file = path.join(folder, 'gateway.env');
    const all = { ...variables, RETELL_BASE_URL: retell.url, DATA_DIR: gateway.dataDir, ...over };
    const lines = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    writeFileSync(file, lines.join('\n'));
    return askpro([...args, '--env-file', file]);
  };

  test('token:create makes a token of the running gateway', async () => {
    const { code, out } = await withFile(['token:create', '--name', 'monitoring', '--json']);
    expect([code, out]).toEqual([0, expect.stringContaining('"token"')]);
    const { token } = JSON.parse(out) as { token: string };
    const answer = await fetch(`${gateway.url}/api/admin/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
  });

  test('connect-retell shows what it would do, does it, and rings the gateway', async () => {
    const line = '+493012345678';
    retell.numbers.set(line, { phone_number: line, phone_number_type: 'custom' });
    const order = ['--company', 'salon-sonnenschein', '--voice', '11labs-Adrian', '--number', line];
    const command = ['connect-retell', ...order, '--public-url', gateway.url];
    const dry = await withFile([...command, '--dry-run']);
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('planned: a new agent')]);
    expect(dry.out).toMatch(/Salon Workspace[^]*agent\.language +– +de-DE/);
    expect(retell.writes).toEqual([]);
    const done = await withFile(command);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('created: agent_')]);
    expect(done.out).toContain('test call: ');
    expect(done.out).not.toContain(variables.RETELL_API_KEY);
  });

  test('a company is named by its slug, and an unknown one stops the command with those there are', async () => {
    const known = await withFile(['check-setup', '--company', 'salon-sonnenschein', '--json']);
    expect(JSON.parse(known.out)[0]).toMatchObject({ company_name: 'Salon Sonnenschein' });
    const unknown = await withFile(['reconcile', '--company', 'nope']);
    const sentence = 'askpro: There is no company "nope". Known: salon-sonnenschein (Salon Sonnenschein).\n';
    expect(unknown).toEqual({ code: 1, out: sentence });
  });

  test('documents have the keys of the API', async () => {
    const { out } = await withFile(['token:create', '--name', 'keys', '--json']);
    expect(Object.keys(JSON.parse(out) as object).sort()).toEqual(['expires_at', 'id', 'role', 'token']);
  });

  test('keys:reseal seals with the first key, and webhooks:rotate says whose secrets it replaced', async () => {
    const asked = await fetch(`${gateway.url}/api/admin/companies`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${variables.ADMIN_TOKEN}` },
      body: JSON.stringify({ name: 'Sealed', slug: 'sealed', retell_api_key: 'key_of_the_sealed_company' }),
    });
    expect(asked.status).toBe(201);
    const keys = [`a-new-application-key-of-32-characters`, variables.APP_KEY];
    const reseal = async (appKey: string): Promise<{ code: number; report: Record<string, unknown> }> => {
      const { code, out } = await withFile(['keys:reseal', '--json'], { APP_KEY: appKey });
      return { code, report: JSON.parse(out) as Record<string, unknown> };
    };
    const first = await reseal(keys.join(','));
    expect(first).toMatchObject({ code: 0, report: { unreadable: [] } });
    expect(first.report.resealed).toBeGreaterThan(0);
    expect(await reseal(keys[0]!)).toMatchObject({ code: 0, report: { resealed: 0, unreadable: [] } });
    const lost = await reseal(keys[1]!);
    expect(lost).toMatchObject({ code: 1, report: { resealed: 0 } });
    expect(JSON.stringify(lost.report.unreadable)).toContain('Sealed');
    expect((await reseal([...keys].reverse().join(','))).code).toBe(0);
    const rotated = await withFile(['webhooks:rotate', '--public-url', gateway.url, '--json']);
    expect(rotated.code).toBe(0);
    const report = JSON.parse(rotated.out) as { rotated: { error: unknown }[]; known_to: string[] };
    expect(report.rotated.map(({ error }) => error)).toEqual(report.rotated.map(() => null));
    expect(report.known_to).toEqual([]);
    expect(await withFile(['webhooks:rotate'])).toMatchObject({ code: 1, out: expect.stringContaining('PUBLIC_URL') });
  });

  test('open prints a link whose code signs in once', async () => {
    const { code, out } = await withFile(['open']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^http\S+\/admin#\/enter\/once_\S+\n$/)]);
    expect(out.startsWith(`${gateway.url}/admin#`)).toBe(true);
    const redeem = (): Promise<Response> =>
      fetch(`${gateway.url}/api/admin/sign-in-link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: out.trim().split('/').pop() }),
      });
    const first = await redeem();
    expect(first.status).toBe(200);
    const { data } = (await first.json()) as { data: { token: string } };
    const asked = { headers: { authorization: `Bearer ${data.token}` } };
    expect((await fetch(`${gateway.url}/api/admin/companies`, asked)).status).toBe(200);
    expect((await redeem()).status).toBe(401);
  });
});

test('a simulated call that is refused names the variable that is missing', async () => {
  const { code, out } = await askpro(['simulate-call', '--url', gateway.url]);
  expect(code).toBe(1);
  expect(out).toContain('refused the call with 401');
  expect(out).toContain('RETELL_API_KEY is not set here');
  const wrong = await askpro(['simulate-call', '--url', gateway.url], { RETELL_API_KEY: 'another-key' });
  expect(wrong.out).toContain('RETELL_API_KEY is not the key that the gateway was started with');
});

test('an address without a gateway is named with the cause', async () => {
  const { code, out } = await askpro(['simulate-call', '--url', 'http://127.0.0.1:9']);
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/No answer from http:\/\/127\.0\.0\.1:9: .*ECONNREFUSED|bad port/),
  ]);
});

test('the bare address leads to the dashboard', async () => {
  const answer = await fetch(`${gateway.url}/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/admin']);
});

test('a token has a name', async () => {
  const { code, out } = await askpro(['token:create', '--name', ' ']);
  expect([code, out]).toEqual([1, expect.stringContaining('a name is needed')]);
});

test('configuration --json lists every variable', async () => {
  const { code, out } = await askpro(['configuration', '--json']);
  const listed = JSON.parse(out) as { name: string; fallback: string; meaning: string }[];
  expect([code, listed.find(({ name }) => name === 'PORT')?.fallback]).toEqual([0, '3000']);
});

test('the help of the sandbox names the command that is typed', async () => {
  const { code, out } = await askpro(['sandbox', '--json', '--help']);
  expect([code, out]).toEqual([0, expect.stringContaining('Usage: askpro sandbox [options]')]);
});

test('--version prints the version of the package', async () => {
  const { version } = jest.requireActual<{ version: string }>('../../package.json');
  expect(await askpro(['--version'])).toEqual({ code: 0, out: `${version}\n` });
});
