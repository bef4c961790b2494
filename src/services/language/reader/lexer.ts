import { LRUCache } from 'lru-cache';
import type { Language } from '../../../domain';
import { LANGUAGES } from '../languages';
import { fold } from './senses';
import { isWord, numberOf, ordinalOf, senseOf, word, type Token, type WrittenDate } from './tokens';
import { settleDoubtfulWords } from './doubtful-words';
import { joinWords, named } from './word-joins';

const SAYINGS = Object.values(LANGUAGES).flatMap((pack) => pack.reader.sayings);

type Rule = [RegExp, (match: RegExpExecArray, language: Language) => Token | null];

const RULES: Rule[] = [
  [/(\d{4})-(\d{1,2})-(\d{1,2})t(\d{2}):?(\d{2})(?::?\d{2}(?:[.,]\d{1,9})?)?\s?(z|[+-]\d{2}:?\d{2})?(?![\d:])/y, stamp],
  [
    /(\d{4})-(\d{1,2})-(\d{1,2})[ ,]{1,2}(\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s?(z|\+\d{2}:?\d{2})(?![\d:])/y,
    stamp,
  ],
  [/(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(?:\d{2})?(z|[+-]\d{2}:?\d{2})?(?!\d)/y, stamp],
  [/(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])(?!\d)/y, () => ({ is: 'junk' })],
  [/(20\d{2})(0[1-9]|1[0-2])([0-3]\d)(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(\d{1,2})\. ?(\d{1,2})\. ?((?:19|20|21)\d{2})(?![\d:.]|\s?uhr)/y, ([, d, m, y]) => date(y, m, d)],
  [/(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?![\d:.]|\s?uhr)/y, ([, d, m, y]) => date(y, m, d)],
  [/(\d{1,2})\. ?(\d{1,2})\.(?!\d)/y, ([, d, m]) => shortDate(d, m)],
  [/(?:19|20|21)\d{2}-\d{3}(?!\d)/y, () => ({ is: 'junk' })],
  [/(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?!\d)/y, slashed],
  [/(\d{1,2})\/(\d{1,2})(?![\d/])/y, slashed],
  [/(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)/y, slashed],
  [/\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)? ?(?:z\b|\+00:?00)/y, () => ({ is: 'junk' })],
  [/(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?![\d:])/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2}),(\d{2})(?= ?uhr)/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2})[:.](\d{2}) ?h\b/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2}) ?h ?(\d{2})\b/y, ([, h, m]) => clock(h, m)],
  [
    /(\d{1,2})\.(\d{1,2})(?![\d.])/y,
    ([, a, b]) => ({ is: 'pair', first: Number(a), second: Number(b), secondText: b ?? '' }),
  ],
  [/(\d{1,2})(?:st|nd|rd|th|ten|ter|tes|te|sten|ster|ste)\b/y, ([, n]) => digits(n, 'suffix')],
  [/(\d{1,2})\.(?!\d)/y, ([, n]) => digits(n, 'dot')],
  [
    /(\d{1,2})-(?=(?:jan|feb|mar|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\b)/y,
    ([, n]) => digits(n, 'no'),
  ],
  [/(?<=[a-z])-(?=20\d{2}\b)/y, () => null],
  [/\d{1,4}(?![\d])/y, ([n]) => digits(n, 'no')],
  [/\d[\d.:,/-]*/y, () => ({ is: 'junk' })],
  [/a\. ?m\b\.?/y, () => word('meridiem_am')],
  [/p\. ?m\b\.?/y, () => word('meridiem_pm')],
  [/a m\b/y, () => word('meridiem_am')],
  [/p m\b/y, () => word('meridiem_pm')],
  [/(?<=^|[a-z] )-(?=\d)/y, () => ({ is: 'junk' })],
  [/-/y, () => ({ is: 'dash' })],
  [/[a-z_]+/y, namedInText],
  [/\p{L}+/uy, ([text]) => ({ is: 'unknown', key: text })],
];

/** What agents write for dates and times is the same few texts again and again. */
const read = new LRUCache<string, readonly Token[]>({ max: 500 });

/** The words and figures of a text that can bear meaning, fillers left out. Linear in the (bounded) input. */
export function tokenise(text: string, language: Language): readonly Token[] {
  const key = `${language}:${text}`;
  let tokens = read.get(key);
  if (!tokens) {
    tokens = tokensOf(text, language);
    read.set(key, tokens);
  }
  return tokens;
}

function tokensOf(text: string, language: Language): Token[] {
  let folded = fold(text)
    .replace(/[‐-―−]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
  for (const [saying, replacement] of SAYINGS) folded = folded.replace(saying, replacement);
  const tokens: Token[] = [];
  let at = 0;
  while (at < folded.length) {
    const next = readOne(folded, at, language);
    at = next.end;
    if (next.token) tokens.push(next.token);
  }
  return settleDoubtfulWords(withoutFillers(joinWords(tokens, language)), language);
}

function readOne(text: string, at: number, language: Language): { token: Token | null; end: number } {
  for (const [pattern, build] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { token: build(match, language), end: at + match[0].length };
  }
  return { token: null, end: at + 1 };
}

/** A full stop settles "So." and "Do.", which are words of their own otherwise. */
function namedInText(match: RegExpExecArray): Token {
  const token = named(match[0]);
  if (token.is !== 'word' || token.sense.is !== 'weekday' || !token.sense.doubtful) return token;
  const abbreviated = match.input[match.index + match[0].length] === '.';
  return abbreviated ? { ...token, sense: { ...token.sense, doubtful: false } } : token;
}

function withoutFillers(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, index) => {
    if (token.is !== 'word' || token.sense.is !== 'filler') return [token];
    return separates(token.key, tokens[index - 1], tokens[index + 1]) ? [word('am')] : [];
  });
}

/** "at ten on December first": without its preposition the hour would be a day of December. */
function separates(key: string, before: Token | undefined, following: Token | undefined): boolean {
  const opensDate = isWord(following, 'the') || senseOf(following, 'month') !== null || ordinalOf(following) !== null;
  return key === 'on' && numberOf(before) !== null && opensDate;
}

function digits(text: string | undefined, ordinal: 'no' | 'dot' | 'suffix'): Token {
  return { is: 'digits', value: Number(text), text: text ?? '', ordinal };
}

function clock(hour: string | undefined, minute: string | undefined): Token {
  return { is: 'clock', hour: Number(hour), minute: Number(minute), written: (hour ?? '').startsWith('0') };
}

function date(year: string | undefined, month: string | undefined, day: string | undefined): Token {
  const full = year?.length === 2 ? `20${year}` : year;
  return { is: 'date', written: { year: Number(full), month: Number(month), day: Number(day) } };
}

function shortDate(day: string | undefined, month: string | undefined): Token {
  return { is: 'date', written: { month: Number(month), day: Number(day) } };
}

/** `11/07`: month first in English, day first in German, unless only the other order is a date. English readers differ. */
function slashed([, a, b, y]: RegExpExecArray, language: Language): Token {
  const [first, second] = [Number(a), Number(b)];
  const { monthFirst } = LANGUAGES[language].reader;
  const [month, day] = (monthFirst ? first <= 12 : second > 12) ? [first, second] : [second, first];
  const written: WrittenDate = { month, day, slashed: true };
  if (monthFirst && month <= 12 && day <= 12 && month !== day) written.eitherOrder = true;
  if (y) written.year = Number(y.length === 2 ? `20${y}` : y);
  return { is: 'date', written };
}

function stamp([, y, mo, d, h, mi, offset]: RegExpExecArray): Token {
  const written = { year: Number(y), month: Number(mo), day: Number(d) };
  const [hour, minute] = [Number(h), Number(mi)];
  return { is: 'stamp', written, hour, minute, instant: offset ? instantAt(written, hour, minute, offset) : null };
}

function instantAt(
  written: Required<Pick<WrittenDate, 'year' | 'month' | 'day'>>,
  hour: number,
  minute: number,
  offset: string,
): Date | null {
  const sign = offset.startsWith('-') ? -1 : 1;
  const [hours, minutes] = offset === 'z' ? [0, 0] : [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  const possible = hour < 24 && minute < 60 && hours < 15 && minutes < 60;
  const utcMs =
    Date.UTC(written.year, written.month - 1, written.day, hour, minute) - sign * (hours * 60 + minutes) * 60_000;
  return possible && !Number.isNaN(utcMs) ? new Date(utcMs) : null;
}
