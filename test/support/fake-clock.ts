import type { Clock } from '../../src/infra/clock';

/** Time that moves only when a test says so. */
export class FakeClock implements Clock {
  #nowMs: number;
  #sleepers: { atMs: number; wake: () => void }[] = [];

  constructor(start: string | number = '2026-11-24T08:00:00Z') {
    this.#nowMs = typeof start === 'number' ? start : Date.parse(start);
  }
  nowMs(): number {
    return this.#nowMs;
  }
  now(): Date {
    return new Date(this.#nowMs);
  }
  monotonicMs(): number {
    return this.#nowMs;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
  /** Moves time forward and lets everything that became due run. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#sleepers.filter((s) => s.atMs <= targetMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#nowMs = next.atMs;
      this.#sleepers = this.#sleepers.filter((s) => s !== next);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = targetMs;
    await new Promise((resolve) => setImmediate(resolve));
  }
  set(instant: string): void {
    this.#nowMs = Date.parse(instant);
  }
}
