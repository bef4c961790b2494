import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Redis from 'ioredis';
import type { Peer } from './peer';
import type { Slots, Upstream } from './upstream';

const TEAM = 34_209;
const LIMIT_PER_MINUTE = 120;
const FULL_TTL_SECONDS = 300;
const EMPTY_TTL_SECONDS = 60;
const LOCK_MS = 10_000;
const BLOCK_MS = 5000;
const POLL_MS = 250;
const DAYS_CLEARED = 30;
const UNLOCK = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`;

/**
 * The source's design, ported plainly: a key per search range, a lock with polling for coalescing, a counter per clock
 * minute that is looked at before a request and counted up after it, single-day keys cleared after a booking.
 */
export function createSourceDesign(upstream: Upstream, redis: Redis): Peer {
  const minute = (): string => `calcom_api_rate_limit:${new Date().toISOString().slice(0, 16)}`;
  const mayAsk = async (): Promise<boolean> => Number((await redis.get(minute())) ?? 0) < LIMIT_PER_MINUTE;
  const counted = async (): Promise<void> => {
    await redis.incr(minute());
    await redis.expire(minute(), 120);
  };
  const allowed = async (): Promise<void> => {
    while (!(await mayAsk())) await sleep(1000);
  };
  const keyOf = (eventTypeId: number, start: string, end: string): string =>
    `calcom:slots:${TEAM}:${eventTypeId}:${start}:${end}`;
  const known = async (key: string): Promise<Slots | null> => {
    const text = await redis.get(key);
    return text ? (JSON.parse(text) as Slots) : null;
  };
  const fetchInto = async (key: string, eventTypeId: number, start: string, end: string): Promise<Slots> => {
    await allowed();
    const slots = await upstream.slots(eventTypeId, start, end);
    await counted();
    const empty = Object.values(slots.data).flat().length === 0;
    await redis.set(key, JSON.stringify(slots), 'EX', empty ? EMPTY_TTL_SECONDS : FULL_TTL_SECONDS);
    return slots;
  };
  return {
    async slots(eventTypeId, start, end) {
      const key = keyOf(eventTypeId, start, end);
      const hit = await known(key);
      if (hit) return hit;
      const lock = `lock:${key}`;
      const me = randomUUID();
      const take = async (): Promise<boolean> => (await redis.set(lock, me, 'PX', LOCK_MS, 'NX')) === 'OK';
      if (await take()) {
        try {
          return await fetchInto(key, eventTypeId, start, end);
        } finally {
          await redis.eval(UNLOCK, 1, lock, me);
        }
      }
      for (const untilMs = Date.now() + BLOCK_MS; Date.now() < untilMs; await sleep(POLL_MS)) {
        if (!(await take())) continue;
        const filled = await known(key);
        await redis.eval(UNLOCK, 1, lock, me);
        if (filled) return filled;
        break;
      }
      return fetchInto(key, eventTypeId, start, end);
    },
    async book(eventTypeId, start) {
      await allowed();
      await upstream.book(eventTypeId, start);
      await counted();
      for (let day = 0; day < DAYS_CLEARED; day++) {
        const date = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10);
        await redis.del(keyOf(eventTypeId, date, date));
      }
    },
  };
}
