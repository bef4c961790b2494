import { createHash } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type TimeSource } from '../sandbox-clock';
import { type World } from '../world/world';
import { type ApiKey, type LimitSet, type User } from '../world/world-spec';
import { parseInstant } from '../world/zone-time';
import { unauthorized } from './api-error';

/** Access tokens have their own, higher default limit. */
const ACCESS_TOKEN_LIMITS: LimitSet[] = [{ name: 'default', limit: 500, windowMs: 60_000, blockMs: 60_000 }];

export type Credential =
  | { kind: 'anonymous'; bucketId: string }
  | { kind: 'apiKey'; bucketId: string; apiKey: ApiKey }
  | { kind: 'unknownApiKey'; bucketId: string }
  | { kind: 'accessToken'; bucketId: string; token: string };

export const INVALID_API_KEY = 'CustomThrottlerGuard - Invalid API Key';

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const MAX_REMEMBERED_HASHES = 10_000;

/** The limits that replace the default for this caller; undefined: the default applies. */
export function limitsOf(credential: Credential, rules: Omit<LimitSet, 'name'>): readonly LimitSet[] | undefined {
  if (credential.kind === 'accessToken') return ACCESS_TOKEN_LIMITS;
  if (credential.kind !== 'apiKey') return undefined;
  const { limits, limitPerWindow } = credential.apiKey;
  if (limits.length > 0) return limits;
  return limitPerWindow === null ? undefined : [{ ...rules, name: 'default', limit: limitPerWindow }];
}

/** Reads who is calling. Keys are hashed once: every later mention of a caller is by hash. */
export class Authenticator {
  readonly #hashes = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly clock: TimeSource,
  ) {}

  identify(request: IncomingMessage): Credential {
    const token = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return { kind: 'anonymous', bucketId: `ip:${addressOf(request)}` };
    const bucketId = this.#hash(token);
    if (!token.startsWith('cal_')) return { kind: 'accessToken', bucketId, token };
    const apiKey = this.world.apiKeys.get(token);
    if (!apiKey) return { kind: 'unknownApiKey', bucketId };
    return { kind: 'apiKey', bucketId, apiKey };
  }

  /**
   * The guard behind the limiter.
   * @throws ApiError 401 for a bad credential, or for none where one is required.
   */
  admit(credential: Credential, required: boolean): User | undefined {
    switch (credential.kind) {
      case 'anonymous':
        if (required) throw unauthorized('ApiAuthStrategy - No authentication method provided.');
        return undefined;
      case 'unknownApiKey':
        throw unauthorized(INVALID_API_KEY);
      case 'accessToken':
        throw unauthorized('Invalid Access Token.');
      case 'apiKey':
        return this.#ownerOf(credential.apiKey);
    }
  }

  #ownerOf(apiKey: ApiKey): User {
    const expiresAtMs = apiKey.expiresAt === null ? undefined : parseInstant(apiKey.expiresAt);
    if (expiresAtMs !== undefined && expiresAtMs <= this.clock.nowMs()) {
      throw unauthorized('ApiAuthStrategy - api key - Your api key is expired');
    }
    const owner = this.world.users.get(apiKey.userId);
    if (!owner) throw unauthorized('ApiAuthStrategy - api key - No user tied to this apiKey');
    return owner;
  }

  #hash(token: string): string {
    const known = this.#hashes.get(token);
    if (known !== undefined) return known;
    if (this.#hashes.size >= MAX_REMEMBERED_HASHES) this.#hashes.clear();
    const hash = hashOf(token);
    this.#hashes.set(token, hash);
    return hash;
  }
}

function addressOf(request: IncomingMessage): string {
  const forwarded = request.headers['cf-connecting-ip'];
  return (typeof forwarded === 'string' ? forwarded : request.socket.remoteAddress) ?? 'unknown';
}
