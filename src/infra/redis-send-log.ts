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

interface Hint {
  fromMs: number;
  untilMs: number;
  remaining: number;
}

interface View {
  nowMs: number;
  coldUntilMs: number;
  blockedUntilMs: number;
  hint: Hint | null;
  sentAtMs: number[];
}

/** How long a log without sends is kept; it then comes back cold. */
const KEEP_MS = 7 * 86_400_000;

/**
 * An exact sliding log of sends in Redis, on Redis' clock, one atomic script per operation. All keys of one log carry
 * its name as hash tag. Every method rejects when Redis does not answer within the connection's command timeout.
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

  get connection(): number {
    return this.redis.generation;
  }

  async reserve(
    key: string,
    request: {
      id: string;
      owner: string;
      windowMs: number;
      windowLimit: number;
      restLimit: number;
      paceMs: number;
      paceLimit: number;
      notBeforeMs: number;
      maxWaitMs: number;
      hintReserve: number;
      fairFrom: number;
    },
  ): Promise<{ granted: boolean; waitMs: number; view: View }> {
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

  async release(key: string, owner: string, id: string): Promise<void> {
    await this.redis.commands.zrem(this.#name(key, 'log'), `${owner}/${id}`);
  }

  async read(key: string): Promise<View> {
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

function decode(figures: number[]): View {
  const [nowMs = 0, coldUntilMs = 0, blockedUntilMs = 0, fromMs = 0, untilMs = 0, remaining = 0, ...sentAtMs] = figures;
  return {
    nowMs,
    coldUntilMs,
    blockedUntilMs,
    hint: untilMs > nowMs ? { fromMs, untilMs, remaining } : null,
    sentAtMs,
  };
}
