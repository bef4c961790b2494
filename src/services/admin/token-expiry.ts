import type { TenantId } from '../../domain';
import { ALERTS } from './alert-texts';
import type { RaiseAlert } from './alerts';

export interface EndingToken {
  id: string;
  companyId: TenantId | null;
  name: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface TokenExpiryDeps {
  /** Tokens that expire between the two instants, revoked ones too. */
  ending: (from: Date, to: Date) => Promise<EndingToken[]>;
  alerts: {
    raise: RaiseAlert;
    settle(keys: string[]): void;
  };
  nowMs: () => number;
}

const DAY_MS = 86_400_000;
const NOTICE_DAYS = 14;
/** A process that was away this long still closes the alerts of tokens that expired meanwhile. */
const LOOK_BACK_DAYS = 14;

/** Raises an alert 14 days before a token expires, and closes it when the token has expired or was revoked. */
export class TokenExpiry {
  constructor(private readonly deps: TokenExpiryDeps) {}

  async look(): Promise<void> {
    const nowMs = this.deps.nowMs();
    const over: string[] = [];
    const range = [nowMs - LOOK_BACK_DAYS * DAY_MS, nowMs + NOTICE_DAYS * DAY_MS] as const;
    for (const { id, companyId, name, createdAt, expiresAt, revokedAt } of await this.deps.ending(
      new Date(range[0]),
      new Date(range[1]),
    )) {
      const key = `token:${id}`;
      if (revokedAt !== null || expiresAt.getTime() <= nowMs) over.push(key);
      // Made for a few days or hours: its end is no surprise.
      else if (expiresAt.getTime() - createdAt.getTime() > NOTICE_DAYS * DAY_MS) {
        const day = expiresAt.toISOString().slice(0, 10);
        this.deps.alerts.raise(ALERTS.token_expiring({ name, day }), key, companyId);
      }
    }
    if (over.length > 0) this.deps.alerts.settle(over);
  }
}
