import { LANGUAGES } from '../languages';
import type { ValueWords } from '../language-pack';

/** Callers mix languages, so a value is read with the words of all of them. */
export const VALUE_PACKS: readonly ValueWords[] = Object.values(LANGUAGES).map((pack) => pack.values);

type Lists = { [K in keyof ValueWords]: ValueWords[K] extends string ? K : never }[keyof ValueWords];
type Patterns = { [K in keyof ValueWords]: ValueWords[K] extends RegExp ? K : never }[keyof ValueWords];
type Records = 'repeats' | 'signs' | 'letterNames';

export function wordSet(...names: Lists[]): ReadonlySet<string> {
  return new Set(VALUE_PACKS.flatMap((pack) => names.flatMap((name) => list(pack[name]))));
}

export function wordMap<K extends Records>(name: K): ReadonlyMap<string, ValueWords[K][string]> {
  return new Map(VALUE_PACKS.flatMap((pack) => Object.entries(pack[name])));
}

/** The text with every match of any language replaced. */
export function replaceAll(text: string, name: Patterns, by: string): string {
  return VALUE_PACKS.reduce((rest, pack) => rest.replace(pack[name], by), text);
}

export function matchesAny(text: string, name: Patterns): boolean {
  return VALUE_PACKS.some((pack) => pack[name].test(text));
}

/** One pattern of the languages' sources, to be found at the beginning or the end of folded words. */
export function pattern(
  name: 'greetings' | 'introductions' | 'titles' | 'nameEndings',
  where: 'start' | 'end',
): RegExp {
  const any = VALUE_PACKS.map((pack) => pack[name]).join('|');
  return new RegExp(where === 'start' ? `^(?:${any})(?= |$)` : `(?<= |^)(?:${any})$`);
}

/** Numbers 0–99 that are one word, by language. */
export const NUMBERS_BY_PACK: ReadonlyMap<ValueWords, ReadonlyMap<string, number>> = new Map(
  VALUE_PACKS.map((pack) => {
    const inWords = Array.from({ length: 100 }, (_, value): [string, number] => [
      fold(pack.numberInWords(value)),
      value,
    ]);
    const oneWord = inWords.filter(([word]) => !word.includes('-'));
    const zeros = list(pack.doubtfulZeros).map((word): [string, number] => [word, 0]);
    return [pack, new Map([...oneWord, ...Object.entries(pack.otherNumbers), ...zeros])];
  }),
);

/** Lower case, umlauts and ß spelled out; other diacritics stay. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/['’`´]/g, '');
}

export function list(words: string): string[] {
  return words.split(' ').filter((word) => word !== '');
}
