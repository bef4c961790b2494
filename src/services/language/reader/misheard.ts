import { distance } from 'fastest-levenshtein';
import { knownWords } from './lexicon';
import { LANGUAGE_CODES, type Language } from '../../../domain';
import { perLanguage } from '../languages';
import type { KnownSense } from './senses';

/** What a misspelt word was probably meant to be; `unclear` when it is a figure, but which? */
export type Guess = KnownSense | 'unclear' | null;

const SHORTEST = 6;

const words = knownWords().flatMap(([key, senses]) => senses.map((sense): [string, KnownSense] => [key, sense]));

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
