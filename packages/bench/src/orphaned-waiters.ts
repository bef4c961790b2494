import Redis from 'ioredis';
import { ask, run, sleep, summary, tally, weekday, type Heard } from './support/caller';
import { exited, startFleet, until, type Fleet } from './support/fleet';
import { closeCircuits, slotFault } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * The process that asks Cal.com for all is ended by kill -9 while callers of the other process wait for its answer.
 * `npm run bench -- orphaned-waiters [short]`
 */
const SHORT = process.argv.includes('short');
const KILLS = SHORT ? 5 : 50;
const CALLERS = 5;
const UPSTREAM_MS = 500;
/** What waiting for another process may cost beyond Cal.com's own time, after that process died. */
const BEYOND_MS = 500;
const RATE_LIMIT = 5000;

interface Orphans {
  heard: Heard[];
  /** From the kill to the last answer. */
  afterKillMs: number;
}

/** @param pointMs from the moment the process holds the lease to its end */
async function killFetcher(fleet: Fleet, redis: Redis, service: BenchService, pointMs: number): Promise<Orphans> {
  const question = { service_id: service.id, desired_date: weekday(3), desired_time: '11:00' };
  const [fetcher = '', other = ''] = fleet.urls;
  const lost = ask(fetcher, 'check_availability', question).catch(() => null);
  const lease = `calcom:slots-fetching:{*:${service.eventTypeId}}:*`;
  await until(async () => (await redis.keys(lease)).length > 0);
  const heldAtMs = performance.now();
  const waiting = Array.from({ length: CALLERS }, () => ask(other, 'check_availability', question));
  await sleep(Math.max(0, pointMs - (performance.now() - heldAtMs)));
  fleet.process(0).kill('SIGKILL');
  const killedAtMs = performance.now();
  const heard = await Promise.all(waiting);
  const afterKillMs = performance.now() - killedAtMs;
  await exited(fleet.process(0));
  await lost;
  return { heard, afterKillMs };
}

run(async (report) => {
  const fleet = await startFleet({
    processes: 2,
    latencyScale: 0,
    rateLimit: RATE_LIMIT,
    env: { CALCOM_RATE_LIMIT_PER_MINUTE: String(RATE_LIMIT) },
  });
  const redis = new Redis(fleet.redisUrl);
  try {
    const services = await addServices(fleet, KILLS + 1);
    await slotFault(fleet, { kind: 'delay', delayMs: UPSTREAM_MS });
    const [warm, ...cold] = services;
    // Both processes have answered before: code compiled, connections open.
    for (const url of fleet.urls)
      await ask(url, 'check_availability', { service_id: warm?.id, desired_date: weekday(3), desired_time: '11:00' });
    const all: Orphans[] = [];
    for (const [index, service] of cold.entries()) {
      all.push(await killFetcher(fleet, redis, service, (index / KILLS) * UPSTREAM_MS));
      await fleet.restart(0);
      await closeCircuits(fleet);
    }
    const heard = all.flatMap((one) => one.heard);
    const unanswered = heard.filter((one) => one.body.status !== 'available').length;
    const { p50, p95, max } = summary(all.map((one) => one.afterKillMs));
    report.check(
      `${KILLS} kills, ${heard.length} callers of the other process: not answered`,
      unanswered,
      '0',
      unanswered === 0,
    );
    report.check(
      'last answer after the kill, p50 / p95 / longest',
      `${p50} / ${p95} / ${max} ms`,
      `<= ${UPSTREAM_MS} ms of Cal.com + ${BEYOND_MS} ms`,
      max <= UPSTREAM_MS + BEYOND_MS,
    );
    report.note(tally(heard));
    report.keep(
      'afterKillMs',
      all.map((one) => Math.round(one.afterKillMs)),
    );
  } finally {
    redis.disconnect();
    await fleet.stop();
  }
}, 'Orphaned waiters');
