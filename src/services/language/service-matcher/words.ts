import type { Language } from '../../../domain';
import { fold } from '../values/all-words';
import { TRADES, UNIT_KINDS, type UnitKind } from './trades';
import { FILLERS, MISHEARD } from './vocabulary';

const CONCEPTS = TRADES.flatMap(({ concepts }) =>
  UNIT_KINDS.flatMap((kind) => (concepts[kind] ?? []).map((words) => ({ kind, words: words.split(' ') }))),
);
const SAYINGS = TRADES.flatMap(({ sayings }) => sayings ?? []);

/** One thing that a phrase names: a known concept, or an unknown word. */
export interface Unit {
  /** The same for all words of one concept. */
  id: string;
  kind: UnitKind | 'word';
  /** As it was written, plain. */
  text: string;
}

const idOf = (concept: string): string => `=${concept}`;
const KNOWN = new Map(
  CONCEPTS.flatMap(({ kind, words }) => words.map((word) => [word, { id: idOf(words[0] ?? ''), kind }])),
);
/** Other words of the same concept, for words that are nearly one of them. */
const WORDS_OF = new Map(CONCEPTS.map(({ words }) => [idOf(words[0] ?? ''), words]));

/** Every word of a list that the trades give for a meaning, with that meaning. */
function meanings(which: 'subjectOf' | 'implies'): [word: string, meaning: string][] {
  const lists = TRADES.flatMap((trade) => Object.entries(trade[which] ?? {}));
  return lists.flatMap(([meaning, words]) => words.split(' ').map((word): [string, string] => [word, meaning]));
}

function related(which: 'included' | 'near'): ReadonlyMap<string, string> {
  const pairs = TRADES.flatMap((trade) => Object.entries(trade[which] ?? {}));
  return new Map(pairs.map(([concept, other]) => [idOf(concept), idOf(other)]));
}

const SUBJECT_OF = new Map(meanings('subjectOf').map(([concept, subject]) => [idOf(concept), idOf(subject)]));
const IMPLIED = new Map(meanings('implies'));
const INCLUDED = related('included');
const NEAR = related('near');
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
  return fold(text)
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
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
  return IMPLIED.get(word)?.split(' ').flatMap(unitsOf) ?? null;
}

const conceptOf = (id: string | undefined, kind: UnitKind): Unit | undefined =>
  id === undefined ? undefined : { id, kind, text: id.slice(1) };

/** The subject that is meant when none is said; undefined where there is no such. */
export const subjectOf = (unit: Unit): Unit | undefined => conceptOf(SUBJECT_OF.get(unit.id), 'subject');

/** The action that comes nearest; undefined where none does. */
export const nearTo = (unit: Unit): Unit | undefined => conceptOf(NEAR.get(unit.id), 'action');

/** Whether the care of that subject includes the action. */
export function isIncluded(action: Unit, subject: Unit): boolean {
  return INCLUDED.get(subject.id) === action.id;
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
