import { distance } from 'fastest-levenshtein';
import { LANGUAGE_CODES, type Language } from '../../../domain';
import { LANGUAGES, perLanguage } from '../languages';
import { fold, type FunctionWord, type KnownSense, type SenseKind } from './senses';

const WORDS = new Map<string, KnownSense[]>();
for (const language of LANGUAGE_CODES) {
  const { words, fillers } = LANGUAGES[language].reader;
  for (const [spellings, sense] of [...words, [fillers, { is: 'filler' }] as const])
    for (const spelling of spellings.split(' ')) learn(fold(spelling), { ...sense, language });
}

function learn(key: string, sense: KnownSense): void {
  const senses = WORDS.get(key) ?? [];
  WORDS.set(key, senses);
  const known = senses.some(
    (other) =>
      other.is === sense.is &&
      other.language === sense.language &&
      (sense.is !== 'word' || other.is !== 'word' || other.value === sense.value),
  );
  if (!known) senses.push(sense);
}

export function lookUp(key: string): readonly KnownSense[] {
  return WORDS.get(key) ?? [];
}

const hasKind = (senses: readonly KnownSense[], ...kinds: SenseKind[]): boolean =>
  senses.some((sense) => kinds.includes(sense.is));
const hasWord = (senses: readonly KnownSense[], ...words: FunctionWord[]): boolean =>
  senses.some((sense) => sense.is === 'word' && words.includes(sense.value));

/** Two words that may be written as one: "dienstagnachmittag", "morgenfrüh", "halbdrei", "elfuhr", "viertelnach". */
const COMPOUNDS: ((head: readonly KnownSense[], tail: readonly KnownSense[], headLength: number) => boolean)[] = [
  (head, tail, headLength) =>
    headLength >= 5 &&
    (hasKind(head, 'weekday', 'day', 'feast') || hasWord(head, 'morgen')) &&
    (hasKind(tail, 'daytime') || hasWord(tail, 'morgen')),
  (head, tail) => hasKind(head, 'daytime') && (hasKind(tail, 'daytime') || hasWord(tail, 'morgen')),
  (head, tail) => hasKind(head, 'number') && hasWord(tail, 'o_clock'),
  (head, tail) => hasWord(head, 'half_before', 'quarter', 'three_quarters') && hasKind(tail, 'number'),
  (head, tail) => hasWord(head, 'quarter') && hasWord(tail, 'after', 'before'),
];

/** The two words that a longer one is made of; null when it is not. */
export function takeApart(key: string): [string, string] | null {
  for (let at = 2; at <= key.length - 3; at += 1) {
    const [head, tail] = [key.slice(0, at), key.slice(at)];
    const [first, second] = [lookUp(head), lookUp(tail)];
    if (first.length === 0 || second.length === 0) continue;
    if (COMPOUNDS.some((fits) => fits(first, second, head.length))) return [head, tail];
    if (tail === 'ish' && hasKind(first, 'number')) return [head, tail];
  }
  return null;
}

/** Two words that are one: "über morgen", "diens tag", "wochen ende". */
export function joined(first: string, second: string): readonly KnownSense[] | null {
  if (first.length + second.length < 6) return null;
  const senses = lookUp(first + second);
  const whole =
    hasKind(senses, 'weekday', 'day', 'daytime', 'feast', 'which') ||
    hasWord(senses, 'weekend', 'three_quarters', 'o_clock', 'noon_exact');
  return whole ? senses : null;
}

/** What a misspelt word was probably meant to be; `unclear` when it is a figure, but which? */
type Guess = KnownSense | 'unclear' | null;

const SHORTEST = 6;

const words = [...WORDS].flatMap(([key, senses]) => senses.map((sense): [string, KnownSense] => [key, sense]));

/** Long, telling words that speech-to-text misspells; short ones are too easily something else. */
const TELLING = words.filter(
  ([key, sense]) => key.length >= SHORTEST && ['weekday', 'month', 'day', 'daytime'].includes(sense.is),
);
const isNumber = (sense: KnownSense): boolean => sense.is === 'number' || sense.is === 'ordinal';
const isQuarter = (sense: KnownSense): boolean =>
  sense.is === 'word' && (sense.value === 'quarter' || sense.value === 'three_quarters');
const FIGURES = words.filter(([key, sense]) => key.length > SHORTEST && (isNumber(sense) || isQuarter(sense)));

const BY_SOUND = perLanguage(() => new Map<string, KnownSense[]>());
for (const [key, sense] of words) {
  if (!isNumber(sense) && !isQuarter(sense)) continue;
  for (const language of sense.language ? [sense.language] : LANGUAGE_CODES) {
    const alike = BY_SOUND[language].get(soundOf(key)) ?? [];
    if (!alike.some((other) => same(other, sense))) alike.push(sense);
    BY_SOUND[language].set(soundOf(key), alike);
  }
}

function same(a: KnownSense, b: KnownSense): boolean {
  return a.is === b.is && 'value' in a && 'value' in b && a.value === b.value;
}

/** "donerstag" and "thrusday" are days, "vir" and "sechszehn" figures; "tursday" is nothing: two are equally near. */
export function guess(key: string, language: Language): Guess {
  const alike = BY_SOUND[language].get(soundOf(key)) ?? [];
  if (alike.length > 0) return alike.length === 1 ? (alike[0] ?? null) : 'unclear';
  if (key.length < SHORTEST) return null;
  return nearest(key, TELLING, reachOf(key)) ?? figure(key);
}

/** A figure nearly spelled right is taken, one that might be two is not trusted: nothing else is so easily wrong. */
function figure(key: string): Guess {
  const alike = FIGURES.filter(([word]) => word.startsWith(key.charAt(0)));
  const near = nearest(key, alike, reachOf(key));
  if (near) return near;
  const reach = key.length > SHORTEST ? 2 : 1;
  return alike.some(([word]) => apart(word, key) <= reach) ? 'unclear' : null;
}

function reachOf(key: string): number {
  return key.length >= 9 ? 2 : 1;
}

function nearest(key: string, among: [string, KnownSense][], reach: number): KnownSense | null {
  let best = reach + 1;
  let found: KnownSense[] = [];
  for (const [word, sense] of among) {
    if (Math.abs(word.length - key.length) > reach) continue;
    const away = apart(word, key);
    if (away > reach || away > best) continue;
    if (away < best) found = [];
    best = away;
    found.push(sense);
  }
  const [first] = found;
  return first && found.every((sense) => same(sense, first)) ? first : null;
}

/** Letters to change; two neighbours in the wrong order are one. */
function apart(word: string, key: string): number {
  const away = distance(word, key);
  if (away !== 2 || word.length !== key.length) return away;
  const at = [...word].findIndex((letter, index) => letter !== key[index]);
  return word[at] === key[at + 1] && word[at + 1] === key[at] ? 1 : 2;
}

/** Spellings of one sound made equal, for a German or English ear: "vir", "fier" and "vier"; "tirty" and "thirty". */
function soundOf(key: string): string {
  return key
    .replace(/chs|cks|x/g, 'ks')
    .replace(/ph|v/g, 'f')
    .replace(/ck|c(?!h)/g, 'k')
    .replace(/tz|ts/g, 'z')
    .replace(/th|dt|d/g, 't')
    .replace(/y|ie|ih/g, 'i')
    .replace(/ai/g, 'ei')
    .replace(/([aeou])h/g, '$1')
    .replace(/m(?=f)/g, 'n')
    .replace(/(.)\1/g, '$1')
    .replace(/ich$/, 'ig')
    .replace(/([^aeiou])([ln])$/, '$1e$2');
}
