import { createHash } from 'node:crypto';
import { CalcomService, type CalcomTimeouts, type Egress, type SlotSource } from '../calcom-service';
import { LastKnown } from '../tenants/last-known';
import type { CalcomApi, CalcomCredential } from './calcom-ports';
import type { LocalDate, TenantId } from '../../domain';

export interface CalcomAccountsDeps {
  /** The key of the gateway's own configuration: used by every company without one of its own. */
  apiKey: string;
  /** A company's own key, decrypted; null when it has none. */
  ownKey: (companyId: TenantId) => Promise<string | null>;
  api: CalcomApi;
  egress: Egress;
  slots: SlotSource;
  timeouts: CalcomTimeouts;
  today: (timeZone: string) => LocalDate;
  nowMs: () => number;
  lifeMs: number;
}

export function credentialOf(apiKey: string): CalcomCredential {
  return { id: createHash('sha256').update(apiKey).digest('hex').slice(0, 16), apiKey };
}

/** Each company's Cal.com account, with its own key where it has one: budget and circuit follow the key. */
export class CalcomAccounts {
  readonly #deps: CalcomAccountsDeps;
  readonly #main: CalcomCredential;
  readonly #known: LastKnown<CalcomService>;
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

  forTenant(companyId: TenantId): Promise<CalcomService> {
    return this.#known.get(companyId, () => this.#load(companyId));
  }

  /** An account for a key that is not stored yet, to try it. */
  trial(companyId: TenantId, apiKey: string): CalcomService {
    return this.#service(companyId, credentialOf(apiKey));
  }

  forget(companyId: TenantId): void {
    this.#known.delete(companyId);
  }

  async #load(companyId: TenantId): Promise<CalcomService> {
    const own = await this.#deps.ownKey(companyId);
    const credential = own ? credentialOf(own) : this.#main;
    this.#keyIds.add(credential.id);
    return this.#service(companyId, credential);
  }

  #service(companyId: TenantId, credential: CalcomCredential): CalcomService {
    const { api, egress, slots, timeouts, today } = this.#deps;
    return new CalcomService({ tenantId: companyId, credential, api, egress, slots, timeouts, today });
  }
}
