import type { Result } from 'ioredis';
import type { RedisConnections } from './redis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    circuitEnter(circuit: string, ...args: (string | number)[]): Result<number[], Context>;
    circuitReport(circuit: string, ...args: (string | number)[]): Result<number[], Context>;
    circuitReset(circuit: string): Result<number[], Context>;
  }
}

type State = 'closed' | 'open' | 'half_open';
type Verdict = 'refused' | 'pass' | 'probe';

interface View {
  state: State;
  generation: number;
  retryMs: number;
  faults: number;
  successes: number;
  openedAtMs: number | null;
  changed: boolean;
}

interface Rules {
  faultsToOpen: number;
  faultAgeMs: number;
  openMs: number;
  successesToClose: number;
}

const STATES: readonly State[] = ['closed', 'open', 'half_open'];
const VERDICTS: readonly Verdict[] = ['refused', 'pass', 'probe'];
const OUTCOMES = { fault: 0, success: 1, unknown: 2 } as const;

/** Circuit states in Redis, on Redis' clock; every change of state is one atomic script. Rejects when Redis is away. */
export class RedisCircuit {
  /** @param nowMs epoch milliseconds, for driving the scripts through invented time; Redis' own clock without it */
  constructor(
    private readonly redis: RedisConnections,
    private readonly nowMs: () => number = () => 0,
  ) {}

  async enter(
    name: string,
    token: string | null,
    probeMs: number,
    rules: Rules,
  ): Promise<{ verdict: Verdict; view: View }> {
    const figures = await this.redis.commands.circuitEnter(
      name,
      this.nowMs(),
      token ?? '',
      Math.ceil(probeMs),
      rules.faultAgeMs,
    );
    return { verdict: VERDICTS[figures[0] ?? 0] ?? 'refused', view: decode(figures) };
  }

  async report(
    name: string,
    report: { generation: number; token: string | null; outcome: keyof typeof OUTCOMES },
    rules: Rules,
  ): Promise<View> {
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

  async reset(name: string): Promise<View> {
    return decode(await this.redis.commands.circuitReset(name));
  }
}

function decode(figures: number[]): View {
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
