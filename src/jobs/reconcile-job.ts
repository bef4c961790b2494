import { z } from 'zod';
import { tenantId } from '../domain';
import type { Reconciliation } from '../services/sync/reconciliation';
import type { JobHandler } from './job-runner';

export const RECONCILE = 'ReconcileBookingsJob';
export const RECONCILE_FULL = 'ReconcileBookingsFullJob';

const payload = z.object({ companyId: z.string().optional() });

/** Every few minutes what changed; `full` also looks for rows whose booking is gone. Running it twice changes nothing more. */
export function reconcileJob(deps: { reconciliation: Reconciliation; full: boolean }): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 2, backoffMs: 30_000, timeoutMs: 240_000 },
    run: async (raw, { signal }) => {
      const { companyId } = payload.parse(raw ?? {});
      const reports = await deps.reconciliation.run({
        full: deps.full,
        signal,
        ...(companyId ? { companyIds: [tenantId(companyId)] } : {}),
      });
      const failed = reports.filter((report) => report.error !== null);
      if (failed.length > 0 && failed.length === reports.length)
        throw new Error(failed[0]?.error ?? 'reconciliation failed');
    },
  };
}
