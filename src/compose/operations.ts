import { CronTicker } from '../jobs/cron';
import { INVALIDATE_CALCOM_CACHE, invalidateCalcomCacheJob } from '../jobs/invalidate-calcom-cache-job';
import { HOURLY_FIGURES, hourlyFiguresJob } from '../jobs/hourly-figures-job';
import { JobRunner } from '../jobs/job-runner';
import { DRIFT, driftJob } from '../jobs/drift-job';
import { RECONCILE, RECONCILE_FULL, reconcileJob } from '../jobs/reconcile-job';
import { REIMPORT, reimportJob } from '../jobs/reimport-job';
import { RETENTION, retentionJob } from '../jobs/retention-job';
import { Ticker } from '../jobs/ticker';
import { WARM_CALCOM_CACHE, warmCalcomCacheJob } from '../jobs/warm-calcom-cache-job';
import { AdminImportStore } from '../models/admin-import-store';
import { AdminRecordReader } from '../models/admin-record-reader';
import { AdminTokenStore } from '../models/admin-token-store';
import { CompanyStore } from '../models/company-store';
import { PostgresJobStore } from '../models/job-store';
import { PostgresRetentionStore } from '../models/retention-store';
import { RequestDeadline } from '../infra/deadline';
import { Alerts } from '../services/admin/alerts';
import { EventTypeImport } from '../services/admin/event-type-import';
import { AvailabilityRenewal, CacheWarmer } from '../services/availability/cache-warmer';
import { Reconciliation } from '../services/sync/reconciliation';
import { TokenExpiry } from '../services/admin/token-expiry';
import { SilentReconcile } from '../services/sync/silent-reconcile';
import { slowAboveMs, Watch } from '../services/admin/watch';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';
import type { Voice } from './voice';
import type { Webhooks } from './webhooks';

const SETTLE_EVERY_MS = 2000;
const NEWS_EVERY_MS = 250;
const INBOX_EVERY_MS = 5000;
const WATCH_EVERY_MS = 10_000;
const TOKENS_EVERY_MS = 60_000;
const SILENT_EVERY_MS = 5000;
const JOB_POLL_MS = 500;
const JOBS_AT_ONCE = 4;
export interface Operations {
  jobs: JobRunner;
  imports: EventTypeImport;
  warmer: CacheWarmer;
  reconciliation: Reconciliation;
  silentReconcile: SilentReconcile;
  ticker: Ticker;
  startCron: () => CronTicker;
}

export function createAlerts(base: Infrastructure): Alerts {
  const { config, logger, metrics } = base;
  const companies = new CompanyStore(base.database);
  return new Alerts({
    record: (alert) => {
      metrics.count('askpro_alerts_total', { kind: alert.kind });
      return companies.alert(alert);
    },
    resolve: (keys) => companies.resolveAlerts(keys),
    log: (fields, message) => logger.warn(fields, message),
    post: config.ALERT_WEBHOOK_URL ? postTo(config.ALERT_WEBHOOK_URL) : null,
    nowMs: () => base.clock.nowMs(),
  });
}

/** Everything that runs without a caller waiting. One page lists all jobs, sweeps and schedules. */
export function composeOperations(
  base: Infrastructure,
  upstream: Upstream,
  voice: Voice,
  webhooks: Webhooks,
  changes: BookingChanges,
  alerts: Alerts,
): Operations {
  const { clock, config, database, logger, metrics } = base;
  const deadline = (budgetMs: number): RequestDeadline => new RequestDeadline(clock, budgetMs);
  const warmer = new CacheWarmer({
    popular: (minBookings) => voice.popular.popular(minBookings),
    peakHours: (companyId) => voice.popular.peakHours(companyId),
    profile: (companyId, branchId) => upstream.tenants.profile(companyId, branchId),
    calcom: upstream.calcom,
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    deadline,
  });
  const reconciliation = new Reconciliation({
    store: changes.syncStore,
    sync: changes.sync,
    push: upstream.push,
    upstream: (companyId) => upstream.accounts.forTenant(companyId),
    now: () => clock.now(),
    onDifference: (report) => {
      metrics.count('askpro_reconcile_differences_total', {}, report.changed + report.missing);
      if (report.missing > 0)
        alerts.raise(
          'reconcile_difference',
          `reconcile:${report.companyId}`,
          `${report.missing} appointments are missing at Cal.com.`,
          report.companyId,
        );
    },
  });
  const silentReconcile = new SilentReconcile({
    push: upstream.push,
    reconciliation,
    tryLease: (key, leaseMs) => upstream.leases.tryAcquire([key], leaseMs),
    nowMs: () => clock.nowMs(),
  });
  const renewal = new AvailabilityRenewal({
    profiles: (companyId) => upstream.tenantStore.allProfiles(companyId),
    hosts: upstream.hosts,
    calcom: upstream.calcom,
    isInUse: (companyId, eventTypeId) => upstream.slots.cache.wasAsked(companyId, eventTypeId),
    budgetUsePct: async () => (await upstream.limiter.status().catch(() => []))[0]?.utilization_pct ?? null,
    deadline,
  });
  const imports = new EventTypeImport({
    reader: new AdminRecordReader(database),
    store: new AdminImportStore(database, upstream.claims),
    calcomOf: (companyId) => upstream.accounts.forTenant(companyId),
    tenantChanged: upstream.tenantChanged,
    alert: (...alert) => alerts.raise(...alert),
  });
  const jobs = new JobRunner({
    store: new PostgresJobStore(database),
    handlers: {
      [INVALIDATE_CALCOM_CACHE]: invalidateCalcomCacheJob({
        invalidate: (companyId, eventTypeId, days) =>
          upstream.slots.invalidation.externalChange(companyId, [eventTypeId], days.length > 0 ? days : 'all'),
        renewal,
      }),
      [WARM_CALCOM_CACHE]: warmCalcomCacheJob({ warmer, log: (fields, message) => logger.info(fields, message) }),
      [RECONCILE]: reconcileJob({ reconciliation, full: false }),
      [RECONCILE_FULL]: reconcileJob({ reconciliation, full: true }),
      [DRIFT]: driftJob({
        watch: upstream.drift,
        companyIds: () => upstream.companies.ids(),
        accountOf: (companyId) => upstream.accounts.forTenant(companyId),
        eventTypeOf: async (companyId) => (await upstream.companies.services(companyId))[0]?.calcomEventTypeId ?? null,
        tryLease: (key, leaseMs) => upstream.leases.tryAcquire([key], leaseMs),
        now: () => clock.now(),
      }),
      [REIMPORT]: reimportJob({
        companies: () => upstream.companies.ids(),
        renew: (companyId) => imports.renew(companyId),
        log: (fields, message) => logger.info(fields, message),
      }),
      [HOURLY_FIGURES]: hourlyFiguresJob(upstream.monitor),
      [RETENTION]: retentionJob({
        store: new PostgresRetentionStore(database),
        days: config.TRANSCRIPT_RETENTION_DAYS,
        log: (fields, message) => logger.info(fields, message),
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
    onDead: (job, error) =>
      alerts.raise('dead_job', `job:${job.name}`, `${job.name} has no tries left: ${error}`, null),
  });
  const { accounts, monitor } = upstream;
  const watch = new Watch({
    keys: () => accounts.keys(),
    budgets: (keyIds) => monitor.getRateLimitStatus(keyIds),
    circuits: (keyIds) => monitor.getCircuitBreakerStatus(keyIds),
    slots: () => monitor.getMetricsSummary('/slots', 5).catch(() => null),
    upstreamP95Ms: (endpoint) => monitor.upstreamP95Ms(endpoint, 5),
    slowAboveMs: slowAboveMs({ slots: config.CALCOM_SLOTS_TIMEOUT_MS, bookings: config.CALCOM_BOOKING_TIMEOUT_MS }),
    alerts,
  });
  const tokens = new AdminTokenStore(database);
  const expiry = new TokenExpiry({
    ending: (from, to) => tokens.ending(from, to),
    alerts,
    nowMs: () => clock.nowMs(),
  });
  const ticker = new Ticker({
    ticks: [
      { name: 'settle', everyMs: SETTLE_EVERY_MS, work: () => voice.settlement.begin() },
      // What Redis could not be told about availability; nothing to do as long as it is there.
      { name: 'availability', everyMs: NEWS_EVERY_MS, work: () => upstream.slots.invalidation.redeliver() },
      { name: 'silent reconcile', everyMs: SILENT_EVERY_MS, work: () => silentReconcile.look() },
      { name: 'webhooks', everyMs: INBOX_EVERY_MS, work: () => webhooks.inbox.sweep() },
      {
        name: 'watch',
        everyMs: WATCH_EVERY_MS,
        work: async () => {
          await watch.look();
          metrics.count('askpro_health_checks_total');
        },
      },
      { name: 'tokens', everyMs: TOKENS_EVERY_MS, work: () => expiry.look() },
    ],
    clock,
    onError: (name, error) => logger.warn({ sweep: name, err: error }, 'a sweep failed; it goes on'),
  });
  return {
    jobs,
    imports,
    warmer,
    reconciliation,
    silentReconcile,
    ticker,
    startCron: () =>
      new CronTicker({
        entries: [
          ...(config.WARM_CACHE_CRON ? [{ name: WARM_CALCOM_CACHE, expression: config.WARM_CACHE_CRON }] : []),
          { name: RECONCILE, expression: '*/3 * * * *' },
          { name: RECONCILE_FULL, expression: '40 * * * *' },
          { name: DRIFT, expression: '50 4 * * *' },
          { name: REIMPORT, expression: '10 3 * * 1' },
          { name: HOURLY_FIGURES, expression: '5 * * * *' },
          { name: RETENTION, expression: '20 4 * * *' },
        ],
        timeZone: config.APP_TIMEZONE,
        enqueueSlot: (name, slot) => jobs.enqueueSlot(name, slot),
        logger,
      }),
  };
}

function postTo(url: string): (alert: object) => Promise<void> {
  return async (alert) => {
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alert),
      signal: AbortSignal.timeout(5000),
    });
  };
}
