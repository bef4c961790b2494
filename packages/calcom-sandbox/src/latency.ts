import { setTimeout as sleep } from 'node:timers/promises';
import { type SeededRandom } from './seeded-random';

interface LatencyRange {
  minMs: number;
  medianMs: number;
  maxMs: number;
}

/** Measured ranges of the hosted service: a slot search asks calendars, a booking writes them. */
const RANGES = {
  slots: { minMs: 300, medianMs: 400, maxMs: 800 },
  bookingWrite: { minMs: 1_500, medianMs: 2_500, maxMs: 5_000 },
  read: { minMs: 80, medianMs: 150, maxMs: 400 },
} satisfies Record<string, LatencyRange>;

export type LatencyClass = keyof typeof RANGES;

/** How sharply the slow half leans towards the median: most slow answers are only a little slow. */
const TAIL_EXPONENT = 2;

/** One request's waiting time, spent in parts so that a commit can fall between two of them. */
export class LatencyBudget {
  #leftMs: number;

  constructor(readonly totalMs: number) {
    this.#leftMs = totalMs;
  }

  /** Waits for a share (0–1) of the whole budget. */
  spend(share: number): Promise<void> {
    return this.#wait(Math.min(this.#leftMs, this.totalMs * share));
  }

  spendRest(): Promise<void> {
    return this.#wait(this.#leftMs);
  }

  async #wait(forMs: number): Promise<void> {
    if (forMs <= 0) return;
    this.#leftMs -= forMs;
    await sleep(forMs, undefined, { ref: false });
  }
}

/** Samples waiting times; `scale` 0 switches them off, 1 is like the hosted service. */
export class LatencyModel {
  constructor(
    private readonly random: SeededRandom,
    public scale: number,
  ) {}

  sampleMs(latencyClass: LatencyClass): number {
    const { minMs, medianMs, maxMs } = RANGES[latencyClass];
    const roll = this.random.next();
    const unscaledMs =
      roll < 0.5
        ? minMs + (medianMs - minMs) * roll * 2
        : medianMs + (maxMs - medianMs) * Math.pow((roll - 0.5) * 2, TAIL_EXPONENT);
    return unscaledMs * this.scale;
  }

  budget(latencyClass: LatencyClass): LatencyBudget {
    return new LatencyBudget(this.scale === 0 ? 0 : this.sampleMs(latencyClass));
  }
}
