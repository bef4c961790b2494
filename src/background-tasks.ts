/** Work that outlives the answer it belongs to; a stop waits for it. */
export interface BackgroundTasks {
  /** Never throws; a failure of the work is logged under this name. */
  run(name: string, work: Promise<unknown>): void;
}

/** Tasks of this process. `quiet` resolves when all of them are done. */
export function trackTasks(failed: (name: string, error: unknown) => void): {
  background: BackgroundTasks;
  quiet: () => Promise<void>;
} {
  const running = new Set<Promise<unknown>>();
  const run = (name: string, work: Promise<unknown>): void => {
    const tracked = work.catch((error: unknown) => failed(name, error)).finally(() => running.delete(tracked));
    running.add(tracked);
  };
  return {
    background: { run },
    quiet: async () => {
      await Promise.all(running);
    },
  };
}
