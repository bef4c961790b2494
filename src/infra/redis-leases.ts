import Redlock, { ExecutionError, ResourceLockedError, type Lock } from 'redlock';
import { z } from 'zod';
import type { RedisConnections } from './redis';
import type { RedisGuard } from './redis-guard';

/** Renewed until it is released or its process dies. */
export interface Lease {
  /** Never throws; a lease that cannot be given back expires by itself. */
  release(): Promise<void>;
}

const votes = z.object({ votesAgainst: z.map(z.unknown(), z.unknown()) });
const SUBSCRIBE_TIMEOUT_MS = 250;
/** A lease survives this many lost renewals less one. */
const RENEWALS_PER_LEASE = 4;

/**
 * Leases that decide which process does a piece of work, and notifications that it is done. An optimisation, not a
 * guarantee: two processes may work at once when a lease runs out, and a notification may be lost, so a waiter also
 * wakes when the lease ends. Every method throws when Redis is away, except `release`.
 */
export class RedisLeases {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #hear = (channel: string): void => {
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  };
  #redlock: Redlock | undefined;

  constructor(
    private readonly redis: RedisConnections,
    private readonly guard: RedisGuard,
  ) {
    redis.subscriber.on('message', this.#hear);
  }

  /** Stops listening; for a process that goes on without its leases. */
  close(): void {
    this.redis.subscriber.off('message', this.#hear);
  }

  /**
   * All keys or none; null when another holder has one of them.
   * @param leaseMs how long the keys stay taken after this process died, milliseconds
   */
  tryAcquire(keys: readonly string[], leaseMs: number): Promise<Lease | null> {
    return this.guard.run(async (commands) => {
      this.#redlock ??= new Redlock([commands], { retryCount: 0 });
      try {
        return new HeldLease(await this.#redlock.acquire([...keys], leaseMs), leaseMs);
      } catch (error) {
        if (await heldByAnother(error)) return null;
        throw error;
      }
    });
  }

  /** Milliseconds until the first of the held leases expires by itself; 0 when none is held. */
  msUntilFree(keys: readonly string[]): Promise<number> {
    return this.guard.run(async (commands) => {
      const left = (await Promise.all(keys.map((key) => commands.pttl(key)))).filter((ms) => ms > 0);
      return left.length === 0 ? 0 : Math.min(...left);
    });
  }

  /** Leaves a text that disappears after `forMs`. */
  async leaveNote(key: string, text: string, forMs: number): Promise<void> {
    await this.guard.run((commands) => commands.set(key, text, 'PX', forMs));
  }

  async notify(channel: string): Promise<void> {
    await this.guard.run((commands) => commands.publish(channel, '1'));
  }

  /** @returns a function that stops listening */
  async listen(channel: string, listener: () => void): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    const stop = (): void => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      this.redis.subscriber.unsubscribe(channel).catch(() => undefined);
    };
    try {
      await this.guard.run(() => within(SUBSCRIBE_TIMEOUT_MS, this.redis.subscriber.subscribe(channel)));
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }
}

class HeldLease implements Lease {
  readonly #renewal: NodeJS.Timeout;

  constructor(
    private lock: Lock,
    leaseMs: number,
  ) {
    this.#renewal = setInterval(() => void this.#renew(leaseMs), leaseMs / RENEWALS_PER_LEASE);
    this.#renewal.unref();
  }

  async release(): Promise<void> {
    clearInterval(this.#renewal);
    await this.lock.release().catch(() => undefined);
  }

  async #renew(leaseMs: number): Promise<void> {
    try {
      this.lock = await this.lock.extend(leaseMs);
    } catch {
      // A renewal that Redis did not answer is repeated; an expired lease belongs to another holder by now.
      if (this.lock.expiration < Date.now()) clearInterval(this.#renewal);
    }
  }
}

async function heldByAnother(error: unknown): Promise<boolean> {
  if (!(error instanceof ExecutionError)) return false;
  const attempts = z.array(votes).safeParse(await Promise.all(error.attempts));
  if (!attempts.success) return false;
  return attempts.data.every((attempt) =>
    [...attempt.votesAgainst.values()].every((vote) => vote instanceof ResourceLockedError),
  );
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
