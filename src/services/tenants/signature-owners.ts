import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Platform, TenantId } from '../../domain';
import type { CompanySecret, SealedSecrets } from '../admin/company-secrets';
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

/** A call whose line and agent belong to no company: the key's owner gets an alert. */
export type UnknownLine = (speaker: Speaker, call: CallEnds & { platform: Platform; callId: string | null }) => void;

/** A company's own keys, sealed. */
export interface SealedKeys {
  companyId: TenantId;
  sealed: string;
  /** Its lines and the ids of its agents. */
  names: readonly string[];
  /** A suspended company's keys sign nothing, and no other key signs for it. */
  isActive: boolean;
}

export interface SignatureOwnersDeps {
  /** Of the configuration. */
  platformKeys: readonly string[];
  /** The companies' own. */
  secret: CompanySecret;
  companies: { callSecrets(secret: CompanySecret): Promise<SealedKeys[]> };
  sealed: Pick<SealedSecrets, 'open'>;
  verify: (rawBody: Buffer, signature: string | undefined, key: string) => boolean;
  /** Whether a request without any key may be answered. */
  mayBeUnsigned: boolean;
  nowMs: () => number;
}

interface OwnKeys {
  /** Every company with keys of its own, also one whose seal is broken. */
  companies: ReadonlySet<TenantId>;
  ofKey: ReadonlyMap<string, readonly TenantId[]>;
  ofDigest: ReadonlyMap<string, string>;
  /** The keys of the company that has this line or agent. */
  ofName: ReadonlyMap<string, readonly string[]>;
}

const KEYS_LIFE_MS = 30_000;
/** Anyone may send a body: so many keys are tried on it, and fewer on a long one. */
const MOST_TRIED = 64;
const MOST_BYTES = 16_000_000;
/** Also on the longest: a company's old and new key, and the platform's. */
const ALWAYS_TRIED = 4;
/** Where voice platforms name lines and agents. */
const NAMES =
  /"(?:from_number|to_number|agent_id|number|assistantId|system__called_number|system__caller_id)"\s{0,9}:\s{0,9}"([^"\\]{3,100})"/g;
const MOST_NAMES = 100;

/** Says who signed a request, and the companies that signature may speak for. Used by every way in from outside. */
export class SignatureOwners {
  /** Own keys that signed lately, the last one first. */
  readonly #lately = new LRUCache<string, true>({ max: MOST_TRIED });
  #known: OwnKeys | null = null;
  #untilMs = 0;

  constructor(private readonly deps: SignatureOwnersDeps) {}

  /** Null when no known key signed these bytes. */
  async bySignature(rawBody: Buffer, signature: string | undefined, isDirect: boolean): Promise<Speaker | null> {
    const { platformKeys, verify, mayBeUnsigned } = this.deps;
    const own = await this.#own();
    if (platformKeys.length === 0 && own.companies.size === 0) return mayBeUnsigned && isDirect ? UNSIGNED : null;
    return this.byProof((key) => verify(rawBody, signature, key), rawBody);
  }

  /**
   * The same for a proof of another kind; never without one. First the keys of the companies whose line or agent the
   * body names, then the platform's, then those that signed lately, then the others, as many as its length allows.
   */
  async byProof(signed: (key: string) => boolean, rawBody: Buffer): Promise<Speaker | null> {
    const { platformKeys } = this.deps;
    const { ofKey, ofName } = await this.#own();
    const most = triesFor(rawBody, MOST_TRIED);
    const lately = [...this.#lately.keys()].filter((key) => ofKey.has(key));
    const tried = new Set<string>();
    for (const key of inTurn(keysNamed(rawBody, ofName), platformKeys, lately, ofKey.keys())) {
      if (tried.size === most) return null;
      if (!tried.has(key) && signed(key)) return this.#speakerOf(key, ofKey);
      tried.add(key);
    }
    return null;
  }

  /** The same for a secret that is sent as it is; it is found by its digest, of which the sender controls no part. */
  async bySecret(secret: string): Promise<Speaker | null> {
    const { ofKey, ofDigest } = await this.#own();
    const key = ofDigest.get(digestOf(secret));
    return key === undefined ? null : this.#speakerOf(key, ofKey);
  }

  #speakerOf(key: string, ofKey: OwnKeys['ofKey']): Speaker {
    const companyIds = ofKey.get(key) ?? [];
    if (companyIds.length > 0) this.#lately.set(key, true);
    return { platform: this.deps.platformKeys.includes(key), companyIds, unsigned: false };
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
    return this.deps.platformKeys.length > 0 || (await this.#own()).companies.size > 0;
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
    if (this.#known && this.#untilMs > this.deps.nowMs()) return this.#known;
    // Set before the read: a change announced meanwhile makes the next question read again.
    this.#untilMs = this.deps.nowMs() + KEYS_LIFE_MS;
    try {
      this.#known = this.#read(await this.deps.companies.callSecrets(this.deps.secret));
    } catch (error) {
      if (!this.#known) throw error;
    }
    return this.#known;
  }

  #read(all: SealedKeys[]): OwnKeys {
    const ofKey = new Map<string, TenantId[]>();
    const ofName = new Map<string, string[]>();
    for (const one of all.filter(({ isActive }) => isActive)) {
      const keys = [...new Set(splitKeys(this.deps.sealed.open(this.deps.secret, one) ?? ''))];
      for (const key of keys) ofKey.set(key, [...(ofKey.get(key) ?? []), one.companyId]);
      for (const name of one.names) ofName.set(name, keys);
    }
    const ofDigest = new Map([...ofKey.keys()].map((key) => [digestOf(key), key]));
    return { companies: new Set(all.map(({ companyId }) => companyId)), ofKey, ofDigest, ofName };
  }
}

function keysNamed(rawBody: Buffer, ofName: OwnKeys['ofName']): string[] {
  const keys: string[] = [];
  if (ofName.size === 0) return keys;
  let names = 0;
  for (const [, name = ''] of rawBody.toString('latin1').matchAll(NAMES)) {
    if (++names > MOST_NAMES) break;
    keys.push(...(ofName.get(name) ?? []));
  }
  return keys;
}

function* inTurn(...lists: Iterable<string>[]): Generator<string> {
  for (const list of lists) yield* list;
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

/** How many keys may be tried on a body, each at the cost of a digest of all of it. */
export function triesFor(rawBody: Buffer, most: number): number {
  return Math.max(ALWAYS_TRIED, Math.min(most, Math.floor(MOST_BYTES / (rawBody.length + 1))));
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
