import type { DateTime } from 'luxon';
import type { Language } from '../../../domain';
import type { AlternativeType } from './question';

const FIXED: Record<Language, Partial<Record<AlternativeType, string>>> = {
  de: {
    same_day_earlier: 'am gleichen Tag (früher)',
    same_day_later: 'am gleichen Tag (später)',
    same_day_in_window: 'am gleichen Tag',
    next_available: 'nächster verfügbarer Termin',
  },
  en: {
    same_day_earlier: 'the same day (earlier)',
    same_day_later: 'the same day (later)',
    same_day_in_window: 'the same day',
    next_available: 'next available appointment',
  },
};

/**
 * The kind of alternative in a few words, for lists on a screen; what is said aloud is another matter.
 * @param start on the branch's wall clock, like `now`
 */
export function describeStart(type: AlternativeType, start: DateTime, now: DateTime, language: Language): string {
  const fixed = FIXED[language][type];
  if (fixed !== undefined) return fixed;
  const weekday = start.setLocale(language).toFormat('cccc');
  if (type === 'next_week') return language === 'de' ? `nächste Woche ${weekday}` : `next week ${weekday}`;
  return relativeDay(start, now, language, weekday);
}

function relativeDay(start: DateTime, now: DateTime, language: Language, weekday: string): string {
  const days = Math.round(start.startOf('day').diff(now.startOf('day'), 'days').days);
  if (language === 'de') {
    if (days === 0) return 'heute';
    if (days === 1) return 'morgen';
    if (days === 2) return 'übermorgen';
    if (days <= 6) return weekday;
    return days <= 13 ? `nächste Woche ${weekday}` : `am ${start.toFormat('dd.MM.yyyy')}`;
  }
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === 2) return 'the day after tomorrow';
  if (days <= 6) return weekday;
  return days <= 13 ? `next week ${weekday}` : `on ${start.setLocale('en').toFormat('MMMM d, yyyy')}`;
}
