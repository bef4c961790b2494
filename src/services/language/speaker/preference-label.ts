import type { Language, WeeklyHours } from '../../../domain';
import { sayClock } from './say-clock';
import type { DayPart } from '../reader/side-grammar';
import type { Daytime } from '../reader/senses';

const GERMAN: Record<Daytime, string> = {
  early: 'früh am Morgen',
  morning: 'am Morgen',
  long_morning: 'am Morgen',
  forenoon: 'am Vormittag',
  noon: 'um die Mittagszeit',
  afternoon: 'am Nachmittag',
  evening: 'am Abend',
  late: 'spät am Abend',
  night: 'in der Nacht',
  nighttime: 'am Abend',
};
const ENGLISH: Record<Daytime, string> = {
  early: 'early in the morning',
  morning: 'in the morning',
  long_morning: 'in the morning',
  forenoon: 'in the forenoon',
  noon: 'around lunchtime',
  afternoon: 'in the afternoon',
  evening: 'in the evening',
  late: 'late in the evening',
  night: 'at night',
  nighttime: 'at night',
};

/** "am Nachmittag", "am späten Nachmittag", "late in the afternoon" */
export function labelForPart(part: DayPart, language: Language): string {
  const label = (language === 'de' ? GERMAN : ENGLISH)[part.daytime];
  if (part.half === null) return label;
  if (language === 'en') return `${part.half} ${label}`;
  return `${part.half === 'early' ? 'früh' : 'spät'} ${label}`;
}

/** "ab sechzehn Uhr", "until eleven o'clock", "zwischen zehn Uhr und zwölf Uhr" */
export function labelForBounds(
  kind: 'window' | 'from' | 'until' | 'any',
  fromMinutes: number,
  toMinutes: number,
  language: Language,
  hours: WeeklyHours,
): string {
  const say = (minutes: number): string => sayClock(Math.floor(minutes / 60) % 24, minutes % 60, language, hours);
  const german = language === 'de';
  switch (kind) {
    case 'any':
      return german ? 'zu jeder Zeit' : 'at any time';
    case 'from':
      return `${german ? 'ab' : 'from'} ${say(fromMinutes)}`;
    case 'until':
      return `${german ? 'bis' : 'until'} ${say(toMinutes)}`;
    case 'window':
      return german
        ? `zwischen ${say(fromMinutes)} und ${say(toMinutes)}`
        : `between ${say(fromMinutes)} and ${say(toMinutes)}`;
  }
}
