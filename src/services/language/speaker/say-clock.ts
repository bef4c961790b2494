import type { Language, LocalDate, WeeklyHours } from '../../../domain';
import { LANGUAGES } from '../languages';
import { readClock } from '../reader/clock-reading';

/**
 * A time as a person says it: "halb drei", "quarter past four". Where the opening hours would make a listener hear the
 * other half of the day, the time of day is added: "halb drei morgens".
 * @param date whose opening hours count; without one, those of the whole week
 */
export function sayClock(
  hour: number,
  minute: number,
  language: Language,
  hours: WeeklyHours,
  date?: LocalDate,
): string {
  const { clock, daytime } = LANGUAGES[language].times;
  const { text, reads } = clock(hour, minute);
  const heard = readClock(reads, null, hours, date);
  return heard?.hour === hour && heard.minute === minute ? text : `${text} ${daytime(hour)}`;
}
