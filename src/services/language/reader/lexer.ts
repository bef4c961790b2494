import { LRUCache } from 'lru-cache';
import type { Language } from '../../../domain';
import { LANGUAGES } from '../languages';
import { fold, type FunctionWord, type Token } from './senses';
import { joinWords, named, raw, type RawToken } from './word-joins';

const SAYINGS = Object.values(LANGUAGES).flatMap((pack) => pack.reader.sayings);

type Rule = [RegExp, (match: RegExpExecArray, language: Language) => RawToken | null];

const junk = (): RawToken => raw({ is: 'junk' });
const word = (value: FunctionWord): RawToken => raw({ is: 'word', value });

const RULES: Rule[] = [
  [/(\d{4})-(\d{1,2})-(\d{1,2})t(\d{2}):?(\d{2})(?::?\d{2}(?:[.,]\d{1,9})?)?\s?(z|[+-]\d{2}:?\d{2})?(?![\d:])/y, stamp],
  [
    /(\d{4})-(\d{1,2})-(\d{1,2})[ ,]{1,2}(\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s?(z|\+\d{2}:?\d{2})(?![\d:])/y,
    stamp,
  ],
  [/(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(?:\d{2})?(z|[+-]\d{2}:?\d{2})?(?!\d)/y, stamp],
  [/(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])(?!\d)/y, junk],
  [/(20\d{2})(0[1-9]|1[0-2])([0-3]\d)(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(\d{1,2})\. ?(\d{1,2})\. ?((?:19|20|21)\d{2})(?![\d:.]|\s?uhr)/y, ([, d, m, y]) => date(y, m, d)],
  [/(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?![\d:.]|\s?uhr)/y, ([, d, m, y]) => date(y, m, d)],
  [/\d{1,2}\.\d{1,2}\.\d+/y, junk],
  [/(\d{1,2})\. ?(\d{1,2})\.(?!\d)/y, ([, d, m]) => date(undefined, m, d)],
  [/t(?=\d{1,2}(?::\d|$))/y, () => null],
  [/(?:19|20|21)\d{2}-\d{3}(?!\d)/y, junk],
  [/(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?!\d)/y, slashed],
  [/(\d{1,2})\/(\d{1,2})(?![\d/])/y, slashed],
  [/(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)/y, slashed],
  [/\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)? ?(?:z\b|\+00:?00)/y, junk],
  [/(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?![\d:])/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2}),(\d{2})(?= ?uhr)/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2})[:.](\d{2}) ?h\b/y, ([, h, m]) => clock(h, m)],
  [/(\d{1,2}) ?h ?(\d{2})\b/y, ([, h, m]) => clock(h, m)],
  [
    /(\d{1,2})\.(\d{1,2})(?![\d.])/y,
    ([, a, b]) => raw({ is: 'pair', first: Number(a), second: Number(b), secondText: b ?? '' }),
  ],
  [/(\d{1,2})(?:st|nd|rd|th|ten|ter|tes|te|sten|ster|ste)\b/y, ([, n]) => digits(n, 'suffix')],
  [/(\d{1,2})\.(?!\d)/y, ([, n]) => digits(n, 'dot')],
  [
    /(\d{1,2})-(?=(?:jan|feb|mar|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\b)/y,
    ([, n]) => digits(n, 'no'),
  ],
  [/(?<=[a-z])-(?=20\d{2}\b)/y, () => null],
  [/\d{1,4}(?![\d])/y, ([n]) => digits(n, 'no')],
  [/\d[\d.:,/-]*/y, junk],
  [/a(?:\. ?m\b\.?| m\b)/y, () => word('meridiem_am')],
  [/p(?:\. ?m\b\.?| m\b)/y, () => word('meridiem_pm')],
  [/(?<=^|[a-z] )-(?=\d)/y, junk],
  [/>=?|≥/y, () => word('from')],
  [/<=?|≤/y, () => word('until')],
  [/!=|≠/y, () => word('not')],
  [/\+(?!\d)/y, () => word('onward')],
  [/-/y, () => raw({ is: 'dash' })],
  [/[a-z_]+/y, namedInText],
  [/\p{L}+/uy, ([text]) => raw({ is: 'unknown' }, text)],
];

/** What agents write for dates and times is the same few texts again and again. */
const read = new LRUCache<string, readonly Token[]>({ max: 500 });

/** The words and figures of a text that can bear meaning, fillers left out. Linear in the (bounded) input. */
export function tokenise(text: string, language: Language): readonly Token[] {
  const key = `${language}:${text}`;
  const tokens = read.get(key) ?? tokensOf(text, language);
  read.set(key, tokens);
  return tokens;
}

function tokensOf(text: string, language: Language): Token[] {
  // "'26" is a year.
  let folded = fold(text.replace(/['’](?=2\d\b)/g, '20'))
    .replace(/[‐-―−]/g, '-')
    .replace(/⁄/g, '/')
    .replace(/\s+/g, ' ')
    .trim();
  for (const [saying, replacement] of SAYINGS) folded = folded.replace(saying, replacement);
  const tokens: RawToken[] = [];
  let at = 0;
  while (at < folded.length) {
    const next = readOne(folded, at, language);
    at = next.end;
    if (next.token) tokens.push(next.token);
  }
  return withoutFillers(inOneLanguage(joinWords(tokens, language), language));
}

function readOne(text: string, at: number, language: Language): { token: RawToken | null; end: number } {
  // No rule begins with a space.
  if (text[at] === ' ') return { token: null, end: at + 1 };
  for (const [pattern, build] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { token: build(match, language), end: at + match[0].length };
  }
  return { token: null, end: at + 1 };
}

/** A full stop settles "So." and "Do.", which are words of their own otherwise. */
function namedInText(match: RegExpExecArray): RawToken {
  const token = named(match[0]);
  const short = token.senses.find((sense) => sense.is === 'short_weekday');
  const abbreviated = match.input[match.index + match[0].length] === '.';
  return short && abbreviated ? { ...token, senses: [{ ...short, is: 'weekday' }] } : token;
}

/**
 * Words that two languages spell alike ("am", "so", "do", "um") mean what they mean in the language of the other words,
 * or of the call where these do not tell.
 */
function inOneLanguage(tokens: readonly RawToken[], language: Language): RawToken[] {
  const votes = new Map<Language, number>([[language, 0.5]]);
  for (const { senses } of tokens) {
    const spoken = new Set(senses.map((sense) => sense.language));
    const [only] = spoken;
    if (only && spoken.size === 1) votes.set(only, (votes.get(only) ?? 0) + 1);
  }
  const [winner] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best));
  return tokens.map((token) => {
    const senses = token.senses.filter((sense) => sense.language === winner);
    return senses.length > 0 ? { ...token, senses } : token;
  });
}

function withoutFillers(tokens: readonly RawToken[]): Token[] {
  if (tokens.length === 1) return [...tokens];
  const telling = tokens.filter(({ senses }) => !senses.every((sense) => sense.is === 'filler'));
  const [only] = telling;
  return telling.length === 1 && only?.senses.some((sense) => sense.is === 'filler') ? [] : telling;
}

function digits(text: string | undefined, ordinal: 'no' | 'dot' | 'suffix'): RawToken {
  return raw({ is: 'digits', value: Number(text), text: text ?? '', ordinal });
}

function clock(hour: string | undefined, minute: string | undefined): RawToken {
  return raw({ is: 'clock', hour: Number(hour), minute: Number(minute), written: (hour ?? '').startsWith('0') });
}

function yearOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.length === 2 ? `20${text}` : text);
}

function date(year: string | undefined, month: string | undefined, day: string | undefined): RawToken {
  return raw({ is: 'date', value: { year: yearOf(year), month: Number(month), day: Number(day) } });
}

/** `11/07`: month first in English, day first in German, unless only the other order is a date. English readers differ. */
function slashed([, a, b, y]: RegExpExecArray, language: Language): RawToken {
  const [first, second] = [Number(a), Number(b)];
  const { monthFirst } = LANGUAGES[language].reader;
  const [month, day] = (monthFirst ? first <= 12 : second > 12) ? [first, second] : [second, first];
  const eitherOrder = month <= 12 && day <= 12 && month !== day;
  return raw({ is: 'date', value: { year: yearOf(y), month, day, slashed: true, eitherOrder } });
}

function stamp([, y, mo, d, h, mi, offset]: RegExpExecArray): RawToken {
  const written = { year: Number(y), month: Number(mo), day: Number(d) };
  const [hour, minute] = [Number(h), Number(mi)];
  const instant = offset ? instantAt(written, hour, minute, offset) : null;
  return raw({ is: 'stamp', value: written, hour, minute, instant });
}

type Day = Record<'year' | 'month' | 'day', number>;

function instantAt({ year, month, day }: Day, hour: number, minute: number, offset: string): Date | null {
  const sign = offset.startsWith('-') ? -1 : 1;
  const [hours, minutes] = offset === 'z' ? [0, 0] : [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  const possible = hour < 24 && minute < 60 && hours < 15 && minutes < 60;
  const utcMs = Date.UTC(year, month - 1, day, hour, minute) - sign * (hours * 60 + minutes) * 60_000;
  return possible && !Number.isNaN(utcMs) ? new Date(utcMs) : null;
}
