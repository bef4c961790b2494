import { spawn, type ChildProcess } from 'node:child_process';
import { accepts, dieWithParent, freePort } from '../../../src/infra/child-process';
import { SystemClock } from '../../../src/infra/clock';
import { FencedCache } from '../../../src/infra/fenced-cache';
import { silentLogger } from '../../../src/infra/logger';
import { connectRedis, type RedisConnections } from '../../../src/infra/redis';
import { RedisLeases } from '../../../src/infra/redis-leases';
import { RedisGuard } from '../../../src/infra/redis-guard';
import type { SlotsByDay } from '../../../src/services/calcom/calcom-ports';
import type { SlotQuestion } from '../../../src/services/availability/ports';
import { tenantId, type LocalDate } from '../../../src/domain';
import { createSlotCache, type SlotCacheUnit } from '../../../src/services/availability/slot-cache';
import { longestLifeMs } from '../../../src/services/availability/fetch-plan';
import { eachDay } from '../../../src/local-time';
import { SLOT_CACHE_DEFAULTS } from '../../../src/services/availability/ports';
import { run, summary, type Report } from './support/caller';
import { exited, until } from './support/fleet';

/**
 * What a booking pays for telling the cache, with ten, a thousand and a hundred thousand stored days, and what reading
 * seven stored days costs in Redis round trips of the same run. `npm run bench -- invalidation [short]`
 */
const SHORT = process.argv.includes('short');
const STORED_DAYS = [10, 1000, 100_000];
const BOOKINGS = SHORT ? 200 : 1000;
const READINGS = SHORT ? 500 : 3000;
/** Event types that share the booked one's hosts: all are invalidated in the same round trip. */
const SHARING = 4;
const TENANT = tenantId('7b0c8a52-0000-4000-8000-000000000001');
const FIRST: LocalDate = '2027-03-01';
const DAY_MS = 86_400_000;

function startsOf(day: LocalDate): number[] {
  return Array.from({ length: 24 }, (_, index) => Date.parse(`${day}T08:00:00Z`) + index * 1_800_000);
}

function open(redis: RedisConnections): SlotCacheUnit {
  const clock = new SystemClock();
  const guard = new RedisGuard(redis, clock);
  return createSlotCache({
    store: new FencedCache(guard, clock, {
      longestLifeMs: longestLifeMs(SLOT_CACHE_DEFAULTS.staleMs),
      settleMs: SLOT_CACHE_DEFAULTS.settleMs,
    }),
    lock: new RedisLeases(redis, guard),
    isSilent: () => Promise.resolve(false),
    upstream: {
      fetchSlots: (query, { sent }): Promise<SlotsByDay> => {
        sent();
        const days = eachDay(query.startDate, query.endDate);
        return Promise.resolve(new Map(days.map((day) => [day, startsOf(day)])));
      },
    },
    hosts: {
      eventTypesSharingHosts: (_tenant, eventTypeId) =>
        Promise.resolve(
          Array.from({ length: SHARING }, (_, index) => ({
            eventTypeId: eventTypeId - (eventTypeId % SHARING) + index,
            teamId: 10,
            lengthMinutes: 30,
            bufferBeforeMinutes: 0,
            bufferAfterMinutes: 0,
            mayHaveRoom: false,
          })),
        ),
    },
    ledger: { recordedWithin: () => Promise.resolve([]) },
    metrics: { onRead: () => undefined, onRefusal: () => undefined },
    upstreamP95Ms: () => null,
    upstreamFailing: () => Promise.resolve(false),
    knownRefusal: () => null,
    clock,
    random: Math.random,
    settings: SLOT_CACHE_DEFAULTS,
  });
}

function question(eventTypeId: number, days: number): SlotQuestion {
  return {
    tenantId: TENANT,
    credentialId: 'c0ffee',
    teamId: 10,
    eventTypeId,
    startDate: FIRST,
    endDate: new Date(Date.parse(FIRST) + (days - 1) * DAY_MS).toISOString().slice(0, 10),
    timeZone: 'Europe/Berlin',
    today: FIRST,
    closedDays: () => false,
    priority: 'live',
    deadline: { signal: new AbortController().signal, remainingMs: () => 60_000 },
  };
}

/** Days of many event types, as reading them would leave them. */
async function store(unit: SlotCacheUnit, redis: RedisConnections, wanted: number): Promise<number> {
  const perType = 15;
  const count = (): Promise<number> => redis.commands.dbsize();
  for (let eventTypeId = 1; (await count()) < wanted;) {
    const batch = Array.from({ length: Math.min(50, Math.ceil(wanted / perType)) }, () => eventTypeId++);
    await Promise.all(batch.map((id) => unit.cache.read(question(id, Math.min(perType, wanted)))));
  }
  return count();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

async function measure(unit: SlotCacheUnit, redis: RedisConnections, wanted: number, report: Report): Promise<void> {
  await redis.commands.flushdb();
  const keys = await store(unit, redis, wanted);
  const eventTypes = Math.max(1, Math.floor(wanted / 15));
  const roundTrips: number[] = [];
  const bookings: number[] = [];
  const cancellations: number[] = [];
  const startMs = Date.parse(`${FIRST}T08:00:00Z`);
  for (let index = 0; index < BOOKINGS; index++) {
    roundTrips.push(await timed(() => redis.commands.ping()));
    const eventTypeId = 1 + (index % eventTypes);
    const from = new Date(startMs + (index % 300) * 1_800_000);
    const to = new Date(from.getTime() + 1_800_000);
    bookings.push(await timed(() => unit.invalidation.booked(TENANT, eventTypeId, 7, from, to)));
    cancellations.push(await timed(() => unit.invalidation.released(TENANT, eventTypeId, 7, from, to)));
  }
  const label = `${keys} keys`;
  for (const [what, times] of [
    ['a booking', bookings],
    ['a cancellation', cancellations],
  ] as const) {
    const { p50, p95 } = summary(times);
    report.check(`${label}: telling of ${what}, p50 / p95`, `${p50} / ${p95} ms`, '<= 1 / 5 ms', p50 <= 1 && p95 <= 5);
    report.keep(
      `${label}: ${what}`,
      times.map((ms) => Math.round(ms * 1000) / 1000),
    );
  }
  await unit.cache.read(question(1, 15));
  const readings: number[] = [];
  for (let index = 0; index < READINGS; index++) {
    roundTrips.push(await timed(() => redis.commands.ping()));
    readings.push(await timed(() => unit.cache.read(question(1, 7))));
  }
  const trip = summary(roundTrips).p50;
  const { p50, p95 } = summary(readings);
  const times = Math.round((10 * p50) / trip) / 10;
  report.check(
    `${label}: reading 7 stored days, p50 in round trips`,
    `${times} (${p50} ms of ${trip} ms; p95 ${p95} ms)`,
    '<= 3',
    times <= 3,
  );
}

run(async (report) => {
  const port = await freePort();
  const [file = 'redis-server', ...args] = [
    ...dieWithParent('TERM'),
    'redis-server',
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server: ChildProcess = spawn(file, args, { stdio: 'ignore' });
  await until(() => accepts(port));
  const redis = await connectRedis(
    { url: `redis://127.0.0.1:${port}` },
    { commandTimeoutMs: 1000, logger: silentLogger },
  );
  try {
    const unit = open(redis);
    for (let index = 0; index < 300; index++) await unit.cache.read(question(1 + (index % 20), 7));
    for (const wanted of STORED_DAYS) await measure(unit, redis, wanted, report);
  } finally {
    redis.close();
    server.kill('SIGTERM');
    await exited(server);
  }
}, 'Invalidation');
