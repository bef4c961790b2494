import type { DataSource } from 'typeorm';
import { StoreUnavailable } from '../errors';

/** A statement that waits for so long raises the question whether Postgres is still there. */
const SUSPECT_MS = 100;
/** The question is a trivial one: no answer to it, nor to anything else, for so many pauses of this length is a no. */
const PAUSE_MS = 30;
const PAUSES = 5;
/** A pause that took this much longer says that this machine is busy, and nothing about Postgres. */
const LATE_MS = 20;
const MAX_PAUSES = 60;
const ASK_AGAIN_MS = 250;

/**
 * Notices a Postgres that neither answers nor breaks its connections (frozen, or behind a silent network) within a
 * quarter of a second, although statements may take much longer. From then on every statement fails at once until it
 * answers again: a caller who waits must hear of it, and nothing may be begun that cannot be written down.
 */
export class DatabasePulse {
  readonly #ask: () => Promise<unknown>;
  readonly #waiting = new Set<(reason: StoreUnavailable) => void>();
  #heard = 0;
  #asking = false;
  #silent = false;
  #stopped = false;

  /** @param ask a trivial question on a connection that nothing else uses */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  get silent(): boolean {
    return this.#silent;
  }

  stop(): void {
    this.#stopped = true;
    this.#silent = false;
  }

  /** @throws StoreUnavailable at once while Postgres is silent, and as soon as it becomes so */
  async watch<T>(send: () => Promise<T>): Promise<T> {
    if (this.#silent) throw new StoreUnavailable('silent');
    const suspicion = setTimeout(() => void this.#wonder(), SUSPECT_MS);
    let giveUp: (reason: StoreUnavailable) => void = () => undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
      this.#waiting.add(reject);
    });
    try {
      return await Promise.race([send(), silence]);
    } finally {
      clearTimeout(suspicion);
      this.#waiting.delete(giveUp);
      this.#heard++;
    }
  }

  async #wonder(): Promise<void> {
    if (this.#asking || this.#silent || this.#stopped) return;
    this.#asking = true;
    const heard = this.#heard;
    try {
      const answer = this.#ask().then(
        () => true,
        // An error is an answer too, or says itself that Postgres is away.
        () => true,
      );
      const answered = await Promise.race([answer, this.#patience()]);
      if (answered || this.#heard !== heard || this.#stopped) return;
      this.#silent = true;
      for (const giveUp of this.#waiting) giveUp(new StoreUnavailable('silent'));
      void answer.then(() => this.#untilAnswered());
    } finally {
      this.#asking = false;
    }
  }

  /** Only time in which this process itself got on is held against Postgres. */
  async #patience(): Promise<false> {
    let counted = 0;
    for (let pause = 0; counted < PAUSES && pause < MAX_PAUSES; pause++) {
      const beganMs = performance.now();
      await sleep(PAUSE_MS);
      if (performance.now() - beganMs < PAUSE_MS + LATE_MS) counted++;
    }
    // What has arrived meanwhile is read before it is missed.
    await new Promise((resolve) => setImmediate(resolve));
    return false;
  }

  async #untilAnswered(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#ask();
        break;
      } catch {
        await sleep(ASK_AGAIN_MS);
      }
    }
    this.#silent = false;
  }
}

const pulses = new WeakMap<DataSource, DatabasePulse>();

/** From now on statements on this source are watched. */
export function attachPulse(source: DataSource, pulse: DatabasePulse): void {
  pulses.set(source, pulse);
}

export function pulseOf(source: DataSource): DatabasePulse | undefined {
  return pulses.get(source);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
