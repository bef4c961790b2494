import { DateTime } from 'luxon';
import type { WeeklyHours } from '../domain';

/** Whether a start lies within the branch's opening hours, on its wall clock. */
export function withinHours(at: Date, hours: WeeklyHours, zone: string): boolean {
  const local = DateTime.fromJSDate(at, { zone });
  const clock = local.toFormat('HH:mm');
  return (hours[local.weekday] ?? []).some((span) => span.open <= clock && clock < span.close);
}
