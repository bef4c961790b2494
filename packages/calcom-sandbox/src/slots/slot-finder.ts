import { type Interval, intersect, overlaps } from '../world/intervals';
import { type World } from '../world/world';
import { type EventType } from '../world/world-spec';
import { addDays, dayBoundsMs, localDate, MINUTE_MS } from '../world/zone-time';
import { BookingLimits } from './booking-limits';
import { lastRollingDate, startWindow } from './booking-window';
import { freeTimes } from './host-calendar';
import { gridStarts } from './slot-grid';

/** Even a type without notice is not offered for this very instant. */
const LEAST_LEAD_MS = MINUTE_MS;

export interface SlotQuestion {
  eventType: EventType;
  /** The hosts that count, already narrowed to a requested subset. */
  hostIds: readonly number[];
  /** A slot starts and ends inside. */
  window: Interval;
  /** The booker's zone. */
  zone: string;
  lengthMinutes: number;
  /** Set when the caller asked for a length of its own; it then is the step too. */
  requestedMinutes?: number | undefined;
  ignoreBookingUid?: string | undefined;
  nowMs: number;
}

/** Free time per pool: any single host of a round robin will do, a collective needs all of them at once. */
function freePools(world: World, question: SlotQuestion, window: Interval): Interval[][] {
  const perHost = question.hostIds.map((hostId) =>
    freeTimes(world, {
      eventType: question.eventType,
      hostId,
      window,
      ignoreBookingUid: question.ignoreBookingUid,
    }),
  );
  if (question.eventType.schedulingType !== 'collective') return perHost;
  const [first, ...others] = perHost;
  return first ? [others.reduce((common, free) => intersect(common, free), first)] : [];
}

/** Start instants of the slots that the listing offers, ascending. */
export function findSlots(world: World, question: SlotQuestion): number[] {
  const { eventType, nowMs, zone } = question;
  const starts = freeStarts(world, question);
  const today = localDate(zone, nowMs);
  const bookable = new Map<string, boolean>();
  const isBookable = (date: string): boolean => {
    const known = bookable.get(date) ?? freeStarts(world, { ...question, window: dayBoundsMs(zone, date) }).length > 0;
    bookable.set(date, known);
    return known;
  };
  const lastDate = lastRollingDate(eventType, today, isBookable);
  if (lastDate === undefined) return starts;
  const endMs = dayBoundsMs(zone, addDays(lastDate, 1)).startMs;
  return starts.filter((startMs) => startMs < endMs);
}

function freeStarts(world: World, question: SlotQuestion): number[] {
  const { eventType, nowMs } = question;
  const allowed = startWindow(world, eventType, { nowMs, bookerZone: question.zone });
  const earliestMs = Math.max(allowed.earliestMs, nowMs + LEAST_LEAD_MS);
  const window = { startMs: Math.max(question.window.startMs, earliestMs), endMs: question.window.endMs };
  const rule = {
    stepMinutes: eventType.slotInterval ?? question.requestedMinutes ?? eventType.lengthInMinutes,
    lengthMinutes: question.lengthMinutes,
    offsetStartMinutes: eventType.offsetStart,
    zone: question.zone,
  };
  const starts = new Set<number>();
  for (const pool of freePools(world, question, window)) {
    for (const free of pool) for (const startMs of gridStarts(free, rule)) starts.add(startMs);
  }

  const hostIds = new Set(question.hostIds);
  const held = world.unexpiredReservations(nowMs).filter((reservation) => hostIds.has(reservation.hostId));
  const limits = new BookingLimits(world, eventType, question.ignoreBookingUid);
  const lengthMs = question.lengthMinutes * MINUTE_MS;
  const offered = [...starts]
    .sort((a, b) => a - b)
    .filter((startMs) => startMs <= allowed.latestMs)
    .filter((startMs) => !held.some((hold) => overlaps(hold, { startMs, endMs: startMs + lengthMs })))
    .filter((startMs) => !limits.reached(startMs, question.lengthMinutes));
  return eventType.onlyShowFirstAvailableSlot ? firstOfEachDay(offered, question.zone) : offered;
}

function firstOfEachDay(starts: readonly number[], zone: string): number[] {
  const seen = new Set<string>();
  return starts.filter((startMs) => {
    const date = localDate(zone, startMs);
    if (seen.has(date)) return false;
    seen.add(date);
    return true;
  });
}

/** True when the host could take exactly this appointment. Off-grid starts are fine; reservations are not asked. */
export function hostIsFree(
  world: World,
  question: { eventType: EventType; hostId: number; appointment: Interval; ignoreBookingUid?: string | undefined },
): boolean {
  const { appointment, ...rest } = question;
  return freeTimes(world, { ...rest, window: appointment }).some(
    (free) => free.startMs <= appointment.startMs && free.endMs >= appointment.endMs,
  );
}
