import type { Server } from 'node:http';

export type ShutdownStep = readonly [name: string, work: () => unknown];

/** Every step in order, also when one before it failed. */
export async function shutDown(
  steps: readonly ShutdownStep[],
  warn: (fields: object, message: string) => void,
): Promise<void> {
  for (const [step, work] of steps) {
    try {
      await work();
    } catch (error) {
      warn({ step, err: error }, 'shutdown step failed');
    }
  }
}

/** Stops accepting and resolves when running requests have ended, or after `atMostMs`, when they are cut. */
export function drain(server: Server, atMostMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    const force = setTimeout(() => server.closeAllConnections(), atMostMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
