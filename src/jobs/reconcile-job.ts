import { z } from 'zod';
import { tenantId } from '../domain';
import type { Comparison, Reconciliation } from '../services/sync/reconciliation';
import type { JobHandler } from './job-runner';

export const RECONCILE = 'ReconcileBookingsJob';
export const RECONCILE_FULL = 'ReconcileBookingsFullJob';

const payload = z.object({ companyId: z.string().optional(), everything: z.boolean().default(false) });

/** Running it twice changes nothing more. A job that is queued by hand may ask for everything. */
export function reconcileJob(deps: { reconciliation: Reconciliation; what: Comparison }): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 2, backoffMs: 30_000, timeoutMs: 240_000 },
    run: async (raw, { signal }) => {
      const { companyId, everything } = payload.parse(raw ?? {});
      const reports = await deps.reconciliation.run({
        what: everything ? 'everything' : deps.what,
        signal,
        ...(companyId ? { companyIds: [tenantId(companyId)] } : {}),
      });
      const failed = reports.filter((report) => report.error !== null);
      if (failed.length > 0 && failed.length === reports.length)
        throw new Error(failed[0]?.error ?? 'reconciliation failed');
    },
  };
}
