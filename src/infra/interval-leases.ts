import type { Result } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from './clock';
import type { RedisGuard } from './redis-guard';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    leaseList(key: string): Result<string[], Context>;
    leaseTake(key: string, lease: string, lengthMs: number, room: number, most: number): Result<number, Context>;
  }
}

export interface IntervalLease {
  token: string;
  owner: string;
  kind: 'offer' | 'reservation';
  /** Half-open interval, epoch milliseconds. */
  startMs: number;
  endMs: number;
  /** What the interval uses; leases without any overlap with all. */
  resources: number[];
  untilMs: number;
}

const stored = z.object({
  t: z.string(),
  o: z.string(),
  k: z.enum(['offer', 'reservation']),
  s: z.number(),
  e: z.number(),
  r: z.array(z.number()),
});

/**
 * Leases on intervals of time, shared by all processes through Redis (whose clock decides), kept in this process alone
 * while Redis is away or slow.
 */
export class IntervalLeases {
  readonly #guard: RedisGuard;
  readonly #clock: Clock;
  /** Answers read all leases of a scope, and most are those of the answer before. */
  readonly #decoded = new LRUCache<string, Omit<IntervalLease, 'untilMs'>>({ max: 5000 });
  readonly #local = new Map<string, Map<string, IntervalLease>>();

  constructor(guard: RedisGuard, clock: Clock) {
    this.#guard = guard;
    this.#clock = clock;
  }

  async list(scope: string): Promise<IntervalLease[]> {
    try {
      const found = await this.#guard.run((commands) => commands.leaseList(key(scope)));
      const leases: IntervalLease[] = [];
      for (let i = 0; i + 1 < found.length; i += 2) leases.push(this.#decode(found[i] ?? '', Number(found[i + 1])));
      return leases;
    } catch {
      return this.#localList(scope);
    }
  }

  /**
   * @param room overlapping reservations by other owners that still leave room for this one; null takes without asking
   * @param most leases of the scope beyond which those that end first are given up; null for any number
   * @returns when the lease ends (epoch ms), or null when there is no room
   */
  async take(
    scope: string,
    lease: Omit<IntervalLease, 'untilMs'>,
    lengthMs: number,
    room: number | null,
    most: number | null = null,
  ): Promise<number | null> {
    try {
      const until = await this.#guard.run((commands) =>
        commands.leaseTake(key(scope), encode(lease), lengthMs, room ?? -1, most ?? 0),
      );
      return until > 0 ? until : null;
    } catch {
      // On to the leases of this process.
    }
    if (room !== null) {
      const others = this.#localList(scope).filter(
        (other) => other.kind === 'reservation' && other.owner !== lease.owner && overlaps(other, lease),
      );
      if (others.length >= room) return null;
    }
    const untilMs = this.#clock.nowMs() + lengthMs;
    const leases = this.#local.get(scope) ?? new Map<string, IntervalLease>();
    leases.delete(lease.token);
    leases.set(lease.token, { ...lease, untilMs });
    const [oldest] = leases.keys();
    if (most !== null && leases.size > most && oldest !== undefined) leases.delete(oldest);
    this.#local.set(scope, leases);
    return untilMs;
  }

  /** Removes the leases of an owner, or one of them, and returns them. Only the owner's are touched. */
  async release(scope: string, owner: string, token?: string): Promise<IntervalLease[]> {
    const released = (await this.list(scope)).filter(
      (lease) => lease.owner === owner && (token === undefined || lease.token === token),
    );
    for (const lease of released) this.#local.get(scope)?.delete(lease.token);
    if (released.length > 0)
      await this.#guard.run((commands) => commands.zrem(key(scope), ...released.map(encode))).catch(() => 0);
    return released;
  }

  #decode(text: string, untilMs: number): IntervalLease {
    let lease = this.#decoded.get(text);
    if (!lease) {
      lease = decode(text);
      this.#decoded.set(text, lease);
    }
    return { ...lease, untilMs };
  }

  #localList(scope: string): IntervalLease[] {
    const leases = this.#local.get(scope);
    if (!leases) return [];
    for (const [token, lease] of leases) if (lease.untilMs <= this.#clock.nowMs()) leases.delete(token);
    if (leases.size === 0) this.#local.delete(scope);
    return [...leases.values()];
  }
}

export function overlaps(
  a: { startMs: number; endMs: number; resources: number[] },
  b: { startMs: number; endMs: number; resources: number[] },
): boolean {
  if (a.startMs >= b.endMs || b.startMs >= a.endMs) return false;
  return (
    a.resources.length === 0 ||
    b.resources.length === 0 ||
    a.resources.some((resource) => b.resources.includes(resource))
  );
}

function key(scope: string): string {
  return `interval-leases:{${scope}}`;
}

function encode(lease: Omit<IntervalLease, 'untilMs'>): string {
  return JSON.stringify({
    t: lease.token,
    o: lease.owner,
    k: lease.kind,
    s: lease.startMs,
    e: lease.endMs,
    r: lease.resources,
  });
}

function decode(text: string): Omit<IntervalLease, 'untilMs'> {
  const lease = stored.parse(JSON.parse(text));
  return {
    token: lease.t,
    owner: lease.o,
    kind: lease.k,
    startMs: lease.s,
    endMs: lease.e,
    resources: lease.r,
  };
}
