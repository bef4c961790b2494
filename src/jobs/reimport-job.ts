import type { TenantId } from '../domain';
import type { EventTypeImport } from '../services/admin/event-type-import';
import type { JobHandler } from './job-runner';

export const REIMPORT = 'ReimportEventTypesJob';

/** Keeps what was imported from Cal.com as Cal.com has it now. A company whose account does not answer waits for the next time. */
export function reimportJob(deps: {
  companies: () => Promise<TenantId[]>;
  /** Renews the services that were imported before. */
  renew: EventTypeImport['renew'];
  log: (fields: object, message: string) => void;
}): JobHandler {
  return {
    policy: { queue: 'sync', maxAttempts: 2, backoffMs: 600_000, timeoutMs: 600_000 },
    run: async (_payload, { signal }) => {
      for (const companyId of await deps.companies()) {
        if (signal.aborted) return;
        try {
          const { items, differences } = await deps.renew(companyId);
          const unusable = items.filter(({ reason }) => reason !== null).length;
          const counts = { event_types: items.length, unusable, differences: differences.length };
          deps.log({ company: companyId, ...counts }, 'event types were imported again');
        } catch (error) {
          deps.log({ company: companyId, err: error }, 'event types could not be imported again');
        }
      }
    },
  };
}
