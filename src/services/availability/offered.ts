import type { SlotQuestion } from './slot-store';
import type { KnownDay } from './known-day';
import type { LocalBlockedInterval } from './local-changes';
import type { Fence } from './slot-store';
import {
  appliesTo,
  concernsOthers,
  isNear,
  blockedIntervalsOf,
  excludeBlocked,
  type StoredBlockedInterval,
} from './blocked-intervals';

export interface Offered {
  starts: number[];
  /** Bookings of this very event type that hide some of the day's starts, latest store time first known. */
  hiddenBy: readonly StoredBlockedInterval[];
}

/** The starts of a day that may be offered: without the times that were booked since the day's fetch began. */
export function offered(
  day: KnownDay,
  fences: readonly (Fence | null)[],
  localBlocked: readonly LocalBlockedInterval[],
  question: Pick<SlotQuestion, 'hostIds' | 'durationMinutes'>,
  settleMs: number,
): Offered {
  const { hostIds, durationMinutes } = question;
  const placed: StoredBlockedInterval[] = [];
  for (const fence of new Set(fences)) {
    for (const interval of blockedIntervalsOf(fence)) {
      if (!isNear(interval, day.starts, durationMinutes)) continue;
      if (appliesTo(interval, day.token, settleMs) && !concernsOthers(interval, hostIds)) placed.push(interval);
    }
  }
  const local = localBlocked.filter(
    (interval) =>
      isNear(interval, day.starts, durationMinutes) &&
      day.begunAtMs < interval.atMs + settleMs &&
      !concernsOthers(interval, hostIds),
  );
  const starts = excludeBlocked(day.starts, [...placed, ...local], durationMinutes);
  if (starts.length === day.starts.length) return { starts, hiddenBy: [] };
  const hiddenBy = placed.filter(
    (interval) => interval.own && excludeBlocked(day.starts, [interval], durationMinutes).length < day.starts.length,
  );
  return { starts, hiddenBy };
}
