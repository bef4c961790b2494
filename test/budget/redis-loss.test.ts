import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accepts, freePort, stopChild } from '../../src/infra/child-process';
import { SystemClock } from '../../src/infra/clock';
import { silentLogger } from '../../src/infra/logger';
import { connectRedis, type RedisConnections } from '../../src/infra/redis';
import { RedisCircuit } from '../../src/infra/redis-circuit';
import { RedisCounters } from '../../src/infra/redis-counters';
import { RedisSendLog } from '../../src/infra/redis-send-log';
import { UpstreamUnavailable } from '../../src/errors';
import { CalcomApiRateLimiter } from '../../src/services/calcom-api-rate-limiter';
import { ASKING_MS, FAVOURED_OWNER, REORDER_MS, WINDOW_MS } from '../../src/services/calcom/calcom-budget';
import { CircuitBreaker } from '../../src/services/circuit-breaker';
import { OPTIONS } from './support/fleet-simulation';
import { until } from '../support/until';

const haveServer = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
const clock = new SystemClock();
let port: number;
let server: ChildProcess;
let redis: RedisConnections;

async function startServer(): Promise<void> {
  server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  await until(() => accepts(port));
}
const limiterOf = (connections: RedisConnections): CalcomApiRateLimiter =>
  new CalcomApiRateLimiter(
    {
      log: new RedisSendLog(connections, {
        prefix: 'calcom:budget',
        windowMs: WINDOW_MS,
        askingMs: ASKING_MS,
        reorderMs: REORDER_MS,
        favoured: FAVOURED_OWNER,
      }),
      counters: new RedisCounters(connections),
      clock,
      logger: silentLogger,
    },
    { ...OPTIONS, burstPerSecond: 100, mainKeyId: 'key' },
  );
const take = async (limiter: CalcomApiRateLimiter, times: number): Promise<number> => {
  const asked = Array.from({ length: times }, () =>
    limiter.acquire({ credential: { id: 'key' }, tenantId: 't1', priority: 'booking', maxWaitMs: 3000 }),
  );
  return (await Promise.allSettled(asked)).filter((result) => result.status === 'fulfilled').length;
};
const logged = (): Promise<number> => redis.commands.zcount('calcom:budget:{key}:log', 0, '+inf').catch(() => -1);

beforeEach(async () => {
  if (!haveServer) return;
  port = await freePort();
  await startServer();
  redis = await connectRedis({ url: `redis://127.0.0.1:${port}` }, { commandTimeoutMs: 50, logger: silentLogger });
});
afterEach(async () => {
  if (!haveServer) return;
  await until(() => redis.subscriber.status === 'ready');
  redis.close();
  await stopChild(server, 'SIGKILL', 1000);
});

(haveServer ? test : test.skip)(
  'a Redis killed and replaced by an empty one makes no room, and learns what was sent',
  async () => {
    const limiter = limiterOf(redis);
    expect(await take(limiter, 40)).toBe(40);
    await stopChild(server, 'SIGKILL', 1000);
    await until(() => !redis.available);
    expect(await take(limiter, 30)).toBe(30);
    await startServer();
    await until(() => redis.available);
    await until(async () => (await take(limiter, 1), (await logged()) > 60));
    const before = await logged();
    expect(await take(limiter, 118)).toBe(118 - before);
    expect(await logged()).toBe(118);
    expect((await limiter.status())[0]).toMatchObject({ mode: 'cold', requests_last_60s: 118, status: 'warning' });
  },
);

(haveServer ? test : test.skip)(
  'a frozen Redis is given up on after one timeout, and what it did late changes nothing',
  async () => {
    const limiter = limiterOf(redis);
    expect(await take(limiter, 20)).toBe(20);
    server.kill('SIGSTOP');
    expect(await take(limiter, 50)).toBe(50);
    expect(await take(limiter, 118)).toBe(48);
    expect((await limiter.status())[0]).toMatchObject({ mode: 'local', requests_last_60s: 118 });
    server.kill('SIGCONT');
    await until(async () => (await take(limiter, 1), (await logged()) === 118));
    expect(await take(limiter, 5)).toBe(0);
  },
);

(haveServer ? test : test.skip)('circuits go on while Redis is away and are shared again when it is back', async () => {
  const breaker = new CircuitBreaker({ shared: new RedisCircuit(redis), clock, logger: silentLogger });
  const fail = async (): Promise<void> =>
    (await breaker.enter('key', 'writes', 1000)).settle({
      error: new UpstreamUnavailable('502', false, { upstreamStatus: 502 }),
    });
  await fail();
  await stopChild(server, 'SIGKILL', 1000);
  for (let i = 0; i < 4; i++) await fail();
  await expect(fail()).rejects.toThrow('not being asked');
  await startServer();
  await until(() => redis.available);
  await breaker.reset('key');
  await expect(breaker.enter('key', 'writes', 1000)).resolves.toMatchObject({ probe: false });
});
