import type { Language } from '../../../domain';

export type Daytime =
  'early' | 'morning' | 'long_morning' | 'forenoon' | 'noon' | 'afternoon' | 'evening' | 'late' | 'night' | 'nighttime';

export type Unit = 'minute' | 'hour' | 'day' | 'workday' | 'week' | 'fortnight' | 'month' | 'year';
export type Which = 'this' | 'next' | 'after_next' | 'last';
export type Part = 'start' | 'middle' | 'end' | 'first_half' | 'second_half' | 'first_day' | 'last_day';

/** Words that mean something only beside others. */
export type FunctionWord =
  | 'a_few'
  | 'advent'
  | 'after'
  | 'ago'
  | 'and'
  | 'any'
  | 'around'
  | 'before'
  | 'between'
  | 'but'
  | 'correction'
  | 'each'
  | 'for'
  | 'free'
  | 'from'
  | 'h'
  | 'hundred'
  | 'half_before'
  | 'half_past'
  | 'in'
  | 'instead'
  | 'limit_from'
  | 'limit_until'
  | 'meridiem_am'
  | 'meridiem_pm'
  | 'midnight'
  | 'noon_exact'
  | 'not'
  | 'now'
  | 'days'
  | 'morgen'
  | 'numbered_week'
  | 'o_clock'
  | 'of'
  | 'oh'
  | 'on'
  | 'onward'
  | 'or'
  | 'over'
  | 'past'
  | 'quarter'
  | 'quarter_of_hour'
  | 'same'
  | 'shortly'
  | 'soonest'
  | 'standard_time'
  | 'summer_time'
  | 'than'
  | 'that'
  | 'the'
  | 'thereafter'
  | 'three_quarters'
  | 'title'
  | 'to'
  | 'until'
  | 'von'
  | 'week_number'
  | 'weekend'
  | 'whole'
  | 'with'
  | 'within'
  | 'work'
  | 'zone';

/** Days after Easter Sunday, the first such weekday from a day of the year on, or a fixed day. */
export type Feast =
  { easter: number } | { weekday: number; month: number; day: number } | { month: number; day: number };

export interface WrittenDate {
  /** Absent when none was written. */
  year?: number | undefined;
  month: number;
  day: number;
  slashed?: boolean;
  /** Day and month may have been meant the other way round. */
  eitherOrder?: boolean;
}

/** What a word or a figure may mean. */
export type Sense =
  | { is: 'number'; value: number }
  /** "ein", "eine", "a", "an": one thing, but only before a unit. */
  | { is: 'article' }
  | { is: 'ordinal'; value: number }
  | { is: 'weekday'; value: number }
  /** "so" and "do", which are more often other words. */
  | { is: 'short_weekday'; value: number }
  | { is: 'month'; value: number }
  /** "may": a month only beside a day or a preposition. */
  | { is: 'may'; value: number }
  | { is: 'day'; value: number }
  | { is: 'feast'; value: Feast }
  | { is: 'daytime'; value: Daytime }
  | { is: 'comparative'; value: 'early' | 'late' }
  | { is: 'unit'; value: Unit }
  /** "Viertelstunde": minutes. */
  | { is: 'span'; value: number }
  /** "anderthalb": hours and halves. */
  | { is: 'mixed'; value: number }
  | { is: 'which'; value: Which }
  | { is: 'part'; value: Part }
  /** "Wochenmitte", "Monatsende" */
  | { is: 'part_of_week'; value: Part }
  | { is: 'part_of_month'; value: Part }
  /** Things counted that are not time: "drei Personen". */
  | { is: 'counted' }
  /** Said around a date or time without changing it. */
  | { is: 'filler' }
  | { is: 'word'; value: FunctionWord }
  /** `ordinal`: "7th" (suffix) or "7." (dot, which may also end a sentence). */
  | { is: 'digits'; value: number; text: string; ordinal: 'no' | 'dot' | 'suffix' }
  /** `14:30`; `written` when the hour has a leading zero: nothing spoken is meant by "03:00". */
  | { is: 'clock'; hour: number; minute: number; written: boolean }
  /** `7.11` or `14.30`: a date or a time, the neighbours decide. */
  | { is: 'pair'; first: number; second: number; secondText: string }
  | { is: 'date'; value: WrittenDate }
  /** ISO date and time, 24 hours; `instant` when it carried an offset. */
  | { is: 'stamp'; value: WrittenDate; hour: number; minute: number; instant: Date | null }
  | { is: 'dash' }
  /** Figures that are neither a date nor a time. */
  | { is: 'junk' }
  | { is: 'unknown' };

export type SenseKind = Sense['is'];

/** A word or figure of a text with everything it may mean. */
export interface Token {
  key: string;
  senses: readonly Sense[];
}

export type Entry = readonly [words: string, sense: Sense];

// What the entries of the language packs say.
/** Words whose values count up from 1: weekdays, months. */
export const counted = (words: readonly string[], sense: (value: number) => Sense): Entry[] =>
  words.map((spellings, index): Entry => [spellings, sense(index + 1)]);
export const number = (words: string, value: number): Entry => [words, { is: 'number', value }];
export const ordinal = (words: string, value: number): Entry => [words, { is: 'ordinal', value }];
export const weekday = (value: number): Sense => ({ is: 'weekday', value });
export const month = (value: number): Sense => ({ is: 'month', value });
export const day = (value: number): Sense => ({ is: 'day', value });
export const daytime = (value: Daytime): Sense => ({ is: 'daytime', value });
export const unit = (value: Unit): Sense => ({ is: 'unit', value });
export const which = (value: Which): Sense => ({ is: 'which', value });
export const feast = (month: number, day: number): Sense => ({ is: 'feast', value: { month, day } });
export const movingFeast = (weekday: number, month: number, day: number): Sense => ({
  is: 'feast',
  value: { weekday, month, day },
});
export const easter = (days: number): Sense => ({ is: 'feast', value: { easter: days } });
export const word = (value: FunctionWord): Sense => ({ is: 'word', value });

/** A sense together with the language whose word has it; null when the word is the same in all. */
export type KnownSense = Sense & { language: Language | null };

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

export function token(sense: Sense, key = ''): Token {
  return { key, senses: [sense] };
}

/** The sense of a word if it may have the kind asked for. */
export function senseOf<K extends SenseKind>(of: Token | undefined, kind: K): Extract<Sense, { is: K }> | null {
  return of?.senses.find((sense): sense is Extract<Sense, { is: K }> => sense.is === kind) ?? null;
}

export function isWord(of: Token | undefined, ...words: FunctionWord[]): boolean {
  return of?.senses.some((sense) => sense.is === 'word' && words.includes(sense.value)) ?? false;
}
