import { distance } from 'fastest-levenshtein';
import type { Language } from '../../../domain';
import { LANGUAGES } from '../languages';
import { fold } from './all-words';

const WOMAN = /^(?:frau|mrs|ms|miss|madam)$/;
const MAN = /^(?:herrn?|mr|sir)$/;
const TITLE = /^(?:dr|doktor|doctor|prof|professor|von|van|de|der|zu|med|dipl|ing)$/;
const YOUNGER = /^(?:jr|junior|jun)$/;
const OLDER = /^(?:sr|senior|sen)$/;

/** Spellings of one sound, vowels kept: "Sophie" and "Sofie" are one name, "Lena" and "Lina" are not. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/ch(?=[olr])/g, 'k'],
  [/ph|v/g, 'f'],
  [/th|dt/g, 't'],
  [/tz/g, 'z'],
  [/ae/g, 'e'],
  [/ck/g, 'k'],
  [/c(?=[aoulrkh]|$)/g, 'k'],
  [/y(?=[aeou])/g, 'j'],
  [/[ae][iy]/g, 'ei'],
  [/ie|ee|ea/g, 'i'],
  [/y/g, 'i'],
  [/(?<=[aeiou])h(?![aeiou])/g, ''],
  [/([a-z])\1/g, '$1'],
];

/** Surnames are heard worse than first names, and one family shares them: they are compared by sound. */
const SHORTEST_SOUND = 2;
const SLIPS_BY_SOUND = 3;
const LONG_NAME = 6;

interface Named {
  names: string[];
  isWoman: boolean;
  isMan: boolean;
  generation: 'older' | 'younger' | null;
}

function named(text: string): Named {
  const words = fold(text)
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
  const marks = [WOMAN, MAN, TITLE, YOUNGER, OLDER];
  const isSaid = (mark: RegExp): boolean => words.some((word) => mark.test(word));
  return {
    names: words.filter((word) => !marks.some((mark) => mark.test(word))),
    isWoman: isSaid(WOMAN),
    isMan: isSaid(MAN),
    generation: isSaid(YOUNGER) ? 'younger' : isSaid(OLDER) ? 'older' : null,
  };
}

const spoken = (name: string): string =>
  SPELLINGS.reduce((text, [spelling, sound]) => text.replace(spelling, sound), name);

function firstNamesAlike(a: string, b: string): boolean {
  return a === b || spoken(a) === spoken(b);
}

function surnamesAlike(a: string, b: string, soundOf: (word: string) => string): boolean {
  if (firstNamesAlike(a, b)) return true;
  const slips = distance(a, b);
  const [soundA, soundB] = [soundOf(a), soundOf(b)];
  if (soundA.length >= SHORTEST_SOUND && soundA === soundB && slips <= SLIPS_BY_SOUND) return true;
  return slips === 1 && Math.min(a.length, b.length) >= LONG_NAME;
}

/**
 * Whether two names are the same person's, as names are misheard and written: by sound, by a slip of one letter, in
 * either order, with and without a title or one of the names. In doubt they are two people, because then it is asked.
 */
export function isSamePerson(one: string, other: string, language: Language): boolean {
  const [a, b] = [named(one), named(other)];
  if ((a.isWoman && b.isMan) || (a.isMan && b.isWoman) || a.generation !== b.generation) return false;
  if (a.names.length === 0 || b.names.length === 0) return a.names.length === b.names.length;
  if (isReordered(a.names, b.names)) return true;
  const { soundOf } = LANGUAGES[language];
  const [short, long] = a.names.length <= b.names.length ? [a.names, b.names] : [b.names, a.names];
  if (short.length === 1) return long.some((name) => firstNamesAlike(name, short[0] ?? ''));
  return [short, [...short].reverse()].some(
    ([first = '', ...rest]) =>
      firstNamesAlike(first, long[0] ?? '') &&
      rest.some((name) => long.slice(1).some((surname) => surnamesAlike(name, surname, soundOf))),
  );
}

function isReordered(a: string[], b: string[]): boolean {
  return [...a].sort().join(' ') === [...b].sort().join(' ');
}

/** The same text for every spelling and order of one name's words. */
export function personKey(name: string): string {
  return named(name).names.sort().join(' ');
}
