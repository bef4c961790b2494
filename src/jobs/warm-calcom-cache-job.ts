import { z } from 'zod';
import type { Logger } from '../infra/logger';
import type { CacheWarmer } from '../services/availability/cache-warmer';
import { tenantId } from '../domain';
import type { JobHandler } from './job-runner';

export const WARM_CALCOM_CACHE = 'WarmCalcomCacheJob';

const payload = z.object({
  days: z.number().int().min(1).max(60).default(7),
  minBookings: z.number().int().min(0).default(5),
  delayMs: z.number().int().min(0).default(100),
  companyId: z.string().optional(),
  /** The service to go on with. */
  from: z.number().int().min(0).default(0),
});

/** A pause at least this long, milliseconds, is one between two runs: a job that waits holds no place. */
const LONG_PAUSE_MS = 1000;

/** Nightly, and on an operator's request. A second run finds the days fresh and asks nothing. */
export function warmCalcomCacheJob(deps: { warmer: CacheWarmer; logger: Pick<Logger, 'info'> }): JobHandler {
  return {
    policy: { queue: 'warming', maxAttempts: 2, backoffMs: 60_000, timeoutMs: 1_800_000 },
    run: async (raw, { signal, goOnLater, countSteps }) => {
      const { companyId, from, ...options } = payload.parse(raw ?? {});
      const part = options.delayMs < LONG_PAUSE_MS ? {} : { part: { from, count: 1 } };
      const report = await deps.warmer.run(
        { ...options, ...part, ...(companyId ? { companyId: tenantId(companyId) } : {}) },
        (done, total) => countSteps({ done, total }),
        signal,
      );
      deps.logger.info(
        { services: report.services, warmed: report.warmed, failed: report.failed },
        'availability warmed',
      );
      if (part.part && from + 1 < report.services)
        goOnLater({ ...options, companyId, from: from + 1 }, options.delayMs);
    },
  };
}
