import { DateTime } from 'luxon';
import { addDays, inZone, zoneNamed } from '../../../local-time';
import type { LocalDate, WeeklyHours } from '../../../domain';
import { isOpenOn, spansOn } from '../../tenants/opening-hours';
import type { TimePreference } from '../../language/reader/types';
import type { AlternativesQuestion } from './question';

/** What the caller asked for, in the terms that alternatives are measured by. */
export interface Wish {
  /** What distances are measured from. */
  referenceMs: number;
  /** The reference on the wall clock, minutes since midnight. */
  minutes: number;
  /** False when only a day was named, perhaps with a part of it. */
  timed: boolean;
  date: LocalDate;
  /** null when any time of day will do. */
  window: TimePreference | null;
}

const MOST_CLOSED_DAYS = 31;

/** A wish without a time is measured from where its window, or else the branch's day, begins: earlier starts come first. */
export function wishOf(question: AlternativesQuestion): Wish {
  const { zone, desiredAt, desiredDate: date, preference } = question;
  const window = preference === undefined || preference.kind === 'any' ? null : preference;
  if (desiredAt) {
    const local = inZone(desiredAt, zone);
    return { referenceMs: desiredAt.getTime(), minutes: local.hour * 60 + local.minute, timed: true, date, window };
  }
  const minutes = Math.max(window?.fromMinutes ?? 0, minutesOf(spansOn(question.hours, date)[0]?.open ?? '00:00'));
  const referenceMs = DateTime.fromISO(date, { zone: zoneNamed(zone) })
    .set({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
    .toMillis();
  return { referenceMs, minutes, timed: false, date, window };
}

export function isWishedTime(wish: Wish, minutes: number): boolean {
  return wish.window === null || (minutes >= wish.window.fromMinutes && minutes < wish.window.toMinutes);
}

/** The `count`-th day after `date` on which the branch is open; null when there is none within a month. */
export function openDayAfter(hours: WeeklyHours, date: LocalDate, count: number): LocalDate | null {
  let left = count;
  for (let days = 1; days <= MOST_CLOSED_DAYS; days++) {
    const day = addDays(date, days);
    if (hasNoHours(hours) || isOpenOn(hours, day)) left--;
    if (left === 0) return day;
  }
  return null;
}

/** Whether an appointment of that length begins and ends within the opening hours of its day. */
export function isWithinHours(
  hours: WeeklyHours,
  start: { date: LocalDate; minutes: number },
  durationMinutes: number,
): boolean {
  if (hasNoHours(hours)) return true;
  return spansOn(hours, start.date).some(
    (span) => start.minutes >= minutesOf(span.open) && start.minutes + durationMinutes <= minutesOf(span.close),
  );
}

function hasNoHours(hours: WeeklyHours): boolean {
  return Object.values(hours).every((spans) => spans.length === 0);
}

/** `HH:mm` */
function minutesOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}
