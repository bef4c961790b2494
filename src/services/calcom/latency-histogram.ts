/** Upper bounds in milliseconds, from 10 ms on at most 10 % apart: so far may a percentile be from the true one. */
const BOUNDS: readonly number[] = bounds(1, 60_000, 1.1);

function bounds(first: number, last: number, factor: number): number[] {
  const list = [first];
  for (let bound = first; bound < last; list.push(bound))
    bound = Math.min(last, Math.max(bound + 1, Math.floor(bound * factor)));
  return list;
}

/** For counting in Postgres: `labels[width_bucket(ms, bounds)]`, the first label being that of 0. */
export const LATENCY_BUCKETS = {
  bounds: BOUNDS,
  labels: [0, ...BOUNDS].map((from) => bucketOf(from)),
};

/** `<from>-<below>` in milliseconds, the last one `60000+`. */
export function bucketOf(latencyMs: number): string {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BOUNDS[middle] ?? 0) <= latencyMs) low = middle + 1;
    else high = middle;
  }
  const below = BOUNDS[low];
  const from = low === 0 ? 0 : BOUNDS[low - 1];
  return below === undefined ? `${from}+` : `${from}-${below}`;
}

/**
 * Milliseconds below which `share` (0 to 1) of the counted calls lie, placed evenly within their bucket; 0 without any.
 * Understands every `<from>-<below>` and `<from>+` label.
 */
export function percentile(buckets: Readonly<Record<string, number>>, share: number): number {
  const ranges = Object.entries(buckets)
    .map(([label, count]) => ({ ...rangeOf(label), count }))
    .sort((a, b) => a.from - b.from);
  const rank = share * ranges.reduce((sum, range) => sum + range.count, 0);
  let passed = 0;
  for (const { from, below, count } of ranges) {
    if (count > 0 && passed + count >= rank) {
      return Math.round((from + ((below - from) * (rank - passed)) / count) * 100) / 100;
    }
    passed += count;
  }
  return 0;
}

function rangeOf(label: string): { from: number; below: number } {
  const [from, below] = label.split('-');
  const start = Number.parseFloat(from ?? '0');
  return { from: start, below: below === undefined ? start : Number(below) };
}
