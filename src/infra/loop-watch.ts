/** How often it looks; a tick that comes this much later than it should was held up by other work. */
const EVERY_MS = 20;
const LATE_MS = 35;
/** Once may be a collection of garbage; so many in a row are too much work. */
const LATE_TICKS = 3;
const LASTS_MS = 1000;

/** Whether this process itself has become slow: its event loop turns late, again and again. */
export class LoopWatch {
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #lateTicks = 0;
  #pressedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly nowMs: () => number) {}

  get pressed(): boolean {
    return this.nowMs() < this.#pressedUntilMs;
  }

  start(): void {
    this.#lastMs = this.nowMs();
    this.#timer = setInterval(() => this.tick(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  tick(): void {
    const nowMs = this.nowMs();
    const lateMs = nowMs - this.#lastMs - EVERY_MS;
    this.#lastMs = nowMs;
    this.#lateTicks = lateMs > LATE_MS ? this.#lateTicks + 1 : 0;
    if (this.#lateTicks >= LATE_TICKS) this.#pressedUntilMs = nowMs + LASTS_MS;
  }
}
