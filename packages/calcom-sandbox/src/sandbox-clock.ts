/** What the sandbox needs to know about time. `nowMs` is epoch milliseconds, UTC. */
export interface TimeSource {
  nowMs(): number;
}

export const systemTime: TimeSource = { nowMs: () => Date.now() };

export interface ClockState {
  nowMs: number;
  offsetMs: number;
  frozenAtMs: number | null;
}

/**
 * The one clock of a sandbox: a base source, shifted or stopped by the control API.
 * Quotas, slot lists, reservations and counters all read it, so a test moves them together.
 */
export class SandboxClock implements TimeSource {
  #offsetMs = 0;
  #frozenAtMs: number | null = null;

  constructor(private readonly base: TimeSource = systemTime) {}

  nowMs(): number {
    return this.#frozenAtMs ?? this.base.nowMs() + this.#offsetMs;
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#frozenAtMs = null;
  }

  freezeAt(atMs: number): void {
    this.#frozenAtMs = atMs;
  }

  /** Lets time run on from where it stands. */
  unfreeze(): void {
    if (this.#frozenAtMs === null) return;
    this.#offsetMs = this.#frozenAtMs - this.base.nowMs();
    this.#frozenAtMs = null;
  }

  advance(byMs: number): void {
    if (this.#frozenAtMs === null) this.#offsetMs += byMs;
    else this.#frozenAtMs += byMs;
  }

  state(): ClockState {
    return { nowMs: this.nowMs(), offsetMs: this.#offsetMs, frozenAtMs: this.#frozenAtMs };
  }
}
