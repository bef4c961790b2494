import Redis from 'ioredis';
import { ask, run, sleep, summary, tally, weekday, type Heard, type Report } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { arrivals, closeCircuits, resetCounts } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * Cal.com is down: every question about days that were known before is answered at once, flagged stale, and Cal.com is
 * asked once a minute by all processes together. `npm run bench -- outage [short]`
 */
const SHORT = process.argv.includes('short');
const PROCESSES = 4;
const QUESTIONS_PER_SECOND = 20;
const DOWN_MS = SHORT ? 15_000 : 310_000;
const PROBE_MS = 60_000;
/** Past every time to live, within the hour for which an answer may be used as stale. */
const AGE_MS = 20 * 60_000;

interface Outage {
  name: string;
  fault: Record<string, unknown>;
  /** How long Cal.com keeps the first callers waiting before it is known to be down. */
  unknownForMs: number;
}

const REFUSES: Outage = { name: 'resets connections', fault: { kind: 'reset-before-commit' }, unknownForMs: 0 };
const FAILS: Outage = { name: 'answers 503', fault: { kind: 'status', status: 503 }, unknownForMs: 0 };
const HANGS: Outage = { name: 'never answers', fault: { kind: 'hang' }, unknownForMs: 3500 };

/** Makes every stored day as old as if it had been fetched that much earlier, which takes no waiting. */
async function ageDays(fleet: Fleet): Promise<number> {
  const redis = new Redis(fleet.redisUrl);
  try {
    const keys = (await redis.keys('calcom:slots:*')).filter((key) => key.startsWith('calcom:slots:{'));
    for (const key of keys) {
      const [incarnation, epoch, begunAt, freshUntil, ...payload] = ((await redis.get(key)) ?? '').split('|');
      const aged = [incarnation, epoch, Number(begunAt) - AGE_MS, Number(freshUntil) - AGE_MS, ...payload].join('|');
      await redis.set(key, aged, 'KEEPTTL');
    }
    return keys.length;
  } finally {
    redis.disconnect();
  }
}

async function down(fleet: Fleet, outage: Outage): Promise<void> {
  await fleet.control('/faults', { match: {}, probability: 1, fault: outage.fault });
}

function question(fleet: Fleet, services: readonly BenchService[], index: number): Promise<Heard> {
  const service = services[index % services.length];
  const args = { service_id: service?.id, desired_date: weekday(2 + (index % 5)), desired_time: '11:00' };
  return ask(fleet.urls[index % fleet.urls.length] ?? '', 'check_availability', args);
}

/** Everything known, then so old that it would have to be asked for again. */
async function prepare(fleet: Fleet, services: readonly BenchService[]): Promise<void> {
  await fleet.control('/faults', undefined, 'DELETE');
  await closeCircuits(fleet);
  for (const [index, service] of services.entries())
    for (let tries = 0; (await question(fleet, [service], index)).body.stale !== false && tries < 10; tries++);
  await Promise.all(Array.from({ length: 200 }, (_, index) => question(fleet, services, index)));
  await ageDays(fleet);
}

async function askFor(
  fleet: Fleet,
  services: readonly BenchService[],
  lastsMs: number,
): Promise<(Heard & { atMs: number })[]> {
  const beganMs = Date.now();
  const heard: Promise<Heard & { atMs: number }>[] = [];
  for (let index = 0; Date.now() < beganMs + lastsMs; index++) {
    const atMs = Date.now() - beganMs;
    heard.push(question(fleet, services, index).then((one) => ({ ...one, atMs })));
    await sleep(Math.max(0, beganMs + ((index + 1) * 1000) / QUESTIONS_PER_SECOND - Date.now()));
  }
  return Promise.all(heard);
}

async function endure(
  fleet: Fleet,
  services: readonly BenchService[],
  report: Report,
  outage: Outage,
  lastsMs: number,
): Promise<void> {
  await prepare(fleet, services);
  await down(fleet, outage);
  await resetCounts(fleet);
  const beganMs = Date.now();
  const heard = await askFor(fleet, services, lastsMs);
  const label = `Cal.com ${outage.name}`;
  const known = heard.filter((one) => one.atMs >= outage.unknownForMs);
  const answered = heard.filter((one) => one.body.stale === true && one.body.success === true).length;
  report.check(
    `${label}: answered from what was known, flagged stale`,
    `${answered} of ${heard.length}`,
    'all',
    answered === heard.length,
  );
  const { p50, p95, max } = summary(known.map((one) => one.ms));
  const when = outage.unknownForMs > 0 ? ` from the first timeout on` : '';
  report.check(`${label}: slowest answer${when}`, `${max} ms (p50 ${p50}, p95 ${p95})`, '<= 100 ms', max <= 100);
  if (outage.unknownForMs > 0) {
    const early = summary(heard.filter((one) => one.atMs < outage.unknownForMs).map((one) => one.ms));
    report.check(`${label}: slowest answer before`, `${early.max} ms`, '<= 2500 ms, the deadline', early.max <= 2500);
  }
  const times = (await arrivals(fleet)).map((one) => one.atMs - beganMs).filter((atMs) => atMs >= 0);
  const settled = times.filter((atMs) => atMs > 10_000);
  const gaps = settled.slice(1).map((atMs, index) => atMs - (settled[index] ?? 0));
  const closest = gaps.length > 0 ? Math.round(Math.min(...gaps) / 1000) : null;
  const expected = Math.floor(lastsMs / PROBE_MS);
  report.check(
    `${label}: requests after the circuit opened, in ${Math.round(lastsMs / 1000)} s`,
    `${settled.length}${closest === null ? '' : `, ${closest} s apart at least`}`,
    `at most ${expected}, one a minute`,
    settled.length <= expected &&
      settled.length >= expected - 1 &&
      (closest === null || closest >= PROBE_MS / 1000 - 1),
  );
  report.note(`${tally(heard)}; ${times.length} requests in all`);
  report.keep(
    `${outage.name}: requests`,
    times.map((atMs) => Math.round(atMs / 1000)),
  );
}

run(async (report) => {
  const fleet = await startFleet({
    processes: PROCESSES,
    latencyScale: 0.2,
    env: { CALCOM_RATE_LIMIT_PER_MINUTE: '1000' },
    rateLimit: 1000,
  });
  try {
    const services = await addServices(fleet, 12);
    await endure(fleet, services, report, REFUSES, SHORT ? 8000 : DOWN_MS);
    if (!SHORT) await endure(fleet, services, report, FAILS, 15_000);
    await endure(fleet, services, report, HANGS, SHORT ? 12_000 : 75_000);
    await fleet.control('/faults', undefined, 'DELETE');
    await closeCircuits(fleet);
    await question(fleet, services, 0);
    await sleep(1500);
    const again = await question(fleet, services, 0);
    const fresh = again.body.stale === false;
    report.check('back again: the next answer', fresh ? 'fresh' : 'stale', 'fresh', fresh);
  } finally {
    await fleet.stop();
  }
}, 'Outage');
