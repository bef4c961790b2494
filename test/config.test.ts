import { execFile } from 'node:child_process';
import path from 'node:path';
import { ConfigError, loadConfig, loadDatabasePlace } from '../src/config';
import { compiled } from './support/compiled';

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toMatch(/hush/i);
    return (error as ConfigError).variables.map((one) => one.name);
  }
};

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://hush:hush@db/askpro',
  REDIS_URL: 'redis://hush@cache',
  CALCOM_API_KEY: 'cal_live_hush',
  RETELL_API_KEY: 'key_hush',
  ADMIN_TOKEN: 'hush-hush-hush-hush-hush',
  APP_KEY: 'hush'.repeat(10),
};

test('production starts with everything named', () => {
  expect(problemsOf(PRODUCTION)).toEqual([]);
});

test.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('production without %s is refused', (name) => {
  const { [name]: _left, ...rest } = PRODUCTION as Record<string, string>;
  expect(problemsOf(rest)).toEqual([name]);
  expect(problemsOf({ ...rest, [name]: '' })).toEqual([name]);
});

test.each([
  ['RETELL_API_KEY', ','],
  ['RETELL_API_KEY', ' , '],
  ['WARM_CACHE_CRON', '61 25 * hush *'],
  ['REDIS_CLUSTER_NODES', 'hush'],
  ['REDIS_CLUSTER_NODES', 'a:1,hush'],
  ['REDIS_SENTINELS', 'hush:x'],
  ['TRUST_PROXY', 'hush'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', 'True'],
  ['APP_TIMEZONE', 'Mars/Hush'],
  ['PORT', '80hush'],
])('%s=%s is refused by its name', (name, value) => {
  expect(problemsOf({ ...PRODUCTION, REDIS_SENTINEL_NAME: 'main', [name]: value })).toContain(name);
});

test.each([
  ['RETELL_API_KEY', 'old,new'],
  ['WARM_CACHE_CRON', ''],
  ['WARM_CACHE_CRON', '*/5 1-4 * * MON-FRI'],
  ['REDIS_CLUSTER_NODES', 'a.example:6379, [::1]:6380'],
  ['TRUST_PROXY', 'loopback, 10.0.0.0/8'],
  ['TRUST_PROXY', '1'],
  ['TRUST_PROXY', 'false'],
])('%s=%s is fine', (name, value) => {
  expect(problemsOf({ ...PRODUCTION, [name]: value })).toEqual([]);
});

test('the database alone can be named', () => {
  expect(loadDatabasePlace({ NODE_ENV: 'production', DATABASE_URL: 'postgres://db/x' })).toMatchObject({
    DATABASE_URL: 'postgres://db/x',
  });
  expect(loadDatabasePlace({}).DATABASE_URL).toBeUndefined();
  expect(() => loadDatabasePlace({ DATABASE_URL: 'mysql://hush' })).toThrow(ConfigError);
});

test('a start with a bad variable ends with 1 and says so in plain words', async () => {
  const root = path.resolve(__dirname, '..');
  const entry = await compiled('src/main');
  const result = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(
      process.execPath,
      [entry],
      { cwd: root, env: { PATH: process.env.PATH ?? '', PORT: 'hush' }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error?.code, text: `${stdout}${stderr}` }),
    );
  });
  expect(result.code).toBe(1);
  expect(result.text.trim()).toBe('Configuration is not usable:\n  PORT: must be a whole number');
});
