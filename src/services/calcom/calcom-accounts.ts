import { createHash } from 'node:crypto';
import { CalcomAccount, type CalcomAccountDeps } from './calcom-account';
import { LastKnown } from '../tenants/last-known';
import type { CalcomCredential } from './calcom-ports';
import type { TenantId } from '../../domain';

export interface CalcomAccountsDeps extends Pick<CalcomAccountDeps, 'api' | 'egress' | 'timeouts' | 'faults'> {
  /** The key of the gateway's own configuration: used by every company without one of its own. */
  readonly apiKey: string;
  /** A company's own key, decrypted; null when it has none. */
  readonly ownKey: (companyId: TenantId) => Promise<string | null>;
  readonly nowMs: () => number;
  readonly lifeMs: number;
}

/** Tells keys and secrets apart without showing them: the first 16 hex digits of the SHA-256. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

export function credentialOf(apiKey: string): CalcomCredential {
  return { id: fingerprint(apiKey), apiKey };
}

/** Each company's Cal.com account, with its own key where it has one: budget and circuit follow the key. */
export class CalcomAccounts {
  readonly #deps: CalcomAccountsDeps;
  readonly #main: CalcomCredential;
  readonly #known: LastKnown<CalcomAccountDeps>;
  readonly #keyIds: Set<string>;

  constructor(deps: CalcomAccountsDeps) {
    this.#deps = deps;
    this.#known = new LastKnown(deps);
    this.#main = credentialOf(deps.apiKey);
    this.#keyIds = new Set([this.#main.id]);
  }

  /** The configured key first, then every other that was used in this process. */
  get keyIds(): string[] {
    return [...this.#keyIds];
  }

  async forTenant(companyId: TenantId): Promise<CalcomAccount> {
    return new CalcomAccount(await this.depsFor(companyId));
  }

  /** What the company's account is made of. */
  depsFor(companyId: TenantId): Promise<CalcomAccountDeps> {
    return this.#known.get(companyId, async () => {
      const own = await this.#deps.ownKey(companyId);
      const credential = own ? credentialOf(own) : this.#main;
      this.#keyIds.add(credential.id);
      return this.#with(companyId, credential);
    });
  }

  /** An account for a key that is not stored yet, to try it. */
  trial(companyId: TenantId, apiKey: string): CalcomAccount {
    return new CalcomAccount({ ...this.#with(companyId, credentialOf(apiKey)), faults: null });
  }

  forget(companyId: TenantId): void {
    this.#known.delete(companyId);
  }

  #with(tenantId: TenantId, credential: CalcomCredential): CalcomAccountDeps {
    const { api, egress, timeouts, faults } = this.#deps;
    return { tenantId, credential, api, egress, timeouts, faults };
  }
}
