import { z } from 'zod';
import { tenantId, type TenantId } from '../domain';
import type { Clock } from '../infra/clock';
import type { Logger } from '../infra/logger';
import type { EventTypeImport } from '../services/admin/event-type-import';
import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { Comparison, Reconciliation } from '../services/sync/reconciliation';
import type { JobHandler } from './job-runner';
import type { FetchLeases } from '../services/availability/ports';
import type { CalcomAccount } from '../services/calcom/calcom-account';
import type { DriftWatch } from '../services/calcom/drift-watch';

export const RECONCILE = 'ReconcileBookingsJob';
export const RECONCILE_FULL = 'ReconcileBookingsFullJob';
export const REIMPORT = 'ReimportEventTypesJob';
export const HOURLY_FIGURES = 'HourlyFiguresJob';
export const RETENTION = 'RetentionJob';

const comparison = z.object({ companyId: z.string().optional(), everything: z.boolean().default(false) });

/** Running it twice changes nothing more. A job that is queued by hand may ask for everything. */
export function reconcileJob(deps: { reconciliation: Reconciliation }, what: Comparison): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 2, backoffMs: 30_000, timeoutMs: 240_000 },
    run: async (raw, { signal }) => {
      const { companyId, everything } = comparison.parse(raw ?? {});
      const reports = await deps.reconciliation.run({
        what: everything ? 'everything' : what,
        signal,
        ...(companyId ? { companyIds: [tenantId(companyId)] } : {}),
      });
      const failed = reports.filter((report) => report.error !== null);
      if (failed.length > 0 && failed.length === reports.length)
        throw new Error(failed[0]?.error ?? 'reconciliation failed');
    },
  };
}

/** Keeps what was imported from Cal.com as Cal.com has it now. A company whose account does not answer waits for the next time. */
export function reimportJob(deps: {
  companies: { ids(only: { isActive: boolean }): Promise<TenantId[]> };
  imports: Pick<EventTypeImport, 'renew'>;
  logger: Pick<Logger, 'info'>;
}): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 2, backoffMs: 600_000, timeoutMs: 600_000 },
    run: async (_payload, { signal }) => {
      for (const companyId of await deps.companies.ids({ isActive: true })) {
        if (signal.aborted) return;
        try {
          const { items, differences } = await deps.imports.renew(companyId);
          const unusable = items.filter(({ reason }) => reason !== null).length;
          const counts = { event_types: items.length, unusable, differences: differences.length };
          deps.logger.info({ company: companyId, ...counts }, 'event types were imported again');
        } catch (error) {
          deps.logger.info({ company: companyId, err: error }, 'event types could not be imported again');
        }
      }
    },
  };
}

/** Sums up the last complete hours: minutes of requests to Cal.com, and calls. Running it twice writes the same. */
export function hourlyFiguresJob(deps: {
  monitor: Pick<CalcomPerformanceMonitor, 'keepHours'>;
  callHours: { fill(now: Date): Promise<void> };
  clock: Pick<Clock, 'now'>;
}): JobHandler {
  return {
    policy: { queue: 'housekeeping', maxAttempts: 3, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async () => {
      await deps.callHours.fill(deps.clock.now());
      await deps.monitor.keepHours();
    },
  };
}

/** Rows touched. */
export interface Erased {
  calls: number;
  invocations: number;
  events: number;
  unmapped: number;
  jobs: number;
  hours: number;
  /** Notifications that were sent or given up. */
  messages: number;
  /** Ended sessions, links out of date, and people who never answered their invitation. */
  people: number;
}

export interface RetentionStore {
  /** Erases transcripts, analyses and traces older than that, and figures older than 13 months. */
  eraseOlderThan(days: number): Promise<Erased>;
  /** Closes calls without an end event, and callbacks that can no longer be answered. */
  closeForgotten(): Promise<{ calls: number; callbacks: number }>;
  /** Ends calls of platforms that tell nothing of an end, minutes after their last question. */
  closeSilent(): Promise<number>;
}

/** Nightly: what is no longer needed is forgotten. Repeating it finds nothing more. */
export function retentionJob(deps: {
  retention: RetentionStore;
  retentionDays: number;
  logger: Pick<Logger, 'info'>;
}): JobHandler {
  return {
    policy: { queue: 'housekeeping', maxAttempts: 3, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async () => {
      const erased = await deps.retention.eraseOlderThan(deps.retentionDays);
      const closed = await deps.retention.closeForgotten();
      deps.logger.info({ erased, closed }, 'housekeeping done');
    },
  };
}

export const DRIFT = 'CompareCalcomAnswersJob';

const LEASE_MS = 60_000;
const DAY_MS = 86_400_000;
const FEW_BOOKINGS = 10;

interface DriftJobDeps {
  drift: Pick<DriftWatch, 'look'>;
  companies: {
    ids(only: { isActive: boolean }): Promise<TenantId[]>;
    /** Those that callers can book. */
    services(companyId: TenantId): Promise<{ calcomEventTypeId: number }[]>;
  };
  accounts: { forTenant(companyId: TenantId): Promise<CalcomAccount> };
  /** One process asks a key's questions. */
  leases: Pick<FetchLeases, 'tryAcquire'>;
  clock: Pick<Clock, 'now'>;
}

/** Once a day one GET of each kind for every key, to see whether Cal.com still answers as expected. */
export function driftJob(deps: DriftJobDeps): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 1, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async (_payload, { signal }) => {
      const asked = new Set<string>();
      for (const companyId of await deps.companies.ids({ isActive: true })) {
        if (signal.aborted) return;
        // A company whose key cannot be opened is reported by the check of the set-up.
        const account = await deps.accounts.forTenant(companyId).catch(() => null);
        if (!account || asked.has(account.credentialId)) continue;
        asked.add(account.credentialId);
        await askAll(deps, companyId, account);
      }
    },
  };
}

async function askAll(deps: DriftJobDeps, companyId: TenantId, account: CalcomAccount): Promise<void> {
  const { credentialId } = account;
  const lease = await deps.leases.tryAcquire([`calcom:drift:${credentialId}`], LEASE_MS);
  if (!lease) return;
  try {
    await deps.drift.look(credentialId, async () => {
      // Each question stands for itself: a refused one is the check's or the circuit's matter.
      const ask = <Answer>(question: Promise<Answer>): Promise<Answer | null> => question.catch(() => null);
      await account.testConnection();
      await ask(account.eventTypes());
      const [team] = (await ask(account.teams())) ?? [];
      if (team) await ask(account.teamEventTypes(team.id));
      await ask(account.webhooks(null));
      const [service] = await deps.companies.services(companyId);
      const startAt = new Date(deps.clock.now().getTime() + DAY_MS);
      if (service)
        await ask(
          account.isStartFree(
            { eventTypeId: service.calcomEventTypeId, startAt, hostIds: [], movedUid: null },
            'background',
          ),
        );
      const listed = await ask(account.listBookings({ take: FEW_BOOKINGS }, 'background'));
      const [booking] = listed?.bookings ?? [];
      if (booking) await ask(account.getBooking(booking.uid, 'background'));
    });
  } finally {
    await lease.release();
  }
}
