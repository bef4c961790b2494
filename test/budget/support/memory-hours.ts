import type { HourStore } from '../../../src/services/calcom/calcom-performance-monitor';

/** Hourly figures in memory. */
export class MemoryHours implements HourStore {
  readonly kept = new Map<string, { hour: Date; endpoint: string; figures: Record<string, number> }>();

  async keep(hour: Date, endpoint: string, figures: Record<string, number>): Promise<void> {
    this.kept.set(`${endpoint} ${hour.toISOString()}`, { hour, endpoint, figures });
  }

  async read(endpoint: string, from: Date, before: Date): Promise<{ hour: Date; figures: Record<string, number> }[]> {
    return [...this.kept.values()]
      .filter((one) => one.endpoint === endpoint && one.hour >= from && one.hour < before)
      .sort((a, b) => a.hour.getTime() - b.hour.getTime());
  }
}
