import type { TenantId } from '../../domain';
import { companyNames, withCompanies, type CalcomKey, type OfKey } from '../calcom/calcom-keys';
import type { CircuitStatus } from '../circuit-breaker';
import type { MetricsSummary } from '../calcom/calcom-performance-report';
import type { CalcomEndpoint } from '../calcom/calcom-ports';
import type { RateLimitStatus } from '../calcom/rate-limit-status';
import { ALERTS, type AlertText } from './alert-texts';
import type { RaiseAlert } from './alerts';

type Tell = (wrong: boolean, key: string, alert: () => AlertText, companyId?: TenantId | null) => void;

export interface WatchDeps {
  keys: () => Promise<CalcomKey[]>;
  budgets: (keyIds: string[]) => Promise<RateLimitStatus[]>;
  circuits: (keyIds: string[]) => Promise<CircuitStatus[]>;
  /** Of the last five minutes. */
  slots: () => Promise<MetricsSummary | null>;
  /** Of the last answers of Cal.com itself; null when there were too few. */
  upstreamP95Ms: (endpoint: CalcomEndpoint) => number | null;
  /** Of each endpoint that is watched: beyond this its answers are slower than they are by nature. */
  slowAboveMs: Partial<Record<CalcomEndpoint, number>>;
  alerts: {
    raise: RaiseAlert;
    /** These are no longer true. */
    settle(keys: string[]): void;
  };
}

const BUDGET_PCT = 80;
const STALE_SHARE = 0.5;
/** Fewer answers than this say nothing about a trend. */
const FEW_READS = 5;

/** Raises alerts for conditions an operator must know about, every few seconds, and closes them when they are over. */
export class Watch {
  constructor(private readonly deps: WatchDeps) {}

  async look(): Promise<void> {
    const over: string[] = [];
    const tell: Tell = (wrong, key, alert, companyId = null) => {
      if (wrong) this.deps.alerts.raise(alert(), key, companyId);
      else over.push(key);
    };
    const keys = await this.deps.keys();
    const keyIds = keys.map(({ id }) => id);
    /** The only company of a key that is its own. */
    const ownerOf = (keyId: string): TenantId | null => {
      const key = keys.find(({ id }) => id === keyId);
      return key && !key.main && key.companies.length === 1 ? (key.companies[0]?.id ?? null) : null;
    };
    const keyNames = (status: OfKey<{ key: string }>): string | null =>
      keys.length > 1 ? `${status.key}: ${companyNames(status)}` : null;
    for (const one of withCompanies(await this.deps.budgets(keyIds), keys))
      tell(
        one.utilization_pct > BUDGET_PCT,
        `budget:${one.key}`,
        () => ALERTS.budget({ used: one.requests_last_60s, limit: one.limit, keyNames: keyNames(one) }),
        ownerOf(one.key),
      );
    for (const one of withCompanies(await this.deps.circuits(keyIds), keys))
      tell(
        one.state === 'open',
        `circuit:${one.service}:${one.key}`,
        () => ALERTS.circuit_open({ service: one.service, keyNames: keyNames(one) }),
        ownerOf(one.key),
      );
    for (const [endpoint, slowMs] of Object.entries(this.deps.slowAboveMs))
      this.#slowness(endpoint as CalcomEndpoint, slowMs, tell);
    const slots = await this.deps.slots();
    if (slots)
      tell(slots.total_calls >= FEW_READS && slots.stale_calls / slots.total_calls > STALE_SHARE, 'stale:/slots', () =>
        ALERTS.stale({}),
      );
    this.deps.alerts.settle(over);
  }

  #slowness(endpoint: CalcomEndpoint, slowMs: number, tell: Tell): void {
    const p95Ms = this.deps.upstreamP95Ms(endpoint);
    if (p95Ms === null) return;
    tell(p95Ms > slowMs, `slow:${endpoint}`, () => ALERTS.slow_upstream({ endpoint, p95Ms: Math.round(p95Ms) }));
  }
}

/**
 * Listing is slow where callers begin to hear older answers. A booking takes 1.5 to 5 s by nature, because Cal.com
 * answers only after its mails and webhooks: it is slow where its time limit begins to cut answers off.
 */
export function slowAboveMs(timeoutMs: { slots: number; bookings: number }): WatchDeps['slowAboveMs'] {
  const { slots, bookings } = timeoutMs;
  return {
    '/slots': slots * 0.6,
    '/bookings': bookings,
    '/bookings/reschedule': bookings,
    '/bookings/cancel': bookings,
    '/bookings/mark-absent': bookings,
  };
}
