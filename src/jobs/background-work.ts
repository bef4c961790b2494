import type { Clock } from '../infra/clock';
import type { Logger } from '../infra/logger';
import type { GatewayMetrics } from '../metrics/instruments';
import { ALERTS } from '../services/admin/alert-texts';
import type { Alerts } from '../services/admin/alerts';
import type { AvailabilityInvalidation } from '../services/availability/availability-invalidation';
import {
  DRIFT,
  driftJob,
  HOURLY_FIGURES,
  hourlyFiguresJob,
  RECONCILE,
  RECONCILE_FULL,
  reconcileJob,
  REIMPORT,
  reimportJob,
  RETENTION,
  retentionJob,
} from './scheduled-jobs';
import {
  INVALIDATE_CALCOM_CACHE,
  invalidateCalcomCacheJob,
  WARM_CALCOM_CACHE,
  warmCalcomCacheJob,
} from './availability-jobs';
import { JobRunner, type JobStore } from './job-runner';
import { jobText } from './job-texts';
import { schedule } from 'node-cron';

const JOB_POLL_MS = 500;
const JOBS_AT_ONCE = 4;

interface Look {
  look(): Promise<unknown>;
}

/** What the jobs need, by the functions that make them. */
type JobDeps = Parameters<typeof invalidateCalcomCacheJob>[0] &
  Parameters<typeof warmCalcomCacheJob>[0] &
  Parameters<typeof reconcileJob>[0] &
  Parameters<typeof driftJob>[0] &
  Parameters<typeof reimportJob>[0] &
  Parameters<typeof hourlyFiguresJob>[0] &
  Parameters<typeof retentionJob>[0];

interface BackgroundWorkDeps extends JobDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<GatewayMetrics, 'count'>;
  readonly jobs: JobRunner;
  readonly invalidation: Pick<AvailabilityInvalidation, 'externalChange' | 'redeliver'>;
  readonly silentReconcile: Look;
  readonly watch: Look;
  readonly expiry: Look;
  readonly holidays: Look;
  readonly overdueCallbacks: Look;
  readonly notifier: Look;
  readonly settlement: { begin(): Promise<unknown> };
  readonly inbox: { sweep(): Promise<unknown> };
  /** Cron expression; empty: availability is not warmed by the clock. */
  readonly warmCron: string | undefined;
  /** In which the schedules are meant. */
  readonly timeZone: string;
}

/** Runs the queue's jobs; their kinds are added by those that make them. */
export function createJobRunner(deps: {
  store: JobStore;
  clock: Clock;
  logger: Logger;
  metrics: Pick<GatewayMetrics, 'count' | 'time'>;
  alerts: Pick<Alerts, 'raise'>;
}): JobRunner {
  const { alerts, metrics } = deps;
  return new JobRunner({
    ...deps,
    handlers: {},
    concurrency: JOBS_AT_ONCE,
    pollMs: JOB_POLL_MS,
    onResult: (name, result, durationMs) => {
      metrics.count('askpro_jobs_total', { job: name, result });
      metrics.time('askpro_job_duration_seconds', { job: name }, durationMs);
    },
    onDead: ({ name }, error) => alerts.raise(ALERTS.dead_job({ job: jobText(name), error }), `job:${name}`, null),
  });
}

/** Everything that runs without a caller waiting: all jobs, sweeps and schedules. */
export function createBackgroundWork(deps: BackgroundWorkDeps) {
  const { jobs, logger, timeZone } = deps;
  jobs.add(INVALIDATE_CALCOM_CACHE, invalidateCalcomCacheJob(deps));
  jobs.add(WARM_CALCOM_CACHE, warmCalcomCacheJob(deps));
  jobs.add(RECONCILE, reconcileJob(deps, 'changes'));
  jobs.add(RECONCILE_FULL, reconcileJob(deps, 'ahead'));
  jobs.add(DRIFT, driftJob(deps));
  jobs.add(REIMPORT, reimportJob(deps));
  jobs.add(HOURLY_FIGURES, hourlyFiguresJob(deps));
  jobs.add(RETENTION, retentionJob(deps));
  const watch = async (): Promise<void> => {
    await deps.watch.look();
    deps.metrics.count('askpro_health_checks_total');
  };
  const ticker = new Ticker({
    ticks: [
      ['settle', 2000, () => deps.settlement.begin()],
      // What Redis could not be told about availability; nothing to do as long as it is there.
      ['availability', 250, () => deps.invalidation.redeliver()],
      ['silent reconcile', 5000, () => deps.silentReconcile.look()],
      ['webhooks', 5000, () => deps.inbox.sweep()],
      ['watch', 10_000, watch],
      ['tokens', 60_000, () => deps.expiry.look()],
      ['holidays', 3_600_000, () => deps.holidays.look()],
      ['silent calls', 60_000, () => deps.retention.closeSilent()],
      ['callbacks', 30_000, () => deps.overdueCallbacks.look()],
      ['notifications', 5000, () => deps.notifier.look()],
    ],
    clock: deps.clock,
    onError: (name, error) => logger.warn({ sweep: name, err: error }, 'a sweep failed; it goes on'),
  });
  return {
    ticker,
    startCron: () =>
      startCron({
        expressions: {
          ...(deps.warmCron ? { [WARM_CALCOM_CACHE]: deps.warmCron } : {}),
          [RECONCILE]: '*/3 * * * *',
          [RECONCILE_FULL]: '8-59/10 * * * *',
          [DRIFT]: '50 4 * * *',
          [REIMPORT]: '10 3 * * 1',
          [HOURLY_FIGURES]: '5 * * * *',
          [RETENTION]: '20 4 * * *',
        },
        timeZone,
        logger,
        enqueueSlot: (name, slot) => jobs.enqueueSlot(name, slot),
      }),
  };
}

/** A name, the milliseconds between two passes, and the work of one. */
type Tick = [name: string, everyMs: number, work: () => Promise<unknown>];

/**
 * Short sweeps that every process makes for itself; each claims its rows, so that many processes share the work. A pass
 * that is still running is never overlapped by the next one.
 */
class Ticker {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<unknown>>();
  #stopped = false;

  constructor(
    private readonly deps: { ticks: Tick[]; clock: Clock; onError: (name: string, error: unknown) => void },
  ) {}

  start(): void {
    for (const tick of this.deps.ticks) this.#schedule(tick, tick[1], null);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #schedule(tick: Tick, delayMs: number, lastError: string | null): void {
    if (this.#stopped) return;
    const [name, everyMs, work] = tick;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const beganMs = this.deps.clock.monotonicMs();
      let problem: string | null = null;
      const run = work()
        .catch((error: unknown) => {
          problem = error instanceof Error ? error.message : String(error);
          // Only a change of state is worth a line: a database that is away fails every pass.
          if (problem !== lastError) this.deps.onError(name, error);
        })
        .finally(() => {
          this.#running.delete(run);
          this.#schedule(tick, Math.max(50, everyMs - (this.deps.clock.monotonicMs() - beganMs)), problem);
        });
      this.#running.add(run);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}

/**
 * Time triggers only: each adds one durable row per slot (`cron:<name>:<second>`), so that many processes run it once.
 * @param deps.expressions cron expressions by the job's name, seconds optional
 * @returns ends the triggers
 */
function startCron(deps: {
  expressions: Readonly<Record<string, string>>;
  timeZone: string;
  enqueueSlot: (name: string, slotKey: string) => Promise<boolean>;
  logger: Logger;
}): () => Promise<void> {
  const tasks = Object.entries(deps.expressions).map(([name, expression]) =>
    schedule(
      expression,
      async (context) => {
        const slot = context.date.toISOString().slice(0, 19);
        try {
          await deps.enqueueSlot(name, `cron:${name}:${slot}`);
        } catch (error) {
          deps.logger.warn({ job: name, err: error }, 'a cron slot could not be recorded');
        }
      },
      { timezone: deps.timeZone, name },
    ),
  );
  return async () => {
    await Promise.all(tasks.map(async (task) => task.destroy()));
  };
}
