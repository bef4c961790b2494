import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../infra/clock';
import { Unauthorised, wrongField } from '../../errors';
import type { TenantId } from '../../domain';
import { requireRole, WITHOUT_TOKEN, type Actor, type Role } from './actor';

export interface StoredToken {
  id: string;
  companyId: TenantId | null;
  role: Role;
  ancestorIds: string[];
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface AddedToken extends Omit<StoredToken, 'id' | 'lastUsedAt' | 'revokedAt'> {
  name: string;
  hash: string;
  /** The maker's name in the audit log; null: the gateway's own command. */
  madeBy: string | null;
  createdAt: Date;
}

export interface TokenStore {
  /**
   * @throws NotFound when the company does not exist
   * @throws Unauthorised when one of the ancestors has been revoked, or the person who makes it may no longer sign in
   */
  add(token: AddedToken): Promise<{ id: string }>;
  /** The token of that hash, if it belongs to the platform or to an active company. */
  findByHash(hash: string): Promise<StoredToken | null>;
  /** Of these tokens, the ones that are neither revoked nor expired and would be found by their hash. */
  valid(ids: readonly string[], now: Date): Promise<string[]>;
  markUsed(id: string, at: Date): Promise<void>;
  /** Revokes the token of that hash; false when it is unknown, expired or was revoked before. */
  spend(hash: string, at: Date): Promise<boolean>;
}

interface TokenRequest {
  /** null: a token of the platform. */
  companyId: TenantId | null;
  name: string;
  /** Absent: everything that its company, or the platform, may do. */
  role?: Role | undefined;
  /** null: never; absent: 90, and never for the role `voice`. */
  expiresInDays?: number | null | undefined;
  /** Absent: the gateway's own command. */
  maker?: Actor;
}

const PREFIX = 'ask_';
/** Opens nothing itself: it is exchanged for a token, once. */
const LINK_PREFIX = 'once_';
const LINK_LIFE_MS = 10 * 60_000;
/** A working day in the browser. */
const LINKED_LIFE_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;
/** Programs are given a new token this often; voice agents would fall silent. */
const DEFAULT_LIFE_DAYS = 90;
/** How often "last used" is written, at most. */
const USE_NOTED_EVERY_MS = 60_000;
const LONGEST_TOKEN = 512;
const OF_PLATFORM = { companyId: null, role: 'platform', ancestorIds: [] as string[], madeBy: null } as const;

/** Operators' tokens: 256 random bits, kept as their SHA-256. */
export class TokenService {
  readonly #store: TokenStore;
  readonly #clock: Clock;
  readonly #bootstrapHash: Buffer | null;
  readonly #usesNotedAtMs = new Map<string, number>();

  /** @param deps.bootstrapToken the operator's first token, which reaches everything; null when there is none */
  constructor(deps: { store: TokenStore; clock: Clock; bootstrapToken: string | null }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#bootstrapHash = deps.bootstrapToken === null ? null : digest(deps.bootstrapToken);
  }

  /**
   * @returns also the token: shown this once, only its hash is kept
   * @throws NotFound when the company does not exist
   * @throws Forbidden when the role may more than its maker
   * @throws InvalidInput when the role does not go with the company
   */
  async create({ companyId, name, expiresInDays, maker, ...given }: TokenRequest) {
    const role = given.role ?? (companyId === null ? 'platform' : 'company_admin');
    checkRole(role, companyId);
    if (maker) requireRole(maker, role);
    const expiresAt = this.#expiryOf(role, expiresInDays, maker);
    const ancestorIds = maker?.tokenId ? [...maker.ancestorIds, maker.tokenId] : [];
    const madeBy = maker?.name ?? null;
    const { id, token } = await this.#add(PREFIX, { companyId, name, role, ancestorIds, madeBy, expiresAt });
    return { id, token, role, expiresAt };
  }

  /** The code of a link that signs a person in as the platform, once, within ten minutes. */
  async createSignInCode(): Promise<string> {
    const expiresAt = new Date(this.#clock.nowMs() + LINK_LIFE_MS);
    return (await this.#add(LINK_PREFIX, { ...OF_PLATFORM, name: 'sign-in link', expiresAt })).token;
  }

  /**
   * Exchanges the code of a sign-in link for a token of twelve hours.
   * @throws Unauthorised when the code is unknown, used or older than ten minutes
   */
  async redeem(code: string): Promise<{ token: string; expiresAt: Date }> {
    const now = this.#clock.now();
    const isOpen = code.startsWith(LINK_PREFIX) && code.length <= LONGEST_TOKEN;
    if (!isOpen || !(await this.#store.spend(digest(code).toString('hex'), now)))
      throw new Unauthorised('This link has been used, or is older than ten minutes. Ask for a new one: askpro open');
    const expiresAt = new Date(now.getTime() + LINKED_LIFE_MS);
    const { token } = await this.#add(PREFIX, { ...OF_PLATFORM, name: 'signed in by link', expiresAt });
    return { token, expiresAt };
  }

  async #add(prefix: string, token: Omit<AddedToken, 'hash' | 'createdAt'>): Promise<{ id: string; token: string }> {
    const secret = `${prefix}${randomBytes(32).toString('base64url')}`;
    const { id } = await this.#store.add({
      ...token,
      ...{ hash: digest(secret).toString('hex'), createdAt: this.#clock.now() },
    });
    return { id, token: secret };
  }

  /** A program's token does not outlive the one that made it. */
  #expiryOf(role: Role, days: number | null | undefined, maker: Actor | undefined): Date | null {
    const isVoice = role === 'voice';
    const life = days === undefined ? (isVoice ? null : DEFAULT_LIFE_DAYS) : days;
    const ends = life === null ? Number.POSITIVE_INFINITY : this.#clock.nowMs() + life * DAY_MS;
    const makerEnds = isVoice ? null : (maker?.expiresAt ?? null);
    const atMs = Math.min(ends, makerEnds?.getTime() ?? Number.POSITIVE_INFINITY);
    return atMs === Number.POSITIVE_INFINITY ? null : new Date(atMs);
  }

  /** null for an unknown, expired or revoked token; the caller cannot tell which. */
  async authenticate(token: string, address: string | null = null): Promise<Actor | null> {
    if (token.length === 0 || token.length > LONGEST_TOKEN) return null;
    const hash = digest(token);
    if (this.#bootstrapHash !== null && timingSafeEqual(hash, this.#bootstrapHash)) {
      return { name: 'bootstrap', role: 'platform', companyId: null, ...WITHOUT_TOKEN, address };
    }
    if (!token.startsWith(PREFIX)) return null;
    const known = await this.#store.findByHash(hash.toString('hex'));
    const now = this.#clock.now();
    if (!known || known.revokedAt !== null) return null;
    if (known.expiresAt !== null && known.expiresAt <= now) return null;
    await this.#noteUse(known, now);
    const { id, role, companyId, ancestorIds, expiresAt } = known;
    return { name: `token:${id}`, role, companyId, tokenId: id, ancestorIds, expiresAt, address };
  }

  /** Of actors authenticated earlier, those whose token is still valid, whichever process revoked it. */
  async stillValid(actors: readonly Actor[]): Promise<ReadonlySet<Actor>> {
    const ids = [...new Set(actors.flatMap(({ tokenId }) => tokenId ?? []))];
    const valid = new Set(ids.length === 0 ? [] : await this.#store.valid(ids, this.#clock.now()));
    return new Set(actors.filter(({ tokenId }) => tokenId === null || valid.has(tokenId)));
  }

  /** Written at most once a minute by this process, and not at all when another process just did. */
  async #noteUse(token: StoredToken, now: Date): Promise<void> {
    const storedAtMs = token.lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
    const lastMs = Math.max(storedAtMs, this.#usesNotedAtMs.get(token.id) ?? Number.NEGATIVE_INFINITY);
    if (now.getTime() - lastMs < USE_NOTED_EVERY_MS) return;
    this.#usesNotedAtMs.set(token.id, now.getTime());
    await this.#store.markUsed(token.id, now);
  }
}

function checkRole(role: Role, companyId: TenantId | null): void {
  if ((role === 'platform') === (companyId === null)) return;
  const message = 'Role and company do not go together.';
  if (companyId === null) throw wrongField('company_id', 'is required for this role', message);
  throw wrongField('role', 'must not be platform for a token of one company', message);
}

/** Tokens hold 256 bits of chance, so that a fast hash suffices; equal lengths make the comparison constant in time. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
