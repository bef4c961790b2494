import type { RedisSendLog, SendRules } from '../../infra/redis-send-log';
import type { Priority, UpstreamRateLimit } from './calcom-ports';

/** What Cal.com allows one key, and how this fleet shares it. */
export interface BudgetOptions {
  /** Cal.com's own limit for the key, requests in any 60 s. */
  limitPerMinute: number;
  /** Percent of the budget that background work may fill. */
  backgroundSharePct: number;
  /** Percent of the budget that all but bookings, moves and cancellations may fill. */
  readSharePct: number;
  /** Requests that may leave within one second. */
  burstPerSecond: number;
  /** Processes sharing a key: each keeps to its share while they cannot agree. */
  fleetSize: number;
  /** The key whose minute counters carry no key id in their name; null when there is none. */
  mainKeyId: string | null;
}

/** The sends of all processes, on a clock of its own. */
export type SendLog = Pick<RedisSendLog, keyof RedisSendLog>;

/** One second longer than Cal.com's window: what the network and a busy process may add between promise and arrival. */
export const WINDOW_MS = 61_000;
export const PACE_MS = 1000;
/** A send under way this long before the measured one may have arrived after it. */
export const REORDER_MS = 500;
export const ASKING_MS = 10_000;
/** How the owner of a booking's send is named: class first. */
export const FAVOURED_OWNER = 'booking:';
/** Cal.com blocks for a minute when it does not say for how long. */
export const DEFAULT_BLOCK_MS = 60_000;

const HEADROOM = 2;
const FAIR_FROM = 0.7;
/** Of the part kept for bookings, what they find free however many there were: the rest of it they have used already. */
const ALWAYS_FREE = 1 / 2;

/** The most sends of a key in any window. */
export function sendCap({ limitPerMinute }: Pick<BudgetOptions, 'limitPerMinute'>): number {
  return Math.max(1, limitPerMinute - HEADROOM);
}

/**
 * The budget's rules for each class. What bookings send is taken from the part kept for them: reads may go on to their
 * own share beside it, but never so far that less than half of that part were free.
 */
export function sendRules(options: BudgetOptions): Record<Priority, SendRules> & { cap: number } {
  const cap = sendCap(options);
  const share = (pct: number): number => Math.min(cap, Math.max(1, Math.floor((cap * pct) / 100)));
  const live = share(options.readSharePct);
  const background = Math.min(live, share(options.backgroundSharePct));
  const burst = options.burstPerSecond;
  const rules = (windowLimit: number, paceLimit: number): SendRules => ({
    windowMs: WINDOW_MS,
    windowLimit,
    restLimit: 0,
    paceMs: PACE_MS,
    paceLimit: Math.max(1, paceLimit),
    hintReserve: cap - windowLimit,
    fairFrom: 0,
  });
  return {
    cap,
    booking: rules(cap, burst),
    live: {
      ...rules(live, burst - Math.max(1, Math.round(burst / 5))),
      windowLimit: cap - Math.ceil((cap - live) * ALWAYS_FREE),
      restLimit: live,
      fairFrom: Math.ceil(live * FAIR_FROM),
    },
    // Callers keep what is left of their share; below that operators come before work in the background.
    operator: rules(Math.floor((live + background) / 2), Math.floor(burst / 2)),
    background: rules(background, Math.floor(burst / 2)),
  };
}

/** How long a 429 stops every send of the key. */
export function blockFor(rateLimit: UpstreamRateLimit | null, retryAfterMs: number | null): number {
  const said = [rateLimit?.resetMs, retryAfterMs].filter(
    (ms): ms is number => ms !== null && ms !== undefined && ms > 0,
  );
  return said.length > 0 ? Math.ceil(Math.max(...said)) : DEFAULT_BLOCK_MS;
}
