import { Announcements } from '../../src/infra/announcements';
import { SystemClock } from '../../src/infra/clock';
import { FencedCache } from '../../src/infra/fenced-cache';
import { IntervalLeases } from '../../src/infra/interval-leases';
import { silentLogger } from '../../src/infra/logger';
import { connectRedis, type RedisConnections } from '../../src/infra/redis';
import { RedisCircuit } from '../../src/infra/redis-circuit';
import { RedisCounters } from '../../src/infra/redis-counters';
import { RedisLeases } from '../../src/infra/redis-leases';
import { RedisGuard } from '../../src/infra/redis-guard';
import { RedisMetricHashes } from '../../src/infra/redis-metric-hashes';
import { RedisSendLog } from '../../src/infra/redis-send-log';
import { RedisTextStore } from '../../src/infra/redis-text-store';
import { KeyedMutex } from '../../src/infra/keyed-mutex';
import { ASKING_MS, FAVOURED_OWNER, REORDER_MS, sendRules, WINDOW_MS } from '../../src/services/calcom/calcom-budget';
import { OPTIONS } from '../budget/support/fleet-simulation';
import { LIMITS } from '../slot-cache/kit';
import { storeContract } from '../slot-cache/store-contract';
import { haveRedisServer, startRedisCluster, type RedisGroup } from '../support/redis-groups';
import { until } from '../support/until';

const clock = new SystemClock();
let cluster: RedisGroup;
let redis: RedisConnections;
let other: RedisConnections;
const connect = (): Promise<RedisConnections> =>
  connectRedis({ clusterNodes: cluster.addresses }, { commandTimeoutMs: 1000, logger: silentLogger });
const sendLog = (connections: RedisConnections): RedisSendLog =>
  new RedisSendLog(connections, {
    prefix: 'calcom:budget',
    windowMs: WINDOW_MS,
    askingMs: ASKING_MS,
    reorderMs: REORDER_MS,
    favoured: FAVOURED_OWNER,
  });

beforeAll(async () => {
  if (!haveRedisServer) return;
  cluster = await startRedisCluster();
  [redis, other] = await Promise.all([connect(), connect()]);
});
afterAll(async () => {
  redis?.close();
  other?.close();
  await cluster?.stop();
});

if (haveRedisServer) {
  storeContract('a Redis Cluster', async () => ({
    store: new FencedCache(new RedisGuard(redis, clock), clock, LIMITS),
    lose: async () => {
      await Promise.all(cluster.ports.map((port) => cluster.command(port, 'FLUSHALL').catch(() => null)));
    },
  }));
}

(haveRedisServer ? describe : describe.skip)('on a Redis Cluster (needs redis-server)', () => {
  it('answers everybody who asks at the very moment a process has connected', async () => {
    const fresh = await connect();
    const asked = Array.from({ length: 300 }, (_, index) => fresh.commands.get(`anything-${index}`));
    expect((await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected')).toEqual([]);
    fresh.close();
  });

  it('clears many fences of different nodes in one call', async () => {
    const store = new FencedCache(new RedisGuard(redis, clock), clock, LIMITS);
    const keys = Array.from({ length: 40 }, (_, index) => `calcom:slots-meta:{0:${900 + index}}:t`);
    await Promise.all(keys.map((key) => store.begin(key)));
    await store.change(keys.map((fenceKey) => ({ fenceKey, ends: 'all' as const })));
    const epochs = await Promise.all(keys.map(async (key) => (await store.begin(key)).fence.epoch));
    expect(new Set(epochs)).toEqual(new Set([2]));
  });

  it('elects one fetcher among processes, and the others are notified of its end', async () => {
    const here = new RedisLeases(redis, new RedisGuard(redis, clock));
    const there = new RedisLeases(other, new RedisGuard(other, clock));
    const keys = ['calcom:slots-fetching:{0:7}:a', 'calcom:slots-fetching:{0:7}:b'];
    let rung = 0;
    await there.listen('calcom:slots-done:{0:7}', () => rung++);
    const lease = await here.tryAcquire(keys, 5000);
    expect(lease).not.toBeNull();
    expect(await there.tryAcquire(keys, 5000)).toBeNull();
    expect(await there.msUntilFree(keys)).toBeGreaterThan(0);
    await lease?.release();
    await here.notify('calcom:slots-done:{0:7}');
    await until(() => rung === 1);
    expect(await there.tryAcquire(keys, 5000)).not.toBeNull();
  });

  it('lets one writer in at a time, over all processes', async () => {
    const lines = [redis, other].map((each) => new KeyedMutex(new RedisLeases(each, new RedisGuard(each, clock))));
    let inside = 0;
    let most = 0;
    const keys = ['{company}:host:1:10', '{company}:host:1:11', '{company}:host:2:10'];
    const write = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(Array.from({ length: 16 }, (_, index) => lines[index % 2]?.runExclusive(keys, 10_000, write)));
    expect(most).toBe(1);
  });

  it('counts sends, circuits, figures, leases and notes of every key, wherever its slot is', async () => {
    const log = sendLog(redis);
    const circuit = new RedisCircuit(redis);
    const hashes = new RedisMetricHashes(redis);
    const counters = new RedisCounters(redis);
    const leases = new IntervalLeases(new RedisGuard(redis, clock), clock);
    const texts = new RedisTextStore(new RedisGuard(redis, clock));
    const rules = { faultsToOpen: 1, faultAgeMs: 10_000, openMs: 60_000, successesToClose: 1 };
    const names = Array.from({ length: 12 }, (_, index) => `k${index}`);
    await hashes.add(
      names.map((name) => ({ key: `figures:${name}`, figures: { asked: 2, ms: 1.5 } })),
      60,
    );
    for (const name of names) {
      await log.restore(name, { sent: [], neverSent: [], coldForMs: 0 });
      await log.reserve(name, { ...sendRules(OPTIONS).live, id: name, owner: 'o', notBeforeMs: 0, maxWaitMs: 90_000 });
      expect((await log.read(name)).sentAtMs).toHaveLength(1);
      await circuit.report(`circuit:${name}`, { generation: 0, token: null, outcome: 'fault' }, rules);
      expect((await circuit.enter(`circuit:${name}`, null, 1000, rules)).verdict).toBe('refused');
      await counters.increment(`minute:${name}`, 60);
      expect(await counters.read(`minute:${name}`)).toBe(1);
      const lease = { token: name, owner: 'o', kind: 'reservation' as const, startMs: 1, endMs: 2, resources: [] };
      expect(await leases.take(name, lease, 60_000, 1)).toBeGreaterThan(0);
      expect(await leases.take(name, { ...lease, owner: 'p' }, 60_000, 1)).toBeNull();
      await texts.set(`note:${name}`, name, 60_000);
      expect(await new RedisTextStore(new RedisGuard(other, clock)).get(`note:${name}`)).toBe(name);
    }
    await texts.forget('note:', (key, text) => key === 'note:k3' || text !== 'k4');
    const left = await Promise.all(names.map((name) => texts.get(`note:${name}`)));
    expect(left.filter((text) => text !== null)).toEqual(['k4']);
    expect(await hashes.read(names.map((name) => `figures:${name}`))).toEqual(names.map(() => ({ asked: 2, ms: 1.5 })));
  });

  it('carries announcements to every process', async () => {
    const heard: string[] = [];
    new Announcements(other, 'tenants').listen((message) => heard.push(message));
    const speaker = new Announcements(redis, 'tenants');
    await until(async () => {
      await speaker.say('changed');
      return heard.length > 0;
    });
    expect(heard[0]).toBe('changed');
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'goes on with the replica when the master of a key is gone (%s), and says that the last writes may be lost',
    async (signal) => {
      const log = sendLog(redis);
      const key = `failover-${signal}`;
      const before = log.connection;
      const master = await cluster.masterOf(`calcom:budget:{${key}}:log`);
      await log.restore(key, { sent: [{ owner: 'o', id: 'a', ageMs: 0 }], neverSent: [], coldForMs: 0 });
      try {
        if (signal === 'SIGKILL') await cluster.kill(master);
        else cluster.signal(master, 'SIGSTOP');
        const answers = (): Promise<boolean> =>
          log.read(key).then(
            () => true,
            () => false,
          );
        // At first no replica has taken over yet.
        await until(async () => !(await answers()));
        await until(answers);
        await until(() => log.connection > before);
      } finally {
        if (signal === 'SIGKILL') await cluster.start(master);
        else cluster.signal(master, 'SIGCONT');
      }
      expect(redis.available).toBe(true);
    },
  );

  it('takes user and password of its nodes from the URL beside their addresses', async () => {
    const locked = await startRedisCluster({ masters: 1, replicas: false, password: 'a-secret' });
    const target = { clusterNodes: locked.addresses, url: 'redis://:a%2Dsecret@not-used:6379' };
    const allowed = await connectRedis(target, { commandTimeoutMs: 1000, logger: silentLogger });
    expect(await allowed.commands.set('x', '1')).toBe('OK');
    allowed.close();
    await locked.stop();
  });
});
