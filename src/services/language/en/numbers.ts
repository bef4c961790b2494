import { number, ordinal, type Entry } from '../reader/senses';

const UNITS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const TEENS = 'thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')];
const IRREGULAR_ORDINALS: Record<number, string> = {
  1: 'first',
  2: 'second',
  3: 'third',
  5: 'fifth',
  8: 'eighth',
  9: 'ninth',
  12: 'twelfth',
};

/** 0–99 in words: "thirty-five". */
export function englishNumber(value: number): string {
  const small = [...UNITS, ...TEENS][value];
  if (small !== undefined) return small;
  const tens = TENS[Math.floor(value / 10)] ?? '';
  return value % 10 === 0 ? tens : `${tens}-${UNITS[value % 10] ?? ''}`;
}

/** Tens with a unit ("twenty-first") reach the reader as two words and are joined there. */
export const ENGLISH_NUMBERS: readonly Entry[] = [
  ...Array.from({ length: 21 }, (_, value) => number(englishNumber(value), value)),
  ...[30, 40, 50, 60, 70, 80, 90].map((value) => number(englishNumber(value), value)),
  number('fourty', 40),
  ordinal('nineth', 9),
  ['a an', { is: 'article' }],
  ...Array.from({ length: 20 }, (_, index) =>
    ordinal(IRREGULAR_ORDINALS[index + 1] ?? `${englishNumber(index + 1).replace(/y$/, 'ie')}th`, index + 1),
  ),
  ordinal('thirtieth', 30),
];
