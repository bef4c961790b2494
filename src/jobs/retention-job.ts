import type { JobHandler } from './job-runner';

export const RETENTION = 'RetentionJob';

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
  store: RetentionStore;
  days: number;
  log: (fields: object, message: string) => void;
}): JobHandler {
  return {
    policy: { queue: 'housekeeping', maxAttempts: 3, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async () => {
      const erased = await deps.store.eraseOlderThan(deps.days);
      const closed = await deps.store.closeForgotten();
      deps.log({ erased, closed }, 'housekeeping done');
    },
  };
}
