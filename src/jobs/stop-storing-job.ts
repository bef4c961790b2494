import { z } from 'zod';
import { tenantId, type TenantId } from '../domain';
import type { CallRecord } from '../services/voice/ports';
import type { JobHandler, JobRunner } from './job-runner';

export const STOP_STORING = 'stop-storing';

const payload = z.object({ companyId: z.string().transform(tenantId), callId: z.string() });
type StopStoringPayload = z.infer<typeof payload>;

/** After a caller's no to a recording: the platform keeps nothing of the call but its basic attributes. */
export function stopStoringJob(deps: {
  calls: { find(callId: string): Promise<Pick<CallRecord, 'companyId' | 'platform' | 'recordingConsent'> | null> };
  retellAccess: {
    /** @returns false when no key is known and nothing was sent */
    keepBasicsOnly(companyId: TenantId, callId: string): Promise<boolean>;
  };
  warn: (fields: object, message: string) => void;
}): JobHandler {
  return {
    // Every five minutes for thirty days: Retell may refuse while the call goes on, and a key may be wrong for days.
    policy: { queue: 'privacy', maxAttempts: 8640, backoffMs: 300_000, timeoutMs: 60_000 },
    async run(given) {
      const { companyId, callId } = payload.parse(given);
      const call = await deps.calls.find(callId);
      // The last answer counts, and the other platforms have no such setting for a call.
      if (call?.companyId !== companyId || call.platform !== 'retell' || call.recordingConsent !== false) return;
      if (!(await deps.retellAccess.keepBasicsOnly(companyId, callId)))
        deps.warn({ company: companyId }, 'Retell was not told to stop storing a call: no management key is known');
    },
  };
}

/** One order for a call at a time. */
export function orderStopStoring(
  jobs: Pick<JobRunner, 'enqueue'>,
  companyId: TenantId,
  callId: string,
): Promise<boolean> {
  const payload: StopStoringPayload = { companyId, callId };
  return jobs.enqueue(STOP_STORING, payload, { companyId, uniqueKey: `${STOP_STORING}:${callId}` });
}
