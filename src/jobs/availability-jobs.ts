import { z } from 'zod';
import { tenantId } from '../domain';
import type { AvailabilityRenewal, CacheWarmer } from '../services/availability/cache-warmer';
import { classify } from '../errors';
import type { AfterChange, AvailabilityInvalidation } from '../services/availability/availability-invalidation';
import type { BackgroundTasks } from '../background-tasks';
import type { JobHandler, JobRunner } from './job-runner';
import type { Logger } from '../infra/logger';
import type { MaintenanceActionsDeps } from '../services/admin/maintenance-actions';

export const INVALIDATE_CALCOM_CACHE = 'InvalidateCalcomCacheJob';
/** Cal.com answers from its own slot cache for this long. */
const SECOND_PASS_DELAY_MS = 2000;

const change = z.object({
  companyId: z.string(),
  eventTypeId: z.number().int(),
  /** `own`: our booking is already excluded; `foreign`: changed outside the gateway. */
  cause: z.enum(['own', 'foreign']),
  days: z.array(z.string()),
});

/**
 * What may come after the answer: a second pass for Cal.com's own lag, and reading again what people were asking for.
 * Running it twice only asks again.
 */
export function invalidateCalcomCacheJob(deps: {
  invalidation: Pick<AvailabilityInvalidation, 'externalChange'>;
  renewal: Pick<AvailabilityRenewal, 'after'>;
}): JobHandler {
  return {
    policy: { queue: 'cache-invalidation', maxAttempts: 3, backoffMs: 5000, timeoutMs: 30_000 },
    run: async (raw) => {
      const job = change.parse(raw);
      const company = tenantId(job.companyId);
      if (job.cause === 'foreign') {
        const report = await deps.invalidation.externalChange(
          company,
          [job.eventTypeId],
          job.days.length > 0 ? job.days : 'all',
        );
        if (!report.delivered) throw new Error('the cache could not be updated');
      }
      // Reading again is optional: without it the next caller's question does it.
      await deps.renewal.after(job.cause, company, job.eventTypeId, job.days).catch((error: unknown) => {
        if (!isCalcomsFailure(error)) throw error;
      });
    },
  };
}

/** What follows a change of a booking: the job, two seconds later. */
export function enqueueAfterChange(deps: {
  jobs: Pick<JobRunner, 'enqueue'>;
  background: BackgroundTasks;
}): AfterChange {
  return (companyId, eventTypeId, cause, days) => {
    const payload = { companyId, eventTypeId, cause, days };
    const uniqueKey = `invalidate:${companyId}:${eventTypeId}:${cause}:${days.join(',')}`;
    const queued = deps.jobs.enqueue(INVALIDATE_CALCOM_CACHE, payload, {
      ...{ companyId, uniqueKey, delayMs: SECOND_PASS_DELAY_MS },
    });
    deps.background.run('enqueue the second invalidation pass', queued);
  };
}

/** Nothing that trying the job again would mend: no place in the budget, an open circuit, an answer that failed. */
function isCalcomsFailure(error: unknown): boolean {
  const { code } = classify(error);
  return (
    code === 'circuit_open' || code === 'rate_limited' || code === 'deadline_exceeded' || code.startsWith('upstream_')
  );
}

export const WARM_CALCOM_CACHE = 'WarmCalcomCacheJob';

const warming = z.object({
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
      const { companyId, from, ...options } = warming.parse(raw ?? {});
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

/** Maintenance that an operator starts and a job finishes. */
export function maintenanceJobs(deps: {
  jobs: Pick<JobRunner, 'enqueue' | 'enqueueWatched'>;
  invalidation: Pick<AvailabilityInvalidation, 'externalChange'>;
}): Pick<MaintenanceActionsDeps, 'forgetAvailability' | 'warm'> {
  const { jobs, invalidation } = deps;
  return {
    forgetAvailability: async (companyId, eventTypeIds) => {
      const report = await invalidation.externalChange(companyId, eventTypeIds, 'all');
      if (report.delivered) return;
      // Redis could not be told; the job repeats it until it can.
      for (const eventTypeId of eventTypeIds) {
        const payload = { companyId, eventTypeId, cause: 'foreign', days: [] };
        await jobs.enqueue(INVALIDATE_CALCOM_CACHE, payload, { companyId });
      }
    },
    warm: async (companyId, request) => {
      const uniqueKey = `warm:${companyId ?? 'all'}`;
      const payload = { ...request, ...(companyId ? { companyId } : {}) };
      return jobs.enqueueWatched(WARM_CALCOM_CACHE, payload, { companyId, uniqueKey });
    },
  };
}
