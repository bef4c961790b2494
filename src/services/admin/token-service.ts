import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../infra/clock';
import { tenantId, type TenantId } from '../../domain';
import type { Actor } from './actor';

export interface StoredToken {
  id: string;
  companyId: TenantId | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface TokenStore {
  /** @throws NotFound when the company does not exist */
  add(token: {
    companyId: TenantId | null;
    name: string;
    hash: string;
    expiresAt: Date | null;
  }): Promise<{ id: string }>;
  /** The token of that hash, if its company still exists. */
  findByHash(hash: string): Promise<StoredToken | null>;
  markUsed(id: string, at: Date): Promise<void>;
}

export interface NewToken {
  id: string;
  /** Shown this once; only its hash is kept. */
  token: string;
  expiresAt: Date | null;
}

const PREFIX = 'ask_';
const DAY_MS = 86_400_000;
/** How often "last used" is written, at most. */
const USE_NOTED_EVERY_MS = 60_000;
const LONGEST_TOKEN = 512;

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

  /** @throws NotFound when the company does not exist */
  async create(request: { companyId: TenantId | null; name: string; expiresInDays?: number }): Promise<NewToken> {
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const days = request.expiresInDays;
    const expiresAt = days === undefined ? null : new Date(this.#clock.nowMs() + days * DAY_MS);
    const hash = digest(token).toString('hex');
    const { id } = await this.#store.add({ companyId: request.companyId, name: request.name, hash, expiresAt });
    return { id, token, expiresAt };
  }

  /** null for an unknown, expired or revoked token; the caller cannot tell which. */
  async authenticate(token: string): Promise<Actor | null> {
    if (token.length === 0 || token.length > LONGEST_TOKEN) return null;
    const hash = digest(token);
    if (this.#bootstrapHash !== null && timingSafeEqual(hash, this.#bootstrapHash)) {
      return { name: 'bootstrap', companyId: null };
    }
    if (!token.startsWith(PREFIX)) return null;
    const known = await this.#store.findByHash(hash.toString('hex'));
    const now = this.#clock.now();
    if (!known || known.revokedAt !== null) return null;
    if (known.expiresAt !== null && known.expiresAt <= now) return null;
    await this.#noteUse(known, now);
    return { name: `token:${known.id}`, companyId: known.companyId === null ? null : tenantId(known.companyId) };
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

/** Tokens hold 256 bits of chance, so that a fast hash suffices; equal lengths make the comparison constant in time. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
