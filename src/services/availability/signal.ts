import type { Clock } from '../../infra/clock';
import { endedEarly } from './ended-early';

/** Resolves on the first notification after a given sequence number, so that one sent before waiting is not missed. */
export class Signal {
  readonly #clock: Clock;
  #count = 0;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notifications so far: the sequence number to give to `next`. */
  get count(): number {
    return this.#count;
  }

  notify(): void {
    this.#count += 1;
    this.#wake?.();
  }

  /**
   * Resolves at the first notification after the `since`-th, or after `atMostMs`.
   * @throws the signal's reason when it aborts first
   */
  async next(since: number, atMostMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#count > since) return;
    const waiting = endedEarly(signal);
    const notified = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timeOver = this.#clock.sleep(atMostMs, waiting.signal);
    timeOver.catch(() => undefined);
    try {
      await Promise.race([notified, timeOver]);
    } finally {
      waiting.end();
    }
  }
}
