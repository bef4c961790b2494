/** Half-open stretch of time [startMs, endMs), epoch milliseconds. */
export interface Interval {
  startMs: number;
  endMs: number;
}

export const overlaps = (a: Interval, b: Interval): boolean => a.startMs < b.endMs && b.startMs < a.endMs;

/** Sorted, and touching or overlapping pieces joined. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.startMs - b.startMs);
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last && interval.startMs <= last.endMs) last.endMs = Math.max(last.endMs, interval.endMs);
    else merged.push({ ...interval });
  }
  return merged;
}

/** What is left of `from` without `taken`; `from` must be merged. */
export function subtract(from: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const holes = merge(taken);
  const left: Interval[] = [];
  for (const interval of from) {
    let startMs = interval.startMs;
    for (const hole of holes) {
      if (hole.endMs <= startMs) continue;
      if (hole.startMs >= interval.endMs) break;
      if (hole.startMs > startMs) left.push({ startMs, endMs: hole.startMs });
      startMs = Math.max(startMs, hole.endMs);
    }
    if (startMs < interval.endMs) left.push({ startMs, endMs: interval.endMs });
  }
  return left;
}

/** Time covered by both; both must be merged. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = [];
  for (const left of a) {
    for (const right of b) {
      const startMs = Math.max(left.startMs, right.startMs);
      const endMs = Math.min(left.endMs, right.endMs);
      if (startMs < endMs) common.push({ startMs, endMs });
    }
  }
  return merge(common);
}
