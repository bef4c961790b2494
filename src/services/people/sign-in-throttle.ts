import { GuessedTooOften, Overloaded } from '../../errors';
import type { Clock } from '../../infra/clock';

/** Wrong tries within the window after which further ones are slowed down. */
const FREE_TRIES = { together: 10, account: 50, address: 50 };
const WINDOW_MS = 15 * 60_000;
/** Before each further try of one account from one address, which are then worked on one after the other. */
const PAUSE_MS = 500;
const MOST_WAITING = 5;
/** Each check of a password takes a core for tens of milliseconds and 19 MiB. */
const MOST_AT_ONCE = 16;
/** Counts kept in memory; the oldest are given up. */
const MOST_COUNTS = 20_000;

interface Count {
  sinceMs: number;
  wrong: number;
}

/**
 * Slows guessing of passwords down, in one process. Only wrong tries count, for the account, the address and both
 * together, and the right password is answered all the same: locking an account would let anyone lock its owner out.
 */
export class SignInThrottle {
  readonly #counts = new Map<string, Count>();
  readonly #lanes = new Map<string, { waiting: number; last: Promise<unknown> }>();
  #running = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * @param check resolves to null for a wrong password
   * @returns what `check` found, null for a wrong password within the free tries
   * @throws GuessedTooOften for a wrong one after that @throws Overloaded when too many are being checked
   */
  async tried<T>(account: string, address: string | null, check: () => Promise<T | null>): Promise<T | null> {
    const keys = this.#keysOf(account, address);
    const isGuessing = this.#isOver(keys);
    const found = isGuessing
      ? await this.#inLane(keys.together, () => this.#bounded(check))
      : await this.#bounded(check);
    if (found !== null) {
      this.#counts.delete(keys.together);
      return found;
    }
    for (const key of Object.values(keys)) this.#count(key);
    if (isGuessing) throw new GuessedTooOften(WINDOW_MS);
    return null;
  }

  /** Whether the account or the address asked for more than that many of something in the window; counts this one too. */
  isTooOften(what: string, account: string, address: string | null): boolean {
    const keys = this.#keysOf(`${what} ${account}`, `${what} ${address}`);
    const isOver = this.#isOver(keys);
    for (const key of Object.values(keys)) this.#count(key);
    return isOver;
  }

  #keysOf(account: string, address: string | null): Record<keyof typeof FREE_TRIES, string> {
    const name = account.toLowerCase();
    return { together: `both ${name} ${address}`, account: `account ${name}`, address: `address ${address}` };
  }

  #isOver(keys: Record<keyof typeof FREE_TRIES, string>): boolean {
    const over = (kind: keyof typeof FREE_TRIES): boolean => {
      const count = this.#counts.get(keys[kind]);
      return count !== undefined && this.clock.nowMs() - count.sinceMs < WINDOW_MS && count.wrong >= FREE_TRIES[kind];
    };
    return over('together') || over('account') || over('address');
  }

  #count(key: string): void {
    const nowMs = this.clock.nowMs();
    const known = this.#counts.get(key);
    this.#counts.delete(key);
    const isFresh = known !== undefined && nowMs - known.sinceMs < WINDOW_MS;
    this.#counts.set(key, isFresh ? { ...known, wrong: known.wrong + 1 } : { sinceMs: nowMs, wrong: 1 });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_COUNTS && oldest !== undefined) this.#counts.delete(oldest);
  }

  async #inLane<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { waiting: 0, last: Promise.resolve() };
    if (lane.waiting >= MOST_WAITING) throw new GuessedTooOften(PAUSE_MS * MOST_WAITING);
    this.#lanes.set(key, lane);
    lane.waiting += 1;
    const mine = lane.last.then(() => this.clock.sleep(PAUSE_MS)).then(work);
    lane.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      lane.waiting -= 1;
      if (lane.waiting === 0) this.#lanes.delete(key);
    }
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
