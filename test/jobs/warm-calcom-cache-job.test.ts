import { warmCalcomCacheJob } from '../../src/jobs/availability-jobs';
import type { WarmOptions } from '../../src/services/availability/cache-warmer';
import { silentLogger } from '../../src/infra/logger';

async function partsOf(delayMs: number): Promise<{ parts: WarmOptions['part'][]; pauses: number[] }> {
  const parts: WarmOptions['part'][] = [];
  const pauses: number[] = [];
  const warmer = {
    run: async (options: WarmOptions) => {
      parts.push(options.part);
      return { services: 3, warmed: 1, failed: 0, peakHours: {} };
    },
  };
  const job = warmCalcomCacheJob({ warmer: warmer as never, logger: silentLogger });
  let next: unknown = { days: 7, delayMs };
  while (next !== null) {
    const payload = next;
    next = null;
    const goOnLater = (rest: unknown, afterMs: number): void => {
      next = rest;
      pauses.push(afterMs);
    };
    await job.run(payload, {
      signal: new AbortController().signal,
      attempt: 1,
      companyId: null,
      note: () => Promise.resolve(),
      countSteps: () => Promise.resolve(),
      goOnLater,
    });
  }
  return { parts, pauses };
}

test('warming with long pauses gives its place back after each service', async () => {
  expect(await partsOf(60_000)).toEqual({
    parts: [0, 1, 2].map((from) => ({ from, count: 1 })),
    pauses: [60_000, 60_000],
  });
});

test('warming with short pauses is one run', async () => {
  expect(await partsOf(100)).toEqual({ parts: [undefined], pauses: [] });
});
