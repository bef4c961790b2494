import { type World } from '../world/world';
import { type EventType } from '../world/world-spec';
import { addDays, DAY_MS, dayBoundsMs, localDate, MINUTE_MS, weekdayOf } from '../world/zone-time';

const SATURDAY = 6;

function addBusinessDays(date: string, days: number): string {
  let current = date;
  for (let left = days; left > 0;) {
    current = addDays(current, 1);
    if (weekdayOf(current) < SATURDAY) left -= 1;
  }
  return current;
}

/** Latest instant at which an appointment may start; Infinity without a window. */
function latestStartMs(world: World, eventType: EventType, nowMs: number): number {
  const window = eventType.bookingWindow;
  if (!window) return Infinity;
  const zone = world.zoneOf(eventType);
  if (window.type === 'range') return dayBoundsMs(zone, window.value[1]).endMs - 1;
  const today = localDate(zone, nowMs);
  const lastDate = window.type === 'calendarDays' ? addDays(today, window.value) : addBusinessDays(today, window.value);
  const lastDay = dayBoundsMs(zone, lastDate);
  if (!window.rolling) return lastDay.endMs - 1;
  return Math.min(lastDay.endMs - 1, lastDay.startMs + (nowMs - dayBoundsMs(zone, today).startMs));
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
  nowMs: number,
): { earliestMs: number; latestMs: number } {
  return {
    earliestMs: earliestStartMs(world, eventType, nowMs),
    latestMs: Math.min(latestStartMs(world, eventType, nowMs), nowMs + 100 * 365 * DAY_MS),
  };
}
