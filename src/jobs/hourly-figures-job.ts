import type { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import type { JobHandler } from './job-runner';

export const HOURLY_FIGURES = 'HourlyFiguresJob';

/** Sums up the minutes of the last complete hours. Running it twice writes the same. */
export function hourlyFiguresJob(monitor: Pick<CalcomPerformanceMonitor, 'keepHours'>): JobHandler {
  return {
    policy: { queue: 'housekeeping', maxAttempts: 3, backoffMs: 60_000, timeoutMs: 120_000 },
    run: () => monitor.keepHours(),
  };
}
