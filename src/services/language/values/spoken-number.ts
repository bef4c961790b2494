import { list, NUMBERS_BY_PACK, VALUE_PACKS, wordMap, wordSet } from './all-words';
import type { ValueWords } from '../language-pack';

/** A number at the beginning of words. */
type SpokenNumber =
  | { kind: 'digits'; digits: string; used: number }
  /** It could be read in more than one way ("neunhundert eins": 901 or 900 and 1). */
  | { kind: 'doubtful'; used: number };

type Rule = (words: readonly string[], at: number) => SpokenNumber | null;

const REPEATS = wordMap('repeats');
const TIMES = wordSet('times');
const ARTICLES = wordSet('articles');
const AND = wordSet('and');
const PLURALS = new Map(VALUE_PACKS.flatMap((pack) => list(pack.digitPlurals).map((word, digit) => [word, digit])));
const NUMERAL = /^\d+$/;
const LONGEST_WORD = 60;

const digitsRead = (digits: string, used: number): SpokenNumber => ({ kind: 'digits', digits, used });

/** The value of one word below 100; null for any other word. */
function small(pack: ValueWords, word: string | undefined): number | null {
  return NUMBERS_BY_PACK.get(pack)?.get(word ?? '') ?? null;
}

/** The same in any language, numerals included. */
function valueBelow100(word: string | undefined): number | null {
  if (word !== undefined && /^\d{1,2}$/.test(word)) return Number(word);
  return VALUE_PACKS.map((pack) => small(pack, word)).find((value) => value !== null) ?? null;
}

/** The value of a word that is one digit. */
function digitOf(word: string | undefined): number | null {
  const values = /^\d$/.test(word ?? '') ? [Number(word)] : VALUE_PACKS.map((pack) => small(pack, word));
  return values.find((value) => value !== null && value < 10) ?? null;
}

/** A digit said once for several of them. */
function manyOf(digit: number | null, count: number | null, used: number): SpokenNumber | null {
  const isMeant = digit !== null && count !== null && count >= 2 && count <= 5;
  return isMeant ? digitsRead(String(digit).repeat(count), used) : null;
}

const skipArticle = (words: readonly string[], at: number): number => (ARTICLES.has(words[at] ?? '') ? at + 1 : at);

/** "doppel drei", "zweimal die eins", "double oh" */
const repeated: Rule = (words, at) => {
  const count = REPEATS.get(words[at] ?? '');
  if (count === undefined) return null;
  const which = skipArticle(words, at + 1);
  return manyOf(digitOf(words[which]), count, which + 1 - at) ?? { kind: 'doubtful', used: 1 };
};

/** "drei mal die sieben" */
const times: Rule = (words, at) => {
  if (!TIMES.has(words[at + 1] ?? '')) return null;
  const which = skipArticle(words, at + 2);
  return manyOf(digitOf(words[which]), digitOf(words[at]), which + 1 - at) ?? { kind: 'doubtful', used: 2 };
};

/** "zwei Nullen" */
const plurals: Rule = (words, at) => {
  const digit = PLURALS.get(words[at + 1] ?? '');
  const count = digitOf(words[at]);
  if (digit === undefined || count === null) return null;
  return manyOf(digit, count, 2) ?? { kind: 'doubtful', used: 2 };
};

/** "ein und zwanzig", "twenty four"; "eins und zwanzig" and "zwanzig und vier" are doubtful. */
const tens: Rule = (words, at) => {
  for (const pack of VALUE_PACKS) {
    const found = pack.unitFirst ? unitThenTens(pack, words, at) : tensThenUnit(pack, words, at);
    if (found) return found;
  }
  const [before, after] = [valueBelow100(words[at]), valueBelow100(words[at + 2])];
  const isSum = AND.has(words[at + 1] ?? '') && before !== null && after !== null && Math.max(before, after) > 9;
  return isSum ? { kind: 'doubtful', used: 3 } : null;
};

function unitThenTens(pack: ValueWords, words: readonly string[], at: number): SpokenNumber | null {
  const [unit, ten] = [small(pack, words[at]), small(pack, words[at + 2])];
  if (!AND.has(words[at + 1] ?? '') || !isTens(ten)) return null;
  if (list(pack.oneBeforeTens).includes(words[at] ?? '')) return digitsRead(String(ten + 1), 3);
  return isUnit(unit) && unit !== 1 ? digitsRead(String(ten + unit), 3) : null;
}

function tensThenUnit(pack: ValueWords, words: readonly string[], at: number): SpokenNumber | null {
  const [ten, unit] = [small(pack, words[at]), small(pack, words[at + 1])];
  return isTens(ten) && isUnit(unit) ? digitsRead(String(ten + unit), 2) : null;
}

const isTens = (value: number | null): value is number => value !== null && value >= 20 && value % 10 === 0;
const isUnit = (value: number | null): value is number => value !== null && value >= 1 && value <= 9;

/** "einhundertsechsundsiebzig", "neunzehnhundertachtzig", "one hundred and one" */
const hundreds: Rule = (words, at) => {
  for (const pack of VALUE_PACKS) {
    const found = pack.unitFirst ? compoundHundred(pack, words, at) : separateHundred(pack, words, at);
    if (found) return found;
  }
  return null;
};

function compoundHundred(pack: ValueWords, words: readonly string[], at: number): SpokenNumber | null {
  const word = words[at] ?? '';
  if (word.length > LONGEST_WORD) return null;
  const cut = word.indexOf(pack.hundred);
  if (cut < 0) return null;
  const head = word.slice(0, cut);
  const rest = word.slice(cut + pack.hundred.length).replace(new RegExp(`^${pack.and}`), '');
  const many = head === '' || head === pack.oneBeforeTens ? 1 : small(pack, head);
  const below = rest === '' ? 0 : small(pack, rest);
  const isDoubtful = (rest === '' && goesOn(words, at + 1)) || (head === '' && isNumberWord(words[at - 1]));
  if (many === null || below === null || isDoubtful) return { kind: 'doubtful', used: 1 };
  return digitsRead(String(many * 100 + below), 1);
}

const goesOn = (words: readonly string[], at: number): boolean => isNumberWord(words[at]) || AND.has(words[at] ?? '');

function separateHundred(pack: ValueWords, words: readonly string[], at: number): SpokenNumber | null {
  if (words[at] === pack.hundred) return { kind: 'doubtful', used: 1 };
  if (words[at + 1] !== pack.hundred) return null;
  const many = small(pack, words[at]);
  if (many === null) return { kind: 'doubtful', used: 2 };
  if (words[at + 2] !== pack.and) {
    return isNumberWord(words[at + 2]) ? { kind: 'doubtful', used: 2 } : digitsRead(String(many * 100), 2);
  }
  const below = tens(words, at + 3) ?? single(words, at + 3);
  if (below?.kind !== 'digits' || below.digits.length > 2) return { kind: 'doubtful', used: 3 };
  return digitsRead(String(many * 100 + Number(below.digits)), 3 + below.used);
}

const JOINED_DIGITS: readonly RegExp[] = VALUE_PACKS.map((pack) => {
  const digits = [...(NUMBERS_BY_PACK.get(pack) ?? [])].filter(([word, value]) => value < 10 && word.length > 2);
  return new RegExp(`^(?:${digits.map(([word]) => word).join('|')}){2,20}$`);
});

/** "nulleinssieben" */
const joined: Rule = (words, at) => {
  const word = words[at] ?? '';
  const pack = VALUE_PACKS.find((_, index) => word.length <= LONGEST_WORD * 2 && JOINED_DIGITS[index]?.test(word));
  if (!pack) return null;
  let digits = '';
  for (let from = 0; from < word.length;) {
    const found = [...(NUMBERS_BY_PACK.get(pack) ?? [])].find(
      ([one, value]) => value < 10 && one.length > 2 && word.startsWith(one, from),
    );
    if (!found) return null;
    digits += String(found[1]);
    from += found[0].length;
  }
  return digitsRead(digits, 1);
};

const single: Rule = (words, at) => {
  const word = words[at] ?? '';
  if (NUMERAL.test(word)) return digitsRead(word, 1);
  const value = valueBelow100(word);
  return value === null ? null : digitsRead(String(value), 1);
};

const RULES: readonly Rule[] = [repeated, times, plurals, hundreds, tens, single, joined];

/** The number that begins at a word; null when none does. @param words folded */
export function numberAt(words: readonly string[], at: number): SpokenNumber | null {
  for (const rule of RULES) {
    const found = rule(words, at);
    if (found) return found;
  }
  return null;
}

/** Whether a word says a number by itself. */
export function isNumberWord(word: string | undefined): boolean {
  return word !== undefined && (NUMERAL.test(word) || VALUE_PACKS.some((pack) => small(pack, word) !== null));
}

/** Whether every doubtful zero ("oh") stands among numbers of its own language or numerals. */
export function zerosAreMeant(words: readonly string[]): boolean {
  return VALUE_PACKS.every((pack) => {
    const doubtful = list(pack.doubtfulZeros);
    if (!words.some((word) => doubtful.includes(word))) return true;
    return words.every(
      (word) => doubtful.includes(word) || !isNumberWord(word) || NUMERAL.test(word) || small(pack, word) !== null,
    );
  });
}
