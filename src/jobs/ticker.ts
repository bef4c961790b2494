import type { Clock } from '../infra/clock';

/** A name, the milliseconds between two passes, and the work of one. */
export type Tick = [name: string, everyMs: number, work: () => Promise<unknown>];

/**
 * Short sweeps that every process makes for itself; each claims its rows, so that many processes share the work. A pass
 * that is still running is never overlapped by the next one.
 */
export class Ticker {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<unknown>>();
  #stopped = false;

  constructor(
    private readonly deps: { ticks: Tick[]; clock: Clock; onError: (name: string, error: unknown) => void },
  ) {}

  start(): void {
    for (const tick of this.deps.ticks) this.#schedule(tick, tick[1], null);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #schedule(tick: Tick, delayMs: number, lastError: string | null): void {
    if (this.#stopped) return;
    const [name, everyMs, work] = tick;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const beganMs = this.deps.clock.monotonicMs();
      let problem: string | null = null;
      const run = work()
        .catch((error: unknown) => {
          problem = error instanceof Error ? error.message : String(error);
          // Only a change of state is worth a line: a database that is away fails every pass.
          if (problem !== lastError) this.deps.onError(name, error);
        })
        .finally(() => {
          this.#running.delete(run);
          this.#schedule(tick, Math.max(50, everyMs - (this.deps.clock.monotonicMs() - beganMs)), problem);
        });
      this.#running.add(run);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}
