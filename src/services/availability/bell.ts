import type { Clock } from '../../infra/clock';
import { endedEarly } from './ended-early';

/** Wakes whoever waits for something to have happened since they last looked; a ring in between is not missed. */
export class Bell {
  readonly #clock: Clock;
  #rings = 0;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get rung(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    this.#wake?.();
  }

  /**
   * Resolves at the first ring after the `since`-th, or after `atMostMs`.
   * @throws the signal's reason when it aborts first
   */
  async next(since: number, atMostMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#rings > since) return;
    const waiting = endedEarly(signal);
    const rung = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timeOver = this.#clock.sleep(atMostMs, waiting.signal);
    timeOver.catch(() => undefined);
    try {
      await Promise.race([rung, timeOver]);
    } finally {
      waiting.end();
    }
  }
}
