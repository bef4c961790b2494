import type { TenantId } from '../../domain';
import type { CallEnds } from './resolve-call';

/** The companies that a proven signature may speak for. */
export interface Speaker {
  /** The platform's key, which speaks for every company without keys of its own. */
  platform: boolean;
  /** The companies whose own key it is. */
  companyIds: readonly TenantId[];
  /** No key exists at all, and this gateway may answer without: for development only. */
  unsigned: boolean;
}

export const UNSIGNED: Speaker = { platform: true, companyIds: [], unsigned: true };

/** A known key signed a call whose line and agent belong to no company: its owner gets an alert. */
export type UnknownLine = (speaker: Speaker, call: CallEnds) => void;

/** A company's own keys, sealed. */
export interface SealedKeys {
  companyId: TenantId;
  sealed: string;
  /** A suspended company's keys sign nothing, and no other key signs for it. */
  isActive: boolean;
}

export interface SignatureOwnersDeps {
  /** Of the configuration. */
  platformKeys: readonly string[];
  own: () => Promise<SealedKeys[]>;
  /** Null when the seal cannot be opened: that company alone cannot be spoken for. */
  open: (keys: SealedKeys) => string | null;
  verify: (rawBody: Buffer, signature: string | undefined, key: string) => boolean;
  /** Whether a request without any key may be answered. */
  mayBeUnsigned: boolean;
  nowMs: () => number;
}

interface OwnKeys {
  /** Every company with keys of its own, also one whose seal is broken. */
  companies: ReadonlySet<TenantId>;
  keys: { companyId: TenantId; key: string }[];
}

const KEYS_LIFE_MS = 30_000;

/** Says who signed a request, and the companies that signature may speak for. Used by every way in from outside. */
export class SignatureOwners {
  readonly #deps: SignatureOwnersDeps;
  #known: OwnKeys | null = null;
  #untilMs = 0;

  constructor(deps: SignatureOwnersDeps) {
    this.#deps = deps;
  }

  /** Null when no known key signed these bytes. Every key is tried, so that a rotated one cannot be told from a wrong one. */
  async speakerOf(rawBody: Buffer, signature: string | undefined, isDirect: boolean): Promise<Speaker | null> {
    const { platformKeys, verify, mayBeUnsigned } = this.#deps;
    const own = await this.#own();
    if (platformKeys.length === 0 && own.companies.size === 0) return mayBeUnsigned && isDirect ? UNSIGNED : null;
    return this.speakerBy((key) => verify(rawBody, signature, key));
  }

  /** The same for a proof of another kind; never without one. */
  async speakerBy(signed: (key: string) => boolean): Promise<Speaker | null> {
    const { platformKeys } = this.#deps;
    const own = await this.#own();
    const platform = platformKeys.filter(signed).length > 0;
    const companyIds = [...new Set(own.keys.filter(({ key }) => signed(key)).map(({ companyId }) => companyId))];
    return platform || companyIds.length > 0 ? { platform, companyIds, unsigned: false } : null;
  }

  async maySpeakFor(
    { platform, companyIds }: Pick<Speaker, 'platform' | 'companyIds'>,
    companyId: TenantId,
  ): Promise<boolean> {
    if (companyIds.includes(companyId)) return true;
    return platform && !(await this.#own()).companies.has(companyId);
  }

  /** Whether any key is known by which a request can be proven. */
  async hasKeys(): Promise<boolean> {
    return this.#deps.platformKeys.length > 0 || (await this.#own()).companies.size > 0;
  }

  /** Some company's keys changed, here or in another process. */
  forget(): void {
    this.#untilMs = 0;
  }

  /**
   * While the database is away the keys read last are used.
   * @throws when they were never read: then the companies that the platform may speak for are unknown
   */
  async #own(): Promise<OwnKeys> {
    if (this.#known && this.#untilMs > this.#deps.nowMs()) return this.#known;
    // Set before the read: a change announced meanwhile makes the next question read again.
    this.#untilMs = this.#deps.nowMs() + KEYS_LIFE_MS;
    try {
      const sealed = await this.#deps.own();
      this.#known = {
        companies: new Set(sealed.map(({ companyId }) => companyId)),
        keys: sealed.filter(({ isActive }) => isActive).flatMap((one) => this.#opened(one)),
      };
    } catch (error) {
      if (!this.#known) throw error;
    }
    return this.#known;
  }

  #opened(one: SealedKeys): OwnKeys['keys'] {
    return splitKeys(this.#deps.open(one) ?? '').map((key) => ({ companyId: one.companyId, key }));
  }
}

/** A comma list, as both the configuration and a company may have while a key is being rotated. */
export function splitKeys(list: string): string[] {
  return list
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

/** The company that a signature speaks for, when it is one; null for the platform and for a key that several share. */
export function onlyOne({ companyIds }: Speaker): TenantId | null {
  const [first, ...others] = companyIds;
  return first !== undefined && others.length === 0 ? first : null;
}
