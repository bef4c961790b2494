import { CalcomApiRateLimiter } from '../../../src/services/calcom-api-rate-limiter';
import type { BudgetOptions } from '../../../src/services/calcom/calcom-budget';
import type { RedisCounters } from '../../../src/infra/redis-counters';
import type { Priority } from '../../../src/services/calcom/calcom-ports';
import { RateLimited } from '../../../src/errors';
import { silentLogger } from '../../../src/infra/logger';
import { MemoryLogServer, MemorySendLog } from './memory-send-log';
import { ProcessClock, seeded, VirtualTime } from './virtual-time';

export interface Demand {
  fromMs: number;
  forMs: number;
  perSecond: number;
  priority: Priority;
  tenant: number;
}

export type Trouble = {
  atMs: number;
  kind: 'restart-empty' | 'restart-behind' | 'away' | 'frozen' | 'clock-forward' | 'clock-back' | 'paused';
  forMs: number;
};

export interface Schedule {
  seed: number;
  processes: number;
  jitterMs: number;
  demands: Demand[];
  troubles: Trouble[];
  lastsMs: number;
}

export interface Send {
  atMs: number;
  arrivesAtMs: number;
  priority: Priority;
  tenant: number;
  process: number;
}

export interface History {
  sends: Send[];
  refused: { priority: Priority; tenant: number; afterMs: number; retryAfterMs: number }[];
}

export const OPTIONS: BudgetOptions = {
  limitPerMinute: 120,
  backgroundSharePct: 51,
  readSharePct: 85,
  burstPerSecond: 10,
  fleetSize: 1,
  mainKeyId: null,
};

const MAX_WAIT_MS: Record<Priority, number> = { booking: 3000, live: 1700, operator: 0, background: 5000 };
const COMMAND_TIMEOUT_MS = 50;
const noCounters: Pick<RedisCounters, keyof RedisCounters> = {
  increment: () => Promise.resolve(),
  read: () => Promise.resolve(0),
};

/** A log reached over a network: answers take a moment, and a frozen server works off what it was sent when it thaws. */
class RemoteSendLog extends MemorySendLog {
  readonly #backlog: (() => void)[] = [];
  constructor(
    server: MemoryLogServer,
    readonly clock: ProcessClock,
    private readonly random: () => number,
  ) {
    super(server);
  }
  thaw(): void {
    for (const command of this.#backlog.splice(0)) command();
  }
  drop(): void {
    this.#backlog.length = 0;
  }
  #mustBeThere(): void {
    if (this.server.state === 'down') throw new Error('the log is away');
  }
  protected override async travel<T>(command: () => T): Promise<T> {
    this.#mustBeThere();
    await this.clock.sleep(this.random() * 2);
    this.#mustBeThere();
    if (this.server.state === 'frozen') {
      this.#backlog.push(() => void command());
      await this.clock.sleep(COMMAND_TIMEOUT_MS);
      throw new Error('no answer in time');
    }
    const answer = command();
    await this.clock.sleep(this.random() * 2);
    return answer;
  }
}

/** Runs the real limiter of several processes against one log and one Cal.com, through invented time. */
export async function simulate(schedule: Schedule): Promise<History> {
  const time = new VirtualTime();
  const random = seeded(schedule.seed);
  const startMs = time.nowMs;
  const endMs = startMs + schedule.lastsMs;
  const server = new MemoryLogServer(() => time.nowMs);
  const history: History = { sends: [], refused: [] };
  const logs = Array.from({ length: schedule.processes }, (_, i) => {
    const clock = new ProcessClock(time, (random() - 0.5) * 4000, time.nowMs - i * 1_000_000);
    return new RemoteSendLog(server, clock, random);
  });
  const limiters = logs.map(
    (log) =>
      new CalcomApiRateLimiter(
        { log, counters: noCounters, clock: log.clock, logger: silentLogger },
        { ...OPTIONS, fleetSize: schedule.processes },
      ),
  );
  for (let tickMs = startMs; schedule.processes > 1 && tickMs < endMs; tickMs += 1000) {
    limiters.forEach((limiter) => time.at(tickMs, () => void limiter.refresh()));
  }
  for (const trouble of schedule.troubles) stage(trouble, { time, server, logs, startMs, random, history });
  for (const demand of schedule.demands) {
    const gapMs = 1000 / demand.perSecond;
    for (let atMs = demand.fromMs; atMs < demand.fromMs + demand.forMs && atMs < schedule.lastsMs; atMs += gapMs) {
      const process = Math.floor(random() * schedule.processes);
      const jitterMs = random() * schedule.jitterMs;
      time.at(startMs + atMs, async () => {
        await logs[process]!.clock.awake();
        const askedAtMs = time.nowMs;
        const { priority, tenant } = demand;
        limiters[process]!.acquire({
          credential: { id: 'key' },
          tenantId: `t${tenant}`,
          priority,
          maxWaitMs: MAX_WAIT_MS[priority],
        })
          .then((permit) => {
            permit.sending();
            history.sends.push({ atMs: time.nowMs, arrivesAtMs: time.nowMs + jitterMs, priority, tenant, process });
          })
          .catch((error: unknown) => {
            if (!(error instanceof RateLimited)) throw error;
            history.refused.push({
              priority,
              tenant,
              afterMs: time.nowMs - askedAtMs,
              retryAfterMs: error.retryAfterMs,
            });
          });
      });
    }
  }
  await time.runUntil(endMs + 10_000);
  return history;
}

function stage(
  trouble: Trouble,
  world: {
    time: VirtualTime;
    server: MemoryLogServer;
    logs: RemoteSendLog[];
    startMs: number;
    random: () => number;
    history: History;
  },
): void {
  const { time, server, logs, startMs } = world;
  const atMs = startMs + trouble.atMs;
  const back = (): void => {
    server.state = 'up';
    logs.forEach((log) => log.connection++);
  };
  time.at(atMs, () => {
    if (trouble.kind === 'paused') logs[0]?.clock.pause(trouble.forMs);
    else if (trouble.kind === 'clock-forward') server.clockOffsetMs += 2000;
    else if (trouble.kind === 'clock-back') server.clockOffsetMs -= 2000;
    else if (trouble.kind === 'frozen') {
      server.state = 'frozen';
      time.at(atMs + trouble.forMs, () => {
        server.state = 'up';
        logs.forEach((log) => log.thaw());
      });
    } else {
      server.state = 'down';
      logs.forEach((log) => log.drop());
      time.at(atMs + trouble.forMs, () => {
        if (trouble.kind === 'restart-empty') server.forget();
        if (trouble.kind === 'restart-behind') server.forget(server.nowMs - trouble.forMs - 1000);
        back();
      });
    }
  });
}

/** The most arrivals in any window of that length. */
export function mostIn(arrivalsMs: number[], windowMs: number): number {
  const sorted = [...arrivalsMs].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((atMs, last) => {
    while (atMs - (sorted[first] ?? atMs) >= windowMs) first++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
