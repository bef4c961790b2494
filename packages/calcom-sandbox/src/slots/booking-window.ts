import { type World } from '../world/world';
import { type EventType } from '../world/world-spec';
import { addDays, DAY_MS, dayBoundsMs, localDate, MINUTE_MS, weekdayOf } from '../world/zone-time';

const SATURDAY = 6;

/** Who asks, and when. */
export interface Viewpoint {
  nowMs: number;
  bookerZone: string;
}

function addBusinessDays(date: string, days: number): string {
  let current = date;
  for (let left = days; left > 0;) {
    current = addDays(current, 1);
    if (weekdayOf(current) < SATURDAY) left -= 1;
  }
  return current;
}

/** Without enough bookable days, a rolling window ends after this many days. */
const MAX_ROLLING_DAYS = 61;

/**
 * Latest instant at which an appointment may start; Infinity without a window. A range is meant in the event type's
 * zone, a number of days in the booker's. A rolling window depends on the free days and is no limit here.
 */
function latestStartMs(world: World, eventType: EventType, { nowMs, bookerZone }: Viewpoint): number {
  const window = eventType.bookingWindow;
  if (!window) return Infinity;
  if (window.type === 'range') return dayBoundsMs(world.zoneOf(eventType), window.value[1]).endMs - 1;
  if (window.rolling) return Infinity;
  const today = localDate(bookerZone, nowMs);
  const lastDate = window.type === 'calendarDays' ? addDays(today, window.value) : addBusinessDays(today, window.value);
  return dayBoundsMs(bookerZone, lastDate).endMs - 1;
}

/**
 * The last date of a rolling window: it holds so many bookable days, today included, and skips weekends when it counts
 * business days. Undefined for other event types.
 */
export function lastRollingDate(
  eventType: EventType,
  today: string,
  isBookable: (date: string) => boolean,
): string | undefined {
  const window = eventType.bookingWindow;
  if (!window || window.type === 'range' || !window.rolling) return undefined;
  let found = 0;
  let last: string | undefined;
  let date = today;
  for (let checked = 0; checked < MAX_ROLLING_DAYS && found < window.value; checked += 1) {
    if (isBookable(date)) {
      found += 1;
      last = date;
    }
    date = window.type === 'businessDays' ? addBusinessDays(date, 1) : addDays(date, 1);
  }
  return last ?? date;
}

function earliestStartMs(world: World, eventType: EventType, nowMs: number): number {
  const noticeMs = eventType.minimumBookingNotice * MINUTE_MS;
  const window = eventType.bookingWindow;
  if (window?.type !== 'range') return nowMs + noticeMs;
  return Math.max(nowMs + noticeMs, dayBoundsMs(world.zoneOf(eventType), window.value[0]).startMs);
}

/** The stretch in which an appointment of this type may start, seen from now. Both ends included. */
export function startWindow(
  world: World,
  eventType: EventType,
  viewpoint: Viewpoint,
): { earliestMs: number; latestMs: number } {
  const { nowMs } = viewpoint;
  return {
    earliestMs: earliestStartMs(world, eventType, nowMs),
    latestMs: Math.min(latestStartMs(world, eventType, viewpoint), nowMs + 100 * 365 * DAY_MS),
  };
}
