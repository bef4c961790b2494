import type { LocalDate } from '../../../domain';
import { addDays, daysBetween, localOf, partsOf, pastBefore } from './calendar';
import { LANGUAGES } from '../languages';
import type { ResolvedDays } from './resolve-dates';
import { nextOccurrence } from './resolve-piece';
import { sayFullDate } from '../speaker/say';
import type { ConfirmDate, ConfirmReason, SpokenContext } from './types';

/** Dates beyond this need the caller's confirmation. */
const HORIZON_DAYS = 183;
/** A given year this far past is taken for a model's slip, not for a caller's. */
const SLIP_DAYS = 7;

export type JudgedDays =
  { kind: 'date'; date: LocalDate; rangeEnd?: LocalDate } | ConfirmDate | { kind: 'past'; date: LocalDate };

/** Whether days that were understood can be meant as they stand. */
export function judgeDays(days: ResolvedDays, context: SpokenContext): JudgedDays {
  const today = localOf(pastBefore(context), context.zone).date;
  const { from, to, yearGiven, weekdayMismatch, otherwise } = days;
  const ordered = otherwise === null ? undefined : ofTwoOrders(from, otherwise, today, context);
  if (ordered !== undefined) return asked(ordered, 'either_order', context);
  if ((to ?? from) < today) {
    const corrected = yearGiven && to === null ? yearCorrected(from, today) : null;
    return corrected === null ? { kind: 'past', date: from } : asked(corrected, 'wrong_year', context);
  }
  const date = from < today ? today : from;
  if (date === context.confirmedDate) return { kind: 'date', date };
  if (daysBetween(today, date) > HORIZON_DAYS) return asked(date, 'far_future', context);
  if (weekdayMismatch) return asked(date, 'weekday_mismatch', context);
  return to === null || to === date ? { kind: 'date', date } : { kind: 'date', date, rangeEnd: to };
}

/**
 * The day to ask about when figures like `11/07` fit in two orders: the nearer one. A language that says the day first
 * takes its own order without asking as long as that fits.
 */
function ofTwoOrders(
  day: LocalDate,
  other: LocalDate,
  today: LocalDate,
  context: SpokenContext,
): LocalDate | undefined {
  const fits = (date: LocalDate): boolean => date >= today && daysBetween(today, date) <= HORIZON_DAYS;
  if (!LANGUAGES[context.language].reader.monthFirst && fits(day)) return undefined;
  return [day, other].sort().find(fits);
}

function yearCorrected(date: LocalDate, today: LocalDate): LocalDate | null {
  if (date >= addDays(today, -SLIP_DAYS)) return null;
  const { month, day } = partsOf(date);
  const ahead = nextOccurrence(month, day, today);
  return ahead !== null && daysBetween(today, ahead) <= HORIZON_DAYS ? ahead : null;
}

/** A day that must be confirmed, unless it just was. */
function asked(date: LocalDate, reason: ConfirmReason, context: SpokenContext): JudgedDays {
  if (date === context.confirmedDate) return { kind: 'date', date };
  return { kind: 'confirm_date', date, displayDate: sayFullDate(date, context.language), reason };
}
