import type { DataSource } from 'typeorm';
import { StoreUnavailable } from '../errors';

/** A statement that waits for so long raises the question whether Postgres is still there. */
const SUSPECT_MS = 60;
/** The question is a trivial one, and so many pauses of this length are time enough for its answer. */
const PAUSE_MS = 30;
/** After these, without an answer to anything, a caller is not kept waiting any longer. */
const LATE_PAUSES = 4;
/** A pause that took this much longer says nothing about Postgres: the whole machine was stalled. */
const STALLED_MS = 100;
/** So many more, in which this process got on, are a silence. */
const SILENT_PAUSES = 5;
const HELD_UP_MS = 20;
const MAX_PAUSES = 60;
const ASK_AGAIN_MS = 250;

interface Waiting {
  giveUp: (reason: StoreUnavailable) => void;
  isImpatient: boolean;
}

/**
 * Notices a Postgres that neither answers nor breaks its connections (frozen, or behind a silent network), although
 * statements may take much longer. Two things follow from it. When neither a question nor anything else is answered
 * for 120 ms, Postgres is late: until it answers, statements for a waiting caller fail, and no new one is sent for them.
 * A longer silence ends every statement, and all others fail at once until Postgres answers again; statements under way
 * are not ended for less.
 */
export class DatabasePulse {
  readonly #waiting = new Set<Waiting>();
  #heard = 0;
  #asking = false;
  #late = false;
  #silent = false;
  #stopped = false;

  /**
   * @param ask a trivial question on a connection that nothing else uses
   * @param isImpatient whether the statement being begun is for a waiting caller, who can still be refused
   */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly isImpatient: () => boolean = () => false,
  ) {}

  get silent(): boolean {
    return this.#silent;
  }

  stop(): void {
    this.#stopped = true;
    this.#silent = false;
    this.#late = false;
  }

  /** @throws StoreUnavailable at once while Postgres is silent (or late, for the impatient), and as soon as it becomes so */
  async watch<T>(send: () => Promise<T>): Promise<T> {
    const isImpatient = this.isImpatient();
    if (this.#silent || (this.#late && isImpatient)) throw new StoreUnavailable('silent');
    const suspicion = setTimeout(() => void this.#wonder(), SUSPECT_MS);
    let waiting: Waiting | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      waiting = { giveUp: reject, isImpatient };
      this.#waiting.add(waiting);
    });
    let isAnswer = true;
    try {
      return await Promise.race([
        send(),
        silence.catch((reason: unknown) => {
          isAnswer = false;
          throw reason;
        }),
      ]);
    } finally {
      clearTimeout(suspicion);
      if (waiting) this.#waiting.delete(waiting);
      if (isAnswer) {
        this.#heard++;
        this.#late = false;
      }
    }
  }

  async #wonder(): Promise<void> {
    if (this.#asking || this.#silent || this.#stopped) return;
    this.#asking = true;
    let isOpen = true;
    try {
      // An error is an answer too, or says itself that Postgres is away.
      const answer = this.ask()
        .catch(() => undefined)
        .then(() => {
          isOpen = false;
          this.#late = false;
        });
      const stillOpen = (): boolean => isOpen && !this.#stopped;
      while (stillOpen()) {
        const heard = this.#heard;
        const heardNothing = (): boolean => stillOpen() && this.#heard === heard;
        await Promise.race([answer, pauses(LATE_PAUSES, STALLED_MS)]);
        // A busy Postgres leaves a question open too, but answers others meanwhile.
        if (!heardNothing()) continue;
        this.#late = true;
        this.#giveUp((one) => one.isImpatient);
        await Promise.race([answer, pauses(SILENT_PAUSES, HELD_UP_MS)]);
        if (!heardNothing()) continue;
        this.#silent = true;
        this.#giveUp(() => true);
        void answer.then(() => this.#untilAnswered());
        return;
      }
    } finally {
      this.#asking = false;
    }
  }

  #giveUp(isMeant: (one: Waiting) => boolean): void {
    for (const one of this.#waiting) if (isMeant(one)) one.giveUp(new StoreUnavailable('silent'));
  }

  async #untilAnswered(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.ask();
        break;
      } catch {
        await sleep(ASK_AGAIN_MS);
      }
    }
    this.#silent = false;
  }
}

/** Resolves after so many pauses in which this process was held up for less than `heldUpMs`; at the latest after sixty. */
async function pauses(count: number, heldUpMs: number): Promise<void> {
  let counted = 0;
  for (let pause = 0; counted < count && pause < MAX_PAUSES; pause++) {
    const beganMs = performance.now();
    await sleep(PAUSE_MS);
    if (performance.now() - beganMs < PAUSE_MS + heldUpMs) counted++;
  }
  // What has arrived meanwhile is read before it is missed.
  await new Promise((resolve) => setImmediate(resolve));
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
