import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accepts, freePort, stopChild } from '../../src/infra/child-process';
import { silentLogger } from '../../src/infra/logger';
import { connectRedis, type RedisConnections } from '../../src/infra/redis';
import { IntervalLeases } from '../../src/infra/interval-leases';
import { RedisAway, RedisGuard } from '../../src/infra/redis-guard';
import { RedisTextStore } from '../../src/infra/redis-text-store';
import { FakeClock } from '../support/fake-clock';
import { testRedis } from '../support/servers';
import { until } from '../support/until';

const haveServer = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
const WAIT_MS = 50;
let server: ChildProcess;
let redis: RedisConnections;

beforeAll(async () => {
  if (!haveServer) return;
  const port = await freePort();
  server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  await until(() => accepts(port));
  redis = await connectRedis({ url: `redis://127.0.0.1:${port}` }, { commandTimeoutMs: WAIT_MS, logger: silentLogger });
});
afterAll(async () => {
  if (!haveServer) return;
  redis.close();
  await stopChild(server, 'SIGKILL', 1000);
});

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

(haveServer ? test : test.skip)('a reply that arrived while this process was busy is not too late', async () => {
  const asked = redis.commands.ping();
  const piped = redis.commands.pipeline().set('a', '1').get('a').exec();
  // Sent with the next turn; the reply lies on the socket when this process looks up again.
  await new Promise((resolve) => setImmediate(resolve));
  block(4 * WAIT_MS);
  await expect(asked).resolves.toBe('PONG');
  expect(await piped).toEqual([
    [null, 'OK'],
    [null, '1'],
  ]);
});

(haveServer ? test : test.skip)('a Redis that is frozen is given up on', async () => {
  server.kill('SIGSTOP');
  try {
    await expect(redis.commands.get('a')).rejects.toThrow(`no answer within ${WAIT_MS} ms`);
  } finally {
    server.kill('SIGCONT');
  }
});

(haveServer ? test : test.skip)(
  'a frozen Redis costs an answer one wait, however often it would be asked',
  async () => {
    const time = new FakeClock();
    const guard = new RedisGuard(redis, time);
    const [texts, leases] = [new RedisTextStore(guard), new IntervalLeases(guard, time)];
    const commands = jest.spyOn(redis.commands, 'sendCommand');
    server.kill('SIGSTOP');
    try {
      expect(await texts.get('call')).toBeNull();
      const asked = commands.mock.calls.length;
      expect(await leases.list('salon')).toEqual([]);
      const offer = { token: 't', owner: 'o', kind: 'offer' as const, startMs: 0, endMs: 1, resources: [] };
      expect(await leases.note('salon', offer, 1000, 500)).toBe(time.nowMs() + 1000);
      await texts.set('call', 'memory', 1000);
      expect(await texts.get('call')).toBe('memory');
      expect(commands.mock.calls.length).toBe(asked);
    } finally {
      server.kill('SIGCONT');
      commands.mockRestore();
    }
  },
);

test('after a failure only what must not stay unsaid is tried before the pause is over', async () => {
  const time = new FakeClock();
  const commands = { ping: () => Promise.resolve('PONG') } as unknown as RedisConnections['commands'];
  const guard = new RedisGuard({ commands, available: true } as RedisConnections, time);
  await expect(guard.run(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  await expect(guard.run((client) => client.ping())).rejects.toBeInstanceOf(RedisAway);
  await expect(guard.insist((client) => client.ping())).resolves.toBe('PONG');
  await time.advance(1000);
  await expect(guard.run((client) => client.ping())).resolves.toBe('PONG');
});

test('a connection that its client has given up for good is made again, and its channels are heard again', async () => {
  const given = await testRedis();
  try {
    const heard: string[] = [];
    given.subscriber.on('message', (_channel, text: string) => heard.push(text));
    await given.subscriber.subscribe('bell');
    const before = given.generation;
    for (const client of [given.commands, given.subscriber]) client.disconnect();
    await until(() => given.available && given.generation > before);
    expect(await given.commands.set('again', '1', 'PX', 1000)).toBe('OK');
    await until(async () => {
      await given.commands.publish('bell', 'rung').catch(() => 0);
      return heard.includes('rung');
    });
  } finally {
    given.close();
  }
});
