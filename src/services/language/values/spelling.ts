import { fold, list, VALUE_PACKS, wordMap, wordSet } from './all-words';

const AS_IN = wordSet('asIn');
const REPEATS = wordMap('repeats');
const LETTER_NAMES = wordMap('letterNames');
const AND = wordSet('and');
/** Spellings of one sound, of which a caller names the right one. */
const ALIKE: readonly (readonly string[])[] = [
  ['ei', 'ai', 'ey', 'ay'],
  ['f', 'ff', 'ph', 'v'],
  ['k', 'c', 'ck', 'kk'],
  ['t', 'tt', 'th', 'dt', 'd'],
  ['s', 'ss', 'ß', 'z', 'tz'],
  ['ü', 'ue', 'y'],
  ['ä', 'ae', 'e'],
  ['ö', 'oe'],
  ['i', 'y', 'ie', 'ii', 'j'],
  ...['b', 'd', 'g', 'l', 'm', 'n', 'p', 'r', 'a', 'e', 'o'].map((letter) => [letter, letter + letter]),
];

/** "M-E-I-E-R" */
const HYPHEN_SPELLED = /(?<![\p{L}\d@._-])\p{L}(?:-\p{L}){2,}(?![\p{L}\d@._-])/gu;
/** "Doppel-F" */
const HYPHEN_BEFORE_LETTER = /(\p{L}{4,12})-(?=\p{L}(?!\p{L}))/gu;

/** Letters that were spelled with hyphens between them, with spaces instead. */
export function withLettersApart(text: string): string {
  return text
    .replace(HYPHEN_SPELLED, (letters) => letters.replaceAll('-', ' '))
    .replace(HYPHEN_BEFORE_LETTER, (found, word: string) => (REPEATS.has(fold(word)) ? `${word} ` : found));
}

/** Letters that begin at a word, and how many words say them. */
interface SpelledLetters {
  letters: string;
  used: number;
  /** "M wie Martha", "Doppel-F": a letter and nothing else. */
  explicit: boolean;
}

/** A letter said at a word: "M", "M wie Martha", "doppel F", "Ypsilon"; null for any other word. @param words folded */
export function letterAt(
  words: readonly string[],
  at: number,
  originals: readonly string[] = words,
): SpelledLetters | null {
  const count = REPEATS.get(words[at] ?? '');
  const which = count === undefined ? at : at + 1;
  const letter = singleLetter(words[which], originals[which]);
  if (letter === null) return null;
  const used = which - at + 1;
  const likeAt = which + 1;
  const asIn = AS_IN.has(words[likeAt] ?? '') ? 1 : words[likeAt] === 'as' && words[likeAt + 1] === 'in' ? 2 : 0;
  const example = asIn > 0 ? words[likeAt + asIn] : undefined;
  // "M wie Nordpol" was not heard right: no letter at all is better than a wrong one.
  if (example !== undefined && !fold(example).startsWith(fold(letter).charAt(0))) return null;
  return {
    letters: letter.repeat(count ?? 1),
    used: used + (example === undefined ? 0 : asIn + 1),
    explicit: example !== undefined || count !== undefined,
  };
}

function singleLetter(word = '', original = word): string | null {
  const named = LETTER_NAMES.get(word);
  if (named !== undefined) return named;
  return /^\p{L}\p{M}*$/u.test(original) ? original : null;
}

/** A run of spelled letters. */
export function spelledAt(words: readonly string[], at: number, originals: readonly string[]): SpelledLetters | null {
  let letters = '';
  let used = 0;
  let explicit = false;
  for (;;) {
    const next = letterAt(words, at + used, originals);
    if (!next) break;
    letters += next.letters;
    used += next.used;
    explicit ||= next.explicit;
  }
  return used === 0 ? null : { letters, used, explicit };
}

/** What is said about the spelling of the word before: "mit Doppel-F", "mit e i", "without h". */
interface SpellingHint {
  letters: string;
  used: number;
  without: boolean;
}

/** The hint that begins at a word, or after "und"; null where none does, "unclear" when one is not understood. */
export function hintAt(words: readonly string[], at: number, originals = words): SpellingHint | 'unclear' | null {
  if (!AND.has(words[at] ?? '')) return hintFrom(words, at, originals);
  const another = hintFrom(['mit', ...words.slice(at + 1)], 0, ['mit', ...originals.slice(at + 1)]);
  return another === 'unclear' ? null : another;
}

function hintFrom(words: readonly string[], at: number, originals: readonly string[]): SpellingHint | 'unclear' | null {
  const first = words[at] ?? '';
  const pack = VALUE_PACKS.find(({ withWords, withoutWords }) => list(`${withWords} ${withoutWords}`).includes(first));
  if (!pack) return null;
  const without = list(pack.withoutWords).includes(first);
  const count = words[at + 2] === undefined ? undefined : pack.letterCounts[words[at + 1] ?? ''];
  const from = count === undefined ? at + 1 : at + 2;
  const chunk = words[from] ?? '';
  const spelled = spelledAt(words, from, originals);
  if (spelled) {
    const letters = count === 2 ? spelled.letters.repeat(2) : spelled.letters;
    return { letters, used: from + spelled.used - at, without };
  }
  const isSpelling = ALIKE.some((spellings) => spellings.includes(chunk)) && chunk.length > 1;
  return isSpelling ? { letters: chunk, used: from + 1 - at, without } : 'unclear';
}

/** The word as the hint says it is spelled; null when the hint does not say where. */
export function respelled(word: string, hint: SpellingHint): string | null {
  const lower = word.toLowerCase();
  const letters = hint.letters.toLowerCase();
  if (hint.without) return withoutLetters(word, letters);
  const umlaut = umlautSpelledOut(word, letters);
  if (umlaut !== null) return umlaut;
  const exact = runsOf(lower, letters);
  if (exact.length > 0) return word;
  const others = ALIKE.filter((spellings) => spellings.includes(letters)).flatMap((spellings) =>
    spellings.filter((spelling) => spelling !== letters),
  );
  const places = others.flatMap((other) => runsOf(lower, other).map((from) => ({ from, other })));
  // "ff" holds "f" twice, but is one place.
  const longest = places.filter(
    (place) =>
      !places.some(
        (wider) =>
          wider.other.length > place.other.length &&
          wider.from <= place.from &&
          place.from + place.other.length <= wider.from + wider.other.length,
      ),
  );
  const close = longest.filter((place) => [...place.other].some((letter) => letters.includes(letter)));
  const [only, second] = close.length > 0 ? close : longest;
  if (!only || second) return null;
  const replaced = word.slice(0, only.from) + letters + word.slice(only.from + only.other.length);
  return /^\p{Lu}/u.test(word) ? replaced.charAt(0).toUpperCase() + replaced.slice(1) : replaced;
}

/** "Müller mit u e" */
function umlautSpelledOut(word: string, letters: string): string | null {
  const umlaut = { ue: 'ü', ae: 'ä', oe: 'ö', ss: 'ß' }[letters];
  if (umlaut === undefined || !word.toLowerCase().includes(umlaut)) return null;
  return word.replace(new RegExp(umlaut, 'i'), (found) =>
    found === found.toLowerCase() ? letters : letters.charAt(0).toUpperCase() + letters.slice(1),
  );
}

function withoutLetters(word: string, letters: string): string | null {
  const places = runsOf(word.toLowerCase(), letters);
  if (places.length === 0) return word;
  const [from = 0, second] = places;
  return second === undefined && from > 0 ? word.slice(0, from) + word.slice(from + letters.length) : null;
}

/** Where letters stand that are not part of a longer run of the same letter. */
function runsOf(text: string, letters: string): number[] {
  const places: number[] = [];
  for (let from = text.indexOf(letters); from >= 0; from = text.indexOf(letters, from + 1)) {
    const [before, after] = [text[from - 1], text[from + letters.length]];
    if (before !== letters[0] && after !== letters.at(-1)) places.push(from);
  }
  return places;
}
