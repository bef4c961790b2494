/** Spellings by value; the index is the digit. */
const DIGITS = [
  ['null', 'zero', 'oh', 'o'],
  ['eins', 'ein', 'one'],
  ['zwei', 'zwo', 'two'],
  ['drei', 'three'],
  ['vier', 'four'],
  ['fünf', 'fuenf', 'five'],
  ['sechs', 'six'],
  ['sieben', 'seven'],
  ['acht', 'eight'],
  ['neun', 'nine'],
];
const TEENS = [
  ['zehn', 'ten'],
  ['elf', 'eleven'],
  ['zwölf', 'zwoelf', 'twelve'],
  ['dreizehn', 'thirteen'],
  ['vierzehn', 'fourteen'],
  ['fünfzehn', 'fuenfzehn', 'fifteen'],
  ['sechzehn', 'sixteen'],
  ['siebzehn', 'seventeen'],
  ['achtzehn', 'eighteen'],
  ['neunzehn', 'nineteen'],
];
const TENS = [
  ['zwanzig', 'twenty'],
  ['dreißig', 'dreissig', 'thirty'],
  ['vierzig', 'forty', 'fourty'],
  ['fünfzig', 'fuenfzig', 'fifty'],
  ['sechzig', 'sixty'],
  ['siebzig', 'seventy'],
  ['achtzig', 'eighty'],
  ['neunzig', 'ninety'],
];
const ENGLISH_TENS = new Set(['twenty', 'thirty', 'forty', 'fourty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']);

const valuesOf = (spellings: string[][], value: (index: number) => number): [string, number][] =>
  spellings.flatMap((words, index) => words.map((word): [string, number] => [word, value(index)]));

const UNITS = new Map(valuesOf(DIGITS, (index) => index));
const TENS_BY_WORD = new Map(valuesOf(TENS, (index) => (index + 2) * 10));
const WORDS = new Map([...UNITS, ...valuesOf(TEENS, (index) => index + 10), ...TENS_BY_WORD]);
for (const [unit, value] of UNITS) {
  for (const [tens, tensValue] of TENS_BY_WORD) if (value > 0) WORDS.set(`${unit}und${tens}`, value + tensValue);
}

const REPEATS = new Map([
  ['double', 2],
  ['doppel', 2],
  ['doppelt', 2],
  ['zweimal', 2],
  ['triple', 3],
  ['dreifach', 3],
  ['dreimal', 3],
]);

/** Longest first, so that "sechzehn" is not read as "sech" and "zehn". */
const RUN = new RegExp(
  [...WORDS.keys()]
    .filter((word) => word.length > 2)
    .sort((a, b) => b.length - a.length)
    .join('|'),
  'g',
);

/** "eins" → `1`, "siebenundzwanzig" → `27`, "nulleinssieben" → `017`; null when the word is no number. */
export function digitsOfWord(word: string): string | null {
  if (/^\d+$/.test(word)) return word;
  const value = WORDS.get(word);
  if (value !== undefined) return String(value);
  if (word.length > 120 || word.replace(RUN, '') !== '') return null;
  return [...word.matchAll(RUN)].map((match) => String(WORDS.get(match[0]) ?? '')).join('') || null;
}

/**
 * A spoken number as digits, with a leading `+` when one was said: "plus vier neun eins sieben sechs", "oh one double
 * seven", "0176 dreiundzwanzig". Words that are no numbers are left out.
 */
export function spokenDigits(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/\+/g, ' plus ')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
  let digits = '';
  let international = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const next = words[at + 1] ?? '';
    if (word === 'plus' && digits === '') {
      international = true;
      continue;
    }
    const repeat = REPEATS.get(word);
    if (repeat !== undefined) {
      const repeated = digitsOfWord(next);
      if (repeated !== null) {
        digits += repeated.repeat(repeat);
        at++;
      }
      continue;
    }
    const unit = UNITS.get(word);
    const tensAfter = next === 'und' ? TENS_BY_WORD.get(words[at + 2] ?? '') : undefined;
    if (unit !== undefined && tensAfter !== undefined) {
      digits += String(tensAfter + unit);
      at += 2;
      continue;
    }
    const nextUnit = UNITS.get(next) ?? 0;
    if (ENGLISH_TENS.has(word) && nextUnit > 0) {
      digits += String((TENS_BY_WORD.get(word) ?? 0) + nextUnit);
      at++;
      continue;
    }
    digits += digitsOfWord(word) ?? '';
  }
  return digits === '' ? '' : `${international ? '+' : ''}${digits}`;
}
