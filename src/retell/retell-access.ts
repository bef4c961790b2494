import type { TenantId } from '../domain';
import { RetellCaller } from '../platforms/callers';
import type { SealedSecrets } from '../services/admin/company-secrets';
import type { LineAtRetell } from '../services/admin/setup-findings';
import { splitKeys } from '../services/tenants/signature-owners';
import { latestOf } from './agent-versions';
import { RetellManagement } from './management';

const ORDER_TIMEOUT_MS = 20_000;
const CHECK_TIMEOUT_MS = 3000;
/** As many are looked up in one check. */
const MOST_LINES = 20;
/** No person's number: a caller who is new to every company. */
const TEST_CALLER = '+49309018200';

interface RetellAccessDeps {
  readonly companies: { secrets(secret: 'retell_api_key'): Promise<{ companyId: TenantId; sealed: string }[]> };
  readonly sealed: Pick<SealedSecrets, 'open'>;
  /** Of Retell's API. */
  readonly baseUrl: string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Retell's API and calls as Retell makes them, with a company's own key where it has one. */
export class RetellAccess {
  /** Of the configuration. */
  readonly #keys: { signing: string | undefined; management: string | undefined };

  constructor(
    private readonly deps: RetellAccessDeps,
    keys: { signing: string | undefined; management: string | undefined },
  ) {
    this.#keys = keys;
  }

  /** To set agents up; null when no key is known that might be one of the company's workspace. */
  async forSetup(companyId: TenantId): Promise<RetellManagement | null> {
    const { management, signing } = this.#keys;
    return this.#with((await this.#ownKey(companyId)) ?? management ?? signing, ORDER_TIMEOUT_MS);
  }

  /** Plays Retell. @param call without a number it is one from a web page */
  async caller(
    companyId: TenantId,
    call: { baseUrl: string; number: string | null; agentId: string; language: string },
  ): Promise<RetellCaller> {
    const { number, ...rest } = call;
    const secret = (await this.#ownKey(companyId)) ?? this.#keys.signing ?? null;
    return new RetellCaller({ ...rest, secret, fromNumber: number === null ? null : TEST_CALLER, toNumber: number });
  }

  /** Which version of their agents answers these numbers; empty where Retell cannot be asked. */
  readonly lines = async (companyId: TenantId, numbers: string[]): Promise<LineAtRetell[]> => {
    const api = await this.#management(companyId, CHECK_TIMEOUT_MS);
    if (!api) return [];
    const lines = numbers.slice(0, MOST_LINES).map(async (number): Promise<LineAtRetell[]> => {
      const [bound] = (await api.number(number))?.inbound_agents ?? [];
      if (bound?.agent_version === undefined) return [];
      const { published } = latestOf(await api.versions(bound.agent_id));
      return [{ number, answers: String(bound.agent_version), published: published?.version ?? null }];
    });
    // What cannot be asked is no finding of the company's.
    return (await Promise.all(lines.map((line) => line.catch(() => [])))).flat();
  };

  /** Retell keeps nothing of the call but its basic attributes. @returns false when no key is known */
  async keepBasicsOnly(companyId: TenantId, callId: string): Promise<boolean> {
    const api = await this.#management(companyId, ORDER_TIMEOUT_MS);
    await api?.keepBasicsOnly(callId);
    return api !== null;
  }

  async #management(companyId: TenantId, timeoutMs: number): Promise<RetellManagement | null> {
    return this.#with((await this.#ownKey(companyId)) ?? this.#keys.management, timeoutMs);
  }

  #with(apiKey: string | undefined, timeoutMs: number): RetellManagement | null {
    const { baseUrl, sleep } = this.deps;
    return apiKey === undefined ? null : new RetellManagement({ baseUrl, timeoutMs, sleep, apiKey });
  }

  /** The first of the company's own keys. */
  async #ownKey(companyId: TenantId): Promise<string | undefined> {
    const own = (await this.deps.companies.secrets('retell_api_key')).find((one) => one.companyId === companyId);
    const opened = own && this.deps.sealed.open('retell_api_key', own);
    return opened ? splitKeys(opened)[0] : undefined;
  }
}
