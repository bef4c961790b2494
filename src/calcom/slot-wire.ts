import { z } from 'zod';
import type { SlotsByDay, SlotsQuery } from '../services/calcom/calcom-ports';
import { CURRENT_SLOTS_VERSION, listsSlotsTheOldWay } from './api-versions';
import { instantMs } from './wire-parsing';
import { InvalidInput } from '../errors';
import type { LocalDate } from '../domain';
import { instantsAt, zoneNamed } from '../local-time';

interface LocalDay {
  date: LocalDate;
  /** Epoch milliseconds; a day lasts 23 to 25 hours. */
  startMs: number;
  endMs: number;
}

const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
const MOST_DAYS = 370;

/**
 * Every local day from `first` to `last`, both included, with its bounds in UTC.
 * @throws InvalidInput on an unknown zone, a date that is none, or a range that is upside down or longer than 370 days
 */
export function localDays(first: LocalDate, last: LocalDate, timeZone: string): LocalDay[] {
  const firstMidnightMs = wallMidnight(first);
  const count = (wallMidnight(last) - firstMidnightMs) / DAY_MS + 1;
  if (!zoneNamed(timeZone).isValid) throw new InvalidInput('The time zone is not known.');
  if (count < 1 || count > MOST_DAYS) throw new InvalidInput('The days asked for are no range.');
  const days: LocalDay[] = [];
  let startMs = firstInstant(firstMidnightMs, timeZone);
  for (let index = 0; index < count; index++) {
    const midnightMs = firstMidnightMs + index * DAY_MS;
    const endMs = firstInstant(midnightMs + DAY_MS, timeZone);
    days.push({ date: new Date(midnightMs).toISOString().slice(0, 10), startMs, endMs });
    startMs = endMs;
  }
  return days;
}

/** The day's midnight as if its wall clock were UTC's. */
function wallMidnight(date: LocalDate): number {
  const midnightMs = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // The runtime takes the 30th of February for the 2nd of March.
  if (Number.isNaN(midnightMs) || new Date(midnightMs).toISOString().slice(0, 10) !== date)
    throw new InvalidInput('A day cannot be read.');
  return midnightMs;
}

/**
 * Where clocks are put back at midnight, the first hour of a day happens twice; the day begins with the earlier one.
 * Where they are put forward, it begins with the first time that exists.
 */
function firstInstant(midnightMs: number, timeZone: string): number {
  for (let wallClockMs = midnightMs; ; wallClockMs += QUARTER_HOUR_MS) {
    const [earliest] = instantsAt(timeZone, wallClockMs);
    if (earliest !== undefined) return earliest;
  }
}

/**
 * Both generations of the listing end a range that stops at exactly midnight UTC at the end of that day instead; a
 * second later means what it says, and no appointment fits into a second.
 */
const PAST_MIDNIGHT_MS = 1000;

/** A start alone, or a start in one of the three ways it is named. */
const item = z.union([
  instantMs,
  z
    .object({
      start: instantMs.optional(),
      time: instantMs.optional(),
      startTime: instantMs.optional(),
      seatsRemaining: z.number().nullish(),
    })
    .transform((slot, context): number | null => {
      if (slot.seatsRemaining === 0) return null;
      const startMs = slot.start ?? slot.time ?? slot.startTime;
      if (startMs !== undefined) return startMs;
      context.addIssue({ code: 'custom', message: 'has no start' });
      return z.NEVER;
    }),
]);
const byDate = z.record(
  z.string(),
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? []),
);

/** `data{date:[…]}` and the older `data.slots{date:[…]}`. */
export const slotsAnswer = z.object({
  data: z.union([z.object({ slots: byDate }).transform(({ slots }) => slots), byDate]),
});

interface SlotsRequest {
  path: '/slots' | '/slots/available';
  query: URLSearchParams;
  apiVersion: string;
}

/** Asks for exactly the local days, in UTC. The old listing cannot narrow down hosts, so that goes to the new one. */
export function slotsRequest(asked: SlotsQuery, days: readonly LocalDay[], configuredVersion: string): SlotsRequest {
  const start = new Date(days[0]?.startMs ?? 0).toISOString();
  const end = new Date((days.at(-1)?.endMs ?? 0) + PAST_MIDNIGHT_MS).toISOString();
  const query = new URLSearchParams({ eventTypeId: String(asked.eventTypeId), timeZone: asked.timeZone });
  if (asked.durationMinutes !== undefined) query.set('duration', String(asked.durationMinutes));
  const hostIds = asked.hostIds ?? [];
  const isOld = listsSlotsTheOldWay(configuredVersion);
  if (isOld && hostIds.length === 0) {
    query.set('startTime', start);
    query.set('endTime', end);
    if (asked.bookingUidToReschedule) query.set('rescheduleUid', asked.bookingUidToReschedule);
    return { path: '/slots/available', query, apiVersion: configuredVersion };
  }
  query.set('start', start);
  query.set('end', end);
  if (asked.bookingUidToReschedule) query.set('bookingUidToReschedule', asked.bookingUidToReschedule);
  if (hostIds.length > 0) query.set('rrHostSubsetIds', hostIds.join(','));
  return { path: '/slots', query, apiVersion: isOld ? CURRENT_SLOTS_VERSION : configuredVersion };
}

/** Starts by the local day they fall on, whatever day they were listed under; what was not asked for is dropped. */
export function slotsByDay(listed: z.output<typeof slotsAnswer>['data'], days: readonly LocalDay[]): SlotsByDay {
  const starts = [...new Set(Object.values(listed).flat())].filter((startMs) => startMs !== null).sort((a, b) => a - b);
  const byDay: SlotsByDay = new Map();
  let index = 0;
  for (const startMs of starts) {
    while ((days[index]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) index++;
    const day = days[index];
    if (!day) break;
    if (startMs < day.startMs) continue;
    const known = byDay.get(day.date);
    if (known) known.push(startMs);
    else byDay.set(day.date, [startMs]);
  }
  return byDay;
}
