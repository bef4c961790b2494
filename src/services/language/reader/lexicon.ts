import { LANGUAGE_CODES } from '../../../domain';
import { LANGUAGES } from '../languages';
import { fold, type FunctionWord, type KnownSense, type SenseKind } from './senses';

const WORDS = new Map<string, KnownSense[]>();
for (const language of LANGUAGE_CODES) {
  const { words, fillers } = LANGUAGES[language].reader;
  for (const [spellings, sense] of [...words, [fillers, { is: 'filler' }] as const])
    for (const spelling of spellings.split(' ')) learn(fold(spelling), { ...sense, language });
}

function learn(key: string, sense: KnownSense): void {
  const senses = WORDS.get(key) ?? [];
  WORDS.set(key, senses);
  const known = senses.some(
    (other) =>
      other.is === sense.is &&
      other.language === sense.language &&
      (sense.is !== 'word' || other.is !== 'word' || other.value === sense.value),
  );
  if (!known) senses.push(sense);
}

/** Every word that is known, with what it may mean. */
export function knownWords(): [key: string, senses: readonly KnownSense[]][] {
  return [...WORDS];
}

export function lookUp(key: string): readonly KnownSense[] {
  return WORDS.get(key) ?? [];
}

const hasKind = (senses: readonly KnownSense[], ...kinds: SenseKind[]): boolean =>
  senses.some((sense) => kinds.includes(sense.is));
const hasWord = (senses: readonly KnownSense[], ...words: FunctionWord[]): boolean =>
  senses.some((sense) => sense.is === 'word' && words.includes(sense.value));

/** Two words that may be written as one: "dienstagnachmittag", "morgenfrüh", "halbdrei", "elfuhr", "viertelnach". */
const COMPOUNDS: ((head: readonly KnownSense[], tail: readonly KnownSense[], headLength: number) => boolean)[] = [
  (head, tail, headLength) =>
    headLength >= 5 &&
    (hasKind(head, 'weekday', 'day') || hasWord(head, 'morgen')) &&
    (hasKind(tail, 'daytime') || hasWord(tail, 'morgen')),
  (head, tail) => hasKind(head, 'daytime') && (hasKind(tail, 'daytime') || hasWord(tail, 'morgen')),
  (head, tail) => hasKind(head, 'number') && hasWord(tail, 'o_clock'),
  (head, tail) => hasWord(head, 'half_before', 'quarter', 'three_quarters') && hasKind(tail, 'number'),
  (head, tail) => hasWord(head, 'quarter') && hasWord(tail, 'after', 'before'),
];

/** The two words that a longer one is made of; null when it is not. */
export function takeApart(key: string): [string, string] | null {
  for (let at = 2; at <= key.length - 3; at += 1) {
    const [head, tail] = [key.slice(0, at), key.slice(at)];
    const [first, second] = [lookUp(head), lookUp(tail)];
    if (first.length === 0 || second.length === 0) continue;
    if (COMPOUNDS.some((fits) => fits(first, second, head.length))) return [head, tail];
    if (tail === 'ish' && hasKind(first, 'number')) return [head, tail];
  }
  return null;
}

/** Two words that are one: "über morgen", "diens tag", "wochen ende". */
export function joined(first: string, second: string): readonly KnownSense[] | null {
  if (first.length + second.length < 6) return null;
  const senses = lookUp(first + second);
  const whole =
    hasKind(senses, 'weekday', 'day', 'daytime', 'feast', 'which') ||
    hasWord(senses, 'weekend', 'three_quarters', 'o_clock', 'noon_exact');
  return whole ? senses : null;
}
