import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { RateLimited } from '../errors';
import type { Clock } from '../infra/clock';
import type { RedisCounters } from '../infra/redis-counters';
import { BudgetLink } from './calcom/budget-link';
import { blockFor, sendRules, WINDOW_MS, type BudgetOptions, type SendLog } from './calcom/calcom-budget';
import type { Priority, UpstreamAnswer } from './calcom/calcom-ports';
import { LocalBudget } from './calcom/local-budget';
import { rateLimitStatus, type RateLimitStatus } from './calcom/rate-limit-status';
import { utcMinute } from './calcom/utc-minute';
import type { SendRules } from '../infra/redis-send-log';
import type { Logger } from '../infra/logger';

export interface BudgetRequest {
  credential: { id: string };
  /** For fairness between companies that share a key. */
  tenantId: string;
  priority: Priority;
  /** The company's token by which an operator asks; absent when it is none. */
  operator?: string;
  /** Longest wait for a place, milliseconds. Who cannot have one in that time learns it at once. */
  maxWaitMs: number;
  signal?: AbortSignal | undefined;
}

/** One request may be sent now. It counts whatever comes of it, unless it is released unsent. */
export interface SendPermit {
  waitedMs: number;
  /** To be called as the request leaves. */
  sending(): void;
  release(): void;
  observe(answer: UpstreamAnswer): void;
}

interface Place {
  link: BudgetLink;
  owner: string;
  id: string;
  rules: SendRules;
  /** Promised send and the asking for it, monotonic milliseconds. */
  atMs: number;
  /** From the decision until the place is free. */
  waitMs: number;
  askedAtMs: number;
  /** The promised send on the shared log's clock; null when this process decided alone. */
  sharedAtMs: number | null;
  /** Sends of the window up to and with this one. */
  used: number;
}

type Answer = { place: Place } | { retryAfterMs: number };

/** Background work never holds places further ahead, so that more urgent requests find them free. */
const BACKGROUND_AHEAD_MS = 1000;
/** The window's guard second, shared between a late sender and the network. */
const LATE_MS = 500;
const TOLERANCE_MS = 50;
/** After a wait this long the world may have changed: a block, a lost log. */
const RECHECK_MS = 100;
const MAX_TRIES = 5;
const COUNTER_TTL_SECONDS = 120;
/** A refusal is believed again for this long: only a place given back could have changed it. */
const FULL_FOR_MS = 250;
const REFUSALS = 5000;

/**
 * Keeps every key below Cal.com's limit, over all processes: at most `limit - 2` sends in any 61 s, taken before the
 * request leaves and counted whatever its outcome. Each class stops at its own share of the total, so bookings always
 * find room that reads cannot take, and reads room that background work cannot take; within a class first come, first
 * served. Tenants sharing a key: the last 30 % of the reads' share is only for tenants holding less than an equal part,
 * as long as more than one tenant has asked within ten seconds, and the last
 * place of every second is not for who has taken all the others.
 *
 * Without the shared log (away, slow, or freshly emptied) each process keeps to a share that is safe for the whole
 * fleet, see LocalBudget; what it sent meanwhile is added to the log afterwards.
 */
export class CalcomApiRateLimiter {
  readonly #rules: ReturnType<typeof sendRules>;
  readonly #links = new Map<string, BudgetLink>();
  /** By key and owner: the last refusal, monotonic milliseconds. */
  readonly #refusals = new LRUCache<string, { heardAtMs: number; freeAtMs: number }>({ max: REFUSALS });
  readonly #process = randomBytes(5).toString('hex');
  #count = 0;
  #away = false;
  #pulse: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: {
      log: SendLog;
      counters: Pick<RedisCounters, 'increment' | 'read'>;
      clock: Clock;
      logger: Logger;
    },
    private readonly options: BudgetOptions,
  ) {
    this.#rules = sendRules(options);
  }

  /** In a fleet the log is looked at every second, so that little is unknown should it be lost. */
  start(): void {
    if (this.options.fleetSize === 1 || this.#pulse) return;
    this.#pulse = setInterval(() => void this.refresh(), 1000);
    this.#pulse.unref();
  }

  stop(): void {
    clearInterval(this.#pulse);
    this.#pulse = undefined;
  }

  /** Restores sends in a log that may lack its last moments: another process must count what this one sent. */
  async refresh(): Promise<void> {
    await Promise.all(
      [...this.#links.values()].map(async (link) => {
        await link.reconnect();
        await (link.budget.syncState === 'lost' ? link.probe() : link.look());
      }),
    );
  }

  /**
   * Waits for a place, at most `maxWaitMs`.
   * @throws RateLimited at once when none is free in that time; the signal's reason when it aborts while waiting
   */
  async acquire(request: BudgetRequest): Promise<SendPermit> {
    const { clock } = this.deps;
    const startedAtMs = clock.monotonicMs();
    const waitedMs = (): number => clock.monotonicMs() - startedAtMs;
    // Asking for a place is no wait: only the time until it is free counts.
    let keptMs = 0;
    const background = request.priority === 'background';
    let retryAfterMs = 1000;
    for (let tries = 0; tries < MAX_TRIES || (background && waitedMs() < request.maxWaitMs); tries++) {
      request.signal?.throwIfAborted();
      const leftMs = Math.max(0, request.maxWaitMs - waitedMs());
      const answer = await this.#ask(request, background ? Math.min(leftMs, BACKGROUND_AHEAD_MS) : leftMs);
      if ('place' in answer) {
        keptMs += answer.place.waitMs;
        if (await this.#keep(answer.place, request.signal)) return this.#permit(answer.place, keptMs);
        continue;
      }
      retryAfterMs = answer.retryAfterMs;
      if (!background || retryAfterMs > leftMs) break;
      const pauseMs = Math.max(10, retryAfterMs - BACKGROUND_AHEAD_MS / 2);
      keptMs += pauseMs;
      await clock.sleep(pauseMs, request.signal);
    }
    const heardAtMs = clock.monotonicMs();
    this.#refusals.set(refusalKey(request), { heardAtMs, freeAtMs: heardAtMs + retryAfterMs });
    throw new RateLimited(Math.ceil(Math.min(retryAfterMs, WINDOW_MS)));
  }

  /** What `acquire` would throw, if a refusal of a moment ago says so already; sends nothing. */
  knownRefusal(request: Omit<BudgetRequest, 'signal'>): RateLimited | null {
    const known = this.#refusals.get(refusalKey(request));
    const nowMs = this.deps.clock.monotonicMs();
    if (!known || nowMs - known.heardAtMs > FULL_FOR_MS || known.freeAtMs - nowMs <= request.maxWaitMs) return null;
    return new RateLimited(Math.ceil(Math.min(known.freeAtMs - nowMs, WINDOW_MS)));
  }

  /** Per key, as the operator's page shows it. Keys this process has not used yet may be asked for by id. */
  async status(keyIds: string[] = [...this.#links.keys()]): Promise<RateLimitStatus[]> {
    return Promise.all(
      keyIds.map(async (keyId) => {
        const minute = utcMinute(this.deps.clock.now());
        const [view, counted] = await Promise.all([
          this.deps.log.read(keyId).catch(() => null),
          this.deps.counters.read(this.#counterName(keyId, minute)).catch(() => null),
        ]);
        return rateLimitStatus(
          {
            ...{ keyId, main: keyId === this.options.mainKeyId, minute },
            ...{ limit: this.options.limitPerMinute, cap: this.#rules.cap },
          },
          view,
          counted,
          this.#links.get(keyId)?.budget ?? null,
          this.deps.clock,
        );
      }),
    );
  }

  /** Takes back blocks and hints of a key. What was sent stays counted, so this can never lead over the limit. */
  async reset(keyId: string): Promise<void> {
    this.#links.get(keyId)?.budget.clearLimits();
    this.#refusals.clear();
    await this.deps.log.clearLimits(keyId);
  }

  async #ask(request: BudgetRequest, maxWaitMs: number): Promise<Answer> {
    const link = this.#link(request.credential.id);
    const { budget } = link;
    const rules = link.within(this.#rules[request.priority], this.#rules.cap);
    const owner = ownerOf(request);
    await link.reconnect();
    let answer: Answer = { retryAfterMs: 1000 };
    for (let tries = 0; tries < 3; tries++) {
      const askedAtMs = this.deps.clock.monotonicMs();
      const id = `${this.#process}.${(++this.#count).toString(36)}`;
      const place = { link, owner, id, rules, askedAtMs };
      if (budget.syncState === 'lost') {
        void link.probe();
        return this.#decideAlone(place, maxWaitMs);
      }
      const ownMs = budget.syncState === 'guarded' ? budget.earliest(askedAtMs, rules) - askedAtMs : 0;
      if (ownMs > maxWaitMs) return { retryAfterMs: ownMs };
      let decision;
      try {
        decision = await this.deps.log.reserve(budget.keyId, {
          ...rules,
          id,
          owner,
          notBeforeMs: Math.ceil(ownMs),
          maxWaitMs: Math.floor(maxWaitMs),
        });
      } catch {
        link.lose();
        const alone = this.#decideAlone(place, maxWaitMs);
        if (!('place' in alone)) link.markUnused({ owner, id });
        return alone;
      }
      const receivedAtMs = this.deps.clock.monotonicMs();
      await link.adopt(decision.view, askedAtMs);
      if (!decision.granted) return { retryAfterMs: decision.waitMs };
      const atMs = receivedAtMs + decision.waitMs;
      const allowedAtMs = budget.syncState !== 'shared' ? budget.earliest(atMs, rules) : atMs;
      if (allowedAtMs <= atMs + TOLERANCE_MS) {
        budget.book(owner, id, atMs);
        const sharedAtMs = decision.view.nowMs + decision.waitMs;
        return {
          place: {
            ...place,
            atMs,
            waitMs: decision.waitMs,
            sharedAtMs,
            used: 1 + decision.view.sentAtMs.filter((sentAtMs) => sentAtMs <= sharedAtMs).length,
          },
        };
      }
      link.giveBack({ owner, id });
      answer = { retryAfterMs: allowedAtMs - receivedAtMs };
    }
    return answer;
  }

  #decideAlone(place: Omit<Place, 'atMs' | 'waitMs' | 'sharedAtMs' | 'used'>, maxWaitMs: number): Answer {
    const { budget } = place.link;
    const nowMs = this.deps.clock.monotonicMs();
    const atMs = budget.earliest(nowMs, place.rules);
    if (atMs - nowMs > maxWaitMs) return { retryAfterMs: atMs - nowMs };
    budget.book(place.owner, place.id, atMs);
    return {
      place: { ...place, atMs, waitMs: Math.max(0, atMs - nowMs), sharedAtMs: null, used: budget.sends(nowMs).length },
    };
  }

  /** Waits until the promised moment. False when the promise no longer holds; the place is given back then. */
  async #keep(place: Place, signal?: AbortSignal): Promise<boolean> {
    const { clock } = this.deps;
    const { link, owner, id } = place;
    const { budget } = link;
    const waitMs = place.atMs - clock.monotonicMs();
    try {
      signal?.throwIfAborted();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    } catch (error) {
      link.giveBack({ owner, id });
      throw error;
    }
    if (waitMs >= RECHECK_MS) {
      if (budget.syncState !== 'lost') await link.look();
      if (budget.syncState === 'lost') {
        budget.unbook(id);
        const nowMs = clock.monotonicMs();
        if (budget.earliest(nowMs, place.rules) > nowMs + TOLERANCE_MS) {
          link.markUnused({ owner, id });
          return false;
        }
        budget.book(owner, id, nowMs);
        place.atMs = nowMs;
      }
    }
    const nowMs = clock.monotonicMs();
    const lateMs = nowMs - (waitMs > 0 ? place.atMs : place.askedAtMs);
    if (lateMs <= LATE_MS && budget.blockedUntilMs <= nowMs) return true;
    link.giveBack({ owner, id });
    return false;
  }

  #permit(place: Place, waitedMs: number): SendPermit {
    const { link, owner, id } = place;
    return {
      waitedMs,
      sending: () => {
        const name = this.#counterName(link.budget.keyId, utcMinute(this.deps.clock.now()));
        this.deps.counters.increment(name, COUNTER_TTL_SECONDS).catch(() => undefined);
      },
      release: () => link.giveBack({ owner, id }),
      observe: (answer) => this.#observe(place, answer),
    };
  }

  #observe(place: Place, answer: UpstreamAnswer): void {
    const { budget } = place.link;
    const nowMs = this.deps.clock.monotonicMs();
    if (answer.status === 429) {
      const blockMs = blockFor(answer.rateLimit, answer.retryAfterMs);
      if (budget.blockedUntilMs <= nowMs) {
        this.deps.logger.error(
          { key: budget.keyId, blockMs, sentInWindow: place.used },
          'Cal.com throttles this key; nothing is sent until the block ends',
        );
      }
      budget.block(nowMs + blockMs);
      place.link.note({ blockMs, hint: null });
      return;
    }
    const { rateLimit } = answer;
    if (rateLimit?.limit) place.link.learnLimit(rateLimit.limit);
    // More left than our own log leaves: no other program uses the key, and there is nothing to learn.
    if (!rateLimit || rateLimit.resetMs <= 0 || rateLimit.remaining + place.used >= this.#rules.cap) return;
    const resetMs = Math.ceil(rateLimit.resetMs);
    budget.hint({ fromMs: place.atMs, untilMs: nowMs + resetMs, remaining: rateLimit.remaining });
    if (place.sharedAtMs !== null) {
      place.link.note({
        blockMs: 0,
        hint: { fromMs: place.sharedAtMs, remaining: rateLimit.remaining, resetMs },
      });
    }
  }

  #link(keyId: string): BudgetLink {
    const known = this.#links.get(keyId);
    if (known) return known;
    const { clock, log, logger } = this.deps;
    const { fleetSize, burstPerSecond } = this.options;
    const link = new BudgetLink(new LocalBudget(keyId, { size: fleetSize, burstPerSecond, cap: this.#rules.cap }), {
      log,
      clock,
      onLost: () => {
        if (!this.#away) logger.warn({ fleetSize }, 'the shared request budget is away; keeping to a safe share of it');
        this.#away = true;
      },
      onBack: () => {
        if (this.#away) logger.info({}, 'the shared request budget is back');
        this.#away = false;
      },
      onClockJump: (key) =>
        logger.warn({ key }, 'the shared clock was set forward; keeping to a safe share for a window'),
    });
    this.#links.set(keyId, link);
    return link;
  }

  #counterName(keyId: string, minute: string): string {
    return keyId === this.options.mainKeyId
      ? `calcom_api_rate_limit:${minute}`
      : `calcom_api_rate_limit:${keyId}:${minute}`;
  }
}

function ownerOf({ priority, tenantId }: Pick<BudgetRequest, 'priority' | 'tenantId'>): string {
  return `${priority}:${tenantId}`;
}

function refusalKey(request: Pick<BudgetRequest, 'credential' | 'priority' | 'tenantId'>): string {
  return `${request.credential.id} ${ownerOf(request)}`;
}
