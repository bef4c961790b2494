import type { Clock } from '../infra/clock';

export interface Tick {
  name: string;
  everyMs: number;
  work: () => Promise<unknown>;
}

/**
 * Short sweeps that every process makes for itself; each claims its rows, so that many processes share the work. A pass
 * that is still running is never overlapped by the next one.
 */
export class Ticker {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #ticks: Tick[];
  readonly #clock: Clock;
  readonly #onError: (name: string, error: unknown) => void;
  #stopped = false;

  constructor(deps: { ticks: Tick[]; clock: Clock; onError: (name: string, error: unknown) => void }) {
    this.#ticks = deps.ticks;
    this.#clock = deps.clock;
    this.#onError = deps.onError;
  }

  start(): void {
    for (const tick of this.#ticks) this.#schedule(tick, tick.everyMs, null);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #schedule(tick: Tick, delayMs: number, lastError: string | null): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const beganMs = this.#clock.monotonicMs();
      let problem: string | null = null;
      const run = tick
        .work()
        .catch((error: unknown) => {
          problem = error instanceof Error ? error.message : String(error);
          // Only a change of state is worth a line: a database that is away fails every pass.
          if (problem !== lastError) this.#onError(tick.name, error);
        })
        .finally(() => {
          this.#running.delete(run);
          this.#schedule(tick, Math.max(50, tick.everyMs - (this.#clock.monotonicMs() - beganMs)), problem);
        });
      this.#running.add(run);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}
