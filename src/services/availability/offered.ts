import type { SlotQuestion } from '../calcom-service';
import type { KnownDay } from './known-day';
import type { LocalStrike } from './local-news';
import type { Fence } from './slot-store';
import { binds, concernsOthers, isNear, strikesOf, withoutStruck, type PlacedStrike } from './strikes';

export interface Offered {
  starts: number[];
  /** Bookings of this very event type that hide some of the day's starts, latest store time first known. */
  hiddenBy: readonly PlacedStrike[];
}

/** The starts of a day that may be offered: without the times that were booked since the day's fetch began. */
export function offered(
  day: KnownDay,
  fences: readonly (Fence | null)[],
  localStrikes: readonly LocalStrike[],
  question: Pick<SlotQuestion, 'hostIds' | 'durationMinutes'>,
  settleMs: number,
): Offered {
  const { hostIds, durationMinutes } = question;
  const placed: PlacedStrike[] = [];
  for (const fence of new Set(fences)) {
    for (const strike of strikesOf(fence)) {
      if (!isNear(strike, day.starts, durationMinutes)) continue;
      if (binds(strike, day.token, settleMs) && !concernsOthers(strike, hostIds)) placed.push(strike);
    }
  }
  const local = localStrikes.filter(
    (strike) =>
      isNear(strike, day.starts, durationMinutes) &&
      day.begunAtMs < strike.atMs + settleMs &&
      !concernsOthers(strike, hostIds),
  );
  const starts = withoutStruck(day.starts, [...placed, ...local], durationMinutes);
  if (starts.length === day.starts.length) return { starts, hiddenBy: [] };
  const hiddenBy = placed.filter(
    (strike) => strike.own && withoutStruck(day.starts, [strike], durationMinutes).length < day.starts.length,
  );
  return { starts, hiddenBy };
}
