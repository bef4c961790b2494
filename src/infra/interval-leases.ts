import type { Result } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from './clock';
import type { RedisGuard } from './redis-guard';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    leaseList(key: string): Result<string[], Context>;
    leaseNote(key: string, lengthMs: number, most: number, ...leases: string[]): Result<number, Context>;
    leaseTake(key: string, lease: string, lengthMs: number, room: number): Result<number, Context>;
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

type NewLease = Omit<IntervalLease, 'untilMs'>;

interface Noted {
  leases: NewLease[];
  lengthMs: number;
  most: number;
  untilMs: Promise<number>;
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
  /** Answers read all leases of a scope, and most are those of the answer before. */
  readonly #decoded = new LRUCache<string, NewLease>({ max: 5000 });
  /** Readings that have not left yet, by scope. */
  readonly #asked = new Map<string, Promise<IntervalLease[]>>();
  /** Leases noted in this turn, by scope. */
  readonly #noted = new Map<string, Noted>();
  readonly #local = new Map<string, Map<string, IntervalLease>>();

  constructor(
    private readonly guard: RedisGuard,
    private readonly clock: Clock,
  ) {}

  /** Commands leave at the end of a turn of the event loop: all questions within one get the same reading. */
  list(scope: string): Promise<readonly IntervalLease[]> {
    let asked = this.#asked.get(scope);
    if (!asked) {
      asked = this.#read(scope);
      this.#asked.set(scope, asked);
      setImmediate(() => this.#asked.delete(scope));
    }
    return asked;
  }

  /**
   * Keeps a lease without asking for room; those of one turn leave together.
   * @param lengthMs the same for all of a scope, as `most` is
   * @param most leases of the scope beyond which those that end first are given up
   * @returns when it ends (epoch ms)
   */
  note(scope: string, lease: NewLease, lengthMs: number, most: number): Promise<number> {
    let noted = this.#noted.get(scope);
    if (!noted) {
      const leases: NewLease[] = [];
      const turnIsOver = new Promise<void>((resolve) => setImmediate(resolve));
      noted = { leases, lengthMs, most, untilMs: turnIsOver.then(() => this.#write(scope)) };
      this.#noted.set(scope, noted);
    }
    noted.leases.push(lease);
    return noted.untilMs;
  }

  /**
   * @param room overlapping reservations by other owners that still leave room for this one
   * @returns when the lease ends (epoch ms), or null when there is no room
   */
  async take(scope: string, lease: NewLease, lengthMs: number, room: number): Promise<number | null> {
    try {
      const until = await this.guard.run((commands) => commands.leaseTake(key(scope), encode(lease), lengthMs, room));
      return until > 0 ? until : null;
    } catch {
      // On to the leases of this process.
    }
    const others = this.#localList(scope).filter(
      (other) => other.kind === 'reservation' && other.owner !== lease.owner && overlaps(other, lease),
    );
    return others.length >= room ? null : this.#keepHere(scope, [lease], lengthMs);
  }

  /** Removes the leases of an owner, or one of them, and returns them. Only the owner's are touched. */
  async release(scope: string, owner: string, token?: string): Promise<IntervalLease[]> {
    const released = (await this.list(scope)).filter(
      (lease) => lease.owner === owner && (token === undefined || lease.token === token),
    );
    for (const lease of released) this.#local.get(scope)?.delete(lease.token);
    if (released.length > 0)
      await this.guard.run((commands) => commands.zrem(key(scope), ...released.map(encode))).catch(() => 0);
    return released;
  }

  async #read(scope: string): Promise<IntervalLease[]> {
    try {
      const found = await this.guard.run((commands) => commands.leaseList(key(scope)));
      const leases: IntervalLease[] = [];
      for (let i = 0; i + 1 < found.length; i += 2) leases.push(this.#decode(found[i] ?? '', Number(found[i + 1])));
      return leases;
    } catch {
      return this.#localList(scope);
    }
  }

  async #write(scope: string): Promise<number> {
    const noted = this.#noted.get(scope);
    this.#noted.delete(scope);
    if (!noted) return 0;
    const { leases, lengthMs, most } = noted;
    try {
      return await this.guard.run((commands) => commands.leaseNote(key(scope), lengthMs, most, ...leases.map(encode)));
    } catch {
      return this.#keepHere(scope, leases, lengthMs, most);
    }
  }

  #keepHere(scope: string, added: readonly NewLease[], lengthMs: number, most = Number.POSITIVE_INFINITY): number {
    const untilMs = this.clock.nowMs() + lengthMs;
    const leases = this.#local.get(scope) ?? new Map<string, IntervalLease>();
    this.#local.set(scope, leases);
    for (const lease of added) {
      leases.delete(lease.token);
      leases.set(lease.token, { ...lease, untilMs });
      const [oldest] = leases.keys();
      if (leases.size > most && oldest !== undefined) leases.delete(oldest);
    }
    return untilMs;
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
    for (const [token, lease] of leases) if (lease.untilMs <= this.clock.nowMs()) leases.delete(token);
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

function encode(lease: NewLease): string {
  return JSON.stringify({
    t: lease.token,
    o: lease.owner,
    k: lease.kind,
    s: lease.startMs,
    e: lease.endMs,
    r: lease.resources,
  });
}

function decode(text: string): NewLease {
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
