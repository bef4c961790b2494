interface Entry<T> {
  value: Promise<T>;
  isMissing: boolean;
  freshUntilMs: number;
  renewal?: Promise<T>;
}

/** A failed refresh is repeated this soon, and so is the read of a row that does not exist: it may be about to. */
const AGAIN_MS = 2000;
const MAX_ENTRIES = 20_000;
/** What belongs to a company may be read again after this long even if the announcement of its change got lost. */
export const TENANT_LIFE_MS = 30_000;

/**
 * Rows in memory that every answer needs. The first question after `lifeMs` refreshes a row in the background; only a row
 * that was not asked for during another `lifeMs` is awaited. While Postgres is silent or away the last known row is used,
 * so that availability is still answered.
 */
export class LastKnown<T> {
  readonly #entries = new Map<string, Entry<T>>();

  constructor(private readonly deps: { nowMs: () => number; lifeMs: number }) {}

  /** @param load its failure is thrown only where nothing is known */
  async get(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (!known) return this.#first(key, load);
    const overdueMs = this.deps.nowMs() - known.freshUntilMs;
    if (overdueMs < 0) return known.value;
    const renewal = (known.renewal ??= this.#renew(key, known, load));
    return overdueMs < this.deps.lifeMs && !known.isMissing ? known.value : renewal;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  deleteWhere(isMeant: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (isMeant(key)) this.#entries.delete(key);
  }

  async #first(key: string, load: () => Promise<T>): Promise<T> {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    const entry = this.#entry(load());
    this.#entries.set(key, entry);
    try {
      return await entry.value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Resolves with the new row, or with the known one when there is none to be had. */
  async #renew(key: string, known: Entry<T>, load: () => Promise<T>): Promise<T> {
    try {
      const value = await load();
      // Forgotten meanwhile: what was read may be older than what made it forgotten.
      if (this.#entries.get(key) === known) this.#entries.set(key, this.#entry(Promise.resolve(value)));
      return value;
    } catch {
      known.freshUntilMs = this.deps.nowMs() + AGAIN_MS;
      return await known.value;
    } finally {
      delete known.renewal;
    }
  }

  #entry(value: Promise<T>): Entry<T> {
    const entry: Entry<T> = { value, isMissing: false, freshUntilMs: this.deps.nowMs() + this.deps.lifeMs };
    value.then(
      (row) => {
        if (row !== null) return;
        entry.isMissing = true;
        entry.freshUntilMs = this.deps.nowMs() + AGAIN_MS;
      },
      () => undefined,
    );
    return entry;
  }
}
