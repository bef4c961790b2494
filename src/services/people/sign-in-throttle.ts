import { GuessedTooOften, Overloaded } from '../../errors';
import type { Clock } from '../../infra/clock';

/** How often a thing was tried, until some time after the first try. */
export interface TryCounts {
  read(key: string): Promise<number>;
  add(key: string): Promise<void>;
  forget(key: string): Promise<void>;
  /** Whether no other process has the key's turn, which is then taken for that long. */
  takeTurn(key: string, forMs: number): Promise<boolean>;
}

/** Wrong tries within the window after which further ones are slowed down. */
const FREE_TRIES = { together: 10, account: 50, address: 50 };
export const TRIES_WINDOW_MS = 15 * 60_000;
/** Before each further try of one account from one address, which are then worked on one after the other. */
const PAUSE_MS = 500;
const MOST_WAITING = 5;
/** Each check of a password takes a core for tens of milliseconds and 19 MiB. */
const MOST_AT_ONCE = 16;
/** Counts kept in memory; the oldest are given up. */
const MOST_COUNTS = 20_000;

/** The tries that one process has seen. */
export class OwnTryCounts implements TryCounts {
  readonly #counts = new Map<string, { sinceMs: number; tries: number }>();

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  async read(key: string): Promise<number> {
    return this.#running(key)?.tries ?? 0;
  }

  async add(key: string): Promise<void> {
    const { sinceMs, tries } = this.#running(key) ?? { sinceMs: this.clock.nowMs(), tries: 0 };
    this.#counts.delete(key);
    this.#counts.set(key, { sinceMs, tries: tries + 1 });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_COUNTS && oldest !== undefined) this.#counts.delete(oldest);
  }

  async forget(key: string): Promise<void> {
    this.#counts.delete(key);
  }

  async takeTurn(): Promise<boolean> {
    return true;
  }

  #running(key: string) {
    const count = this.#counts.get(key);
    return count && this.clock.nowMs() - count.sinceMs < TRIES_WINDOW_MS ? count : undefined;
  }
}

/**
 * Slows guessing of passwords down. Only wrong tries count, for the account, the address and both
 * together, and the right password is answered all the same: locking an account would let anyone lock its owner out.
 */
export class SignInThrottle {
  readonly #lanes = new Map<string, { waiting: number; last: Promise<unknown> }>();
  #running = 0;

  constructor(
    private readonly clock: Clock,
    private readonly counts: TryCounts,
  ) {}

  /**
   * @param check resolves to null for a wrong password
   * @returns what `check` found, null for a wrong password within the free tries
   * @throws GuessedTooOften for a wrong one after that @throws Overloaded when too many are being checked
   */
  async tried<T>(account: string, address: string | null, check: () => Promise<T | null>): Promise<T | null> {
    const keys = this.#keysOf(account, address);
    const isGuessing = await this.#isOver(keys);
    const found = isGuessing
      ? await this.#inLane(keys.together, () => this.#bounded(check))
      : await this.#bounded(check);
    if (found !== null) {
      await this.counts.forget(keys.together);
      return found;
    }
    await this.#count(keys);
    if (isGuessing) throw new GuessedTooOften(TRIES_WINDOW_MS);
    return null;
  }

  /** Whether the account or the address asked for more than that many of something in the window; counts this one too. */
  async isTooOften(what: string, account: string, address: string | null): Promise<boolean> {
    const keys = this.#keysOf(`${what} ${account}`, `${what} ${address}`);
    const isOver = await this.#isOver(keys);
    await this.#count(keys);
    return isOver;
  }

  #keysOf(account: string, address: string | null): Record<keyof typeof FREE_TRIES, string> {
    const name = account.toLowerCase();
    return { together: `both ${name} ${address}`, account: `account ${name}`, address: `address ${address}` };
  }

  async #isOver(keys: Record<keyof typeof FREE_TRIES, string>): Promise<boolean> {
    const over = async (kind: keyof typeof FREE_TRIES): Promise<boolean> =>
      (await this.counts.read(keys[kind])) >= FREE_TRIES[kind];
    return (await Promise.all([over('together'), over('account'), over('address')])).includes(true);
  }

  async #count(keys: Record<keyof typeof FREE_TRIES, string>): Promise<void> {
    await Promise.all(Object.values(keys).map((key) => this.counts.add(key)));
  }

  async #inLane<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { waiting: 0, last: Promise.resolve() };
    if (lane.waiting >= MOST_WAITING) throw new GuessedTooOften(PAUSE_MS * MOST_WAITING);
    this.#lanes.set(key, lane);
    lane.waiting += 1;
    const mine = lane.last.then(() => this.#turn(key)).then(work);
    lane.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      lane.waiting -= 1;
      if (lane.waiting === 0) this.#lanes.delete(key);
    }
  }

  /** Waits for the next turn, which other processes may take first. */
  async #turn(key: string): Promise<void> {
    for (let waits = 0; waits < MOST_WAITING; waits++) {
      await this.clock.sleep(PAUSE_MS);
      if (await this.counts.takeTurn(key, PAUSE_MS)) return;
    }
    throw new GuessedTooOften(PAUSE_MS * MOST_WAITING);
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MOST_AT_ONCE) throw new Overloaded();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }
}
