import { createHash } from 'node:crypto';
import type { TenantId } from '../../domain';
import type { TokenService } from '../admin/token-service';
import { LastKnown } from './last-known';

interface VoiceTokensDeps {
  readonly tokens: Pick<TokenService, 'authenticate'>;
  readonly nowMs: () => number;
}

/** Read again after this long, and no later than after twice as long: a revoked token ends within five seconds. */
const LIFE_MS = 2000;
const LONGEST_TOKEN = 512;

/** Tokens of voice agents, which are shown with every question of a call. */
export class VoiceTokens {
  readonly #known: LastKnown<TenantId | null>;

  constructor(private readonly deps: VoiceTokensDeps) {
    this.#known = new LastKnown({ nowMs: deps.nowMs, lifeMs: LIFE_MS });
  }

  /** The company of a valid token with the role `voice`; null for every other token. */
  async companyOf(token: string): Promise<TenantId | null> {
    if (token.length > LONGEST_TOKEN) return null;
    // Tokens themselves are not kept in memory.
    return this.#known.get(createHash('sha256').update(token).digest('base64'), async () => {
      const actor = await this.deps.tokens.authenticate(token);
      return actor?.role === 'voice' ? actor.companyId : null;
    });
  }

  /** Some company was suspended or deleted. */
  forget(): void {
    this.#known.deleteWhere(() => true);
  }
}
