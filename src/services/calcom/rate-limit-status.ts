import type { Clock } from '../../infra/clock';
import type { LocalBudget } from './local-budget';
import type { SendLogView } from '../../infra/redis-send-log';

/** The source's fields, and what it could not know. */
export interface RateLimitStatus {
  key: string;
  main: boolean;
  /** UTC, `Y-m-d-H-i`. */
  current_minute: string;
  requests_this_minute: number;
  requests_last_60s: number;
  /** Cal.com's. */
  limit: number;
  /** Of what the gateway sends at most, which is less than the limit. */
  remaining: number;
  utilization_pct: number;
  status: 'ok' | 'warning' | 'exceeded';
  /** ISO, or null when Cal.com does not block the key. */
  blocked_until: string | null;
  /** cold: the shared log was emptied less than a window ago. local: it cannot be reached. */
  mode: 'shared' | 'local' | 'cold';
}

const WARNING_SHARE = 100 / 120;

/** @param view null when the shared log cannot be reached; `counted` likewise */
export function rateLimitStatus(
  key: { keyId: string; main: boolean; minute: string; limit: number; cap: number },
  view: SendLogView | null,
  counted: number | null,
  local: LocalBudget | null,
  clock: Clock,
): RateLimitStatus {
  const monotonicMs = clock.monotonicMs();
  const nowMs = view ? view.nowMs : monotonicMs;
  const sends = view ? view.sentAtMs : (local?.sends(monotonicMs) ?? []);
  const last60s = sends.filter((atMs) => atMs > nowMs - 60_000 && atMs <= nowMs).length;
  const blockedForMs = Math.max((view?.blockedUntilMs ?? 0) - nowMs, (local?.blockedUntilMs ?? 0) - monotonicMs);
  const thisMinute = counted ?? last60s;
  const used = Math.max(thisMinute, last60s);
  return {
    key: key.keyId,
    main: key.main,
    current_minute: key.minute,
    requests_this_minute: thisMinute,
    requests_last_60s: last60s,
    limit: key.limit,
    remaining: Math.max(0, key.cap - used),
    utilization_pct: Math.round((used / key.limit) * 10_000) / 100,
    status: used >= key.limit ? 'exceeded' : used >= key.limit * WARNING_SHARE ? 'warning' : 'ok',
    blocked_until: blockedForMs > 0 ? new Date(clock.nowMs() + blockedForMs).toISOString() : null,
    mode: view === null ? 'local' : view.coldUntilMs > view.nowMs ? 'cold' : 'shared',
  };
}
