import type { Language } from '../../../domain';

export type Daytime =
  'early' | 'morning' | 'long_morning' | 'forenoon' | 'noon' | 'afternoon' | 'evening' | 'late' | 'night' | 'nighttime';

export type Unit = 'minute' | 'hour' | 'day' | 'workday' | 'week' | 'fortnight' | 'month' | 'year';
export type Which = 'this' | 'next' | 'after_next' | 'last';
export type Part = 'start' | 'middle' | 'end' | 'first_day' | 'last_day';

/** Words that mean something only beside others. */
export type FunctionWord =
  | 'a_few'
  | 'after'
  | 'ago'
  | 'am'
  | 'and'
  | 'any'
  | 'around'
  | 'before'
  | 'between'
  | 'each'
  | 'for'
  | 'free'
  | 'from'
  | 'good'
  | 'half_before'
  | 'half_past'
  | 'in'
  | 'meridiem_am'
  | 'meridiem_pm'
  | 'midnight'
  | 'morgen'
  | 'noon_exact'
  | 'not'
  | 'now'
  | 'o_clock'
  | 'of'
  | 'oh'
  | 'onward'
  | 'or'
  | 'over'
  | 'past'
  | 'quarter'
  | 'same'
  | 'shortly'
  | 'soonest'
  | 'standard_time'
  | 'summer_time'
  | 'than'
  | 'the'
  | 'thereafter'
  | 'three_quarters'
  | 'to'
  | 'until'
  | 'von'
  | 'week_number'
  | 'weekend'
  | 'whole'
  | 'zone';

export type Sense =
  | { is: 'number'; value: number; language: Language }
  /** "ein", "eine", "a", "an": one thing, but only before a unit. */
  | { is: 'article' }
  | { is: 'ordinal'; value: number; language: Language }
  | { is: 'weekday'; value: number; language: Language; doubtful: boolean }
  | { is: 'month'; value: number; language: Language; doubtful: boolean }
  | { is: 'day'; offset: number; language: Language }
  | { is: 'feast'; month: number; day: number }
  | { is: 'daytime'; value: Daytime; language: Language }
  | { is: 'comparative'; value: 'early' | 'late' }
  | { is: 'unit'; value: Unit }
  /** "Viertelstunde" */
  | { is: 'span'; minutes: number }
  | { is: 'which'; value: Which }
  | { is: 'part'; value: Part }
  /** "Wochenmitte", "Monatsende" */
  | { is: 'part_of'; part: Part; unit: 'week' | 'month' }
  /** Things counted that are not time: "drei Personen". */
  | { is: 'counted' }
  /** Feasts that move and other days no rule here can name: the rest of the text cannot be trusted then. */
  | { is: 'unnamed_day' }
  | { is: 'filler' }
  | { is: 'word'; word: FunctionWord; language: Language | null };

export type Entry = readonly [words: string, sense: Sense];

/** Letters as callers, agents and speech-to-text disagree about them, made equal: "Fünf", "fuenf" and "funf", but not "neuen" and "neun". */
export function fold(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/['’`´]/g, '')
    .replace(/([ao])e|(?<![aeq])(u)e/g, '$1$2');
}
