import type { Entry } from './senses';

const GERMAN_UNITS = [
  'null',
  'eins',
  'zwei',
  'drei',
  'vier',
  'fünf',
  'sechs',
  'sieben',
  'acht',
  'neun',
  'zehn',
  'elf',
  'zwölf',
];
const GERMAN_TEENS = ['dreizehn', 'vierzehn', 'fünfzehn', 'sechzehn', 'siebzehn', 'achtzehn', 'neunzehn'];
const GERMAN_TENS = ['', '', 'zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'];
const ENGLISH_UNITS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const ENGLISH_TEENS = ['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const ENGLISH_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

const GERMAN_IRREGULAR_ORDINALS: Record<number, string[]> = {
  1: ['erst'],
  2: ['zweit', 'zwot'],
  3: ['dritt'],
  7: ['siebt', 'siebent'],
  8: ['acht'],
};
const ENGLISH_IRREGULAR_ORDINALS: Record<number, string> = {
  1: 'first',
  2: 'second',
  3: 'third',
  5: 'fifth',
  8: 'eighth',
  9: 'ninth',
  12: 'twelfth',
};

/** 0–99 as one German word: "fünfunddreißig". */
export function germanNumber(value: number): string {
  const small = [...GERMAN_UNITS, ...GERMAN_TEENS][value];
  if (small !== undefined) return small;
  const unit = value % 10;
  const tens = GERMAN_TENS[Math.floor(value / 10)] ?? '';
  if (unit === 0) return tens;
  return `${unit === 1 ? 'ein' : (GERMAN_UNITS[unit] ?? '')}und${tens}`;
}

/** 0–99 in English words: "thirty-five". */
export function englishNumber(value: number): string {
  const small = [...ENGLISH_UNITS, ...ENGLISH_TEENS][value];
  if (small !== undefined) return small;
  const tens = ENGLISH_TENS[Math.floor(value / 10)] ?? '';
  return value % 10 === 0 ? tens : `${tens}-${ENGLISH_UNITS[value % 10] ?? ''}`;
}

function germanOrdinals(value: number): string[] {
  const stems = GERMAN_IRREGULAR_ORDINALS[value] ?? [`${germanNumber(value)}${value < 20 ? 't' : 'st'}`];
  return stems.flatMap((stem) => ['e', 'en', 'er', 'es', 'em'].map((ending) => stem + ending));
}

/** "um viere": an hour with an ending, as in the south; "achte" is the eighth as well and left to its neighbours. */
function dialectal(value: number): Entry {
  return [`${germanNumber(value)}e`, { is: 'number', value, language: 'de' }];
}

/** Tens with a unit ("twenty-first") reach the reader as two words and are joined there. */
function englishOrdinal(value: number): string {
  return ENGLISH_IRREGULAR_ORDINALS[value] ?? `${englishNumber(value).replace(/y$/, 'ie')}th`;
}

export const NUMBER_WORDS: Entry[] = [
  ...Array.from({ length: 100 }, (_, value): Entry => [germanNumber(value), { is: 'number', value, language: 'de' }]),
  ...Array.from({ length: 20 }, (_, years): Entry => {
    const value = 2020 + years;
    return [
      `zweitausend${germanNumber(value - 2000)} zweitausendund${germanNumber(value - 2000)}`,
      { is: 'number', value, language: 'de' },
    ];
  }),
  ['zwo', { is: 'number', value: 2, language: 'de' }],
  ...[2, 3, 4, 5, 6, 7, 9, 10, 11, 12].map(dialectal),
  ['ein eine einer einem einen eines nem ner ne', { is: 'article' }],
  ...Array.from({ length: 31 }, (_, index): Entry => [
    germanOrdinals(index + 1).join(' '),
    { is: 'ordinal', value: index + 1, language: 'de' },
  ]),
  ...Array.from({ length: 21 }, (_, value): Entry => [englishNumber(value), { is: 'number', value, language: 'en' }]),
  ...[30, 40, 50, 60, 70, 80, 90].map((value): Entry => [
    englishNumber(value),
    { is: 'number', value, language: 'en' },
  ]),
  ['fourty', { is: 'number', value: 40, language: 'en' }],
  ['nineth', { is: 'ordinal', value: 9, language: 'en' }],
  ['a an', { is: 'article' }],
  ...Array.from({ length: 20 }, (_, index): Entry => [
    englishOrdinal(index + 1),
    { is: 'ordinal', value: index + 1, language: 'en' },
  ]),
  ['thirtieth', { is: 'ordinal', value: 30, language: 'en' }],
];
