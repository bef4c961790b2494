import type { LocalDate } from '../../../domain';
import { addDays, daysBetween, localOf, partsOf } from './calendar';
import type { ResolvedDays } from './resolve-dates';
import { nextOccurrence } from './resolve-piece';
import { sayFullDate } from '../speaker/say-date';
import type { ConfirmDate, ConfirmReason, SpokenContext } from './types';

/** Further ahead than this nobody books by accident: the caller is asked. */
const HORIZON_DAYS = 183;
/** A given year this far past is taken for a model's slip, not for a caller's. */
const SLIP_DAYS = 7;

export type JudgedDays =
  { kind: 'date'; date: LocalDate; rangeEnd?: LocalDate } | ConfirmDate | { kind: 'past'; date: LocalDate };

/** Today for everything relative: the day the call began. */
export function callDay(context: SpokenContext): LocalDate {
  return localOf(context.anchor, context.zone).date;
}

/** Where the past ends: now, or the call's start if no other instant is known. */
export function pastBefore(context: SpokenContext): Date {
  const { anchor, now } = context;
  return now && now > anchor ? now : anchor;
}

/** Whether days that were understood can be meant as they stand. */
export function judgeDays(days: ResolvedDays, context: SpokenContext): JudgedDays {
  const today = localOf(pastBefore(context), context.zone).date;
  const { from, to, yearGiven, weekdayMismatch, otherwise } = days;
  if (otherwise !== null) {
    const meant = [from, otherwise].find((day) => day >= today && daysBetween(today, day) <= HORIZON_DAYS);
    if (meant !== undefined)
      return meant === context.confirmedDate ? { kind: 'date', date: meant } : confirm(meant, 'either_order', context);
  }
  if ((to ?? from) < today) {
    const corrected = yearGiven && to === null ? yearCorrected(from, today) : null;
    if (corrected === null) return { kind: 'past', date: from };
    return corrected === context.confirmedDate
      ? { kind: 'date', date: corrected }
      : confirm(corrected, 'wrong_year', context);
  }
  const date = from < today ? today : from;
  if (date === context.confirmedDate) return { kind: 'date', date };
  if (daysBetween(today, date) > HORIZON_DAYS) return confirm(date, 'far_future', context);
  if (weekdayMismatch) return confirm(date, 'weekday_mismatch', context);
  return to === null || to === date ? { kind: 'date', date } : { kind: 'date', date, rangeEnd: to };
}

function yearCorrected(date: LocalDate, today: LocalDate): LocalDate | null {
  if (date >= addDays(today, -SLIP_DAYS)) return null;
  const { month, day } = partsOf(date);
  const ahead = nextOccurrence(month, day, today);
  return ahead !== null && daysBetween(today, ahead) <= HORIZON_DAYS ? ahead : null;
}

function confirm(date: LocalDate, reason: ConfirmReason, context: SpokenContext): ConfirmDate {
  return { kind: 'confirm_date', date, displayDate: sayFullDate(date, context.language), reason };
}
