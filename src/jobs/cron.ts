import { schedule } from 'node-cron';
import type { Logger } from '../infra/logger';

/**
 * Time triggers only: each adds one durable row per slot (`cron:<name>:<second>`), so that many processes run it once.
 * @param deps.expressions cron expressions by the job's name, seconds optional
 * @returns ends the triggers
 */
export function startCron(deps: {
  expressions: Readonly<Record<string, string>>;
  timeZone: string;
  enqueueSlot: (name: string, slotKey: string) => Promise<boolean>;
  logger: Logger;
}): () => Promise<void> {
  const tasks = Object.entries(deps.expressions).map(([name, expression]) =>
    schedule(
      expression,
      async (context) => {
        const slot = context.date.toISOString().slice(0, 19);
        try {
          await deps.enqueueSlot(name, `cron:${name}:${slot}`);
        } catch (error) {
          deps.logger.warn({ job: name, err: error }, 'a cron slot could not be recorded');
        }
      },
      { timezone: deps.timeZone, name },
    ),
  );
  return async () => {
    await Promise.all(tasks.map(async (task) => task.destroy()));
  };
}
