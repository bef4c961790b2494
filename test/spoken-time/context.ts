import { DateTime } from 'luxon';
import type { DayHours, Language, SpokenContext, WeeklyHours } from '../../src/services/language/reader/types';

const weekdays: DayHours[] = [{ open: '09:00', close: '18:00' }];

/** Monday to Friday 9–18, Saturday 9–14. */
export const SALON_HOURS: WeeklyHours = {
  1: weekdays,
  2: weekdays,
  3: weekdays,
  4: weekdays,
  5: weekdays,
  6: [{ open: '09:00', close: '14:00' }],
};

/** A call to the salon in Berlin that began at `anchorIso`. */
export function callAt(anchorIso: string, language: Language, more: Partial<SpokenContext> = {}): SpokenContext {
  return { language, zone: 'Europe/Berlin', anchor: new Date(anchorIso), hours: SALON_HOURS, ...more };
}

/** The call, with talk of the day after it: a time alone is a time of that day. */
export function onNextDay(context: SpokenContext): SpokenContext {
  const day = DateTime.fromJSDate(context.anchor, { zone: context.zone }).plus({ days: 1 }).toISODate();
  return { ...context, contextDate: day! };
}
