import { withoutPause } from './peers/closed-loop';
import { askproRequests } from './peers/lineup';
import { ask, run, sleep, summary, tally, weekday, type Heard, type Report } from './support/caller';
import { BUDGET_LOG, startFleet, type Fleet } from './support/fleet';
import { startFront, type Front } from './support/front';
import { compareLedgers } from './support/ledger-check';
import { arrivals, resetCounts, counters } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';
import {
  SENTINEL_NAME,
  startRedisCluster,
  startSentinelGroup,
  type RedisGroup,
} from '../../../test/support/redis-groups';

/**
 * More processes behind one address: the budget and the bookings stay right, also on a Redis Cluster and behind
 * Sentinels whose master is killed under load. `npm run bench -- scale [short] [--only=processes,cluster,sentinel]`
 */
const SHORT = process.argv.includes('short');
const ONLY = process.argv
  .find((one) => one.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const PROCESSES = SHORT ? [1, 4] : [1, 2, 4];
const DEMAND_MS = SHORT ? 16_000 : 120_000;
const FAILOVER_DEMAND_MS = SHORT ? 20_000 : 120_000;
const HOT_MS = SHORT ? 2000 : 10_000;
const CONNECTIONS = 10;
const SERVICES = 220;
const HORIZONS = [1, 20, 40, 60, 80, 100, 120, 140, 160];
/** Until every booking under way has its outcome; a comparison with Cal.com comes every three minutes. */
const SETTLE_MS = SHORT ? 30_000 : 200_000;
/** A send needs a moment from the log to Cal.com. */
const ON_ITS_WAY_MS = 2000;
const WINDOW_MS = 60_000;

class Demand {
  readonly reads: Heard[] = [];
  readonly bookings: Heard[] = [];
  #asked = 0;
  #booked = 0;

  constructor(
    private readonly url: string,
    private readonly services: readonly BenchService[],
  ) {}

  /** A question no cache can answer. */
  async miss(): Promise<void> {
    const index = this.#asked++;
    const days = HORIZONS[Math.floor(index / this.services.length) % HORIZONS.length] ?? 1;
    const args = { desired_date: weekday(days), desired_time: '11:00' };
    this.reads.push(await this.#ask('check_availability', index, args));
  }

  async book(): Promise<void> {
    const index = this.#booked++;
    const day = weekday(3 + Math.floor(index / this.services.length));
    const args = { desired_date: day, desired_time: '15:00', customer_name: `Bench ${index} Person` };
    this.bookings.push(await this.#ask('create_booking', index, args));
  }

  /** Far more questions than the budget has places, and a booking every second. */
  async press(forMs: number, halfway?: () => Promise<void>): Promise<void> {
    const pending: Promise<void>[] = [];
    const beganMs = performance.now();
    let rest = halfway;
    for (let tick = 0; performance.now() - beganMs < forMs; tick++) {
      for (let burst = 0; burst < 5; burst++) pending.push(this.miss());
      if (tick % 4 === 0) pending.push(this.book());
      if (rest && performance.now() - beganMs > forMs / 2) {
        pending.push(rest());
        rest = undefined;
      }
      await sleep(250);
    }
    await Promise.all(pending);
  }

  get acknowledged(): string[] {
    return this.bookings.flatMap(({ body }) =>
      body.status === 'booked' && typeof body.booking_uid === 'string' ? [body.booking_uid] : [],
    );
  }

  #ask(tool: string, index: number, args: object): Promise<Heard> {
    const service = this.services[index % this.services.length];
    return ask(this.url, tool, { service_id: service?.id, ...args }).catch(() => ({
      status: 0,
      ms: 0,
      body: { status: 'not answered' },
    }));
  }
}

async function budgetRows(report: Report, fleet: Fleet, label: string): Promise<void> {
  const { maxInAny60s, rateLimited, requestsTotal } = await counters(fleet);
  report.check(`${label}: most in any 60 s`, maxInAny60s, '<= 120', maxInAny60s <= 120);
  report.check(`${label}: answered 429`, rateLimited, '0', rateLimited === 0);
  report.note(`${label}: ${requestsTotal} requests to Cal.com`);
}

async function bookingRows(report: Report, fleet: Fleet, demand: Demand, label: string): Promise<void> {
  const { open, lost, unknown, atCalcom, states, ownerless } = await compareLedgers(
    fleet,
    demand.acknowledged,
    SETTLE_MS,
  );
  report.check(
    `${label}: bookings lost / without an owner or doubled / still open`,
    `${lost} / ${unknown} / ${open} of ${demand.acknowledged.length} acknowledged, ${atCalcom} at Cal.com`,
    '0 / 0 / 0',
    lost === 0 && unknown === 0 && open === 0 && demand.acknowledged.length > 0,
  );
  for (const one of ownerless) report.note(`${label}: without an owner: ${one}`);
  report.note(`${label}: reads ${tally(demand.reads)}; bookings ${tally(demand.bookings)}; operations ${states}`);
}

async function withFleet(
  options: Parameters<typeof startFleet>[0],
  work: (fleet: Fleet, front: Front, services: BenchService[]) => Promise<void>,
): Promise<void> {
  const fleet = await startFleet(options);
  const front = await startFront(fleet.urls);
  try {
    await work(fleet, front, await addServices(fleet, SERVICES));
  } finally {
    front.stop();
    await fleet.stop();
  }
}

async function processes(report: Report): Promise<void> {
  const perSecond: { processes: number; perSecond: number }[] = [];
  for (const count of PROCESSES) {
    await withFleet({ processes: count }, async (fleet, front, services) => {
      const label = `${count} process${count > 1 ? 'es' : ''}`;
      const [hot, ...others] = services;
      if (hot) {
        const wish = { service: hot, date: weekday(3), time: '11:00' };
        await ask(front.url, 'check_availability', { service_id: hot.id, desired_date: wish.date });
        const connections = CONNECTIONS * count;
        await withoutPause(front.url, askproRequests(wish), { connections, ms: HOT_MS / 2 });
        const heard = await withoutPause(front.url, askproRequests(wish), { connections, ms: HOT_MS });
        perSecond.push({ processes: count, perSecond: heard.perSecond });
        report.check(
          `${label}: cached answers a second, all / each`,
          `${heard.perSecond} / ${Math.round(heard.perSecond / count)}`,
          'grows until the cores are used up',
          heard.failed === 0 && heard.perSecond > 0,
        );
      }
      await resetCounts(fleet);
      const demand = new Demand(front.url, others);
      const flood = [
        ...Array.from({ length: 10 }, () => demand.book()),
        ...Array.from({ length: 200 }, () => demand.miss()),
      ];
      await Promise.all(flood);
      await demand.press(DEMAND_MS);
      await budgetRows(report, fleet, label);
      await bookingRows(report, fleet, demand, label);
      const refused = demand.reads.filter(({ body }) => body.status === 'busy').map(({ ms }) => ms);
      if (refused.length > 0) report.note(`${label}: refused reads, p95 ${summary(refused).p95} ms`);
      report.note(`${label}: connections given ${front.given.join(', ')}`);
    });
  }
  report.keep('throughput', perSecond);
}

async function failover(report: Report, label: string, group: RedisGroup, env: Record<string, string>): Promise<void> {
  const command = async (key: string, name: string, ...args: string[]): Promise<unknown> =>
    group.command(await group.masterOf(key), name, ...args);
  await withFleet({ processes: 2, redis: { env, command } }, async (fleet, front, services) => {
    const demand = new Demand(front.url, services);
    const master = await group.masterOf(BUDGET_LOG);
    let awayMs = Number.NaN;
    await demand.press(FAILOVER_DEMAND_MS, async () => {
      await group.kill(master);
      const killedMs = performance.now();
      while (!(await takesWrites(command))) await sleep(50);
      awayMs = performance.now() - killedMs;
    });
    const after = new Demand(front.url, services.slice(100));
    await Promise.all(Array.from({ length: 4 }, () => after.book()));
    const { arrived, counted } = await logged(fleet, command);
    report.check(
      `${label}: sends of the last minute that the new master counts`,
      `${counted}, ${arrived} arrived`,
      'none forgotten',
      arrived > 0 && counted >= arrived,
    );
    await budgetRows(report, fleet, label);
    await bookingRows(report, fleet, demand, label);
    report.check(
      `${label}: bookings right after`,
      tally(after.bookings),
      'none refused',
      after.bookings.every(({ body }) =>
        ['booked', 'slot_taken', 'pending_confirmation'].includes(String(body.status)),
      ),
    );
    report.note(`${label}: without a master for ${Math.round(awayMs)} ms`);
  });
}

async function takesWrites(
  command: (key: string, name: string, ...args: string[]) => Promise<unknown>,
): Promise<boolean> {
  return command(BUDGET_LOG, 'SET', BUDGET_LOG.replace(':log', ':probe'), '1', 'PX', '1000').then(
    () => true,
    () => false,
  );
}

async function logged(
  fleet: Fleet,
  command: (key: string, name: string, ...args: string[]) => Promise<unknown>,
): Promise<{ arrived: number; counted: number }> {
  await sleep(ON_ITS_WAY_MS);
  const sinceMs = Date.now() - WINDOW_MS + ON_ITS_WAY_MS;
  const arrived = (await arrivals(fleet)).filter(({ atMs }) => atMs > sinceMs).length;
  const counted = await command(BUDGET_LOG, 'ZCOUNT', BUDGET_LOG, String(sinceMs - ON_ITS_WAY_MS), '+inf');
  return { arrived, counted: Number(counted) };
}

async function withGroup(group: RedisGroup, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await group.stop();
  }
}

const wanted = (part: string): boolean => !ONLY || ONLY.includes(part);

run(async (report) => {
  if (wanted('processes')) await processes(report);
  if (wanted('cluster')) {
    const cluster = await startRedisCluster({ masters: 3 });
    await withGroup(cluster, () =>
      failover(report, 'Redis Cluster of 3 masters, one killed', cluster, {
        REDIS_CLUSTER_NODES: cluster.addresses.join(','),
      }),
    );
  }
  if (wanted('sentinel')) {
    const sentinels = await startSentinelGroup();
    await withGroup(sentinels, () =>
      failover(report, 'Redis behind Sentinels, master killed', sentinels, {
        REDIS_SENTINELS: sentinels.addresses.join(','),
        REDIS_SENTINEL_NAME: SENTINEL_NAME,
      }),
    );
  }
}, 'Scale');
