import { LastKnown, TENANT_LIFE_MS } from './last-known';
import type { TenantDirectory, TenantRef } from './tenant-ports';
import type { TenantId, TenantProfile } from '../../domain';

/**
 * Tenants in memory. Lookups cost nothing on the answer's path; every change is announced to all processes.
 */
export class CachedTenantDirectory implements TenantDirectory {
  readonly #refs: LastKnown<TenantRef | null>;
  readonly #profiles: LastKnown<TenantProfile | null>;

  constructor(private readonly deps: { tenantStore: TenantDirectory; nowMs: () => number }) {
    const kept = { nowMs: deps.nowMs, lifeMs: TENANT_LIFE_MS };
    this.#refs = new LastKnown(kept);
    this.#profiles = new LastKnown(kept);
  }

  byPhoneNumber(number: string): Promise<TenantRef | null> {
    return this.#refs.get(`number:${number}`, () => this.deps.tenantStore.byPhoneNumber(number));
  }

  byAgentId(agentId: string): Promise<TenantRef | null> {
    return this.#refs.get(`agent:${agentId}`, () => this.deps.tenantStore.byAgentId(agentId));
  }

  onlyBranch(companyId: TenantId): Promise<TenantRef | null> {
    return this.#refs.get(`only:${companyId}`, () => this.deps.tenantStore.onlyBranch(companyId));
  }

  demo(): Promise<TenantRef | null> {
    return this.#refs.get('demo', () => this.deps.tenantStore.demo());
  }

  profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null> {
    return this.#profiles.get(`${companyId}:${branchId}`, () => this.deps.tenantStore.profile(companyId, branchId));
  }

  /** Something about a company changed, here or in another process. */
  forget(companyId: TenantId): void {
    this.#profiles.deleteWhere((key) => key.startsWith(`${companyId}:`));
    // Numbers and agents may have moved between companies.
    this.#refs.deleteWhere(() => true);
  }
}
