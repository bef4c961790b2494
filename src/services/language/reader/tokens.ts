import type { FunctionWord, Sense } from './senses';

export interface WrittenDate {
  /** Absent when none was written. */
  year?: number;
  month: number;
  day: number;
  slashed?: true;
  /** Day and month may have been meant the other way round. */
  eitherOrder?: true;
}

export type Token =
  | { is: 'word'; sense: Sense; key: string }
  | { is: 'unknown'; key: string }
  /** `ordinal`: "7th" (suffix) or "7." (dot, which may also end a sentence). */
  | { is: 'digits'; value: number; text: string; ordinal: 'no' | 'dot' | 'suffix' }
  /** `14:30`; `written` when the hour has a leading zero: nobody says "null drei". */
  | { is: 'clock'; hour: number; minute: number; written: boolean }
  /** `7.11` or `14.30`: a date or a time, the neighbours decide. */
  | { is: 'pair'; first: number; second: number; secondText: string }
  | { is: 'date'; written: WrittenDate }
  /** ISO date and time, 24 hours; `instant` when it carried an offset. */
  | { is: 'stamp'; written: WrittenDate; hour: number; minute: number; instant: Date | null }
  | { is: 'dash' }
  | { is: 'junk' };

/** Number words and digits alike; null for anything else. */
export function numberOf(token: Token | undefined): number | null {
  if (token?.is === 'digits') return token.value;
  if (token?.is === 'word' && token.sense.is === 'number') return token.sense.value;
  return null;
}

/** "7.", "7th", "siebten"; null for anything else. */
export function ordinalOf(token: Token | undefined): number | null {
  if (token?.is === 'digits' && token.ordinal !== 'no') return token.value;
  if (token?.is === 'word' && token.sense.is === 'ordinal') return token.sense.value;
  return null;
}

export function isWord(token: Token | undefined, ...words: FunctionWord[]): boolean {
  return token?.is === 'word' && token.sense.is === 'word' && words.includes(token.sense.word);
}

/** The sense of a word if it is of the kind asked for. */
export function senseOf<K extends Sense['is']>(token: Token | undefined, kind: K): Extract<Sense, { is: K }> | null {
  if (token?.is !== 'word') return null;
  return hasKind(token.sense, kind) ? token.sense : null;
}

function hasKind<K extends Sense['is']>(sense: Sense, kind: K): sense is Extract<Sense, { is: K }> {
  return sense.is === kind;
}

export function word(w: FunctionWord): Token {
  return { is: 'word', sense: { is: 'word', word: w, language: null }, key: w };
}
