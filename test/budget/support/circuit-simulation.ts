import fc from 'fast-check';
import { CircuitOpen, UpstreamRejected, UpstreamUnavailable } from '../../../src/errors';
import { silentLogger } from '../../../src/infra/logger';
import { CIRCUIT_RULES, CircuitBreaker } from '../../../src/services/circuit-breaker';
import { LocalCircuit, type SharedCircuit } from '../../../src/services/calcom/shared-circuit';
import { ProcessClock, seeded, VirtualTime } from './virtual-time';

interface Span {
  fromMs: number;
  forMs: number;
}

export interface CircuitSchedule {
  seed: number;
  processes: number;
  perSecond: number;
  /** How long an exchange takes at most. */
  slowMs: number;
  /** When Cal.com fails. */
  down: Span[];
  /** When the processes cannot reach the shared state. */
  away: Span[];
  /** A process dies without a word; its number is taken by a new one. */
  crashes: { atMs: number; process: number }[];
}

interface Call {
  atMs: number;
  endsAtMs: number;
  probe: boolean;
  failed: boolean;
}

const PROBE_MS = 3500;
const LASTS_MS = 400_000;
/** A process believes what it saw for 200 ms, and a call may have been let in just before. */
const NOTICE_MS = 250;

const span = (longestMs: number): fc.Arbitrary<Span> =>
  fc.record({ fromMs: fc.integer({ min: 0, max: 250_000 }), forMs: fc.integer({ min: 1000, max: longestMs }) });

/** Demand on one to four processes while Cal.com and the shared state come and go, and processes die. */
export const circuitSchedules: fc.Arbitrary<CircuitSchedule> = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 4 }),
  perSecond: fc.constantFrom(0.5, 1, 2),
  slowMs: fc.constantFrom(50, 800, 3000),
  down: fc.array(span(150_000), { minLength: 1, maxLength: 3 }),
  away: fc.array(span(40_000), { maxLength: 1 }),
  crashes: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 300_000 }), process: fc.nat(3) }), { maxLength: 2 }),
});

interface History {
  calls: Call[];
  refusedAtMs: number[];
  /** Answers of the shared state that changed it, as a model of twenty lines would give them. */
  disagreements: string[];
}

const within = (spans: readonly Span[], atMs: number): boolean =>
  spans.some(({ fromMs, forMs }) => atMs >= fromMs && atMs < fromMs + forMs);

/** The rules in twenty lines: what counts, in the order in which the shared state hears it. */
class Model {
  state: 'closed' | 'open' | 'half_open' = 'closed';
  openedAtMs = 0;
  #faults: number[] = [];
  #successes = 0;

  probed(): void {
    if (this.state === 'open') this.#successes = 0;
    this.state = 'half_open';
  }

  heard(outcome: 'success' | 'fault' | 'unknown', atMs: number): void {
    if (outcome === 'unknown') return;
    if (outcome === 'success') {
      this.#faults = [];
      if (this.state === 'half_open' && ++this.#successes === CIRCUIT_RULES.successesToClose) this.state = 'closed';
      return;
    }
    this.#faults = [...this.#faults, atMs].filter((one) => one > atMs - CIRCUIT_RULES.faultAgeMs);
    if (this.state === 'half_open' || this.#faults.length >= CIRCUIT_RULES.faultsToOpen) {
      this.state = 'open';
      this.openedAtMs = atMs;
    }
  }
}

/** Real breakers of several processes through invented time. */
async function simulate(schedule: CircuitSchedule): Promise<History> {
  const time = new VirtualTime();
  const startMs = time.nowMs;
  const random = seeded(schedule.seed);
  const server = new LocalCircuit({ nowMs: () => time.nowMs, monotonicMs: () => time.nowMs - startMs });
  const history: History = { calls: [], refusedAtMs: [], disagreements: [] };
  const model = new Model();
  const now = (): number => time.nowMs - startMs;
  /** Of the shared state's own probe; one that a process let out by itself is another's affair. */
  let probe: string | null = null;
  const boot = (): { breaker: CircuitBreaker; clock: ProcessClock; alive: boolean } => {
    const clock = new ProcessClock(time, (random() - 0.5) * 4000, time.nowMs);
    const self = { alive: true, clock } as ReturnType<typeof boot>;
    const travel = async <T>(command: () => Promise<T>): Promise<T> => {
      if (within(schedule.away, now())) throw new Error('the shared state is away');
      await clock.sleep(random() * 2);
      if (within(schedule.away, now())) throw new Error('the shared state is away');
      const answer = await command();
      await clock.sleep(random() * 2);
      return answer;
    };
    const shared: SharedCircuit = {
      enter: (name, token, probeMs, rules) =>
        travel(async () => {
          const answer = await server.enter(name, token, probeMs, rules);
          if (answer.verdict === 'probe') {
            model.probed();
            probe = token;
          }
          return answer;
        }),
      report: (name, report, rules) =>
        travel(async () => {
          const before = (await server.enter(name, null, 0, rules)).view;
          const view = await server.report(name, report, rules);
          // What began in an older state, or as a probe that is no longer the probe, does not count.
          const counts =
            before.generation === report.generation && (before.state === 'closed' || report.token === probe);
          const lease = before.state !== 'half_open' || before.retryMs > 0;
          if (counts && lease) model.heard(report.outcome, now());
          if (view.state !== model.state)
            history.disagreements.push(`at ${now()} the state is ${view.state}, the rules say ${model.state}`);
          return view;
        }),
      reset: (name) => travel(() => server.reset(name)),
    };
    self.breaker = new CircuitBreaker({ shared, clock, logger: silentLogger });
    return self;
  };
  const processes = Array.from({ length: schedule.processes }, boot);
  for (const { atMs, process } of schedule.crashes)
    time.at(startMs + atMs, () => {
      const index = process % schedule.processes;
      processes[index]!.alive = false;
      processes[index] = boot();
    });
  const call = async (): Promise<void> => {
    const self = processes[Math.floor(random() * processes.length)]!;
    let pass;
    try {
      pass = await self.breaker.enter('key', 'reads', PROBE_MS);
      await pass.recheck();
    } catch (error) {
      if (!(error instanceof CircuitOpen)) throw error;
      pass?.abandon();
      history.refusedAtMs.push(now());
      return;
    }
    const lastsMs = random() * schedule.slowMs;
    const failed = within(schedule.down, now());
    history.calls.push({ atMs: now(), endsAtMs: now() + lastsMs, probe: pass.probe, failed });
    await self.clock.sleep(lastsMs);
    if (!self.alive) return;
    const refused = random() < 0.2 ? new UpstreamRejected(400, 'booking_limit', 'no') : undefined;
    await pass.settle({ error: failed ? new UpstreamUnavailable('down', false) : refused });
  };
  for (let atMs = 0; atMs < LASTS_MS; atMs += 1000 / schedule.perSecond)
    time.at(startMs + atMs + random() * 100, () => void call());
  await time.runUntil(startMs + LASTS_MS + 10_000);
  return history;
}

/** Runs it and says what was wrong with it; empty when nothing was. */
export async function circuitVerdict(schedule: CircuitSchedule): Promise<string[]> {
  const { calls, refusedAtMs, disagreements } = await simulate(schedule);
  const { away, down, crashes, processes, slowMs } = schedule;
  const wrong = disagreements.slice(0, 3);
  const probes = calls.filter((one) => one.probe);
  for (const [index, one] of probes.entries()) {
    const other = probes[index + 1];
    // A probe that outlives its lease gives way; without the shared state every process probes for itself.
    const together = other && other.atMs < Math.min(one.endsAtMs, one.atMs + PROBE_MS);
    if (together && !nearby(away, one.atMs)) wrong.push(`two probes at ${one.atMs} and ${other.atMs}`);
    if (!other || !one.failed || nearby(away, one.atMs)) continue;
    const dead = crashes.some(({ atMs }) => atMs >= one.atMs && atMs <= one.endsAtMs + 10);
    const early = other.atMs < one.endsAtMs + CIRCUIT_RULES.openMs;
    if (early && !dead) wrong.push(`a probe failed at ${one.endsAtMs}, the next one was at ${other.atMs}`);
  }
  // Steadily down: after five faults in a row nothing but probes is sent, in every process.
  for (const { fromMs, forMs } of down) {
    const faults = calls.filter((one) => one.failed && !one.probe && one.endsAtMs >= fromMs);
    const fifth = faults.map((one) => one.endsAtMs).sort((a, b) => a - b)[4 * processes + 4];
    if (fifth === undefined || nearby(away, fifth)) continue;
    const untilMs = Math.min(fromMs + forMs, fifth + CIRCUIT_RULES.openMs);
    const late = calls.filter(
      (one) => !one.probe && one.failed && one.atMs > fifth + slowMs + NOTICE_MS && one.atMs < untilMs,
    );
    if (late.length > 5 * processes)
      wrong.push(`${late.length} calls while Cal.com was known to be down since ${fifth}`);
  }
  // Up again: a minute later the circuit lets everything through.
  const lastTroubleMs = Math.max(...[...down, ...away].map(({ fromMs, forMs }) => fromMs + forMs));
  const healedMs = lastTroubleMs + 2 * CIRCUIT_RULES.openMs + 5 * slowMs + 10_000;
  const still = refusedAtMs.filter((atMs) => atMs > healedMs);
  if (still.length > 0) wrong.push(`refused at ${still[0]}, long after the last trouble at ${lastTroubleMs}`);
  return wrong;
}

/** The shared state was away then or within the life of what was decided without it. */
function nearby(away: readonly Span[], atMs: number): boolean {
  const reachMs = 2 * CIRCUIT_RULES.openMs;
  return away.some(({ fromMs, forMs }) => atMs > fromMs - reachMs && atMs < fromMs + forMs + reachMs);
}
