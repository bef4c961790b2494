import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import {
  ADMIN_TOKEN,
  openDay,
  RETELL_KEY,
  SANDBOX_KEY,
  startTestGateway,
  toolBody,
  type TestGateway,
} from '../support/gateway';
import { redisUrl, testRedis } from '../support/servers';
import { signBody } from '../../src/retell/signature';

/** Milliseconds between the beginning of the fetch and the end of its process. */
const KILLED_AFTER_MS = [0, 150, 350];
const UPSTREAM_MS = 400;

let survivor: TestGateway;
beforeAll(async () => {
  survivor = await startTestGateway({
    env: { CALCOM_FLEET_SIZE: '2', CALCOM_RATE_LIMIT_PER_MINUTE: '1000' },
    agedBudget: true,
  });
  await survivor.control('/faults', {
    match: { method: 'GET', path: '/v2/slots' },
    probability: 1,
    fault: { kind: 'delay', delayMs: UPSTREAM_MS },
  });
});
afterAll(() => survivor.stop());

const startFetcher = (): Promise<GatewayProcess> =>
  startGatewayProcess({
    DATABASE_URL: survivor.databaseUrl,
    REDIS_URL: redisUrl(),
    CALCOM_BASE_URL: survivor.sandbox.url,
    CALCOM_API_KEY: SANDBOX_KEY,
    CALCOM_FLEET_SIZE: '2',
    CALCOM_RATE_LIMIT_PER_MINUTE: '1000',
    RETELL_API_KEY: RETELL_KEY,
    ADMIN_TOKEN,
    APP_KEY: 'an-application-key-of-32-characters!',
    REDIS_COMMAND_TIMEOUT_MS: '1000',
    WARM_CACHE_CRON: '',
  });

const SERVICES = ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben'];

test.each(KILLED_AFTER_MS.map((ms, index) => [ms, index] as const))(
  'callers are answered when the process that fetches for them is killed after %i ms',
  async (killedAfterMs, index) => {
    const fetcher = await startFetcher();
    const redis = await testRedis();
    const args = { service_name: SERVICES[index]!, desired_date: openDay(3), desired_time: '11:00' };
    const raw = JSON.stringify(toolBody('check_availability', args));
    const lost = fetch(`${fetcher.url}/api/retell/check_availability`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-retell-signature': signBody(Buffer.from(raw), RETELL_KEY, Date.now()),
      },
      body: raw,
    }).catch(() => null);
    const lease = `calcom:slots-fetching:{*:${1001 + index}}:*`;
    while ((await redis.commands.keys(lease)).length === 0) await new Promise((resolve) => setImmediate(resolve));
    redis.close();
    const waiting = Promise.all([1, 2, 3].map(() => survivor.tool('check_availability', args)));
    await new Promise((resolve) => setTimeout(resolve, killedAfterMs));
    fetcher.signal('SIGKILL');
    const answers = await waiting;
    expect(answers.map(({ body }) => body.status)).not.toContain('upstream_unavailable');
    expect(answers.map(({ body }) => body.success)).toEqual([true, true, true]);
    await lost;
    await fetcher.stop();
  },
);
