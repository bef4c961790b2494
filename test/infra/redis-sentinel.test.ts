import net from 'node:net';
import { freePort } from '../../src/infra/child-process';
import { startEmbeddedRedis, type EmbeddedRedis } from '../../src/infra/embedded-redis';
import { silentLogger } from '../../src/infra/logger';
import { connectRedis, type RedisConnections } from '../../src/infra/redis';
import { RedisSendLog } from '../../src/infra/redis-send-log';
import { ASKING_MS, FAVOURED_OWNER, REORDER_MS, WINDOW_MS } from '../../src/services/calcom/calcom-budget';
import { haveRedisServer, SENTINEL_NAME, startSentinelGroup, type RedisGroup } from '../support/redis-groups';
import { until } from '../support/until';

const options = { commandTimeoutMs: 200, logger: silentLogger };
let group: RedisGroup | undefined;
let redis: RedisConnections | undefined;
const writes = (connections: RedisConnections): Promise<boolean> =>
  connections.commands.set('x', '1').then(
    () => true,
    () => false,
  );

afterEach(async () => {
  redis?.close();
  await group?.stop();
  redis = group = undefined;
});

(haveRedisServer ? describe : describe.skip)('behind Redis Sentinel (needs redis-server)', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'goes on with the new master when the old one is gone (%s), and says that the last writes may be lost',
    async (signal) => {
      group = await startSentinelGroup();
      redis = await connectRedis({ sentinels: group.addresses, sentinelName: SENTINEL_NAME }, options);
      const connections = redis;
      const log = new RedisSendLog(redis, {
        prefix: 'calcom:budget',
        windowMs: WINDOW_MS,
        askingMs: ASKING_MS,
        reorderMs: REORDER_MS,
        favoured: FAVOURED_OWNER,
      });
      let heard = 0;
      redis.subscriber.on('message', () => heard++);
      await redis.subscriber.subscribe('bell');
      expect(await writes(redis)).toBe(true);
      const before = log.connection;
      const master = await group.masterOf('x');
      if (signal === 'SIGKILL') await group.kill(master);
      else group.signal(master, 'SIGSTOP');
      await until(async () => !(await writes(connections)));
      await until(() => writes(connections));
      // The Sentinel that is asked here may learn it a moment later than the one that told us.
      await until(async () => (await group?.masterOf('x')) !== master);
      expect(log.connection).toBeGreaterThan(before);
      // Each Sentinel that announces the new master makes the client look once more.
      await until(() => connections.available);
      await until(async () => {
        await connections.commands.publish('bell', '1').catch(() => 0);
        return heard > 0;
      });
    },
  );

  it('starts without Redis when no Sentinel answers', async () => {
    redis = await connectRedis({ sentinels: [`127.0.0.1:${await freePort()}`], sentinelName: SENTINEL_NAME }, options);
    expect(redis.available).toBe(false);
    expect(await writes(redis)).toBe(false);
  });

  it('connects again when the server behind its address has become a replica', async () => {
    const [first, second] = await Promise.all([startEmbeddedRedis(), startEmbeddedRedis()]);
    const portOf = (server: EmbeddedRedis): number => Number(new URL(server.url).port);
    let target = portOf(first);
    const front = net.createServer((near) => {
      const far = net.connect(target, '127.0.0.1');
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as net.AddressInfo;
    redis = await connectRedis({ url: `redis://127.0.0.1:${port}` }, options);
    const connections = redis;
    expect(await writes(redis)).toBe(true);
    await redis.commands.call('replicaof', '127.0.0.1', String(portOf(second)));
    target = portOf(second);
    await until(() => writes(connections));
    redis.close();
    front.close();
    await Promise.all([first.stop(), second.stop()]);
  });
});
