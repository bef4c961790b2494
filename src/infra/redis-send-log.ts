import type { Result } from 'ioredis';
import type { RedisConnections } from './redis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reserveSend(log: string, limits: string, askers: string, ...args: (string | number)[]): Result<number[], Context>;
    readSends(log: string, limits: string, ...args: (string | number)[]): Result<number[], Context>;
    restoreSends(log: string, ...args: (string | number)[]): Result<number[], Context>;
    noteSendLimits(limits: string, ...args: (string | number)[]): Result<number[], Context>;
  }
}

/** The rules one send has to keep. */
export interface SendRules {
  windowMs: number;
  /** All sends in any window. */
  windowLimit: number;
  /** Sends of all but the favoured owners in any window; 0 for no such limit. */
  restLimit: number;
  paceMs: number;
  paceLimit: number;
  /** Sends of a hint's remainder that are left to others. */
  hintReserve: number;
  /**
   * Sends in the window from which each asking owner is held to an equal share; 0 for no sharing. While several owners
   * ask, none of them fills a pacing window alone.
   */
  fairFrom: number;
}

/** The other side's word: after the request sent at `fromMs`, `remaining` more may be sent until `untilMs`. */
export interface SendHint {
  fromMs: number;
  untilMs: number;
  remaining: number;
}

/** One look at a shared log. Epoch milliseconds of the log's own clock. */
export interface SendLogView {
  nowMs: number;
  /** Until then the log may lack sends from before it was lost. */
  coldUntilMs: number;
  blockedUntilMs: number;
  hint: SendHint | null;
  /** Ascending; later than now for sends that are promised. */
  sentAtMs: number[];
}

export interface SendRequest extends SendRules {
  /** Unique; asking twice with one id counts once. */
  id: string;
  /** Owners share fairly with each other. */
  owner: string;
  /** Milliseconds from now, whole. */
  notBeforeMs: number;
  maxWaitMs: number;
}

export interface SendDecision {
  granted: boolean;
  /** Granted: milliseconds until the promised send. Refused: until the earliest one that would be possible. */
  waitMs: number;
  view: SendLogView;
}

/** How long a log without sends is kept; it then comes back cold. */
const KEEP_MS = 7 * 86_400_000;

/**
 * An exact sliding log of sends in Redis, on Redis' clock, one atomic script per operation. All keys of one log carry
 * its name as hash tag. Every method rejects when Redis does not answer within the connection's command timeout; what it
 * then did or did not do is unknown.
 */
export class RedisSendLog {
  constructor(
    private readonly redis: RedisConnections,
    private readonly options: {
      prefix: string;
      windowMs: number;
      askingMs: number;
      reorderMs: number;
      /** How the names of owners begin whose sends a `restLimit` does not count. */
      favoured: string;
      /** Epoch milliseconds; for driving the scripts through invented time. Redis' own clock without it. */
      nowMs?: () => number;
    },
  ) {}

  /** Changes with every new connection: what was written just before may be lost. */
  get connection(): number {
    return this.redis.generation;
  }

  async reserve(key: string, request: SendRequest): Promise<SendDecision> {
    const [granted = 0, waitMs = 0, ...view] = await this.redis.commands.reserveSend(
      this.#name(key, 'log'),
      this.#name(key, 'limits'),
      this.#name(key, 'askers'),
      this.#now(),
      request.owner,
      request.id,
      request.windowMs,
      request.windowLimit,
      request.paceMs,
      request.paceLimit,
      request.notBeforeMs,
      request.maxWaitMs,
      request.hintReserve,
      request.fairFrom,
      this.options.askingMs,
      this.options.reorderMs,
      KEEP_MS,
      request.restLimit,
      this.options.favoured,
    );
    return { granted: granted === 1, waitMs, view: decode(view) };
  }

  /** For sends that never happened. */
  async release(key: string, owner: string, id: string): Promise<void> {
    await this.redis.commands.zrem(this.#name(key, 'log'), `${owner}/${id}`);
  }

  async read(key: string): Promise<SendLogView> {
    return decode(
      await this.redis.commands.readSends(
        this.#name(key, 'log'),
        this.#name(key, 'limits'),
        this.#now(),
        this.options.windowMs,
      ),
    );
  }

  async restore(
    key: string,
    knowledge: {
      sent: { owner: string; id: string; ageMs: number }[];
      neverSent: { owner: string; id: string }[];
      coldForMs: number;
    },
  ): Promise<void> {
    await this.redis.commands.restoreSends(
      this.#name(key, 'log'),
      this.#now(),
      this.options.windowMs,
      knowledge.coldForMs,
      KEEP_MS,
      knowledge.neverSent.length,
      ...knowledge.neverSent.map(({ owner, id }) => `${owner}/${id}`),
      ...knowledge.sent.flatMap(({ owner, id, ageMs }) => [ageMs, `${owner}/${id}`]),
    );
  }

  async note(
    key: string,
    limits: { blockMs: number; hint: { fromMs: number; remaining: number; resetMs: number } | null },
  ): Promise<void> {
    const { blockMs, hint } = limits;
    await this.redis.commands.noteSendLimits(
      this.#name(key, 'limits'),
      this.#now(),
      blockMs,
      hint?.fromMs ?? 0,
      hint?.remaining ?? 0,
      hint?.resetMs ?? 0,
    );
  }

  /** Takes back blocks and hints; what was sent stays counted. */
  async clearLimits(key: string): Promise<void> {
    await this.redis.commands.del(this.#name(key, 'limits'));
  }

  #name(key: string, part: string): string {
    return `${this.options.prefix}:{${key}}:${part}`;
  }

  #now(): number {
    return this.options.nowMs?.() ?? 0;
  }
}

function decode(figures: number[]): SendLogView {
  const [nowMs = 0, coldUntilMs = 0, blockedUntilMs = 0, fromMs = 0, untilMs = 0, remaining = 0, ...sentAtMs] = figures;
  return {
    nowMs,
    coldUntilMs,
    blockedUntilMs,
    hint: untilMs > nowMs ? { fromMs, untilMs, remaining } : null,
    sentAtMs,
  };
}
