import { ask, run, sleep, summary, tally, weekday, type Heard, type Report } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { arrivals, closeCircuits, resetCounts, slotFault, slotRequests } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * Many callers ask the same at once and the answer is not known yet; also while Cal.com fails, hangs, or the callers
 * hang up. `npm run bench -- stampede [short]`
 */
const SHORT = process.argv.includes('short');
const CROWDS = SHORT ? [100] : [100, 500];
const SPREADS = SHORT ? [1, 4] : [1, 2, 4];
const ROUNDS = SHORT ? 2 : 5;
const UPSTREAM_MS = 400;
const UPSTREAM_TIMEOUT_MS = 3000;
/** Hundreds of cold questions in a row need more than the real 120 a minute; the budget has a proof of its own. */
const RATE_LIMIT = 5000;
const LEAVE_AFTER_MS = 700;
/** A request may be on its way when its caller hangs up. */
const ON_ITS_WAY_MS = 100;

const TROUBLES = [
  { name: 'answers 500', fault: { kind: 'status', status: 500 } },
  { name: 'resets the connection', fault: { kind: 'reset-before-commit' } },
  { name: 'hangs', fault: { kind: 'hang' } },
];

class Stampede {
  #used = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly services: readonly BenchService[],
  ) {}

  /** A service not asked for yet. */
  cold(): BenchService {
    const service = this.services[this.#used++];
    if (!service) throw new Error('no service is left that was not asked for');
    return service;
  }

  question(service: BenchService, index: number, processes: number, patienceMs?: number): Promise<Heard> {
    const args = { service_id: service.id, desired_date: weekday(3), desired_time: '11:00' };
    return ask(this.fleet.urls[index % processes] ?? '', 'check_availability', args, {}, patienceMs);
  }

  crowd(service: BenchService, callers: number, processes: number): Promise<Heard[]> {
    return Promise.all(Array.from({ length: callers }, (_, index) => this.question(service, index, processes)));
  }
}

async function healthy(fleet: Fleet, stampede: Stampede, report: Report): Promise<void> {
  const points: object[] = [];
  for (const callers of CROWDS) {
    for (const processes of SPREADS) {
      const requests: number[] = [];
      const p95s: number[] = [];
      const warm: number[] = [];
      let unanswered = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await slotFault(fleet, { kind: 'delay', delayMs: UPSTREAM_MS });
        await resetCounts(fleet);
        const service = stampede.cold();
        const heard = await stampede.crowd(service, callers, processes);
        requests.push((await slotRequests(fleet)).length);
        p95s.push(summary(heard.map((one) => one.ms)).p95);
        unanswered += heard.filter((one) => one.body.status !== 'available').length;
        // The same crowd once more, now that the answer is known: what so many requests cost without any waiting.
        warm.push(summary((await stampede.crowd(service, callers, processes)).map((one) => one.ms)).p95);
      }
      const over = summary(p95s.map((p95) => p95 - UPSTREAM_MS));
      const label = `${callers} callers, ${processes} process${processes > 1 ? 'es' : ''}`;
      report.check(
        `${label}: upstream requests, worst of ${ROUNDS} runs`,
        Math.max(...requests),
        '1',
        Math.max(...requests) === 1,
      );
      report.check(`${label}: not answered`, unanswered, '0', unanswered === 0);
      report.check(
        `${label}: p95 beyond the upstream's own ${UPSTREAM_MS} ms, median run`,
        `${over.p50} ms (the same crowd warm: ${summary(warm).p50} ms)`,
        '<= 150 ms',
        over.p50 <= 150,
      );
      points.push({ callers, processes, beyondMs: over.p50, warmMs: summary(warm).p50 });
    }
  }
  report.keep('beyond', points);
}

async function troubled(fleet: Fleet, stampede: Stampede, report: Report): Promise<void> {
  for (const { name, fault } of TROUBLES) {
    for (const callers of CROWDS) {
      for (const processes of SPREADS) {
        await closeCircuits(fleet);
        await slotFault(fleet, fault);
        await resetCounts(fleet);
        const heard = await stampede.crowd(stampede.cold(), callers, processes);
        await sleep(300);
        const requests = (await slotRequests(fleet)).length;
        const { max } = summary(heard.map((one) => one.ms));
        const label = `upstream ${name}, ${callers} callers, ${processes} process${processes > 1 ? 'es' : ''}`;
        report.check(
          `${label}: upstream requests / last answer`,
          `${requests} / ${max} ms`,
          `<= 2 / <= ${UPSTREAM_TIMEOUT_MS + 200} ms`,
          requests <= 2 && max <= UPSTREAM_TIMEOUT_MS + 200 && heard.length === callers,
        );
        report.note(tally(heard));
      }
    }
  }
  await slotFault(fleet, null);
  await closeCircuits(fleet);
}

/** More cold questions than may leave within a second; all callers hang up while most still stand in line. */
async function deserted(fleet: Fleet, stampede: Stampede, report: Report): Promise<void> {
  await slotFault(fleet, { kind: 'delay', delayMs: UPSTREAM_MS });
  await resetCounts(fleet);
  const beganAtMs = Date.now();
  const questions = Array.from({ length: 40 }, (_, index) =>
    stampede.question(stampede.cold(), index, fleet.urls.length, LEAVE_AFTER_MS).catch(() => null),
  );
  await Promise.all(questions);
  await sleep(4000);
  const goneAtMs = beganAtMs + LEAVE_AFTER_MS + ON_ITS_WAY_MS;
  const all = await arrivals(fleet);
  const late = all.filter((one) => one.atMs > goneAtMs).length;
  report.check(
    `40 different questions, all callers hang up after ${LEAVE_AFTER_MS} ms: upstream requests begun later`,
    `${late} (${all.length} before)`,
    '0',
    late === 0 && all.length > 0,
  );
  await slotFault(fleet, null);
}

run(async (report) => {
  const fleet = await startFleet({
    processes: 4,
    latencyScale: 0,
    rateLimit: RATE_LIMIT,
    env: { MAX_INFLIGHT_REQUESTS: '1000', CALCOM_RATE_LIMIT_PER_MINUTE: String(RATE_LIMIT) },
  });
  try {
    const cases = CROWDS.length * SPREADS.length;
    const services = await addServices(fleet, cases * (ROUNDS + TROUBLES.length) + 48 + fleet.urls.length);
    const stampede = new Stampede(fleet, services);
    // Each process has answered before: code compiled, connections open.
    await Promise.all(fleet.urls.map((_, index) => stampede.crowd(stampede.cold(), 50, index + 1)));
    await healthy(fleet, stampede, report);
    await troubled(fleet, stampede, report);
    await deserted(fleet, stampede, report);
  } finally {
    await fleet.stop();
  }
}, 'Stampede');
