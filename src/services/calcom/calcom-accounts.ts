import { createHash } from 'node:crypto';
import { CalcomAccount, type CalcomAccountDeps } from './calcom-account';
import { CalcomKeyUnreadable } from '../../errors';
import type { SealedSecrets } from '../admin/company-secrets';
import { LastKnown, TENANT_LIFE_MS } from '../tenants/last-known';
import { keysOf, type CalcomKey, type KeyCompany } from './calcom-keys';
import type { CalcomCredential } from './calcom-ports';
import type { TenantId } from '../../domain';

interface CalcomAccountsDeps extends Pick<CalcomAccountDeps, 'api' | 'egress' | 'timeouts' | 'faults'> {
  /** The key of the gateway's own configuration: used by every company without one of its own. */
  readonly apiKey: string;
  readonly companies: {
    /** A company's own key, sealed; null when it has none. */
    calcomKey(companyId: TenantId): Promise<string | null>;
    /** Every company with the id of its own key, by name. */
    calcomKeyIds(): Promise<(KeyCompany & { keyId: string | null })[]>;
  };
  readonly sealed: Pick<SealedSecrets, 'open'>;
  readonly nowMs: () => number;
}

/** The companies' accounts, for what asks no more of one than these. */
export interface AccountsWith<Asked extends keyof CalcomAccount> {
  /** @throws CalcomKeyUnreadable */
  forTenant(companyId: TenantId): Promise<Pick<CalcomAccount, Asked>>;
}

/** Tells keys and secrets apart without showing them: the first 16 hex digits of the SHA-256. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);
const KEYS_LIFE_MS = 5000;

export function credentialOf(apiKey: string): CalcomCredential {
  return { id: fingerprint(apiKey), apiKey };
}

/** Each company's Cal.com account, with its own key where it has one: budget and circuit follow the key. */
export class CalcomAccounts {
  readonly #main: CalcomCredential;
  readonly #known: LastKnown<CalcomAccountDeps>;
  readonly #keys: LastKnown<CalcomKey[]>;

  constructor(private readonly deps: CalcomAccountsDeps) {
    this.#known = new LastKnown({ nowMs: deps.nowMs, lifeMs: TENANT_LIFE_MS });
    this.#main = credentialOf(deps.apiKey);
    this.#keys = new LastKnown({ nowMs: deps.nowMs, lifeMs: KEYS_LIFE_MS });
  }

  /** The configured key first, then every other, whether this process has used it or not. */
  keys(): Promise<CalcomKey[]> {
    const read = async (): Promise<CalcomKey[]> => keysOf(this.#main.id, await this.deps.companies.calcomKeyIds());
    return this.#keys.get('', read).catch(() => keysOf(this.#main.id, []));
  }

  /** The key of one company, without the other companies that use it; `null`: every key with all of them. */
  async keysOf(companyId: TenantId | null): Promise<CalcomKey[]> {
    const all = await this.keys();
    if (companyId === null) return all;
    const { id } = (await this.depsFor(companyId)).credential;
    return all
      .filter((key) => key.id === id)
      .map((key) => ({ ...key, companies: key.companies.filter((one) => one.id === companyId) }));
  }

  async forTenant(companyId: TenantId): Promise<CalcomAccount> {
    return new CalcomAccount(await this.depsFor(companyId));
  }

  /** What the company's account is made of. */
  depsFor(companyId: TenantId): Promise<CalcomAccountDeps> {
    return this.#known.get(companyId, async () => {
      const own = await this.#ownKey(companyId);
      const credential = own ? credentialOf(own) : this.#main;
      return this.#with(companyId, credential);
    });
  }

  /** An account for a key that is not stored yet, to try it. */
  trial(companyId: TenantId, apiKey: string): CalcomAccount {
    return new CalcomAccount({ ...this.#with(companyId, credentialOf(apiKey)), faults: null });
  }

  forget(companyId: TenantId): void {
    this.#known.delete(companyId);
    this.#keys.delete('');
  }

  /** @throws CalcomKeyUnreadable */
  async #ownKey(companyId: TenantId): Promise<string | null> {
    const sealed = await this.deps.companies.calcomKey(companyId);
    if (sealed === null) return null;
    const key = this.deps.sealed.open('calcom_api_key', { companyId, sealed });
    if (key === null) throw new CalcomKeyUnreadable();
    return key;
  }

  #with(tenantId: TenantId, credential: CalcomCredential): CalcomAccountDeps {
    const { api, egress, timeouts, faults } = this.deps;
    return { tenantId, credential, api, egress, timeouts, faults };
  }
}
