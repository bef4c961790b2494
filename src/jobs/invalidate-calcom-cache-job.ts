import { z } from 'zod';
import { tenantId } from '../domain';
import type { AvailabilityRenewal } from '../services/availability/cache-warmer';
import { classify } from '../errors';
import type { AfterChange, AvailabilityInvalidation } from '../services/availability/availability-invalidation';
import type { BackgroundTasks } from '../background-tasks';
import type { JobHandler, JobRunner } from './job-runner';

export const INVALIDATE_CALCOM_CACHE = 'InvalidateCalcomCacheJob';
/** Cal.com answers from its own slot cache for this long. */
const SECOND_PASS_DELAY_MS = 2000;

const payload = z.object({
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
      const job = payload.parse(raw);
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
