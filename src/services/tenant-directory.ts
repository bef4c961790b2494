import type { TenantDirectory, TenantRef } from './ports';
import type { TenantId, TenantProfile } from './domain';

/** The rows behind the directory. */
export interface TenantSource {
  byPhoneNumber(number: string): Promise<TenantRef | null>;
  byAgentId(agentId: string): Promise<TenantRef | null>;
  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null>;
  demo(): Promise<TenantRef | null>;
}

interface Entry<T> {
  value: Promise<T>;
  freshUntilMs: number;
}

/** A number that nobody owns yet is looked up again soon: an operator may just be setting it up. */
const MISS_LIFE_MS = 2000;

/**
 * Tenants in memory. Lookups cost nothing on the answer's path; every change is announced to all processes, and an
 * entry is read again after `lifeMs` even if the announcement got lost. While Postgres is away the last known profile
 * goes on being served, so that availability can still be answered.
 */
export class CachedTenantDirectory implements TenantDirectory {
  readonly #source: TenantSource;
  readonly #nowMs: () => number;
  readonly #lifeMs: number;
  readonly #refs = new Map<string, Entry<TenantRef | null>>();
  readonly #profiles = new Map<string, Entry<TenantProfile | null>>();

  constructor(deps: { source: TenantSource; nowMs: () => number; lifeMs: number }) {
    this.#source = deps.source;
    this.#nowMs = deps.nowMs;
    this.#lifeMs = deps.lifeMs;
  }

  byPhoneNumber(number: string): Promise<TenantRef | null> {
    return this.#cached(this.#refs, `number:${number}`, () => this.#source.byPhoneNumber(number));
  }

  byAgentId(agentId: string): Promise<TenantRef | null> {
    return this.#cached(this.#refs, `agent:${agentId}`, () => this.#source.byAgentId(agentId));
  }

  demo(): Promise<TenantRef | null> {
    return this.#cached(this.#refs, 'demo', () => this.#source.demo());
  }

  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null> {
    return this.#cached(this.#profiles, `${companyId}:${branchId}`, () => this.#source.profile(companyId, branchId));
  }

  /** Something about a company changed, here or in another process. */
  forget(companyId: TenantId): void {
    for (const key of this.#profiles.keys()) if (key.startsWith(`${companyId}:`)) this.#profiles.delete(key);
    // Numbers and agents may have moved between companies.
    this.#refs.clear();
  }

  async #cached<T>(
    entries: Map<string, Entry<T | null>>,
    key: string,
    load: () => Promise<T | null>,
  ): Promise<T | null> {
    const known = entries.get(key);
    const nowMs = this.#nowMs();
    if (known && known.freshUntilMs > nowMs) return known.value;
    if (entries.size > 20_000) entries.clear();
    const entry: Entry<T | null> = { value: load(), freshUntilMs: nowMs + this.#lifeMs };
    entries.set(key, entry);
    try {
      const value = await entry.value;
      if (value === null) entry.freshUntilMs = nowMs + MISS_LIFE_MS;
      return value;
    } catch (error) {
      if (known) {
        entries.set(key, { value: known.value, freshUntilMs: nowMs + MISS_LIFE_MS });
        return known.value;
      }
      entries.delete(key);
      throw error;
    }
  }
}
