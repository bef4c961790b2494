import { DeadlineExceeded } from '../errors';
import type { Clock } from './clock';

/** One per request: how long the whole answer may take, carried to everything the request waits for. */
export class RequestDeadline {
  readonly expiresAtMs: number;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;

  /** @param budgetMs milliseconds from now until the answer must have been given */
  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.expiresAtMs = clock.nowMs() + budgetMs;
    this.#timer = setTimeout(() => this.#controller.abort(new DeadlineExceeded()), budgetMs);
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Never negative. */
  remainingMs(): number {
    return Math.max(0, this.expiresAtMs - this.#clock.nowMs());
  }

  /** The caller hung up: stop what only they were waiting for. */
  abandon(): void {
    clearTimeout(this.#timer);
    this.#controller.abort(new DeadlineExceeded('the caller hung up', true));
  }

  /** The answer was given. */
  finish(): void {
    clearTimeout(this.#timer);
  }
}
