import { randomUUID } from 'node:crypto';
import { CircuitOpen, isUpstreamFault, UpstreamRejected, UpstreamUnauthorised } from '../errors';
import type { Clock } from '../infra/clock';
import { LocalCircuit, type SharedCircuit } from './calcom/shared-circuit';
import type { CircuitReport, CircuitRules, CircuitView } from '../infra/redis-circuit';
import type { Logger } from '../infra/logger';

export type CircuitName = 'reads' | 'writes';
const CIRCUITS: readonly CircuitName[] = ['reads', 'writes'];

/** The source's fields; recovery_timeout and seconds_until_retry in seconds. */
export interface CircuitStatus {
  service: string;
  key: string;
  state: CircuitView['state'];
  failure_count: number;
  success_count: number;
  failure_threshold: number;
  recovery_timeout: number;
  /** ISO */
  opened_at: string | null;
  seconds_until_retry: number;
}

/** Leave for one call. Exactly one of its methods is called when the call is over; further calls do nothing. */
export interface CircuitPass {
  readonly probe: boolean;
  /** Looks again after a wait. @throws CircuitOpen when the call may no longer be made */
  recheck(): Promise<void>;
  /** Tells how the call ended: nothing thrown is a success, and only a fault of the other side counts against it. */
  settle(outcome: { error?: unknown }): Promise<void>;
  /** The call was not made. */
  abandon(): void;
}

interface Mirror {
  view: CircuitView;
  /** Monotonic milliseconds. */
  seenAtMs: number;
}

/** How long a process may believe what it last saw without looking again. */
const FRESH_MS = 200;
/** The same where a caller waits to learn of a fault. */
const LATEST_MS = 20;
const LOCAL_FOR_MS = 1000;

export const CIRCUIT_RULES: CircuitRules = { faultsToOpen: 5, faultAgeMs: 60_000, openMs: 60_000, successesToClose: 2 };

/**
 * Stops asking Cal.com while it fails: after five faults in a row within a minute nothing is sent for a minute, then one
 * probe at a time over all processes, and two good ones close the circuit again. One circuit per key for reads and one
 * for writes.
 *
 * Each process mirrors the shared state for at most 200 ms. While it is closed a call asks no shared state: an overdue look
 * travels beside the budget's own question and is awaited only with it, and a success is reported only when faults have
 * been counted. While it is open the refusal comes from the mirror. Without the shared state each process keeps its own.
 */
export class CircuitBreaker {
  readonly #local: LocalCircuit;
  readonly #mirrors = new Map<string, Mirror>();
  readonly #looking = new Map<string, Promise<void>>();
  #localUntilMs = Number.NEGATIVE_INFINITY;
  #away = false;

  constructor(private readonly deps: { shared: SharedCircuit; clock: Clock; logger: Logger }) {
    this.#local = new LocalCircuit(deps.clock);
  }

  /**
   * @param probeMs longest life of the call should it become the probe, milliseconds
   * @throws CircuitOpen at once when calls are not being made
   */
  async enter(keyId: string, circuit: CircuitName, probeMs: number): Promise<CircuitPass> {
    const name = circuitKey(keyId, circuit);
    const mirror = this.#mirrors.get(name);
    const ageMs = mirror ? this.deps.clock.monotonicMs() - mirror.seenAtMs : Number.POSITIVE_INFINITY;
    if (mirror?.view.state === 'closed') {
      const look = ageMs > FRESH_MS ? this.#look(name) : Promise.resolve();
      return this.#pass(name, mirror.view.generation, null, look);
    }
    if (mirror?.view.state === 'open' && ageMs < mirror.view.retryMs) {
      if (ageMs > FRESH_MS) void this.#look(name);
      throw new CircuitOpen(Math.ceil(mirror.view.retryMs - ageMs));
    }
    const token = randomUUID();
    const { verdict, view } = await this.#ask((circuits) => circuits.enter(name, token, probeMs, CIRCUIT_RULES));
    this.#see(name, view);
    if (verdict === 'refused') throw new CircuitOpen(Math.max(1, Math.ceil(view.retryMs)));
    return this.#pass(name, view.generation, verdict === 'probe' ? token : null, Promise.resolve());
  }

  /** Whether calls failed lately: some are not being made, or faults are being counted. */
  async isFailing(keyId: string, circuit: CircuitName): Promise<boolean> {
    const name = circuitKey(keyId, circuit);
    const seenAtMs = this.#mirrors.get(name)?.seenAtMs ?? Number.NEGATIVE_INFINITY;
    if (this.deps.clock.monotonicMs() - seenAtMs > LATEST_MS) await this.#look(name);
    const view = this.#mirrors.get(name)?.view;
    return view !== undefined && (view.state !== 'closed' || view.faults > 0);
  }

  /** Of reads, then of writes. */
  async getStatus(keyId: string): Promise<CircuitStatus[]> {
    return Promise.all(
      CIRCUITS.map(async (circuit) => {
        const { view } = await this.#ask((shared) => shared.enter(circuitKey(keyId, circuit), null, 0, CIRCUIT_RULES));
        return {
          service: `calcom_api:${circuit}`,
          key: keyId,
          state: view.state,
          failure_count: view.faults,
          success_count: view.successes,
          failure_threshold: CIRCUIT_RULES.faultsToOpen,
          recovery_timeout: CIRCUIT_RULES.openMs / 1000,
          opened_at: view.openedAtMs === null ? null : new Date(view.openedAtMs).toISOString(),
          seconds_until_retry: Math.ceil(view.retryMs / 1000),
        };
      }),
    );
  }

  /** Closes both circuits of a key by hand. */
  async reset(keyId: string): Promise<void> {
    for (const circuit of CIRCUITS) {
      const name = circuitKey(keyId, circuit);
      await this.#local.reset(name);
      this.#see(name, await this.#ask((shared) => shared.reset(name)));
    }
  }

  #pass(name: string, generation: number, token: string | null, look: Promise<void>): CircuitPass {
    let open = true;
    const report = async (outcome: CircuitReport['outcome']): Promise<void> => {
      if (!open) return;
      open = false;
      const view = this.#mirrors.get(name)?.view;
      const nothingNew = token === null && (outcome === 'unknown' || (outcome === 'success' && view?.faults === 0));
      if (nothingNew) return;
      this.#see(name, await this.#ask((shared) => shared.report(name, { generation, token, outcome }, CIRCUIT_RULES)));
    };
    return {
      probe: token !== null,
      recheck: async () => {
        await look;
        if (token !== null) return;
        const mirror = this.#mirrors.get(name);
        if (!mirror || this.deps.clock.monotonicMs() - mirror.seenAtMs > FRESH_MS) await this.#look(name);
        const view = this.#mirrors.get(name)?.view;
        if (view && view.state !== 'closed') throw new CircuitOpen(Math.max(1, Math.ceil(view.retryMs)));
      },
      settle: ({ error }) => report(outcomeOf(error)),
      abandon: () => void report('unknown'),
    };
  }

  /** One look at a time per circuit, however many calls wait for it. */
  #look(name: string): Promise<void> {
    const running = this.#looking.get(name);
    if (running) return running;
    const look = this.#ask((shared) => shared.enter(name, null, 0, CIRCUIT_RULES))
      .then(({ view }) => this.#see(name, view))
      .finally(() => this.#looking.delete(name));
    this.#looking.set(name, look);
    return look;
  }

  /** The one place that decides what an unreachable shared state means: this process goes by its own for a second. */
  async #ask<T>(question: (circuits: SharedCircuit) => Promise<T>): Promise<T> {
    if (this.deps.clock.monotonicMs() >= this.#localUntilMs) {
      try {
        const answer = await question(this.deps.shared);
        this.#away = false;
        return answer;
      } catch {
        const nowMs = this.deps.clock.monotonicMs();
        this.#localUntilMs = nowMs + LOCAL_FOR_MS;
        if (!this.#away) {
          for (const [name, { view, seenAtMs }] of this.#mirrors) {
            this.#local.adopt(name, { ...view, retryMs: Math.max(0, view.retryMs - (nowMs - seenAtMs)) });
          }
        }
        if (!this.#away) this.deps.logger.warn({}, 'shared circuit state is away; each process keeps its own');
        this.#away = true;
      }
    }
    return question(this.#local);
  }

  #see(name: string, view: CircuitView): void {
    this.#mirrors.set(name, { view, seenAtMs: this.deps.clock.monotonicMs() });
    if (!view.changed) return;
    const fields = { circuit: name, state: view.state, faults: view.faults, retryMs: view.retryMs };
    if (view.state === 'open') this.deps.logger.warn(fields, 'circuit opened');
    else this.deps.logger.info(fields, view.state === 'closed' ? 'circuit closed' : 'circuit is half-open');
  }
}

/** The key in braces keeps a circuit beside the same key's budget in a cluster. */
function circuitKey(keyId: string, circuit: CircuitName): string {
  return `calcom:circuit:{${keyId}}:${circuit}`;
}

/** A refusal shows that Cal.com is there and answering. A 429, our own abort or our own mistake shows nothing. */
function outcomeOf(error: unknown): CircuitReport['outcome'] {
  if (error === undefined) return 'success';
  if (isUpstreamFault(error)) return 'fault';
  return error instanceof UpstreamRejected || error instanceof UpstreamUnauthorised ? 'success' : 'unknown';
}
