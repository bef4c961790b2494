import type { AvailabilityInvalidation } from '../services/availability/availability-invalidation';
import type { MaintenanceActionsDeps } from '../services/admin/maintenance-actions';
import { INVALIDATE_CALCOM_CACHE } from './invalidate-calcom-cache-job';
import type { JobRunner } from './job-runner';
import { WARM_CALCOM_CACHE } from './warm-calcom-cache-job';

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
