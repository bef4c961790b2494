import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { RateLimited } from '../../errors';
import type { Clock } from '../../infra/clock';
import type { BudgetRequest, CalcomApiRateLimiter, SendPermit } from '../calcom-api-rate-limiter';
import { PACE_MS, sendCap, WINDOW_MS, type BudgetOptions, type SendLog } from './calcom-budget';
import type { Priority } from './calcom-ports';
import type { SendRules } from '../../infra/redis-send-log';

interface GatewayLimitsDeps {
  readonly log: Pick<SendLog, 'reserve' | 'release'>;
  /** Each key's own budget. */
  readonly keys: Pick<CalcomApiRateLimiter, 'acquire'>;
  readonly clock: Clock;
}

interface GatewayLimitsOptions extends Pick<BudgetOptions, 'limitPerMinute' | 'fleetSize'> {
  /** Requests of all keys together that may leave within one second. */
  addressBurstPerSecond: number;
}

/** A part of a key's budget, the most that operators take of it, so that callers find the rest whatever operators do. */
const OPERATORS_PART = 0.45;
/** The most that one company's token takes, over all keys: each key that is tried would be a new budget. */
const TOKEN_PART = 0.35;
/** A place with a key may be used this late. Who must wait longer for the address gives it back. */
const LATE_MS = 400;

/** Of the address's pace, by class: bookings always find a place that the others leave. */
const PACE_PARTS: Readonly<Record<Priority, number>> = { booking: 1, live: 0.8, operator: 0.5, background: 0.5 };

/**
 * What holds beside the budget of each key: operators take a part of it only, each token a part of that, and all keys
 * together leave one address. All processes on one Redis count as one; without it each keeps to an equal part.
 */
export class GatewayLimits {
  readonly #process = randomBytes(5).toString('hex');
  /** By log: what this process sent, monotonic milliseconds. */
  readonly #own = new LRUCache<string, number[]>({ max: 5000 });
  #count = 0;

  constructor(
    private readonly deps: GatewayLimitsDeps,
    private readonly options: GatewayLimitsOptions,
  ) {}

  /**
   * Waits for a place, at most `maxWaitMs`.
   * @throws RateLimited when none is free in that time; the signal's reason when it aborts while waiting
   */
  async acquire(request: BudgetRequest): Promise<SendPermit> {
    const { clock, keys } = this.deps;
    const { priority, signal } = request;
    const beganMs = clock.monotonicMs();
    const untilMs = beganMs + request.maxWaitMs;
    const giveBack: (() => void)[] = [];
    const pace = Math.max(1, Math.floor(this.options.addressBurstPerSecond * PACE_PARTS[priority]));
    try {
      for (const [log, part] of sharesOf(request)) {
        const limit = Math.max(1, Math.floor(sendCap(this.options) * part));
        const share = await this.#ask(log, rules(WINDOW_MS, limit), 0);
        if (!share.granted) throw new RateLimited(share.waitMs);
        giveBack.push(share.release);
      }
      for (;;) {
        const permit = await keys.acquire({ ...request, maxWaitMs: Math.max(0, untilMs - clock.monotonicMs()) });
        giveBack.push(permit.release);
        const place = await this.#ask('address', rules(PACE_MS, pace), LATE_MS);
        if (place.granted) {
          giveBack.push(place.release);
          if (place.waitMs > 0) await clock.sleep(place.waitMs, signal);
          const release = (): void => giveBack.forEach((one) => one());
          return { ...permit, waitedMs: permit.waitedMs + place.waitMs, release };
        }
        giveBack.pop();
        permit.release();
        if (clock.monotonicMs() + place.waitMs > untilMs) throw new RateLimited(place.waitMs);
        await clock.sleep(place.waitMs, signal);
      }
    } catch (error) {
      for (const one of giveBack) one();
      throw error;
    }
  }

  async #ask(
    log: string,
    limits: SendRules,
    maxWaitMs: number,
  ): Promise<{ granted: boolean; waitMs: number; release: () => void }> {
    const [owner, id] = ['gateway', `${this.#process}.${(++this.#count).toString(36)}`];
    const noted = ({ granted, waitMs }: { granted: boolean; waitMs: number }): { granted: boolean; waitMs: number } => {
      const atMs = this.deps.clock.monotonicMs() + waitMs;
      if (granted) this.#own.set(log, [...this.#sends(log, limits.windowMs), atMs]);
      return { granted, waitMs: Math.ceil(waitMs) };
    };
    // Decided and noted in one step: others decide alone meanwhile.
    const decision = await this.deps.log
      .reserve(log, { ...limits, id, owner, notBeforeMs: 0, maxWaitMs })
      .then(noted, () => noted(this.#decideAlone(log, limits, maxWaitMs)));
    return {
      ...decision,
      release: () => {
        this.#own.set(log, this.#sends(log, limits.windowMs).toSpliced(-1));
        this.deps.log.release(log, owner, id).catch(() => undefined);
      },
    };
  }

  #decideAlone(
    log: string,
    { windowMs, windowLimit }: SendRules,
    maxWaitMs: number,
  ): { granted: boolean; waitMs: number } {
    const limit = Math.max(1, Math.floor(windowLimit / this.options.fleetSize));
    const before = this.#sends(log, windowMs).at(-limit);
    const waitMs = before === undefined ? 0 : Math.max(0, before + windowMs - this.deps.clock.monotonicMs());
    return { granted: waitMs <= maxWaitMs, waitMs };
  }

  #sends(log: string, windowMs: number): number[] {
    const fromMs = this.deps.clock.monotonicMs() - windowMs;
    return (this.#own.get(log) ?? []).filter((atMs) => atMs > fromMs);
  }
}

/** The logs in which a request needs a place, each with its part of a key's budget. */
function sharesOf({ priority, operator, credential }: BudgetRequest): [log: string, part: number][] {
  if (priority !== 'operator') return [];
  const shares: [string, number][] = [[`operators:${credential.id}`, OPERATORS_PART]];
  return operator ? [[`operator:${operator}`, TOKEN_PART], ...shares] : shares;
}

function rules(windowMs: number, windowLimit: number): SendRules {
  return {
    ...{ windowMs, windowLimit, paceMs: windowMs, paceLimit: windowLimit },
    ...{ restLimit: 0, hintReserve: 0, fairFrom: 0 },
  };
}
