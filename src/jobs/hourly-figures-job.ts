import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { JobHandler } from './job-runner';

export const HOURLY_FIGURES = 'HourlyFiguresJob';

/** Sums up the last complete hours: minutes of requests to Cal.com, and calls. Running it twice writes the same. */
export function hourlyFiguresJob(deps: {
  monitor: Pick<CalcomPerformanceMonitor, 'keepHours'>;
  callHours: { fill(now: Date): Promise<void> };
  now: () => Date;
}): JobHandler {
  return {
    policy: { queue: 'housekeeping', maxAttempts: 3, backoffMs: 60_000, timeoutMs: 600_000 },
    run: async () => {
      await deps.callHours.fill(deps.now());
      await deps.monitor.keepHours();
    },
  };
}
