import { schedule, type ScheduledTask } from 'node-cron';
import type { Logger } from '../infra/logger';

export interface CronEntry {
  name: string;
  /** Cron expression, seconds optional. */
  expression: string;
}

/**
 * Time triggers only: each adds one durable row per slot (`cron:<name>:<minute>`), so that many processes run it once.
 */
export class CronTicker {
  readonly #tasks: ScheduledTask[] = [];

  constructor(deps: {
    entries: CronEntry[];
    timeZone: string;
    enqueueSlot: (name: string, slotKey: string) => Promise<boolean>;
    logger: Logger;
  }) {
    for (const entry of deps.entries) {
      const task = schedule(
        entry.expression,
        async (context) => {
          const slot = context.date.toISOString().slice(0, 19);
          try {
            await deps.enqueueSlot(entry.name, `cron:${entry.name}:${slot}`);
          } catch (error) {
            deps.logger.warn({ job: entry.name, err: error }, 'a cron slot could not be recorded');
          }
        },
        { timezone: deps.timeZone, name: entry.name },
      );
      this.#tasks.push(task);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tasks.map(async (task) => task.destroy()));
  }
}
