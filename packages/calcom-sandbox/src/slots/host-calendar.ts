import { type Booking } from '../world/booking';
import { type Interval, merge, subtract } from '../world/intervals';
import { type World } from '../world/world';
import { type EventType, type Schedule, WEEKDAYS } from '../world/world-spec';
import { addDays, DAY_MS, localDate, MINUTE_MS, parseInstant, wallClockMs, weekdayOf } from '../world/zone-time';

/** Hours per date, kept as long as the schedule object lives: schedules are replaced, never changed in place. */
const hoursBySchedule = new WeakMap<Schedule, Map<string, Interval[]>>();

function hoursOn(schedule: Schedule, date: string): Interval[] {
  let byDate = hoursBySchedule.get(schedule);
  if (!byDate) {
    byDate = new Map();
    hoursBySchedule.set(schedule, byDate);
  }
  const known = byDate.get(date);
  if (known) return known;

  const overrides = schedule.overrides.filter((override) => override.date === date);
  const weekday = WEEKDAYS[weekdayOf(date) - 1];
  const rules =
    overrides.length > 0
      ? overrides
      : schedule.availability.filter((rule) => weekday !== undefined && rule.days.includes(weekday));
  const hours: Interval[] = [];
  for (const rule of rules) {
    if (rule.startTime === rule.endTime) continue;
    const endDate = rule.endTime > rule.startTime ? date : addDays(date, 1);
    hours.push({
      startMs: wallClockMs(schedule.timeZone, date, rule.startTime),
      endMs: wallClockMs(schedule.timeZone, endDate, rule.endTime),
    });
  }
  const merged = merge(hours);
  byDate.set(date, merged);
  return merged;
}

/** Working hours that touch the window, cut to it. */
function workingHours(schedule: Schedule, window: Interval): Interval[] {
  if (window.startMs >= window.endMs) return [];
  const hours: Interval[] = [];
  const lastDate = localDate(schedule.timeZone, window.endMs);
  for (let date = localDate(schedule.timeZone, window.startMs - DAY_MS); date <= lastDate; date = addDays(date, 1)) {
    for (const interval of hoursOn(schedule, date)) {
      const startMs = Math.max(interval.startMs, window.startMs);
      const endMs = Math.min(interval.endMs, window.endMs);
      if (startMs < endMs) hours.push({ startMs, endMs });
    }
  }
  return merge(hours);
}

export interface BusyQuestion {
  eventType: EventType;
  hostId: number;
  window: Interval;
  /** A booking that is about to move does not block itself. */
  ignoreBookingUid?: string | undefined;
}

/** A pending booking blocks nothing but its own event type, and that only where the event type says so. */
function blocks(booking: Booking, eventType: EventType): boolean {
  if (booking.status === 'accepted') return true;
  return (
    booking.status === 'pending' &&
    booking.eventTypeId === eventType.id &&
    eventType.confirmationPolicy?.blockUnconfirmedBookingsInBooker === true
  );
}

function busyTimes(world: World, question: BusyQuestion): Interval[] {
  const { eventType, hostId, window } = question;
  const marginMs = DAY_MS;
  const busy: Interval[] = [];
  for (const booking of world.bookings.liveOfHost(hostId, window.startMs - marginMs, window.endMs + marginMs)) {
    if (booking.uid === question.ignoreBookingUid || !blocks(booking, eventType)) continue;
    const booked = world.eventTypes.get(booking.eventTypeId);
    const beforeMinutes = (booked?.beforeEventBuffer ?? 0) + eventType.afterEventBuffer;
    const afterMinutes = (booked?.afterEventBuffer ?? 0) + eventType.beforeEventBuffer;
    busy.push({
      startMs: booking.startMs - beforeMinutes * MINUTE_MS,
      endMs: booking.endMs + afterMinutes * MINUTE_MS,
    });
  }
  for (const entry of world.users.get(hostId)?.busy ?? []) {
    const startMs = parseInstant(entry.start);
    const endMs = parseInstant(entry.end);
    if (startMs === undefined || endMs === undefined) continue;
    busy.push({
      startMs: startMs - eventType.afterEventBuffer * MINUTE_MS,
      endMs: endMs + eventType.beforeEventBuffer * MINUTE_MS,
    });
  }
  return busy;
}

/** When the host can take this event type: working hours minus everything that blocks. Reservations do not count. */
export function freeTimes(world: World, question: BusyQuestion): Interval[] {
  const host = world.users.get(question.hostId);
  if (!host?.calendarReachable) return [];
  const schedule = world.scheduleFor(question.eventType, question.hostId);
  if (!schedule) return [];
  return subtract(workingHours(schedule, question.window), busyTimes(world, question));
}
