import type { LocalDate, TenantId } from '../../domain';
import type { CalcomAccounts } from '../calcom/calcom-accounts';
import { companyNames, withCompanies, type OfKey } from '../calcom/calcom-keys';
import type { CalcomPerformanceMonitor } from '../calcom/calcom-performance-monitor';
import type { CalcomEndpoint } from '../calcom/calcom-ports';
import { movableUntil } from '../tenants/public-holidays';
import { ALERTS, type AlertText } from './alert-texts';
import type { Alerts } from './alerts';

export interface WatchDeps {
  accounts: Pick<CalcomAccounts, 'keys'>;
  monitor: Pick<
    CalcomPerformanceMonitor,
    'getRateLimitStatus' | 'getCircuitBreakerStatus' | 'getMetricsSummary' | 'upstreamP95Ms'
  >;
  /** Of each endpoint that is watched: beyond this its answers are slower than they are by nature. */
  slowAboveMs: Partial<Record<CalcomEndpoint, number>>;
  alerts: OpenAlerts;
}

type OpenAlerts = Pick<Alerts, 'raise' | 'settle'>;

const BUDGET_PCT = 80;
/** How far back the look goes. */
const MINUTES = 5;
const STALE_SHARE = 0.5;
/** Fewer answers than this say nothing about a trend. */
const FEW_ANSWERS = 5;

/** Raises alerts for conditions an operator must know about, every few seconds, and closes them when they are over. */
export class Watch {
  constructor(private readonly deps: WatchDeps) {}

  async look(): Promise<void> {
    const over: string[] = [];
    const tell = (wrong: boolean, key: string, alert: AlertText, companyId: TenantId | null = null): void => {
      if (wrong) this.deps.alerts.raise(alert, key, companyId);
      else over.push(key);
    };
    const { accounts, monitor } = this.deps;
    const keys = await accounts.keys();
    const keyIds = keys.map(({ id }) => id);
    /** The only company of a key that is its own. */
    const ownerOf = (keyId: string): TenantId | null => {
      const key = keys.find(({ id }) => id === keyId);
      return key && !key.main && key.companies.length === 1 ? (key.companies[0]?.id ?? null) : null;
    };
    const keyNames = (status: OfKey<{ key: string }>): string | null =>
      keys.length > 1 ? `${status.key}: ${companyNames(status)}` : null;
    for (const one of withCompanies(await monitor.getRateLimitStatus(keyIds), keys))
      tell(
        one.utilization_pct > BUDGET_PCT,
        `budget:${one.key}`,
        ALERTS.budget({ used: one.requests_last_60s, limit: one.limit, keyNames: keyNames(one) }),
        ownerOf(one.key),
      );
    for (const one of withCompanies(await monitor.getCircuitBreakerStatus(keyIds), keys))
      tell(
        one.state === 'open',
        `circuit:${one.service}:${one.key}`,
        ALERTS.circuit_open({ service: one.service, keyNames: keyNames(one) }),
        ownerOf(one.key),
      );
    for (const [endpoint, slowMs] of Object.entries(this.deps.slowAboveMs)) {
      const p95Ms = monitor.upstreamP95Ms(endpoint, FEW_ANSWERS);
      if (p95Ms === null) continue;
      tell(p95Ms > slowMs, `slow:${endpoint}`, ALERTS.slow_upstream({ endpoint, p95Ms: Math.round(p95Ms) }));
    }
    const slots = await monitor.getMetricsSummary('/slots', MINUTES).catch(() => null);
    if (slots) {
      const isStale = slots.total_calls >= FEW_ANSWERS && slots.stale_calls / slots.total_calls > STALE_SHARE;
      tell(isStale, 'stale:/slots', ALERTS.stale({}));
    }
    this.deps.alerts.settle(over);
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

export interface EndingToken {
  id: string;
  companyId: TenantId | null;
  name: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

const DAY_MS = 86_400_000;
const NOTICE_DAYS = 14;
/** A process that was away this long still closes the alerts of tokens that expired meanwhile. */
const LOOK_BACK_DAYS = 14;

/** Raises an alert 14 days before a token expires, and closes it when the token has expired or was revoked. */
export class TokenExpiry {
  constructor(
    private readonly deps: {
      tokens: {
        /** Tokens that expire between the two instants, revoked ones too. */
        ending(from: Date, to: Date): Promise<EndingToken[]>;
      };
      alerts: OpenAlerts;
      nowMs: () => number;
    },
  ) {}

  async look(): Promise<void> {
    const nowMs = this.deps.nowMs();
    const over: string[] = [];
    const [from, to] = [new Date(nowMs - LOOK_BACK_DAYS * DAY_MS), new Date(nowMs + NOTICE_DAYS * DAY_MS)];
    for (const { id, companyId, name, createdAt, expiresAt, revokedAt } of await this.deps.tokens.ending(from, to)) {
      const key = `token:${id}`;
      if (revokedAt !== null || expiresAt.getTime() <= nowMs) over.push(key);
      // Made for a few days or hours: its end is no surprise.
      else if (expiresAt.getTime() - createdAt.getTime() > NOTICE_DAYS * DAY_MS) {
        const day = expiresAt.toISOString().slice(0, 10);
        this.deps.alerts.raise(ALERTS.token_expiring({ name, day }), key, companyId);
      }
    }
    this.deps.alerts.settle(over);
  }
}

/** Callers book up to half a year ahead without being asked twice. */
const HOLIDAY_NOTICE_DAYS = 183;

/** A day on which a company or one of its branches is closed in that year alone. */
export interface ClosedDay {
  companyId: TenantId;
  /** null: every branch. */
  branchId: string | null;
  firstDay: LocalDate;
}

/** Raises an alert before the public holidays that move with Easter run out, and closes it when the next ones are entered. */
export class HolidayExpiry {
  constructor(
    private readonly deps: {
      companies: {
        ids(only: { isActive: boolean }): Promise<TenantId[]>;
        /** Of all companies. */
        closedDays(): Promise<ClosedDay[]>;
      };
      alerts: OpenAlerts;
      nowMs: () => number;
    },
  ) {}

  async look(): Promise<void> {
    const { companies, alerts, nowMs } = this.deps;
    const needed = new Date(nowMs() + HOLIDAY_NOTICE_DAYS * DAY_MS).getUTCFullYear();
    const days = await companies.closedDays();
    for (const companyId of await companies.ids({ isActive: true })) {
      const until = enteredUntil(days.filter((day) => day.companyId === companyId));
      const key = `holidays:${companyId}`;
      if (until === null || until >= needed) alerts.settle([key]);
      else alerts.raise(ALERTS.holidays_end({ until }), key, companyId);
    }
  }
}

/** Of the branch that has the fewest years, with those of the whole company. */
function enteredUntil(days: readonly ClosedDay[]): number | null {
  const ofBranch = (branchId: string | null): number | null =>
    movableUntil(days.flatMap((day) => (day.branchId === null || day.branchId === branchId ? [day.firstDay] : [])));
  const years = [...new Set(days.map(({ branchId }) => branchId))].flatMap((branchId) => ofBranch(branchId) ?? []);
  return years.length === 0 ? null : Math.min(...years);
}

export interface OverdueCallback {
  id: string;
  companyId: TenantId;
  dueAt: Date;
  branchName: string;
  /** Of the branch; IANA. */
  timeZone: string;
}

/** Raises an alert for each callback that is past its due time, and closes it when the caller was rung back. */
export class OverdueCallbacks {
  constructor(
    private readonly deps: {
      callbacks: {
        /** Open callbacks past their due time, and the ids of those that are no longer but still have an open alert. */
        overdue(): Promise<{ late: OverdueCallback[]; over: string[] }>;
      };
      alerts: OpenAlerts;
    },
  ) {}

  async look(): Promise<void> {
    const { alerts, callbacks } = this.deps;
    const { late, over } = await callbacks.overdue();
    for (const { id, companyId, ...facts } of late)
      alerts.raise(ALERTS.callback_overdue(facts), `callback:${id}`, companyId);
    alerts.settle(over.map((id) => `callback:${id}`));
  }
}
