import { Client } from 'pg';
import { silentLogger } from '../../../src/infra/logger';
import { SystemClock } from '../../../src/infra/clock';
import { FencedCache } from '../../../src/infra/fenced-cache';
import { connectRedis } from '../../../src/infra/redis';
import { RedisGuard } from '../../../src/infra/redis-guard';
import { ask, run, sleep, summary, weekday, type Heard, type Report } from './support/caller';
import { startBareExpress } from './support/bare-express';
import { directBooking, directSlots } from './support/direct-calls';
import { startFleet, type Fleet } from './support/fleet';
import { message, OpenLoop, type NextRequest } from './support/open-loop';
import { barPicture, savePicture } from './support/picture';
import { arrivals, resetCounts } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * The latency targets, row by row, and what the gateway adds where Cal.com alone takes longer
 * than the target. Everything is on: signatures, validation, logs, metrics, traces. `npm run bench -- sla [short]`
 */
const SHORT = process.argv.includes('short');
const PAIRS = SHORT ? 12 : 60;
/** A process that has been up for a while has compiled what it runs. */
const WARM_UP_PAIRS = SHORT ? 10 : 60;
const NATURAL = SHORT ? 8 : 40;
const OPEN_LOOP_SECONDS = SHORT ? 5 : 20;
/** The proof of the budget is another; here every pair needs its own requests. */
const RATE_LIMIT = 5000;
const SLOTS_MS = 300;
const BOOKING_MS = 600;

interface Row {
  row: string;
  current: string;
  target: string;
  values: number[];
}

class Sla {
  readonly rows: Row[] = [];
  #used = 0;

  constructor(
    readonly fleet: Fleet,
    readonly report: Report,
    readonly services: readonly BenchService[],
  ) {}

  get url(): string {
    return this.fleet.urls[0] ?? '';
  }

  /** A service not asked about yet. */
  fresh(): BenchService {
    const service = this.services[this.#used++];
    if (!service) throw new Error('no service is left that was not asked about');
    return service;
  }

  ask(tool: string, service: BenchService, more: object, call = {}): Promise<Heard> {
    return ask(this.url, tool, { service_id: service.id, ...more }, call);
  }

  row(
    row: string,
    current: string,
    target: string,
    values: number[],
    met: (p50: number, p95: number) => boolean,
  ): void {
    this.rows.push({ row, current, target, values });
    const { p50, p95 } = summary(values);
    this.report.check(`${row}, P50 / P95 (source: ${current})`, `${p50} / ${p95} ms`, target, met(p50, p95));
  }

  /** What the gateway adds: each of its answers beside a direct one just before. */
  added(what: string, pairs: { direct: number; ours: number }[], p50: number, p95: number): void {
    const added = summary(pairs.map((pair) => pair.ours - pair.direct));
    const direct = summary(pairs.map((pair) => pair.direct));
    this.report.check(
      `${what}: added to Cal.com's own ${direct.p50} / ${direct.p95} ms, P50 / P95`,
      `${added.p50} / ${added.p95} ms`,
      `<= ${p50} / ${p95} ms`,
      added.p50 <= p50 && added.p95 <= p95,
    );
  }
}

function expect(heard: Heard, ...statuses: string[]): Heard {
  if (!statuses.includes(String(heard.body.status)))
    throw new Error(`expected ${statuses.join(' or ')}: ${JSON.stringify(heard.body)}`);
  return heard;
}

async function cached(sla: Sla): Promise<void> {
  const service = sla.fresh();
  const questions = Array.from({ length: 25 }, (_, index) => ({
    service_id: service.id,
    desired_date: weekday(2 + (index % 5)),
    desired_time: `${9 + (index % 8)}:00`,
  }));
  const answer = expect(await sla.ask('check_availability', service, questions[0] ?? {}), 'available', 'unavailable');
  const took = await atTwoHundred(sla.url, questions);
  const bare = await startBareExpress(answer.body);
  let floor: string;
  try {
    const { p50, p95, p99 } = summary(await atTwoHundred(bare.url, questions));
    floor = `${p50} / ${p95} / ${p99}`;
  } finally {
    await bare.stop();
  }
  sla.row('slots from the cache', '5 / 15', '3 / 10 ms', took, (p50, p95) => p50 <= 3 && p95 <= 10);
  const { p50, p95, p99 } = summary(took);
  sla.report.check(
    `slots from the cache, open loop 200 a second, p50 / p95 / p99 (Express with an empty handler ${floor})`,
    `${p50} / ${p95} / ${p99} ms`,
    '<= 1.5 / 4 / 10 ms',
    p50 <= 1.5 && p95 <= 4 && p99 <= 10,
  );
}

/** Timed from the instant at which each was due: a slow answer cannot hide those that had to wait behind it. */
async function atTwoHundred(url: string, questions: readonly object[]): Promise<number[]> {
  const loop = new OpenLoop(Number(new URL(url).port));
  const messages = questions.map((one) => message('check_availability', one));
  let took: number[] = [];
  let lost = 0;
  const next: NextRequest = (index) => ({
    bytes: messages[index % messages.length] ?? Buffer.alloc(0),
    tell: ({ ms, body }) => {
      if (/"status":"(?:available|unavailable)"/.test(body)) took.push(ms);
      else lost++;
    },
    lost: () => lost++,
  });
  try {
    await loop.punctual(200, OPEN_LOOP_SECONDS * 1000, next);
    await sleep(500);
    took = [];
    await loop.punctual(200, OPEN_LOOP_SECONDS * 1000, next);
    await sleep(500);
  } finally {
    loop.close();
  }
  if (lost > 0) throw new Error(`${lost} questions were not answered`);
  return took;
}

/** Cal.com answers after exactly the same time: what is left over is the gateway. */
async function overheads(sla: Sla): Promise<void> {
  const { fleet } = sla;
  await resetCounts(fleet);
  await delays(fleet, 5, 5);
  for (let pair = 0; pair < WARM_UP_PAIRS; pair++) await onePair(sla);
  await delays(fleet, SLOTS_MS, BOOKING_MS);
  const misses: { direct: number; ours: number }[] = [];
  const bookings: { direct: number; ours: number }[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const { miss, booking } = await onePair(sla);
    misses.push(miss);
    bookings.push(booking);
  }
  sla.added('slots not in the cache', misses, 5, 15);
  sla.added('booking', bookings, 15, 40);
  await durable(sla);
  await fleet.control('/faults', undefined, 'DELETE');
}

async function delays(fleet: Fleet, slotsMs: number, bookingMs: number): Promise<void> {
  await fleet.control('/faults', undefined, 'DELETE');
  await fleet.control('/faults', [
    { match: { method: 'GET', path: '/v2/slots' }, probability: 1, fault: { kind: 'delay', delayMs: slotsMs } },
    { match: { method: 'POST', path: '/v2/bookings' }, probability: 1, fault: { kind: 'delay', delayMs: bookingMs } },
  ]);
}

/** A miss and a booking, each with its like without a gateway just before. */
async function onePair(
  sla: Sla,
): Promise<{ miss: { direct: number; ours: number }; booking: { direct: number; ours: number } }> {
  const [service, other] = [sla.fresh(), sla.fresh()];
  const day = weekday(3);
  const listed = await directSlots(sla.fleet, other, new Date().toISOString().slice(0, 10), 14);
  const start = { desired_date: day, desired_time: '11:00' };
  const miss = expect(await sla.ask('check_availability', service, start), 'available');
  const direct = await directBooking(sla.fleet, other, new Date(`${day}T12:00:00Z`));
  const booking = expect(await sla.ask('create_booking', service, { ...start, customer_name: 'Paula Paar' }), 'booked');
  return { miss: { direct: listed, ours: miss.ms }, booking: { direct, ours: booking.ms } };
}

/** Every request for a booking was in the database, committed, before it arrived at Cal.com. */
async function durable(sla: Sla): Promise<void> {
  const client = new Client({ connectionString: sla.fleet.databaseUrl });
  await client.connect();
  try {
    const intents = await client.query('select created_at from booking_operations order by created_at');
    const created = (intents.rows as { created_at: Date }[]).map((row) => row.created_at.getTime());
    const posts = (await arrivals(sla.fleet)).filter((one) => one.method === 'POST' && one.path.endsWith('/bookings'));
    const times = posts.map((one) => one.atMs).sort((a, b) => a - b);
    // Direct and ours take turns, direct first.
    const ours = times.filter((_, index) => index % 2 === 1);
    const early = ours.filter((atMs, index) => (created[index] ?? Infinity) > atMs).length;
    sla.report.check(
      `bookings sent (${ours.length}) before their intent was written`,
      early,
      '0',
      early === 0 && ours.length === created.length,
    );
  } finally {
    await client.end();
  }
}

/** Cal.com's own latencies. */
async function natural(sla: Sla): Promise<void> {
  const { fleet } = sla;
  await fleet.control('/latency', { scale: 1 });
  const today = new Date().toISOString().slice(0, 10);
  const day = weekday(4);
  const uncached: number[] = [];
  const direct: number[] = [];
  const search: number[] = [];
  const searchKnown: number[] = [];
  const bookings: number[] = [];
  const directBookings: number[] = [];
  const conversations: number[] = [];
  for (let round = 0; round < NATURAL; round++) {
    const [asked, searched, other] = [sla.fresh(), sla.fresh(), sla.fresh()];
    direct.push(await directSlots(fleet, other, today, 14));
    uncached.push((await sla.ask('check_availability', asked, { desired_date: day, desired_time: '11:00' })).ms);
    search.push((await sla.ask('find_alternatives', searched, { desired_date: day, desired_time: '11:00' })).ms);
    searchKnown.push((await sla.ask('find_alternatives', asked, { desired_date: day, desired_time: '13:00' })).ms);
    const beganMs = performance.now();
    const call = { call_id: `call_${String(round).padStart(28, 'a')}`, from_number: `+4930123${10_000 + round}` };
    const wish = { desired_date: day, desired_time: '15:00' };
    await sla.ask('check_availability', asked, wish, call);
    await sla.ask('find_alternatives', asked, wish, call);
    const [booking, plain] = await Promise.all([
      sla.ask('create_booking', asked, { ...wish, customer_name: 'Gerda Gespräch' }, call),
      directBooking(fleet, other, new Date(`${day}T12:00:00Z`)),
    ]);
    conversations.push(performance.now() - beganMs - Math.max(0, plain - booking.ms));
    bookings.push(booking.ms);
    directBookings.push(plain);
  }
  const upstream = summary(direct);
  const booked = summary(directBookings);
  sla.row(
    `slots not in the cache (Cal.com alone ${upstream.p50} / ${upstream.p95})`,
    '500 / 800',
    '200 / 400 ms; Cal.com alone takes longer: + 15 ms at P50',
    uncached,
    (p50) => p50 <= upstream.p50 + 15 + spread(direct),
  );
  sla.row(
    `booking (Cal.com alone ${booked.p50} / ${booked.p95})`,
    '3000 / 5000',
    '2000 / 3500 ms; Cal.com alone takes longer: + 40 ms at P50',
    bookings,
    (p50) => p50 <= booked.p50 + 40 + spread(directBookings),
  );
  sla.row('alternatives, nothing known', '2500 / 3500', '500 / 800 ms', search, (p50, p95) => p50 <= 500 && p95 <= 800);
  sla.row('alternatives', '2500 / 3500', '500 / 800 ms', searchKnown, (p50, p95) => p50 <= 500 && p95 <= 800);
  sla.row(
    'the whole conversation: question, alternatives, booking',
    '6000 / 9500',
    "2500 / 4000 ms; Cal.com's booking alone takes longer: + 100 ms at P50",
    conversations,
    (p50) => p50 <= booked.p50 + 100 + spread(directBookings),
  );
}

/** How far a median of so few random latencies may lie from another by chance alone: two standard errors. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return 2 * 1.25 * Math.sqrt((2 * variance) / values.length);
}

/** What is done to the cache for a booking, on the same Redis. */
async function invalidation(sla: Sla): Promise<void> {
  const redis = await connectRedis({ url: sla.fleet.redisUrl }, { commandTimeoutMs: 2000, logger: silentLogger });
  try {
    const clock = new SystemClock();
    const limits = { longestLifeMs: 3_600_000, settleMs: 5000 };
    const cache = new FencedCache(new RedisGuard(redis, clock), clock, limits);
    const took: number[] = [];
    for (let index = -100; index < (SHORT ? 300 : 1000); index++) {
      const beganMs = performance.now();
      await cache.change([{ fenceKey: '{bench}:fence', ends: 'all' }]);
      if (index >= 0) took.push(performance.now() - beganMs);
    }
    sla.row('invalidation', '120 / 200', '15 / 30 ms', took, (p50, p95) => p50 <= 15 && p95 <= 30);
    const { p50, p95 } = summary(took);
    sla.report.check('invalidation, p50 / p95', `${p50} / ${p95} ms`, '<= 1 / 5 ms', p50 <= 1 && p95 <= 5);
  } finally {
    redis.close();
  }
}

function draw(sla: Sla): void {
  const figures = (text: string): [number, number] => {
    const [, p50 = '0', p95 = '0'] = /(\d+) \/ (\d+)/.exec(text) ?? [];
    return [Number(p50), Number(p95)];
  };
  const names = sla.rows.map(({ row }) => row.replace(/ \(.*|:.*/g, ''));
  for (const [index, quantile] of ['P50', 'P95'].entries()) {
    const file = savePicture(
      `sla-${quantile.toLowerCase()}`,
      barPicture({
        title: `Latency targets, ${quantile}`,
        subtitle: 'with the latencies of Cal.com itself',
        yLabel: 'ms',
        log: true,
        groups: names.map((name) => name.split(/, | not | from /)[0] + (/not/.test(name) ? ', cold' : '')),
        series: [
          { name: 'source, measured', values: sla.rows.map((one) => figures(one.current)[index] ?? Number.NaN) },
          { name: 'source, target', values: sla.rows.map((one) => figures(one.target)[index] ?? Number.NaN) },
          { name: 'gateway', values: sla.rows.map((one) => summary(one.values)[index === 0 ? 'p50' : 'p95']) },
        ],
      }),
    );
    sla.report.note(`picture: ${file}`);
  }
}

run(async (report) => {
  const fleet = await startFleet({
    processes: 1,
    latencyScale: 0,
    rateLimit: RATE_LIMIT,
    env: { CALCOM_RATE_LIMIT_PER_MINUTE: String(RATE_LIMIT), HTTP_RATE_LIMIT_PER_MINUTE: '10000000' },
  });
  try {
    const services = await addServices(fleet, 2 * (WARM_UP_PAIRS + PAIRS) + 3 * NATURAL + 2);
    const sla = new Sla(fleet, report, services);
    await cached(sla);
    await overheads(sla);
    await natural(sla);
    await invalidation(sla);
    draw(sla);
    report.keep('rows', sla.rows);
  } finally {
    await fleet.stop();
  }
}, 'SLA');
