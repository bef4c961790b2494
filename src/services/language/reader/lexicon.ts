import { LANGUAGES } from '../languages';
import { fold, type Entry, type Sense } from './senses';

const PACKS = Object.values(LANGUAGES).map((pack) => pack.reader);
const FILLERS: Entry[] = PACKS.map((pack) => [pack.fillers, { is: 'filler' }]);

const WORDS = new Map<string, Sense>();
for (const [words, sense] of [...PACKS.flatMap((pack) => pack.words), ...FILLERS]) {
  for (const word of words.split(' ')) {
    const key = fold(word);
    if (!WORDS.has(key)) WORDS.set(key, sense);
  }
}

const FIRST_HALVES: Sense['is'][] = ['weekday', 'day'];

/** Every word that is known, with its meaning. */
export function knownWords(): [key: string, sense: Sense][] {
  return [...WORDS];
}

export function lookUp(key: string): Sense | null {
  return WORDS.get(key) ?? null;
}

/** "dienstagnachmittag", "morgenfrüh", "halbdrei", "elfuhr", "tenish" as the two words they are made of. */
export function takeApart(key: string): [string, string] | null {
  for (let at = 2; at <= key.length - 3; at += 1) {
    const [head, tail] = [key.slice(0, at), key.slice(at)];
    const first = WORDS.get(head);
    const second = WORDS.get(tail);
    if (!first || !second) continue;
    const timeOfDay = second.is === 'daytime' || (second.is === 'word' && second.word === 'morgen');
    if (timeOfDay && (opensDay(head, first) || first.is === 'daytime')) return [head, tail];
    const clockWord = (second.is === 'word' && second.word === 'o_clock') || tail === 'ish';
    if (first.is === 'number' && clockWord) return [head, tail];
    if (
      second.is === 'number' &&
      first.is === 'word' &&
      ['half_before', 'quarter', 'three_quarters'].includes(first.word)
    )
      return [head, tail];
    if (
      first.is === 'word' &&
      first.word === 'quarter' &&
      second.is === 'word' &&
      ['after', 'before'].includes(second.word)
    )
      return [head, tail];
  }
  return null;
}

function opensDay(head: string, sense: Sense): boolean {
  if (head.length < 5) return false;
  return FIRST_HALVES.includes(sense.is) || (sense.is === 'word' && sense.word === 'morgen');
}

/** Two words that are one: "über morgen", "diens tag", "wochen ende". */
export function joined(first: string, second: string): Sense | null {
  const sense = WORDS.get(first + second);
  if (!sense) return null;
  const whole =
    sense.is === 'weekday' ||
    sense.is === 'day' ||
    sense.is === 'daytime' ||
    sense.is === 'feast' ||
    sense.is === 'which' ||
    (sense.is === 'word' && ['weekend', 'three_quarters', 'o_clock', 'noon_exact'].includes(sense.word));
  return whole && first.length + second.length >= 6 ? sense : null;
}
