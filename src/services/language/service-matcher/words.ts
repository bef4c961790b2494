import type { Language } from '../../../domain';
import type { UnitKind } from './trade';
import { FILLERS, MISHEARD, TRADES } from './vocabulary';

const CONCEPTS = TRADES.flatMap((trade) => trade.concepts);
const SAYINGS = TRADES.flatMap((trade) => trade.sayings);

/** One thing that a phrase names: a known concept, or an unknown word. */
export interface Unit {
  /** The same for all words of one concept. */
  id: string;
  kind: UnitKind | 'word';
  /** As it was written, plain. */
  text: string;
}

const KNOWN: ReadonlyMap<string, { id: string; kind: UnitKind }> = new Map(
  CONCEPTS.flatMap(({ kind, words }) => {
    const all = words.split(' ');
    return all.map((word): [string, { id: string; kind: UnitKind }] => [word, { id: `=${all[0] ?? word}`, kind }]);
  }),
);
/** Other words of the same concept, for words that are nearly one of them. */
const WORDS_OF: ReadonlyMap<string, readonly string[]> = new Map(
  CONCEPTS.map(({ words }) => words.split(' ')).map((words) => [`=${words[0] ?? ''}`, words]),
);
/** The subject meant by a concept when none is said. */
const SUBJECT_OF = new Map(
  CONCEPTS.flatMap(({ words, of }) => (of === undefined ? [] : [[`=${words.split(' ')[0] ?? ''}`, `=${of}`]])),
);
/** What words mean that no service is called by. */
const IMPLIED: ReadonlyMap<string, readonly string[]> = new Map(
  TRADES.flatMap(({ implies }) =>
    Object.entries(implies).flatMap(([meaning, words]) =>
      words.split(' ').map((word) => [word, meaning.split(' ')] as const),
    ),
  ),
);
const pairsOf = (which: 'included' | 'near'): [string, string][] =>
  TRADES.flatMap((trade) => Object.entries(trade[which] ?? {}).map(([a, b]): [string, string] => [`=${a}`, `=${b}`]));
const INCLUDED = new Map(pairsOf('included'));
const NEAR = new Map(pairsOf('near'));
const FILLING: ReadonlySet<string> = new Set(FILLERS);
const MOST_WORDS = 24;
const LONGEST_WORD = 60;
/** Shorter parts of a compound would be found in any word. */
const SHORTEST_KNOWN_PART = 3;
const SHORTEST_UNKNOWN_PART = 3;
/** A part that leaves the rest of the word unexplained must be longer than this. */
const SURE_PART = 4;

/** Lower case, umlauts spelled out, only letters and digits, single spaces. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/['’`´]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** The words of a plain text that can name a service. */
export function tellingWords(text: string, language: Language | null): string[] {
  const misheard = language === null ? null : MISHEARD[language];
  return SAYINGS.reduce((said, [saying, meaning]) => said.replace(saying, meaning), text)
    .split(' ')
    .slice(0, MOST_WORDS)
    .map((word) => misheard?.get(word) ?? word)
    .filter((word) => word !== '' && word.length <= LONGEST_WORD && !FILLING.has(word));
}

/** The things that a word names; a compound names several ("herrenhaarschnitt": herren, haar, schnitt). */
export function unitsOf(word: string): Unit[] {
  const whole = KNOWN.get(word);
  if (whole) return [{ ...whole, text: word }];
  const parts = splitCompound(word);
  // "Kontrolltermin" is a Kontrolle: what says nothing as a word says nothing as a part.
  const telling = parts.filter((part) => !FILLING.has(part));
  return (telling.length > 0 ? telling : parts).map((part) => {
    const known = KNOWN.get(part);
    return known
      ? { ...known, text: part }
      : { id: stemOf(part), kind: /^\d+$/.test(part) ? 'quality' : 'word', text: part };
  });
}

/** What a word means in its trade where no service is called by it; null for other words. */
export function impliedBy(word: string): Unit[] | null {
  return IMPLIED.get(word)?.flatMap(unitsOf) ?? null;
}

/** The subject that is meant when none is said; undefined where there is no such. */
export function subjectOf(unit: Unit): Unit | undefined {
  const id = SUBJECT_OF.get(unit.id);
  return id === undefined ? undefined : { id, kind: 'subject', text: id.slice(1) };
}

/** Whether the care of that subject includes the action. */
export function isIncluded(action: Unit, subject: Unit): boolean {
  return INCLUDED.get(subject.id) === action.id;
}

/** The action that comes nearest; null where none does. */
export function nearTo(unit: Unit): Unit | null {
  const id = NEAR.get(unit.id);
  return id === undefined ? null : { id, kind: 'action', text: id.slice(1) };
}

/** All words that mean a known thing; none for unknown words. */
export function wordsFor(unitId: string): readonly string[] {
  return WORDS_OF.get(unitId) ?? [];
}

interface Split {
  parts: string[];
  /** Letters that no known word explains. */
  unexplained: number;
}

/** Known parts with at most one unknown between them; the word itself when that explains too little. */
function splitCompound(word: string): string[] {
  if (word.length < 2 * SHORTEST_KNOWN_PART) return [word];
  const memo = new Map<string, string[] | null>();
  const whole = allKnown(word, memo);
  if (whole) return whole;
  let best: Split | null = null;
  for (let cut = SURE_PART; cut <= word.length - SHORTEST_UNKNOWN_PART; cut++) {
    const head = allKnown(word.slice(0, cut), memo);
    if (head) best = better(best, { parts: [...head, withoutLink(word.slice(cut))], unexplained: word.length - cut });
    const at = word.length - cut;
    const tail = at >= SHORTEST_UNKNOWN_PART ? allKnown(word.slice(at), memo) : null;
    if (tail) best = better(best, { parts: [word.slice(0, at), ...tail], unexplained: at });
  }
  return best?.parts ?? [word];
}

function better(a: Split | null, b: Split): Split {
  return a && a.unexplained <= b.unexplained ? a : b;
}

/** The fewest known words that the text consists of, with German linking letters between them. */
function allKnown(text: string, memo: Map<string, string[] | null>): string[] | null {
  if (KNOWN.has(text)) return [text];
  const remembered = memo.get(text);
  if (remembered !== undefined) return remembered;
  let best: string[] | null = null;
  for (let cut = SHORTEST_KNOWN_PART; cut <= text.length - SHORTEST_KNOWN_PART; cut++) {
    const head = text.slice(0, cut);
    if (!KNOWN.has(head)) continue;
    for (const rest of new Set([text.slice(cut), withoutLink(text.slice(cut))])) {
      const tail = allKnown(rest, memo);
      if (tail && (!best || tail.length + 1 < best.length)) best = [head, ...tail];
    }
  }
  memo.set(text, best);
  return best;
}

function withoutLink(rest: string): string {
  return rest.length > SURE_PART && /^[sn][^aeiou]/.test(rest) ? rest.slice(1) : rest;
}

/** Endings of number and case do not make another thing. */
function stemOf(word: string): string {
  if (word.length < 5) return word;
  const stem = word.replace(/(?:en|er|es|em|e|n|s)$/, '');
  return stem.length >= 4 ? stem : word;
}
