import { LANGUAGES } from '../languages';
import { guess, joined, lookUp, takeApart } from './lexicon';
import { isWord, type KnownSense, type SenseKind, type Token } from './senses';
import type { Language } from '../../../domain';

/** A token that still knows which language each of its senses is of. */
export interface RawToken extends Token {
  senses: readonly KnownSense[];
}

export function raw(sense: KnownSense | Omit<KnownSense, 'language'>, key = ''): RawToken {
  return { key, senses: [{ language: null, ...sense } as KnownSense] };
}

export function named(key: string): RawToken {
  const senses = lookUp(key);
  return senses.length > 0 ? { key, senses } : raw({ is: 'unknown' }, key);
}

/**
 * Makes one word of what was written as two ("über morgen", "twenty-five", "ein und zwanzig") and two of what was
 * written as one ("dienstagabend"), and gives misheard words their meaning.
 */
export function joinWords(tokens: readonly RawToken[], language: Language): RawToken[] {
  return joinNumbers(joinSplitWords(withoutHyphens(tokens), language));
}

const isFigure = (of: RawToken | undefined): boolean =>
  of !== undefined && /\d/.test(of.key + (of.senses[0]?.is ?? ''));
const isKind = (of: RawToken | undefined, kind: SenseKind): boolean =>
  of?.senses.some((sense) => sense.is === kind) ?? false;
const isSpelled = (of: RawToken | undefined): boolean => of !== undefined && of.key !== '' && !isFigure(of);

const SPANNED: SenseKind[] = ['weekday', 'day', 'month', 'number', 'ordinal'];

/** A hyphen inside a compound joins; between two days or two numbers it spans. */
function withoutHyphens(tokens: readonly RawToken[]): RawToken[] {
  return tokens.filter((token, index) => {
    if (!isKind(token, 'dash')) return true;
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (!before || !after || !isSpelled(before) || !isSpelled(after)) return true;
    const spans = SPANNED.some((kind) => isKind(before, kind) && isKind(after, kind));
    return spans && !sumOf(before, after) && !isClock(before, after);
  });
}

type Numeral = Extract<KnownSense, { is: 'number' | 'ordinal' }>;

/** The number a word says in a language that says the tens first, or in one that does not. */
function numberIn(of: RawToken | undefined, tensFirst: boolean): Numeral | null {
  const isNumeral = (sense: KnownSense): sense is Numeral => sense.is === 'number' || sense.is === 'ordinal';
  const isSaidSo = ({ language }: KnownSense): boolean =>
    language !== null && LANGUAGES[language].reader.tensFirst === tensFirst;
  return of?.senses.filter(isNumeral).find(isSaidSo) ?? null;
}

const isTens = (value: number): boolean => value >= 20 && value < 100 && value % 10 === 0;

/** "two-thirty" */
function isClock(hour: RawToken, minutes: RawToken): boolean {
  const [first, second] = [numberIn(hour, true), numberIn(minutes, true)];
  return first !== null && second !== null && second.value > 12;
}

/** "twenty-five", "twenty-first" */
function sumOf(tens: RawToken, unit: RawToken | undefined): RawToken | null {
  const [base, small] = [numberIn(tens, true), numberIn(unit, true)];
  if (base?.is !== 'number' || !isTens(base.value) || !small || small.value < 1 || small.value > 9) return null;
  return raw({ ...small, value: base.value + small.value }, `${tens.key}${unit?.key ?? ''}`);
}

/** "ein und zwanzig" */
function unitFirstSum(unit: RawToken, and: RawToken | undefined, tens: RawToken | undefined): RawToken | null {
  const small = isKind(unit, 'article') ? 1 : (numberIn(unit, false)?.value ?? 0);
  const base = numberIn(tens, false);
  if (!isWord(and, 'and') || !base || !isTens(base.value) || small < 1 || small > 9) return null;
  return raw({ ...base, value: base.value + small }, tens?.key);
}

function joinSplitWords(tokens: readonly RawToken[], language: Language): RawToken[] {
  const result: RawToken[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const [token, following] = [tokens[index], tokens[index + 1]];
    if (!token) continue;
    const pair = isSpelled(token) && isSpelled(following);
    const senses = pair ? joined(token.key, following?.key ?? '') : null;
    if (senses) {
      result.push(...withHead(result.pop(), token.key + (following?.key ?? ''), senses));
      index += 1;
    } else result.push(...(isKind(token, 'unknown') ? resolveUnknown(token.key, language) : [token]));
  }
  return result;
}

/** "über über morgen": what was joined may be the rest of a longer word. */
function withHead(before: RawToken | undefined, key: string, senses: readonly KnownSense[]): RawToken[] {
  const longer = before && isSpelled(before) ? joined(before.key, key) : null;
  if (before && longer) return [{ key: before.key + key, senses: longer }];
  return before ? [before, { key, senses }] : [{ key, senses }];
}

/** "twenty five" is 25 and "ein und zwanzig" 21, but not in "zwischen drei und zwanzig". */
function joinNumbers(tokens: readonly RawToken[]): RawToken[] {
  const result: RawToken[] = [];
  const spans = tokens.some((token) => isWord(token, 'between'));
  for (let index = 0; index < tokens.length; index += 1) {
    const [token, second, third] = tokens.slice(index, index + 3);
    if (!token) continue;
    const sum = sumOf(token, second);
    const unitFirst = spans ? null : unitFirstSum(token, second, third);
    result.push(sum ?? unitFirst ?? token);
    index += sum ? 1 : unitFirst ? 2 : 0;
  }
  return result;
}

function resolveUnknown(key: string, language: Language): RawToken[] {
  const halves = takeApart(key);
  if (halves) return halves.map(named);
  const sense = guess(key, language);
  if (sense === 'unclear') return [raw({ is: 'junk' }, key)];
  return [sense ? { key, senses: [sense] } : raw({ is: 'unknown' }, key)];
}
