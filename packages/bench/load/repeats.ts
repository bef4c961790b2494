import type { Arrived } from '../src/support/sandbox-ledger';

/** The same question within this time is one too many: the first is not answered yet. */
const SAME_MS = 1000;

/** Slot requests that Cal.com got although the same one was just under way: in how many moments, and how many. */
export function repeats(arrived: readonly Arrived[]): { moments: number; requests: number } {
  const last = new Map<string, { atMs: number; counted: boolean }>();
  let moments = 0;
  let requests = 0;
  const slots = arrived.filter((one) => one.method === 'GET' && one.path.startsWith('/v2/slots'));
  for (const { path, atMs } of [...slots].sort((a, b) => a.atMs - b.atMs)) {
    const before = last.get(path);
    const again = before !== undefined && atMs - before.atMs < SAME_MS;
    if (again) requests += 1;
    if (again && !before.counted) moments += 1;
    last.set(path, { atMs, counted: again });
  }
  return { moments, requests };
}
