import { postTo } from '../infra/alert-post';
import { createBackgroundWork, type BackgroundWork } from '../jobs/background-work';
import { ALERTS } from '../services/admin/alert-texts';
import { Alerts } from '../services/admin/alerts';
import { EventTypeImport } from '../services/admin/event-type-import';
import { AvailabilityRenewal, CacheWarmer } from '../services/availability/cache-warmer';
import { Reconciliation } from '../services/sync/reconciliation';
import { SilentReconcile } from '../services/sync/silent-reconcile';
import { OverdueCallbacks, slowAboveMs, TokenExpiry, Watch } from '../services/admin/watch';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Notifications } from './notifications';
import type { Upstream } from './upstream';
import type { Voice } from './voice';
import type { Webhooks } from './webhooks';

export interface Operations extends BackgroundWork {
  imports: EventTypeImport;
  warmer: CacheWarmer;
  reconciliation: Reconciliation;
  silentReconcile: SilentReconcile;
}

export function createAlerts(base: Infrastructure): Alerts {
  const { config, metrics, nowMs, stores, warn } = base;
  const { companies } = stores;
  return new Alerts({
    record: (alert) => {
      metrics.count('askpro_alerts_total', { kind: alert.kind });
      return companies.alert(alert);
    },
    resolve: (keys) => companies.resolveAlerts(keys),
    log: warn,
    post: config.ALERT_WEBHOOK_URL ? postTo(config.ALERT_WEBHOOK_URL) : null,
    nowMs,
  });
}

/** Everything that runs without a caller waiting. */
export function composeOperations(
  base: Infrastructure,
  upstream: Upstream,
  voice: Voice,
  webhooks: Webhooks,
  changes: BookingChanges,
  alerts: Alerts,
  { notifier }: Pick<Notifications, 'notifier'>,
): Operations {
  const { config, metrics, nowMs, stores } = base;
  const warmer = new CacheWarmer({
    ...base,
    popular: (minBookings) => stores.popular.popular(null, minBookings),
    peakHours: (companyId) => stores.popular.peakHours(companyId),
    profile: (companyId, branchId) => upstream.tenants.profile(companyId, branchId),
    calcom: upstream.calcom,
  });
  const reconciliation = new Reconciliation({
    ...base,
    store: stores.sync,
    sync: changes.sync,
    push: upstream.push,
    upstream: (companyId) => upstream.accounts.forTenant(companyId),
    onDifference: (report) => {
      metrics.count('askpro_reconcile_differences_total', {}, report.changed + report.missing);
      if (report.missing > 0)
        alerts.raise(
          ALERTS.reconcile_difference({ missing: report.missing }),
          `reconcile:${report.companyId}`,
          report.companyId,
        );
    },
  });
  const silentReconcile = new SilentReconcile({
    push: upstream.push,
    reconciliation,
    tryLease: (key, leaseMs) => upstream.leases.tryAcquire([key], leaseMs),
    nowMs,
  });
  const renewal = new AvailabilityRenewal({
    ...base,
    ...upstream,
    profiles: (companyId) => stores.tenantStore.allProfiles(companyId),
    isInUse: (companyId, eventTypeId) => upstream.slots.cache.wasAsked(companyId, eventTypeId),
    budgetUsePct: async () => (await upstream.limiter.status().catch(() => []))[0]?.utilization_pct ?? null,
  });
  const imports = new EventTypeImport({
    reader: stores.reader,
    store: stores.imports,
    calcomOf: (companyId) => upstream.accounts.forTenant(companyId),
    tenantChanged: upstream.tenantChanged,
    alert: alerts.raise,
    settle: (keys) => alerts.settle(keys),
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
  const expiry = new TokenExpiry({
    ending: (from, to) => stores.tokens.ending(from, to),
    alerts,
    nowMs,
  });
  const overdueCallbacks = new OverdueCallbacks({ overdue: () => stores.callbacks.overdue(), alerts });
  const work = createBackgroundWork({
    ...base,
    ...stores,
    ...upstream,
    alerts,
    imports,
    warmer,
    renewal,
    reconciliation,
    silentReconcile,
    watch,
    expiry,
    overdueCallbacks,
    notifier,
    invalidation: upstream.slots.invalidation,
    settlement: voice.settlement,
    inbox: webhooks.inbox,
    accountOf: (companyId) => accounts.forTenant(companyId),
    tryLease: (key, leaseMs) => upstream.leases.tryAcquire([key], leaseMs),
    warmCron: config.WARM_CACHE_CRON,
    timeZone: config.APP_TIMEZONE,
    retentionDays: config.TRANSCRIPT_RETENTION_DAYS,
  });
  return { ...work, imports, warmer, reconciliation, silentReconcile };
}
