import { DeadlineExceeded } from '../../errors';
import type { Deadline } from '../../request-context';

export interface FetchControl {
  /** Aborted when everybody who waited has gone and nothing was sent yet. */
  readonly signal: AbortSignal;
  /** As long as any of those who wait now. */
  readonly deadline: Deadline;
  readonly sent: () => void;
  readonly isSent: () => boolean;
}

/**
 * One piece of work that many callers wait for: all get its result or its error. A caller who leaves does not disturb
 * it; when all have left it is stopped, unless its request is already on the way.
 */
export class SharedFetch<T> {
  readonly result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<Deadline>();
  #sent = false;

  constructor(work: (control: FetchControl) => Promise<T>) {
    const signal = this.#controller.signal;
    const deadline: Deadline = {
      signal,
      remainingMs: () => Math.max(0, ...[...this.#waiting].map((one) => one.remainingMs())),
    };
    const sent = (): void => {
      this.#sent = true;
    };
    // The first caller must be on board before the work can look who waits.
    this.result = Promise.resolve().then(() => {
      signal.throwIfAborted();
      return work({ signal, deadline, sent, isSent: () => this.#sent });
    });
    this.result.catch(() => undefined);
  }

  get sent(): boolean {
    return this.#sent;
  }

  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** @returns a function to call when the caller no longer waits, whatever the reason */
  join(deadline: Deadline): () => void {
    // An object of its own: the same deadline may wait twice.
    const seat: Deadline = { signal: deadline.signal, remainingMs: () => deadline.remainingMs() };
    this.#waiting.add(seat);
    return () => {
      this.#waiting.delete(seat);
      if (this.#waiting.size === 0 && !this.#sent) {
        this.#controller.abort(new DeadlineExceeded('nobody waits any more', true, true));
      }
    };
  }
}
