import type { Clock } from '../../../src/infra/clock';

/** A queue of things to happen; time jumps from one to the next. */
export class VirtualTime {
  nowMs = Date.parse('2026-11-24T08:00:00Z');
  #queue: { atMs: number; order: number; run: () => unknown }[] = [];
  #order = 0;

  at(atMs: number, run: () => unknown): () => void {
    const event = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, run };
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#queue[middle]!.atMs > event.atMs) high = middle;
      else low = middle + 1;
    }
    this.#queue.splice(low, 0, event);
    return () => {
      const index = this.#queue.indexOf(event);
      if (index >= 0) this.#queue.splice(index, 1);
    };
  }

  async runUntil(endMs: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const next = this.#queue[0];
      if (!next || next.atMs > endMs) break;
      this.#queue.shift();
      this.nowMs = next.atMs;
      next.run();
      if (this.#queue[0]?.atMs !== this.nowMs) await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = endMs;
    await new Promise((resolve) => setImmediate(resolve));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.at(this.nowMs + ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });
  }
}

/** One process's view of it: a wall clock that is wrong by `skewMs`, and a monotonic one with an origin of its own. */
export class ProcessClock implements Clock {
  #pausedUntilMs = 0;
  constructor(
    private readonly time: VirtualTime,
    private readonly skewMs: number,
    private readonly bornAtMs = time.nowMs,
  ) {}
  nowMs(): number {
    return this.time.nowMs + this.skewMs;
  }
  now(): Date {
    return new Date(this.nowMs());
  }
  monotonicMs(): number {
    return this.time.nowMs - this.bornAtMs;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.time.sleep(ms, signal);
    await this.awake();
  }
  /** Stops this process for a while, as a busy machine or a debugger would. */
  pause(forMs: number): void {
    this.#pausedUntilMs = this.time.nowMs + forMs;
  }
  async awake(): Promise<void> {
    while (this.time.nowMs < this.#pausedUntilMs) await this.time.sleep(this.#pausedUntilMs - this.time.nowMs);
  }
}

/** Small and repeatable. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
