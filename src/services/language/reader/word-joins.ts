import type { Language } from '../../../domain';
import { joined, lookUp, takeApart } from './lexicon';
import { guess } from './misheard';
import type { Sense } from './senses';
import { isWord, senseOf, type Token } from './tokens';

export function named(key: string): Token {
  const sense = lookUp(key);
  return sense ? { is: 'word', sense, key } : { is: 'unknown', key };
}

/**
 * Makes one word of what was written as two ("über morgen", "twenty-five", "ein und zwanzig") and two of what was
 * written as one ("dienstagabend"), and gives misheard words their meaning.
 */
export function joinWords(tokens: readonly Token[], language: Language): Token[] {
  return joinNumbers(joinSplitWords(withoutHyphens(tokens), language));
}

/** A hyphen inside a compound joins; between two days or two numbers it spans. */
function withoutHyphens(tokens: readonly Token[]): Token[] {
  return tokens.filter((token, index) => {
    if (token.is !== 'dash') return true;
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (before?.is !== 'word' || after?.is !== 'word') return true;
    const spans = ['weekday', 'day', 'month', 'number', 'ordinal'].includes(before.sense.is);
    return before.sense.is === after.sense.is && spans && !isTens(before, after) && !isClock(before, after);
  });
}

/** "twenty-five", "twenty-first" */
function isTens(tens: Token | undefined, unit: Token | undefined): boolean {
  const value = senseOf(tens, 'number');
  const small = senseOf(unit, 'number') ?? senseOf(unit, 'ordinal');
  return (
    value?.language === 'en' &&
    value.value >= 20 &&
    value.value % 10 === 0 &&
    small?.language === 'en' &&
    small.value > 0 &&
    small.value < 10
  );
}

/** "two-thirty" */
function isClock(hour: Token, minutes: Token): boolean {
  const [first, second] = [senseOf(hour, 'number'), senseOf(minutes, 'number')];
  return first?.language === 'en' && second?.language === 'en' && second.value > 12;
}

function joinSplitWords(tokens: readonly Token[], language: Language): Token[] {
  const result: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) continue;
    const [first, second] = [keyOf(token), keyOf(tokens[index + 1])];
    const sense = first && second ? joined(first, second) : null;
    if (sense && first && second) {
      result.push(...withHead(result.pop(), first + second, sense));
      index += 1;
    } else if (token.is === 'unknown') {
      result.push(...resolveUnknown(token.key, language));
    } else {
      result.push(token);
    }
  }
  return result;
}

/** "über über morgen": what was joined may be the rest of a longer word. */
function withHead(before: Token | undefined, key: string, sense: Sense): Token[] {
  const head = keyOf(before);
  const longer = head ? joined(head, key) : null;
  if (head && longer) return [{ is: 'word', sense: longer, key: head + key }];
  const whole: Token = { is: 'word', sense, key };
  return before ? [before, whole] : [whole];
}

/** "twenty five" is 25 and "ein und zwanzig" 21, but not in "zwischen drei und zwanzig". */
function joinNumbers(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const spans = tokens.some((token) => isWord(token, 'between'));
  for (let index = 0; index < tokens.length; index += 1) {
    const [token, second, third] = tokens.slice(index, index + 3);
    if (!token) continue;
    const english = isTens(token, second) && second ? englishSum(token, second) : null;
    const german = spans ? null : germanSum(token, second, third);
    if (english) result.push(english);
    else result.push(german ?? token);
    index += english ? 1 : german ? 2 : 0;
  }
  return result;
}

function englishSum(tens: Token, unit: Token): Token | null {
  const base = senseOf(tens, 'number')?.value;
  const number = senseOf(unit, 'number');
  const ordinal = senseOf(unit, 'ordinal');
  if (base === undefined || tens.is !== 'word' || unit.is !== 'word') return null;
  const key = `${tens.key}${unit.key}`;
  if (number) return { is: 'word', sense: { is: 'number', value: base + number.value, language: 'en' }, key };
  return ordinal ? { is: 'word', sense: { is: 'ordinal', value: base + ordinal.value, language: 'en' }, key } : null;
}

function germanSum(unit: Token, and: Token | undefined, tens: Token | undefined): Token | null {
  const small = senseOf(unit, 'article') ? 1 : (senseOf(unit, 'number')?.value ?? 0);
  const base = senseOf(tens, 'number') ?? senseOf(tens, 'ordinal');
  const german = isWord(and, 'and') && base?.language === 'de' && base.value >= 20 && base.value % 10 === 0;
  if (!german || small < 1 || small > 9 || tens?.is !== 'word') return null;
  return { is: 'word', sense: { is: base.is, value: base.value + small, language: 'de' }, key: tens.key };
}

function resolveUnknown(key: string, language: Language): Token[] {
  const halves = takeApart(key);
  if (halves) return halves.map(named);
  const sense = guess(key, language);
  if (sense === 'unclear') return [{ is: 'junk' }];
  return [sense ? { is: 'word', sense, key } : { is: 'unknown', key }];
}

function keyOf(token: Token | undefined): string | null {
  return token?.is === 'word' || token?.is === 'unknown' ? token.key : null;
}
