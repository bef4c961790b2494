import { readDateTime } from '../../../../src/services/language/reader/read-date-time';
import { contextOf, CASES_FILE, readCases } from './cases';

const ROUNDS = 3;
const CHARACTERS = 200;
/** Repeated until a text is long enough; each once provoked much work in some reader of dates. */
const HOSTILE = ['halb ', 'a ', '1.', '7. ', 'um ', 'ein und ', 'montag oder ', 'x', '9', 'von bis ', 'xyzabcd ', 'next ', '-'];

function microseconds(text: string, lang: 'de' | 'en'): number {
  const context = contextOf({ lang, reference: null });
  const beganNs = process.hrtime.bigint();
  readDateTime({ date: text }, context);
  return Number(process.hrtime.bigint() - beganNs) / 1000;
}

/** Every text is read once only, so that no cache answers. */
export function readingSpeed(): string[] {
  const texts = readCases(CASES_FILE).filter((said) => said.field === 'date');
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, said] of texts.entries()) {
      const talk = `${String(said.input)} ${'also bitte '.repeat(20)}`.slice(0, CHARACTERS - 5);
      const us = microseconds(`${talk} ${round}${index % 10}`, said.lang);
      if (round > 0) took.push(us);
    }
  }
  took.sort((a, b) => a - b);
  const at = (quantile: number): string => `${((took[Math.floor(took.length * quantile)] ?? 0) / 1000).toFixed(3)} ms`;
  const ratios = HOSTILE.map((part) => growth(part)).sort((a, b) => b - a);
  return [
    `\nreading ${CHARACTERS} characters: median ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(0.9999)}`,
    `hostile text: twice the length takes at most ${(ratios[0] ?? 0).toFixed(1)} times as long`,
  ];
}

function growth(part: string): number {
  const best = (length: number): number => {
    const times = Array.from({ length: 15 }, (_, index) =>
      microseconds(part.repeat(length).slice(0, length - 2) + String.fromCharCode(97 + index), 'de'),
    );
    return Math.min(...times);
  };
  best(CHARACTERS / 2);
  return best(CHARACTERS) / best(CHARACTERS / 2);
}
