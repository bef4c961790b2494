import { Client } from 'pg';
import { CONNECT_AGENT } from '../../src/jobs/connect-agent-job';
import { INVALIDATE_CALCOM_CACHE } from '../../src/jobs/availability-jobs';
import { JOB_TEXTS } from '../../src/jobs/job-texts';
import { STOP_STORING } from '../../src/jobs/stop-storing-job';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { until } from '../support/until';
import { openDay } from '../support/gateway';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';

const TOKEN = 'admin-token-for-tests';
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let sql: Client;
let gateway: GatewayProcess;

beforeAll(async () => {
  database = await cloneDatabase();
  (await testRedis()).close();
  gateway = await startGatewayProcess({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    ADMIN_TOKEN: TOKEN,
    SANDBOX_LATENCY_SCALE: '0',
  });
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});
afterAll(async () => {
  await gateway.stop();
  await sql.end();
  await database.drop();
});

const admin = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${gateway.url}/api/admin${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return ((await answer.json()) as { data: T }).data;
};

test('with nothing configured but the sandbox, everything that a booking needs is set up', async () => {
  const troubles = await until(async () => {
    const checks = await admin<{ id: string; status: string }[]>('/check-setup');
    const wrong = checks.filter((check) => check.status !== 'ok').map((check) => check.id);
    return wrong.includes('calcom_webhook') ? undefined : wrong;
  });
  expect(troubles).toEqual(['retell_key']);
});

test('no job, comparison or watch finds anything to alert an operator to', async () => {
  const onDemand = [CONNECT_AGENT, STOP_STORING, INVALIDATE_CALCOM_CACHE];
  const scheduled = Object.keys(JOB_TEXTS).filter((name) => !onDemand.includes(name));
  for (const name of scheduled)
    await sql.query(
      `insert into jobs (queue, name, max_attempts, backoff_ms, timeout_ms) values ('default', $1, 1, 100, 60000)`,
      [name],
    );
  const ended = await until(async () => {
    const { rows } = await sql.query<{ status: string }>('select distinct status from jobs');
    const found = rows.map(({ status }) => status);
    return found.includes('queued') || found.includes('running') ? undefined : found;
  });
  expect(ended).toEqual(['done']);
  const watched = async (): Promise<number> => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/^askpro_health_checks_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const before = await watched();
  await until(async () => ((await watched()) > before ? true : undefined));
  expect(await admin('/alerts')).toEqual([]);
});

test('a booking made in the sandbox, as if on the web, becomes an appointment', async () => {
  const runtime = JSON.parse((await import('node:fs')).readFileSync(`${gateway.dataDir}/runtime.json`, 'utf8')) as {
    calcomBaseUrl: string;
    calcomApiKey: string;
  };
  const answer = await fetch(`${runtime.calcomBaseUrl}/bookings`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${runtime.calcomApiKey}`,
      'cal-api-version': '2024-08-13',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      eventTypeId: 1001,
      start: `${openDay(3)}T13:00:00Z`,
      attendee: { name: 'Wilma Web', email: 'wilma@example.org', timeZone: 'Europe/Berlin', language: 'de' },
    }),
  });
  const { data } = (await answer.json()) as { data: { uid: string } };
  expect([answer.status, typeof data.uid]).toEqual([201, 'string']);
  const row = await until(async () => {
    const found = await sql.query<{ attendee_name: string; sync_origin: string; status: string }>(
      'select attendee_name, sync_origin, status from appointments where calcom_booking_uid = $1',
      [data.uid],
    );
    return found.rows[0];
  });
  expect(row).toEqual({ attendee_name: 'Wilma Web', sync_origin: 'calcom', status: 'booked' });
});
