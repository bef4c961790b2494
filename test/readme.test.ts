import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationTable } from '../src/cli/configuration';
import { environment, loadConfig } from '../src/config';

const read = (name: string): string => readFileSync(path.join(__dirname, '..', name), 'utf8');

test('the table of docs/configuration.md is the schema', () => {
  const table = /<!-- configuration -->\n([\s\S]*?)\n<!-- \/configuration -->/.exec(read('docs/configuration.md'))?.[1];
  expect(table).toBe(configurationTable());
});

test('every file that docs/architecture.md names exists', () => {
  const files = readdirSync(path.join(__dirname, '../src'), { recursive: true, encoding: 'utf8' });
  const named = [...read('docs/architecture.md').matchAll(/`([a-z][\w/-]*)(?:\/\*)?`/g)].map(([, name]) => name ?? '');
  expect(named.length).toBeGreaterThan(50);
  const exists = (name: string): boolean =>
    files.some((file) => `/${file}`.endsWith(`/${name}.ts`) || `/${file}`.endsWith(`/${name}`)) || name === 'src';
  expect(named.filter((name) => !exists(name))).toEqual([]);
});

const AGENT_PAGES = ['', 'vapi/', 'elevenlabs/', 'mcp/'].map((folder) => `agent/${folder}README.md`);

test('every local link of the documents leads somewhere', () => {
  const root = path.join(__dirname, '..');
  const pages = ['README.md', 'CONTRIBUTING.md', ...AGENT_PAGES, ...docs().map((name) => `docs/${name}`)];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target]) => path.join(path.dirname(page), target ?? ''))
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every heading is followed by a sentence that says what stands below it', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...docs().map((name) => `docs/${name}`)];
  const bare = pages.flatMap((page) => {
    const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '```');
    return [...text.matchAll(/^#{1,4} (.+)\n+(?=#|\||```|<!--|- |\d+\. )/gm)].map(
      ([, heading]) => `${page}: ${heading}`,
    );
  });
  expect(bare).toEqual([]);
});

function docs(): string[] {
  return readdirSync(path.join(__dirname, '../docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
}

test('every variable feeds the field of its own name', () => {
  for (const name of Object.keys(environment)) {
    const value = SAMPLES[name];
    expect([name, value !== undefined]).toEqual([name, true]);
    const config = loadConfig({ [name]: value!.text, ...value!.with }) as unknown as Record<string, unknown>;
    expect([name, config[name]]).toEqual([name, value!.read]);
  }
});

const text = (value: string): { text: string; read: unknown; with?: Record<string, string> } => ({
  text: value,
  read: value,
});
const number = (value: number): { text: string; read: unknown; with?: Record<string, string> } => ({
  text: String(value),
  read: value,
});
const list = (...values: string[]): { text: string; read: unknown; with?: Record<string, string> } => ({
  text: values.join(', '),
  read: values,
});

const SAMPLES: Record<string, { text: string; read: unknown; with?: Record<string, string> }> = {
  NODE_ENV: text('test'),
  PORT: number(3111),
  HOST: text('127.0.0.9'),
  DATABASE_URL: text('postgres://localhost/x'),
  DATABASE_POOL_MAX: number(17),
  REDIS_URL: text('redis://localhost:1'),
  REDIS_CLUSTER_NODES: list('a:1', 'b:2'),
  REDIS_SENTINELS: { ...list('a:3', 'b:4'), with: { REDIS_SENTINEL_NAME: 'm' } },
  REDIS_SENTINEL_NAME: text('mymaster'),
  REDIS_COMMAND_TIMEOUT_MS: number(61),
  EMBEDDED_REDIS: text('js'),
  DATA_DIR: text('/tmp/x'),
  CALCOM_BASE_URL: text('https://api.cal.eu/v2'),
  CALCOM_API_KEY: text('cal_live_12345'),
  CALCOM_WEBHOOK_SECRET: text('a-webhook-secret'),
  CALCOM_RATE_LIMIT_PER_MINUTE: number(200),
  CALCOM_BACKGROUND_SHARE_PCT: number(40),
  CALCOM_READ_SHARE_PCT: number(80),
  CALCOM_BURST_PER_SECOND: number(7),
  CALCOM_ADDRESS_BURST_PER_SECOND: number(7),
  CALCOM_FLEET_SIZE: number(4),
  CALCOM_HTTP2: { text: 'true', read: true },
  CALCOM_SLOTS_VERSION: text('2024-08-13'),
  CALCOM_BOOKINGS_VERSION: text('2026-02-25'),
  CALCOM_EVENT_TYPES_VERSION: text('2026-06-12'),
  CALCOM_SLOTS_TIMEOUT_MS: number(3001),
  CALCOM_BOOKING_TIMEOUT_MS: number(5001),
  CALCOM_TEST_TIMEOUT_MS: number(10001),
  CALCOM_CONNECT_TIMEOUT_MS: number(2001),
  CALCOM_HORIZON_DAYS: number(20),
  CALCOM_STALE_TTL_MS: number(1234),
  ATTENDEE_EMAIL_DOMAIN: text('callers.example.org'),
  VOICE_READ_DEADLINE_MS: number(2400),
  VOICE_WRITE_DEADLINE_MS: number(4500),
  RETELL_API_KEY: list('key_a', 'key_b'),
  ADMIN_TOKEN: text('an-operator-token-long'),
  METRICS_TOKEN: text('metrics-token'),
  RETELL_MANAGEMENT_KEY: text('key_management'),
  RETELL_BASE_URL: text('https://api.retellai.com'),
  PUBLIC_URL: text('https://askpro.example.com'),
  APP_KEY: list('x'.repeat(32), 'y'.repeat(32)),
  APP_TIMEZONE: text('Europe/Vienna'),
  WARM_CACHE_CRON: text('5 4 * * *'),
  LOG_LEVEL: text('debug'),
  SEED_DEMO: { text: 'false', read: false },
  SANDBOX_LATENCY_SCALE: { text: '0.5', read: 0.5 },
  TRUST_PROXY: text('loopback'),
  MAX_INFLIGHT_REQUESTS: number(50),
  HTTP_RATE_LIMIT_PER_MINUTE: number(500),
  TRANSCRIPT_RETENTION_DAYS: number(30),
  SHUTDOWN_NOTICE_MS: number(5000),
  SMTP_URL: text('smtps://user:secret@mail.example.org'),
  NOTIFY_ALLOW_PRIVATE: { text: 'true', read: true },
  MAIL_FROM: text('AskPro <askpro@example.org>'),
  OIDC_ISSUER: { ...text('https://login.example.org'), with: { OIDC_CLIENT_ID: 'askpro' } },
  OIDC_CLIENT_ID: text('askpro'),
  OIDC_CLIENT_SECRET: text('a-secret-of-the-client'),
  OIDC_NAME: text('Firmenkonto'),
  ALERT_WEBHOOK_URL: text('https://alerts.example.org/x'),
};

test('a bad variable stops the start and is named, its value never', () => {
  expect(() => loadConfig({ PORT: 'eighty', CALCOM_API_KEY: 'short', DATABASE_URL: 'mysql://secret@host' })).toThrow(
    /PORT[\s\S]*|CALCOM_API_KEY/,
  );
  try {
    loadConfig({ PORT: 'eighty', CALCOM_API_KEY: 'short', DATABASE_URL: 'mysql://secret@host' });
  } catch (error) {
    const message = String(error);
    for (const name of ['PORT', 'CALCOM_API_KEY', 'DATABASE_URL']) expect(message).toContain(name);
    for (const value of ['eighty', 'short', 'secret@host']) expect(message).not.toContain(value);
  }
});

test('production refuses to start on anything embedded', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(
    /DATABASE_URL[\s\S]*CALCOM_API_KEY[\s\S]*RETELL_API_KEY[\s\S]*ADMIN_TOKEN[\s\S]*APP_KEY[\s\S]*REDIS_URL/,
  );
});
