import { ask, run, sleep, summary, tally, weekday, type Heard, type Report } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { arrivals, resetCounts, counters } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * Cal.com's budget under attack: four processes, one Redis, the sandbox with its limit and its 60 s block.
 * `npm run bench -- budget [short]`; the long form takes about nine minutes.
 */
const SHORT = process.argv.includes('short');
const SATURATED_MS = 150_000;
const PROCESSES = 4;
/** The budget's window and its guard second: after this long nothing of before counts. */
const WINDOW_MS = 61_000;
const HORIZONS = [1, 20, 40, 60, 80, 100, 120, 140, 160];
const BOOKING_EVERY_MS = 4000;
const BURST_EVERY_MS = 250;
const BURST = 5;
const UNANSWERED: Heard = { status: 0, ms: Number.POSITIVE_INFINITY, body: { status: 'no answer' } };

class Demand {
  #asked = 0;
  #booked = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly services: readonly BenchService[],
  ) {}

  /** A question no cache can answer: an event type of its own, or one of its far horizons. */
  miss(): Promise<Heard> {
    const index = this.#asked++;
    const days = HORIZONS[Math.floor(index / this.services.length) % HORIZONS.length] ?? 1;
    return this.#ask('check_availability', index, { desired_date: weekday(days), desired_time: '11:00' });
  }

  /** A start that no other test books. */
  book(): Promise<Heard> {
    const index = this.#booked++;
    const hour = 9 + (Math.floor(index / this.services.length) % 8);
    return this.#ask('create_booking', index, {
      desired_date: weekday(4),
      desired_time: `${String(hour).padStart(2, '0')}:00`,
      customer_name: `Bench ${index} Person`,
    });
  }

  /** Already answered once, so that only the gateway itself is measured. */
  known(index: number): Promise<Heard> {
    return this.#ask('check_availability', index % PROCESSES, { desired_date: weekday(2), desired_time: '11:00' });
  }

  #ask(tool: string, index: number, args: object): Promise<Heard> {
    const url = this.fleet.urls[index % this.fleet.urls.length] ?? '';
    const service = this.services[index % this.services.length];
    return ask(url, tool, { service_id: service?.id, ...args }).catch(() => UNANSWERED);
  }
}

async function limitHeld(fleet: Fleet, report: Report, label: string): Promise<void> {
  const { maxInAny60s, rateLimited } = await counters(fleet);
  report.check(`${label}: most in any 60 s`, maxInAny60s, '<= 120', maxInAny60s <= 120);
  report.check(`${label}: answered 429`, rateLimited, '0', rateLimited === 0);
}

function bookingsHeld(report: Report, label: string, booked: readonly Heard[]): void {
  const inTime = booked.filter((one) => one.body.status === 'booked' && one.ms <= 8000).length;
  report.check(
    `${label}: booked within 8 s`,
    `${inTime} of ${booked.length}`,
    '>= 99 %',
    inTime >= booked.length * 0.99,
  );
  report.note(`bookings: ${tally(booked)}, slowest ${summary(booked.map((one) => one.ms)).max} ms`);
}

const refusedMs = (heard: readonly Heard[]): number[] =>
  heard.filter((one) => one.body.status === 'busy').map((one) => one.ms);

async function flood(fleet: Fleet, demand: Demand, report: Report): Promise<void> {
  const label = '200 misses and 10 bookings at one instant';
  const same = await Promise.all(Array.from({ length: 210 }, (_, index) => demand.known(index)));
  const known = summary(same.map((one) => one.ms));
  await resetCounts(fleet);
  const bookings = Array.from({ length: 10 }, () => demand.book());
  const heard = await Promise.all(Array.from({ length: 200 }, () => demand.miss()));
  const booked = await Promise.all(bookings);
  await limitHeld(fleet, report, label);
  bookingsHeld(report, label, booked);
  const refused = summary(refusedMs(heard));
  report.check(
    `${label}: a refused read beyond the same crowd's known answers, p50`,
    `${Math.round(refused.p50 - known.p50)} ms (${refused.p50} beside ${known.p50} ms)`,
    '<= 50 ms',
    refused.p50 - known.p50 <= 50,
  );
  report.note(`reads: ${tally(heard)}; refused p95 ${refused.p95} ms, known p95 ${known.p95} ms`);
}

async function boundary(fleet: Fleet, demand: Demand, report: Report): Promise<void> {
  await resetCounts(fleet);
  const now = Date.now();
  const next = Math.ceil((now + 6000) / 60_000) * 60_000;
  const heard: Promise<Heard>[] = [];
  const burst = async (untilMs: number): Promise<void> => {
    for (let index = 0; index < 110; index++) {
      heard.push(demand.miss());
      await sleep(Math.max(0, (untilMs - Date.now()) / (110 - index)));
    }
  };
  await sleep(next - 5000 - now);
  await burst(next);
  await burst(next + 5000);
  const answers = await Promise.all(heard);
  await limitHeld(fleet, report, '110 + 110 misses around a minute boundary');
  report.note(`reads: ${tally(answers)}`);
}

/** Code compiled, connections open, as in processes that have been answering for a while. */
async function warmUp(demand: Demand): Promise<void> {
  await Promise.all(Array.from({ length: PROCESSES }, (_, index) => demand.known(index)));
  for (let round = 0; round < 10; round++)
    await Promise.all(Array.from({ length: 60 }, (_, index) => demand.known(index)));
}

/** Arrivals in each whole minute since `fromMs`. */
async function perMinute(fleet: Fleet, fromMs: number): Promise<number[]> {
  const times = (await arrivals(fleet)).map((one) => one.atMs);
  return Array.from({ length: Math.floor(SATURATED_MS / 60_000) }, (_, minute) => {
    const startMs = fromMs + minute * 60_000;
    return times.filter((atMs) => atMs >= startMs && atMs < startMs + 60_000).length;
  });
}

async function saturation(fleet: Fleet, demand: Demand, report: Report, killRedis: boolean): Promise<void> {
  const label = killRedis ? 'demand without end, Redis killed and back empty' : 'demand without end';
  await sleep(WINDOW_MS);
  await resetCounts(fleet);
  const beganMs = Date.now();
  const reads: Promise<Heard>[] = [];
  const bookings: Promise<Heard>[] = [];
  const trouble = killRedis
    ? sleep(SATURATED_MS / 2)
        .then(() => fleet.redis.kill())
        .then(() => sleep(2000))
        .then(() => fleet.redis.start())
    : undefined;
  for (let round = 0; Date.now() < beganMs + SATURATED_MS; round++) {
    for (let index = 0; index < BURST; index++) reads.push(demand.miss());
    if ((round * BURST_EVERY_MS) % BOOKING_EVERY_MS === 0) bookings.push(demand.book());
    await sleep(Math.max(0, beganMs + (round + 1) * BURST_EVERY_MS - Date.now()));
  }
  const [heard, booked] = await Promise.all([Promise.all(reads), Promise.all(bookings), trouble]);
  await limitHeld(fleet, report, label);
  bookingsHeld(report, label, booked);
  const minutes = await perMinute(fleet, beganMs);
  const least = Math.min(...minutes);
  const used = `${minutes.join(', ')} in its minutes`;
  if (killRedis) report.note(`requests: ${used}`);
  else report.check(`${label}: requests in a minute, the least`, `${least} (${used})`, '>= 105', least >= 105);
  const refused = summary(refusedMs(heard));
  report.check(`${label}: refused reads, p95 of ${refused.n}`, `${refused.p95} ms`, '<= 50 ms', refused.p95 <= 50);
  report.note(`reads: ${tally(heard)}; refused p50 ${refused.p50} ms`);
  const seconds = (await arrivals(fleet)).map((one) => Math.floor((one.atMs - beganMs) / 1000));
  report.keep(killRedis ? 'arrivals with Redis lost' : 'arrivals', seconds);
}

run(async (report) => {
  const fleet = await startFleet({ processes: PROCESSES });
  try {
    const demand = new Demand(fleet, await addServices(fleet, 220));
    await warmUp(demand);
    await flood(fleet, demand, report);
    if (SHORT) return;
    await sleep(WINDOW_MS);
    await boundary(fleet, demand, report);
    await saturation(fleet, demand, report, false);
    await saturation(fleet, demand, report, true);
  } finally {
    await fleet.stop();
  }
}, 'Budget');
