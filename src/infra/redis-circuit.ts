import type { Result } from 'ioredis';
import type { RedisConnections } from './redis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    circuitEnter(circuit: string, ...args: (string | number)[]): Result<number[], Context>;
    circuitReport(circuit: string, ...args: (string | number)[]): Result<number[], Context>;
    circuitReset(circuit: string): Result<number[], Context>;
  }
}

export type CircuitState = 'closed' | 'open' | 'half_open';

export interface CircuitView {
  state: CircuitState;
  /** Counts state changes; the result of a call that began in an older one is ignored. */
  generation: number;
  /** Milliseconds until the next call may be tried; 0 when one may be tried now. */
  retryMs: number;
  faults: number;
  successes: number;
  /** Epoch milliseconds, null while closed. */
  openedAtMs: number | null;
  /** Whether this very operation changed the state. */
  changed: boolean;
}

export type CircuitVerdict = 'refused' | 'pass' | 'probe';

export interface CircuitRules {
  /** Faults in a row, none older than `faultAgeMs`, that open the circuit. */
  faultsToOpen: number;
  faultAgeMs: number;
  openMs: number;
  successesToClose: number;
}

export interface CircuitReport {
  generation: number;
  /** The probe's token, null for an ordinary call. */
  token: string | null;
  outcome: 'success' | 'fault' | 'unknown';
}

const STATES: readonly CircuitState[] = ['closed', 'open', 'half_open'];
const VERDICTS: readonly CircuitVerdict[] = ['refused', 'pass', 'probe'];
const OUTCOMES = { fault: 0, success: 1, unknown: 2 } as const;

/** Circuit states in Redis, on Redis' clock; every change of state is one atomic script. Rejects when Redis is away. */
export class RedisCircuit {
  /** @param nowMs epoch milliseconds, for driving the scripts through invented time; Redis' own clock without it */
  constructor(
    private readonly redis: RedisConnections,
    private readonly nowMs: () => number = () => 0,
  ) {}

  /** @param token null only looks; `probeMs` is the longest life of a probe */
  async enter(
    name: string,
    token: string | null,
    probeMs: number,
    rules: CircuitRules,
  ): Promise<{ verdict: CircuitVerdict; view: CircuitView }> {
    const figures = await this.redis.commands.circuitEnter(
      name,
      this.nowMs(),
      token ?? '',
      Math.ceil(probeMs),
      rules.faultAgeMs,
    );
    return { verdict: VERDICTS[figures[0] ?? 0] ?? 'refused', view: decode(figures) };
  }

  async report(name: string, report: CircuitReport, rules: CircuitRules): Promise<CircuitView> {
    const { generation, token, outcome } = report;
    const { faultsToOpen, faultAgeMs, openMs, successesToClose } = rules;
    return decode(
      await this.redis.commands.circuitReport(
        name,
        this.nowMs(),
        generation,
        token ?? '',
        OUTCOMES[outcome],
        faultsToOpen,
        faultAgeMs,
        openMs,
        successesToClose,
      ),
    );
  }

  async reset(name: string): Promise<CircuitView> {
    return decode(await this.redis.commands.circuitReset(name));
  }
}

function decode(figures: number[]): CircuitView {
  const [, generation = 0, state = 0, retryMs = 0, faults = 0, successes = 0, openedAtMs = 0, changed = 0] = figures;
  return {
    state: STATES[state] ?? 'closed',
    generation,
    retryMs,
    faults,
    successes,
    openedAtMs: openedAtMs || null,
    changed: changed === 1,
  };
}
