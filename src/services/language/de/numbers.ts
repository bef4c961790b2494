import { number, ordinal, type Entry } from '../reader/senses';

const UNITS = 'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' ');
const TEENS = 'dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'.split(' ');
const TENS = ['', '', ...'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ')];
const IRREGULAR_ORDINALS: Record<number, string[]> = {
  1: ['erst'],
  2: ['zweit', 'zwot'],
  3: ['dritt'],
  7: ['siebt', 'siebent'],
  8: ['acht'],
};

/** 0–99 as one word: "fünfunddreißig". */
export function germanNumber(value: number): string {
  const small = [...UNITS, ...TEENS][value];
  if (small !== undefined) return small;
  const unit = value % 10;
  const tens = TENS[Math.floor(value / 10)] ?? '';
  if (unit === 0) return tens;
  return `${unit === 1 ? 'ein' : (UNITS[unit] ?? '')}und${tens}`;
}

function ordinals(value: number): string {
  const stems = IRREGULAR_ORDINALS[value] ?? [`${germanNumber(value)}${value < 20 ? 't' : 'st'}`];
  return stems.flatMap((stem) => ['e', 'en', 'er', 'es', 'em'].map((ending) => stem + ending)).join(' ');
}

export const GERMAN_NUMBERS: readonly Entry[] = [
  ...Array.from({ length: 100 }, (_, value) => number(germanNumber(value), value)),
  ...Array.from({ length: 20 }, (_, index) => {
    const word = germanNumber(20 + index);
    return number(`zweitausend${word} zweitausendund${word}`, 2020 + index);
  }),
  number('zwo', 2),
  // "um viere": an hour with an ending, as in the south; "achte" is the eighth as well.
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((value) => number(`${germanNumber(value)}e`, value)),
  ['ein eine einer einem einen eines nem ner ne', { is: 'article' }],
  ...Array.from({ length: 31 }, (_, index) => ordinal(ordinals(index + 1), index + 1)),
];
