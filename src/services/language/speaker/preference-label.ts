import type { Language, WeeklyHours } from '../../../domain';
import { LANGUAGES } from '../languages';
import type { TimePreference } from '../reader/types';
import { sayClock } from './say-clock';

/** "ab sechzehn Uhr", "until eleven o'clock", "zwischen zehn Uhr und zwölf Uhr" */
export function labelForBounds(
  kind: TimePreference['kind'],
  fromMinutes: number,
  toMinutes: number,
  language: Language,
  hours: WeeklyHours,
): string {
  const { times } = LANGUAGES[language];
  const say = (minutes: number): string => sayClock(Math.floor(minutes / 60) % 24, minutes % 60, language, hours);
  switch (kind) {
    case 'any':
      return times.anyTime;
    case 'from':
      return times.from(say(fromMinutes));
    case 'until':
      return times.until(say(toMinutes));
    case 'window':
      return times.between(say(fromMinutes), say(toMinutes));
  }
}
