import type { DateTime } from 'luxon';
import type { Language } from '../../../domain';
import { LANGUAGES } from '../../language/languages';
import type { AlternativeType } from './question';

/**
 * The kind of alternative in a few words, for lists on a screen; what is said aloud is another matter.
 * @param start on the branch's wall clock, like `now`
 */
export function describeStart(type: AlternativeType, start: DateTime, now: DateTime, language: Language): string {
  const { alternatives, times } = LANGUAGES[language];
  const fixed = alternatives.fixed[type];
  if (fixed !== undefined) return fixed;
  const weekday = start.setLocale(language).toFormat('cccc');
  if (type === 'next_week') return alternatives.nextWeek(weekday);
  const days = Math.round(start.startOf('day').diff(now.startOf('day'), 'days').days);
  const near = times.near[days];
  if (near !== undefined) return near;
  if (days <= 6) return weekday;
  return days <= 13 ? alternatives.nextWeek(weekday) : alternatives.farDay(start.toFormat('yyyy-MM-dd'));
}
