import { DeadlineExceeded } from '../errors';
import type { Clock } from './clock';

/** One per request: how long the whole answer may take, carried to everything the request waits for. */
export class RequestDeadline {
  readonly expiresAtMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<(reason: Error) => void>();
  /** Made on first use: most answers are known and wait for nothing. */
  #controller: AbortController | undefined;
  #over: Error | undefined;

  /** @param budgetMs milliseconds from now until the answer must have been given */
  constructor(
    private readonly clock: Clock,
    budgetMs: number,
  ) {
    this.expiresAtMs = clock.nowMs() + budgetMs;
    this.#timer = setTimeout(() => this.#end(new DeadlineExceeded()), budgetMs);
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#over) this.#controller.abort(this.#over);
    }
    return this.#controller.signal;
  }

  /** Never negative. */
  remainingMs(): number {
    return Math.max(0, this.expiresAtMs - this.clock.nowMs());
  }

  /** Why nothing is to be begun any more; undefined while there is time. */
  get over(): Error | undefined {
    return this.#over;
  }

  /**
   * Calls the listener once, when the time is over or the caller hangs up.
   * @returns takes the listener away
   */
  onOver(listener: (reason: Error) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The caller hung up: stop what only they were waiting for. */
  abandon(): void {
    clearTimeout(this.#timer);
    this.#end(new DeadlineExceeded('the caller hung up', true));
  }

  /** The answer was given. */
  finish(): void {
    clearTimeout(this.#timer);
  }

  #end(reason: Error): void {
    if (this.#over) return;
    this.#over = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }
}
