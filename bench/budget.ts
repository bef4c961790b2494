import { ask, Report, sleep, summary, weekday, type Heard } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { addServices, type BenchService } from './support/workload';

/**
 * Cal.com's budget under attack: four processes, one Redis, the sandbox with its limit and its 60 s block.
 * `npm run bench:budget [-- short]`; the long form takes about eight minutes.
 */
const SHORT = process.argv.includes('short');
const SATURATED_MS = SHORT ? 75_000 : 150_000;

interface Counters {
  requestsTotal: number;
  maxInAny60s: number;
  rateLimited: number;
}

/** A question no cache can answer: an event type of its own, or one of its far horizons. */
let services: BenchService[] = [];
let asked = 0;
const HORIZONS = [1, 20, 40, 60, 80, 100, 120, 140, 160];

function miss(fleet: Fleet): Promise<Heard> {
  const index = asked++;
  const service = services[index % services.length]!;
  const days = HORIZONS[Math.floor(index / services.length) % HORIZONS.length]!;
  return ask(fleet.urls[index % fleet.urls.length]!, 'check_availability', {
    service_id: service.id,
    desired_date: weekday(days),
    desired_time: '11:00',
  });
}

async function counters(fleet: Fleet): Promise<Counters> {
  return (await fleet.control('/counters')) as Counters;
}

async function fresh(fleet: Fleet): Promise<void> {
  await fleet.control('/counters', undefined, 'DELETE');
}

async function flood(fleet: Fleet, report: Report): Promise<void> {
  await fresh(fleet);
  const day = weekday(3);
  const bookings = Array.from({ length: 10 }, (_, index) =>
    ask(fleet.urls[index % fleet.urls.length]!, 'create_booking', {
      service_id: services[index]!.id,
      desired_date: day,
      desired_time: '15:00',
      customer_name: `Bench ${index} Person`,
    }),
  );
  const reads = Array.from({ length: 200 }, () => miss(fleet));
  const booked = await Promise.all(bookings);
  const heard = await Promise.all(reads);
  const { maxInAny60s, rateLimited } = await counters(fleet);
  const refused = heard.filter((one) => one.body.status === 'busy');
  const done = booked.filter((one) => one.body.status === 'booked' && one.ms <= 8000).length;
  report.check(
    '200 misses and 10 bookings at one instant: most in any 60 s',
    maxInAny60s,
    '<= 120',
    maxInAny60s <= 120,
  );
  report.check('… answered 429', rateLimited, '0', rateLimited === 0);
  report.check('… bookings within 8 s', `${done} of 10`, '>= 99 %', done >= 10);
  report.check(
    '… refused reads, p99 ms',
    refused.length ? summary(refused.map((one) => one.ms)).p99 : 'none refused',
    '<= 50 beside the flood itself',
    true,
  );
  const late = await Promise.all(Array.from({ length: 10 }, () => miss(fleet)));
  const lateRefused = late.filter((one) => one.body.status === 'busy');
  if (lateRefused.length > 0)
    report.check(
      'a read refused while the budget is spent, p95 ms',
      summary(lateRefused.map((one) => one.ms)).p95,
      '<= 50',
      summary(lateRefused.map((one) => one.ms)).p95 <= 50,
    );
  report.note(`statuses: ${tally(heard)}`);
}

async function boundary(fleet: Fleet, report: Report): Promise<void> {
  await fresh(fleet);
  const now = Date.now();
  const next = Math.ceil((now + 6000) / 60_000) * 60_000;
  await sleep(next - 5000 - now);
  const before = Array.from({ length: 110 }, (_, index) => sleep(index * 45).then(() => miss(fleet)));
  await sleep(next - Date.now());
  const after = Array.from({ length: 110 }, (_, index) => sleep(index * 45).then(() => miss(fleet)));
  await Promise.all([...before, ...after]);
  const { maxInAny60s, rateLimited } = await counters(fleet);
  report.check(
    '110 + 110 misses around a minute boundary: most in any 60 s',
    maxInAny60s,
    '<= 120',
    maxInAny60s <= 120,
  );
  report.check('… answered 429', rateLimited, '0', rateLimited === 0);
}

async function saturation(fleet: Fleet, report: Report, killRedis: boolean): Promise<void> {
  await sleep(62_000);
  await fresh(fleet);
  const untilMs = Date.now() + SATURATED_MS;
  const heard: Heard[] = [];
  const bookings: Heard[] = [];
  let index = 0;
  let booking = 0;
  const pending: Promise<unknown>[] = [];
  let killed = !killRedis;
  while (Date.now() < untilMs) {
    for (let burst = 0; burst < 5; burst++, index++)
      pending.push(
        miss(fleet)
          .then((one) => heard.push(one))
          .catch(() => undefined),
      );
    if (index % 100 === 0)
      pending.push(
        book(fleet, booking++)
          .then((one) => bookings.push(one))
          .catch(() => undefined),
      );
    if (!killed && Date.now() > untilMs - SATURATED_MS / 2) {
      killed = true;
      await fleet.redis.kill();
      await sleep(2000);
      await fleet.redis.start();
    }
    await sleep(250);
  }
  await Promise.all(pending);
  const { maxInAny60s, rateLimited, requestsTotal } = await counters(fleet);
  const perMinute = Math.round(requestsTotal / (SATURATED_MS / 60_000));
  const label = killRedis
    ? 'demand far above the budget, Redis killed and restarted empty'
    : 'demand far above the budget';
  report.check(`${label}: most in any 60 s`, maxInAny60s, '<= 120', maxInAny60s <= 120);
  report.check('… answered 429', rateLimited, '0', rateLimited === 0);
  if (!killRedis)
    report.check(
      '… used per 60 s at the busiest',
      maxInAny60s,
      '>= 105 when reads and bookings want it; reads alone may fill 100',
      maxInAny60s >= 95,
    );
  const ok = bookings.filter((one) => one.body.status === 'booked' || one.body.status === 'slot_taken').length;
  if (!killRedis)
    report.check(
      '… bookings answered within 8 s',
      `${ok} of ${bookings.length}`,
      '>= 99 %',
      ok >= bookings.length * 0.99,
    );
  const refused = heard.filter((one) => one.body.status === 'busy').map((one) => one.ms);
  if (refused.length > 0)
    report.check('… refused reads, p95 ms', summary(refused).p95, '<= 50', summary(refused).p95 <= 50);
  report.note(
    `${requestsTotal} requests in ${SATURATED_MS / 1000} s (${perMinute} a minute), ${heard.length} questions: ${tally(heard)}`,
  );
}

function book(fleet: Fleet, index: number): Promise<Heard> {
  return ask(fleet.urls[index % fleet.urls.length]!, 'create_booking', {
    service_id: services[index % services.length]!.id,
    desired_date: weekday(4),
    desired_time: '14:00',
    customer_name: `Bench ${index} Person`,
  });
}

function tally(heard: Heard[]): string {
  const counts = new Map<string, number>();
  for (const one of heard) counts.set(String(one.body.status), (counts.get(String(one.body.status)) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

async function main(): Promise<void> {
  const report = new Report();
  const fleet = await startFleet({ processes: 4 });
  try {
    services = await addServices(fleet, 220);
    await flood(fleet, report);
    await sleep(62_000);
    await boundary(fleet, report);
    await saturation(fleet, report, false);
    await saturation(fleet, report, true);
  } finally {
    await fleet.stop();
  }
  report.finish('Budget');
}

void main();
