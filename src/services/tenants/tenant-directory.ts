import { LastKnown } from './last-known';
import type { TenantDirectory, TenantRef } from './tenant-ports';
import type { TenantId, TenantProfile } from '../../domain';

/** The rows behind the directory. */
export interface TenantSource {
  byPhoneNumber(number: string): Promise<TenantRef | null>;
  byAgentId(agentId: string): Promise<TenantRef | null>;
  onlyBranch(companyId: TenantId): Promise<TenantRef | null>;
  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null>;
  demo(): Promise<TenantRef | null>;
}

/**
 * Tenants in memory. Lookups cost nothing on the answer's path; every change is announced to all processes, and an
 * entry is read again after `lifeMs` even if the announcement got lost.
 */
export class CachedTenantDirectory implements TenantDirectory {
  readonly #refs: LastKnown<TenantRef | null>;
  readonly #profiles: LastKnown<TenantProfile | null>;

  constructor(private readonly deps: { source: TenantSource; nowMs: () => number; lifeMs: number }) {
    this.#refs = new LastKnown(deps);
    this.#profiles = new LastKnown(deps);
  }

  byPhoneNumber(number: string): Promise<TenantRef | null> {
    return this.#refs.get(`number:${number}`, () => this.deps.source.byPhoneNumber(number));
  }

  byAgentId(agentId: string): Promise<TenantRef | null> {
    return this.#refs.get(`agent:${agentId}`, () => this.deps.source.byAgentId(agentId));
  }

  onlyBranch(companyId: TenantId): Promise<TenantRef | null> {
    return this.#refs.get(`only:${companyId}`, () => this.deps.source.onlyBranch(companyId));
  }

  demo(): Promise<TenantRef | null> {
    return this.#refs.get('demo', () => this.deps.source.demo());
  }

  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null> {
    return this.#profiles.get(`${companyId}:${branchId}`, () => this.deps.source.profile(companyId, branchId));
  }

  /** Something about a company changed, here or in another process. */
  forget(companyId: TenantId): void {
    this.#profiles.deleteWhere((key) => key.startsWith(`${companyId}:`));
    // Numbers and agents may have moved between companies.
    this.#refs.deleteWhere(() => true);
  }
}
