import type { DayHours, LocalDate, WeeklyHours } from '../../domain';
import { weekdayOf } from '../language/reader/calendar';
import { inZone } from '../../local-time';

/** Opening spans of a weekday, 1 = Monday … 7 = Sunday; none when closed. */
export function spansOnWeekday(hours: WeeklyHours, weekday: number): DayHours[] {
  return Object.entries(hours).find(([day]) => Number(day) === weekday)?.[1] ?? [];
}

export function spansOn(hours: WeeklyHours, date: LocalDate): DayHours[] {
  return spansOnWeekday(hours, weekdayOf(date));
}

export function isOpenOn(hours: WeeklyHours, date: LocalDate): boolean {
  return spansOn(hours, date).length > 0;
}

/** Whether a start lies within the branch's opening hours, on its wall clock. */
export function withinHours(at: Date, hours: WeeklyHours, zone: string): boolean {
  const local = inZone(at, zone);
  const clock = local.toFormat('HH:mm');
  return spansOnWeekday(hours, local.weekday).some((span) => span.open <= clock && clock < span.close);
}
