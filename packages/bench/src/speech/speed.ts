import { readDateTime } from '../../../../src/services/language/reader/read-date-time';
import { contextOf, CASES_FILE, readCases } from './cases';

const ROUNDS = 6;
const CHARACTERS = 200;
/** Repeated until a text is long enough; each once provoked much work in some reader of dates. */
const HOSTILE = [
  'halb ',
  'a ',
  '1.',
  '7. ',
  'um ',
  'ein und ',
  'montag oder ',
  'x',
  '9',
  'von bis ',
  'xyzabcd ',
  'next ',
  '-',
];

function microseconds(text: string, lang: 'de' | 'en'): number {
  const context = contextOf({ lang, reference: null });
  const beganNs = process.hrtime.bigint();
  readDateTime({ date: text }, context);
  return Number(process.hrtime.bigint() - beganNs) / 1000;
}

/**
 * Every text is read a few times with another ending, so that no cache answers; the fastest counts, because other
 * programs on the machine interrupt some.
 */
export function readingSpeed(): string[] {
  const texts = readCases(CASES_FILE).filter((said) => said.field === 'date');
  const fastest = texts.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, said] of texts.entries()) {
      const talk = `${String(said.input)} ${'also bitte '.repeat(20)}`.slice(0, CHARACTERS - 4);
      const us = microseconds(`${talk} ${round}${index % 10}`, said.lang);
      if (round > 0) fastest[index] = Math.min(fastest[index] ?? us, us);
    }
  }
  fastest.sort((a, b) => a - b);
  const at = (quantile: number): string =>
    `${((fastest[Math.floor(fastest.length * quantile)] ?? 0) / 1000).toFixed(3)} ms`;
  const ratios = HOSTILE.map((part) => growth(part)).sort((a, b) => b - a);
  return [
    `\nreading ${CHARACTERS} characters: median ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(0.9999)}`,
    `hostile text: twice the length takes at most ${(ratios[0] ?? 0).toFixed(1)} times as long`,
  ];
}

/** How many times as long a text of twice the length takes. */
function growth(part: string): number {
  const fastest = (length: number): number =>
    Math.min(
      ...Array.from({ length: 20 }, (_, index) => {
        const ending = ` ${String.fromCharCode(97 + index, 97 + (index % 7))}`;
        return microseconds(part.repeat(length).slice(0, length - ending.length) + ending, 'de');
      }),
    );
  const [once, twice] = [fastest(CHARACTERS / 2), fastest(CHARACTERS)];
  return twice / once;
}
