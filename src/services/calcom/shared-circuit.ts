import type { Clock } from '../../infra/clock';
import type {
  CircuitReport,
  CircuitRules,
  CircuitState,
  CircuitVerdict,
  CircuitView,
  RedisCircuit,
} from '../../infra/redis-circuit';

/** The state of one circuit, shared by all processes. Methods reject when it cannot be reached in time. */
export type SharedCircuit = Pick<RedisCircuit, keyof RedisCircuit>;

/** Instants on the monotonic clock, but for `openedAtMs`. */
interface Record {
  generation: number;
  state: CircuitState;
  faultsAtMs: number[];
  successes: number;
  openedAtMs: number;
  openUntilMs: number;
  lease: string | null;
  leaseUntilMs: number;
}

/** The same circuit for one process alone: used while the shared one is away. */
export class LocalCircuit implements SharedCircuit {
  readonly #records = new Map<string, Record>();

  constructor(private readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>) {}

  enter(name: string, token: string | null, probeMs: number, rules: CircuitRules): ReturnType<SharedCircuit['enter']> {
    const nowMs = this.clock.monotonicMs();
    const record = this.#record(name, nowMs, rules);
    let verdict: CircuitVerdict = 'pass';
    let changed = false;
    if (record.state === 'open' && (nowMs < record.openUntilMs || token === null)) {
      verdict = 'refused';
    } else if (record.state !== 'closed') {
      if (record.state === 'open') {
        Object.assign(record, { generation: record.generation + 1, state: 'half_open', successes: 0, leaseUntilMs: 0 });
        changed = true;
      }
      verdict = record.leaseUntilMs > nowMs || token === null ? 'refused' : 'probe';
    }
    const view = viewOf(record, nowMs, changed);
    if (verdict === 'probe') Object.assign(record, { lease: token, leaseUntilMs: nowMs + probeMs });
    return Promise.resolve({ verdict, view: verdict === 'refused' ? view : { ...view, retryMs: 0 } });
  }

  report(name: string, report: CircuitReport, rules: CircuitRules): Promise<CircuitView> {
    const nowMs = this.clock.monotonicMs();
    const record = this.#record(name, nowMs, rules);
    const ours =
      record.state === 'closed' ||
      (record.state === 'half_open' && record.lease !== null && record.lease === report.token);
    const changed = report.generation === record.generation && ours && this.#count(record, report, nowMs, rules);
    return Promise.resolve(viewOf(record, nowMs, changed));
  }

  reset(name: string): Promise<CircuitView> {
    const before = this.#records.get(name);
    const record = { ...closed(), generation: (before?.generation ?? 0) + 1 };
    this.#records.set(name, record);
    return Promise.resolve(viewOf(record, this.clock.monotonicMs(), before !== undefined && before.state !== 'closed'));
  }

  /** Goes on from what the shared circuit last said. */
  adopt(name: string, view: CircuitView): void {
    const nowMs = this.clock.monotonicMs();
    const { generation, state, successes, openedAtMs, faults, retryMs } = view;
    const untilMs = nowMs + retryMs;
    this.#records.set(name, {
      ...closed(),
      generation,
      state,
      successes,
      openedAtMs: openedAtMs ?? 0,
      faultsAtMs: new Array<number>(faults).fill(nowMs),
      openUntilMs: state === 'open' ? untilMs : 0,
      leaseUntilMs: state === 'half_open' ? untilMs : 0,
    });
  }

  /** @returns whether the state changed */
  #count(record: Record, report: CircuitReport, nowMs: number, rules: CircuitRules): boolean {
    const half = record.state === 'half_open';
    if (half) Object.assign(record, { lease: null, leaseUntilMs: 0 });
    if (report.outcome === 'fault') {
      record.faultsAtMs.push(nowMs);
      if (!half && record.faultsAtMs.length < rules.faultsToOpen) return false;
      Object.assign(record, {
        generation: record.generation + 1,
        state: 'open',
        openedAtMs: this.clock.nowMs(),
        openUntilMs: nowMs + rules.openMs,
        successes: 0,
      });
      return true;
    }
    if (report.outcome === 'unknown') return false;
    if (!half) {
      record.faultsAtMs = [];
      return false;
    }
    record.successes++;
    if (record.successes < rules.successesToClose) return false;
    Object.assign(record, {
      generation: record.generation + 1,
      state: 'closed',
      openedAtMs: 0,
      openUntilMs: 0,
      faultsAtMs: [],
    });
    return true;
  }

  #record(name: string, nowMs: number, rules: CircuitRules): Record {
    const record = this.#records.get(name) ?? closed();
    this.#records.set(name, record);
    record.faultsAtMs = record.faultsAtMs.filter((atMs) => atMs > nowMs - rules.faultAgeMs);
    return record;
  }
}

function closed(): Record {
  return {
    generation: 0,
    state: 'closed',
    faultsAtMs: [],
    successes: 0,
    openedAtMs: 0,
    openUntilMs: 0,
    lease: null,
    leaseUntilMs: 0,
  };
}

function viewOf(record: Record, nowMs: number, changed: boolean): CircuitView {
  const untilMs = record.state === 'open' ? record.openUntilMs : record.state === 'half_open' ? record.leaseUntilMs : 0;
  return {
    state: record.state,
    generation: record.generation,
    retryMs: Math.max(0, untilMs - nowMs),
    faults: record.faultsAtMs.length,
    successes: record.successes,
    openedAtMs: record.openedAtMs || null,
    changed,
  };
}
