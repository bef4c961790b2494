import { z } from 'zod';
import type { CacheWarmer } from '../services/availability/cache-warmer';
import { tenantId } from '../domain';
import type { JobHandler } from './job-runner';

export const WARM_CALCOM_CACHE = 'WarmCalcomCacheJob';

const payload = z.object({
  days: z.number().int().min(1).max(60).default(7),
  minBookings: z.number().int().min(0).default(5),
  delayMs: z.number().int().min(0).default(100),
  companyId: z.string().optional(),
});

/** Nightly, and on an operator's request. A second run finds the days fresh and asks nothing. */
export function warmCalcomCacheJob(deps: {
  warmer: CacheWarmer;
  log: (fields: object, message: string) => void;
}): JobHandler {
  return {
    policy: { queue: 'warming', maxAttempts: 2, backoffMs: 60_000, timeoutMs: 1_800_000 },
    run: async (raw, { signal }) => {
      const { companyId, ...options } = payload.parse(raw ?? {});
      const report = await deps.warmer.run(
        { ...options, ...(companyId ? { companyId: tenantId(companyId) } : {}) },
        () => undefined,
        signal,
      );
      deps.log({ services: report.services, warmed: report.warmed, failed: report.failed }, 'availability warmed');
    },
  };
}
