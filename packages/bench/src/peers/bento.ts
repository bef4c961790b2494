import type { Peer } from './peer';
import type { Upstream } from './upstream';

/**
 * bentocache around the same client: memory and Redis, its bus between processes, grace, single flight, tags; all else as
 * it comes. Its memory layer keeps its default serialisation: without it a message on the bus ends the process.
 */
export async function createBento(upstream: Upstream, redisPort: number): Promise<Peer> {
  const { BentoCache, bentostore } = await import('bentocache');
  const { memoryDriver } = await import('bentocache/drivers/memory');
  const { redisBusDriver, redisDriver } = await import('bentocache/drivers/redis');
  const connection = { host: '127.0.0.1', port: redisPort };
  const cache = new BentoCache({
    default: 'slots',
    ttl: '5m',
    grace: '30m',
    stores: {
      slots: bentostore()
        .useL1Layer(memoryDriver({ maxSize: '50mb', maxItems: 5000 }))
        .useL2Layer(redisDriver({ connection }))
        .useBus(redisBusDriver({ connection })),
    },
  });
  return {
    slots: (eventTypeId, start, end) =>
      cache.getOrSet({
        key: `slots:${eventTypeId}:${start}:${end}`,
        factory: () => upstream.slots(eventTypeId, start, end),
        tags: [`event-type:${eventTypeId}`],
      }),
    async book(eventTypeId, start) {
      await upstream.book(eventTypeId, start);
      await cache.deleteByTag({ tags: [`event-type:${eventTypeId}`] });
    },
  };
}
