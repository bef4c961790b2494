import type { TenantId } from '../domain';
import type { Clock } from '../infra/clock';
import type { Logger } from '../infra/logger';
import type { GatewayMetrics } from '../metrics/instruments';
import { ALERTS } from '../services/admin/alert-texts';
import type { Alerts } from '../services/admin/alerts';
import type { EventTypeImport } from '../services/admin/event-type-import';
import type { AvailabilityInvalidation } from '../services/availability/availability-invalidation';
import type { AvailabilityRenewal, CacheWarmer } from '../services/availability/cache-warmer';
import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { Reconciliation } from '../services/sync/reconciliation';
import { CronTicker } from './cron';
import { DRIFT, driftJob, type DriftJobDeps } from './drift-job';
import { HOURLY_FIGURES, hourlyFiguresJob } from './hourly-figures-job';
import { INVALIDATE_CALCOM_CACHE, invalidateCalcomCacheJob } from './invalidate-calcom-cache-job';
import { JobRunner, type JobStore } from './job-runner';
import { jobText } from './job-texts';
import { RECONCILE, RECONCILE_FULL, reconcileJob } from './reconcile-job';
import { REIMPORT, reimportJob } from './reimport-job';
import { RETENTION, retentionJob, type RetentionStore } from './retention-job';
import { Ticker } from './ticker';
import { WARM_CALCOM_CACHE, warmCalcomCacheJob } from './warm-calcom-cache-job';

const SETTLE_EVERY_MS = 2000;
const NEWS_EVERY_MS = 250;
const INBOX_EVERY_MS = 5000;
const WATCH_EVERY_MS = 10_000;
const TOKENS_EVERY_MS = 60_000;
const CALLBACKS_EVERY_MS = 30_000;
const NOTIFY_EVERY_MS = 5000;
const SILENT_EVERY_MS = 5000;
const SILENT_CALLS_EVERY_MS = 60_000;
const JOB_POLL_MS = 500;
const JOBS_AT_ONCE = 4;

interface Look {
  look(): Promise<unknown>;
}

export interface BackgroundWorkDeps extends Pick<DriftJobDeps, 'accountOf' | 'tryLease'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<GatewayMetrics, 'count' | 'time'>;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly jobs: JobStore;
  readonly retention: RetentionStore;
  readonly callHours: { fill(now: Date): Promise<void> };
  readonly companies: {
    ids(only: { isActive: boolean }): Promise<TenantId[]>;
    services(companyId: TenantId): Promise<{ calcomEventTypeId: number }[]>;
  };
  readonly invalidation: Pick<AvailabilityInvalidation, 'externalChange' | 'redeliver'>;
  readonly renewal: Pick<AvailabilityRenewal, 'after'>;
  readonly warmer: CacheWarmer;
  readonly reconciliation: Reconciliation;
  readonly silentReconcile: Look;
  readonly drift: DriftJobDeps['watch'];
  readonly imports: Pick<EventTypeImport, 'renew'>;
  readonly monitor: Pick<CalcomPerformanceMonitor, 'keepHours'>;
  readonly watch: Look;
  readonly expiry: Look;
  readonly overdueCallbacks: Look;
  readonly notifier: Look;
  readonly settlement: { begin(): Promise<unknown> };
  readonly inbox: { sweep(): Promise<unknown> };
  /** Cron expression; empty: availability is not warmed by the clock. */
  readonly warmCron: string | undefined;
  /** In which the schedules are meant. */
  readonly timeZone: string;
  readonly retentionDays: number;
}

export interface BackgroundWork {
  jobs: JobRunner;
  ticker: Ticker;
  startCron: () => CronTicker;
}

/** Everything that runs without a caller waiting: all jobs, sweeps and schedules. */
export function createBackgroundWork(deps: BackgroundWorkDeps): BackgroundWork {
  const { alerts, callHours, clock, companies, imports, invalidation, logger, metrics, monitor } = deps;
  const { reconciliation, renewal, warmer } = deps;
  const log = (fields: object, message: string): void => logger.info(fields, message);
  const jobs = new JobRunner({
    store: deps.jobs,
    handlers: {
      [INVALIDATE_CALCOM_CACHE]: invalidateCalcomCacheJob({
        invalidate: (companyId, eventTypeId, days) =>
          invalidation.externalChange(companyId, [eventTypeId], days.length > 0 ? days : 'all'),
        renewal,
      }),
      [WARM_CALCOM_CACHE]: warmCalcomCacheJob({ warmer, log }),
      [RECONCILE]: reconcileJob({ reconciliation, what: 'changes' }),
      [RECONCILE_FULL]: reconcileJob({ reconciliation, what: 'ahead' }),
      [DRIFT]: driftJob({
        watch: deps.drift,
        companyIds: () => companies.ids({ isActive: true }),
        accountOf: deps.accountOf,
        eventTypeOf: async (companyId) => (await companies.services(companyId))[0]?.calcomEventTypeId ?? null,
        tryLease: deps.tryLease,
        now: () => clock.now(),
      }),
      [REIMPORT]: reimportJob({
        companies: () => companies.ids({ isActive: true }),
        renew: (companyId) => imports.renew(companyId),
        log,
      }),
      [HOURLY_FIGURES]: hourlyFiguresJob({ monitor, callHours, now: () => clock.now() }),
      [RETENTION]: retentionJob({
        store: deps.retention,
        days: deps.retentionDays,
        log,
      }),
    },
    clock,
    logger,
    concurrency: JOBS_AT_ONCE,
    pollMs: JOB_POLL_MS,
    onResult: (name, result, durationMs) => {
      metrics.count('askpro_jobs_total', { job: name, result });
      metrics.time('askpro_job_duration_seconds', { job: name }, durationMs);
    },
    onDead: ({ name }, error) => alerts.raise(ALERTS.dead_job({ job: jobText(name), error }), `job:${name}`, null),
  });
  const ticker = new Ticker({
    ticks: [
      { name: 'settle', everyMs: SETTLE_EVERY_MS, work: () => deps.settlement.begin() },
      // What Redis could not be told about availability; nothing to do as long as it is there.
      { name: 'availability', everyMs: NEWS_EVERY_MS, work: () => invalidation.redeliver() },
      { name: 'silent reconcile', everyMs: SILENT_EVERY_MS, work: () => deps.silentReconcile.look() },
      { name: 'webhooks', everyMs: INBOX_EVERY_MS, work: () => deps.inbox.sweep() },
      {
        name: 'watch',
        everyMs: WATCH_EVERY_MS,
        work: async () => {
          await deps.watch.look();
          metrics.count('askpro_health_checks_total');
        },
      },
      { name: 'tokens', everyMs: TOKENS_EVERY_MS, work: () => deps.expiry.look() },
      { name: 'silent calls', everyMs: SILENT_CALLS_EVERY_MS, work: () => deps.retention.closeSilent() },
      { name: 'callbacks', everyMs: CALLBACKS_EVERY_MS, work: () => deps.overdueCallbacks.look() },
      { name: 'notifications', everyMs: NOTIFY_EVERY_MS, work: () => deps.notifier.look() },
    ],
    clock,
    onError: (name, error) => logger.warn({ sweep: name, err: error }, 'a sweep failed; it goes on'),
  });
  return {
    jobs,
    ticker,
    startCron: () =>
      new CronTicker({
        entries: [
          ...(deps.warmCron ? [{ name: WARM_CALCOM_CACHE, expression: deps.warmCron }] : []),
          { name: RECONCILE, expression: '*/3 * * * *' },
          { name: RECONCILE_FULL, expression: '8-59/10 * * * *' },
          { name: DRIFT, expression: '50 4 * * *' },
          { name: REIMPORT, expression: '10 3 * * 1' },
          { name: HOURLY_FIGURES, expression: '5 * * * *' },
          { name: RETENTION, expression: '20 4 * * *' },
        ],
        timeZone: deps.timeZone,
        enqueueSlot: (name, slot) => jobs.enqueueSlot(name, slot),
        logger,
      }),
  };
}
