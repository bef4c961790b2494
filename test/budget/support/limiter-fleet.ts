import { RateLimited } from '../../../src/errors';
import { CalcomApiRateLimiter, type SendPermit } from '../../../src/services/calcom-api-rate-limiter';
import type { BudgetOptions } from '../../../src/services/calcom/calcom-budget';
import type { RedisCounters } from '../../../src/infra/redis-counters';
import type { Priority } from '../../../src/services/calcom/calcom-ports';
import { FakeClock } from '../../support/fake-clock';
import { OPTIONS } from './fleet-simulation';
import { MemoryLogServer, MemorySendLog } from './memory-send-log';
import { RecordingLog } from './recording-log';

class Counters implements Pick<RedisCounters, keyof RedisCounters> {
  readonly counts = new Map<string, number>();
  increment(name: string): Promise<void> {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return Promise.resolve();
  }
  read(name: string): Promise<number> {
    return Promise.resolve(this.counts.get(name) ?? 0);
  }
}

/** Processes that share one log, on a clock of their own. */
export function makeFleet(processes = 1, options: Partial<BudgetOptions> = {}) {
  const clock = new FakeClock();
  const server = new MemoryLogServer(() => clock.nowMs());
  const counters = new Counters();
  const logger = new RecordingLog();
  const logs = Array.from({ length: processes }, () => new MemorySendLog(server));
  const limiters = logs.map(
    (log) =>
      new CalcomApiRateLimiter(
        { log, counters, clock, logger },
        { ...OPTIONS, fleetSize: processes, mainKeyId: 'main', ...options },
      ),
  );
  const ask = (priority: Priority = 'live', maxWaitMs = 0, process = 0, signal?: AbortSignal): Promise<SendPermit> =>
    limiters[process]!.acquire({
      credential: { id: 'main' },
      tenantId: 't1',
      priority,
      maxWaitMs,
      ...(signal ? { signal } : {}),
    });
  /** As many as are granted one after the other, a second apart when pacing says so. */
  const fill = async (priority: Priority, count: number, process = 0): Promise<number> => {
    let granted = 0;
    for (let i = 0; i < count; i++) {
      const permit = await ask(priority, 0, process).catch((error: unknown) => error);
      if (permit instanceof RateLimited && permit.retryAfterMs <= 1000) {
        await clock.advance(permit.retryAfterMs);
        i--;
      } else if (!(permit instanceof Error)) granted++;
    }
    return granted;
  };
  /** Until the log has been watched for a whole window. */
  const warmUp = async (): Promise<void> => {
    for (const [process] of limiters.entries()) (await ask('live', 0, process)).release();
    await clock.advance(62_000);
    await Promise.all(limiters.map((limiter) => limiter.refresh()));
  };
  return { warmUp, clock, server, counters, logger, logs, limiters, limiter: limiters[0]!, ask, fill };
}
