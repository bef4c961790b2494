import { distance } from 'fastest-levenshtein';
import { LANGUAGES } from '../languages';
import { fold, pattern, replaceAll, wordSet } from './all-words';
import { hintAt, respelled, spelledAt, withLettersApart } from './spelling';

type NameReading = { kind: 'name'; name: string } | { kind: 'unreadable' };

/** A longer name is asked for again. */
export const LONGEST_NAME = 60;
const LONGEST_TEXT = 300;
const NAME = /^[\p{L}\p{M}][\p{L}\p{M}' .-]*$/u;
const PLACEHOLDER = /\{\{[^{}]*\}\}/;
const MARKUP = /<[^>]{0,200}>|[<>{}[\]\\|"“”„*_#`~()]+|\p{Cf}+/gu;
const NOT_SAID = /[,;!?…]+|\p{Cc}+|\p{Extended_Pictographic}\uFE0F?/gu;
/** Software numbers people ("Anna 2", "Kunde17"): the figure is not part of the name. */
const NUMBERING = /(?<=\p{L})\s{0,3}\d{1,4}(?=\s|$)/gu;
const GREETING = pattern('greetings', 'start');
const INTRODUCTION = pattern('introductions', 'start');
const TITLE = pattern('titles', 'start');
const ENDING = pattern('nameEndings', 'end');
const FILLERS = wordSet('fillers');
const CORRECTIONS = wordSet('corrections');
const NEVER = wordSet('notInNames');
const LAST_NAMES_AT_MOST = wordSet('lastNamesAtMost');
const NOT_NAMES = wordSet('notNames', 'notInNames', 'lastNamesAtMost', 'corrections', 'fillers');
const CUES = wordSet('spellingCues');
const FIRST_NAME = wordSet('firstNameLabels');
const LAST_NAME = wordSet('lastNameLabels');
const HYPHENS = wordSet('hyphens');
/** Written small and inside a name. */
const PARTICLES = new Set(
  'von van zu der den de la le da del della di dos du el al bin ibn ten ter und y af av'.split(' '),
);
/** Stands for a hyphen that was said. */
const HYPHEN = '\uE000';
const MARK = ' \u0001 ';

interface Word {
  text: string;
  folded: string;
  /** Letter by letter: a name whatever word the letters make ("Nee", "Frau"). */
  spelled?: true;
}

/** A person's name out of what was said. What was said about its spelling is used, what was taken back is left out. */
export function readPersonName(text: string): NameReading {
  const name = text.length > LONGEST_TEXT || PLACEHOLDER.test(text) ? null : nameIn(text);
  return name === null ? { kind: 'unreadable' } : { kind: 'name', name };
}

function nameIn(text: string): string | null {
  const clean = text
    .normalize('NFC')
    .replace(/[’`´]/g, "'")
    .replace(MARKUP, ' ')
    .replace(NOT_SAID, ' ')
    .replace(NUMBERING, '');
  const words = wordsOf(withLettersApart(clean));
  const parts = partsOf(withoutTalk(words));
  const name = parts === null ? null : parts.reduce<Word[] | null>(correctedBy, []);
  if (name === null || name.length === 0) return null;
  const joined = withoutFirstMention(name)
    .map((word) => word.text)
    .join(' ')
    .replaceAll(` ${HYPHEN} `, '-')
    .replace(/^[ .'-]+|(?<![ '-])[ '-]+$/g, '')
    .replace(/(?<=\p{L}{3})\.$/u, '');
  const titled = words.some((word) => TITLE.test(word.folded));
  const spelled = new Set(name.filter((word) => word.spelled).map((word) => word.folded));
  return isName(joined, titled, spelled) ? joined : null;
}

/** "O'Brien, Kate O'Brien": the name comes whole the second time. */
function withoutFirstMention(words: readonly Word[]): readonly Word[] {
  const isSaidAgain = words.length > 2 && words[0]?.folded === words.at(-1)?.folded;
  return isSaidAgain ? words.slice(1) : words;
}

function wordsOf(text: string): Word[] {
  const marked = text.split(/\s+/).filter(Boolean);
  return marked.map((word) => ({ text: word, folded: fold(word).replace(/(?<![.:])[.:]+$/, '') }));
}

/** Greetings, introductions, titles and what follows a name, as often as they come. */
function withoutTalk(words: readonly Word[]): Word[] {
  let rest = [...words];
  for (let before = -1; before !== rest.length;) {
    before = rest.length;
    rest = rest.filter((word) => !isFiller(word) || rest.length === 1);
    for (const start of [GREETING, INTRODUCTION, TITLE]) rest = rest.slice(wordsMatched(start, rest));
    const ending = wordsMatched(ENDING, rest);
    if (ending < rest.length) rest = rest.slice(0, rest.length - ending);
  }
  return rest;
}

/** "So" is a filler and a name. */
const isFiller = (word: Word): boolean => FILLERS.has(word.folded) || word.text === 'so';

/** How many words a pattern covers; none where nothing would be left. */
function wordsMatched(at: RegExp, words: readonly Word[]): number {
  const found = at.exec(words.map((word) => word.folded).join(' '))?.[0];
  const count = found === undefined ? 0 : found.split(' ').length;
  return count < words.length ? count : 0;
}

/** What was said before and after each "nein", with its spelling put right; null when that is not clear. */
function partsOf(words: readonly Word[]): Word[][] | null {
  const folded = words.map((word) => word.folded).join(' ');
  const marked = replaceAll(folded, 'correctionSayings', MARK);
  if (marked !== folded) return sayingsOf(words, marked);
  const parts: Word[][] = [[]];
  for (const word of words) {
    if (CORRECTIONS.has(word.folded)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  // "Anna nein": what was meant instead was not said.
  if ((parts.at(-1) ?? []).length === 0) return null;
  const spelled = parts.filter((part) => part.length > 0).map((part) => spelledOut(inOrder(withoutTalk(part))));
  return spelled.every((part): part is Word[] => part !== null) ? spelled : null;
}

/** "Nachname Schulze, Vorname Anna": the first name first, without the labels. */
function inOrder(words: readonly Word[]): Word[] {
  const isLabel = (word: Word): boolean => FIRST_NAME.has(word.folded) || LAST_NAME.has(word.folded);
  const label = words.findIndex((word) => FIRST_NAME.has(word.folded));
  const after = label < 0 ? [] : words.slice(label + 1);
  const end = after.findIndex(isLabel);
  const firstNames = end < 0 ? after : after.slice(0, end);
  return [...firstNames, ...words.filter((word) => !firstNames.includes(word) && !isLabel(word))];
}

function sayingsOf(words: readonly Word[], marked: string): Word[][] | null {
  const originals = [...words];
  const kept = marked
    .split(' ')
    .filter(Boolean)
    .map((word): Word => {
      if (word === MARK.trim()) return { text: 'nein', folded: 'nein' };
      while (originals.length > 0 && originals[0]?.folded !== word) originals.shift();
      return originals.shift() ?? { text: word, folded: word };
    });
  return partsOf(kept);
}

/** What has been made of the words so far. */
interface Spelling {
  words: readonly Word[];
  folded: readonly string[];
  originals: readonly string[];
  name: Word[];
  /** "geschrieben", "spelled": the letters that follow spell what was said. */
  cue: boolean;
}

/** Spelled letters become words or put the word before right; hints and hyphens are applied. */
function spelledOut(words: readonly Word[]): Word[] | null {
  const folded = words.map((word) => word.folded);
  const spelling: Spelling = { words, folded, originals: words.map((word) => word.text), name: [], cue: false };
  for (let at = 0; at < words.length;) {
    const used = byHint(spelling, at) ?? byLetters(spelling, at) ?? byWord(spelling, at);
    if (used === 0) return null;
    at += used;
  }
  return spelling.name;
}

/** How many words a hint takes; 0 when it is not clear, null when there is none. */
function byHint({ folded, originals, name }: Spelling, at: number): number | null {
  const last = name.at(-1);
  const hint = last ? hintAt(folded, at, originals) : null;
  if (!last || !hint) return null;
  const right = hint === 'unclear' ? null : respelled(last.text, hint);
  if (right === null || hint === 'unclear') return 0;
  name[name.length - 1] = asWord(right);
  return hint.used;
}

/** How many words spelled letters take; 0 when what they spell is not clear, null when there are none. */
function byLetters({ folded, originals, name, cue }: Spelling, at: number): number | null {
  const spelled = spelledAt(folded, at, originals);
  if (!spelled || !isSpelling(spelled, cue)) return null;
  return addSpelled(name, spelled.letters, cue) ? spelled.used : 0;
}

function byWord(spelling: Spelling, at: number): number {
  const { words, name } = spelling;
  const word = words[at];
  if (!word) return 1;
  const isInside = name.length > 0;
  if (isInside && CUES.has(word.folded)) spelling.cue = true;
  else if (isInside && HYPHENS.has(word.folded) && at + 1 < words.length) name.push({ text: HYPHEN, folded: '-' });
  else name.push(word);
  return 1;
}

/** One or two bare letters are initials. */
function isSpelling(spelled: { used: number; explicit: boolean }, cue: boolean): boolean {
  return spelled.explicit || spelled.used > 2 || (cue && spelled.used > 1);
}

const asWord = (text: string): Word => ({ text, folded: fold(text) });

/** Puts the spelled word in the place of the last one it may spell, or behind a first name. False when neither is clear. */
function addSpelled(name: Word[], letters: string, cue: boolean): boolean {
  const written = asWord(letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase());
  const spelled: Word = { ...written, spelled: true };
  const place = name.findLastIndex((word) => isLike(word.folded, spelled.folded));
  if (place >= 0) {
    name[place] = spelled;
    return true;
  }
  if (letters.length < 2 || cue) return false;
  name.push(spelled);
  return true;
}

function isLike(one: string, other: string): boolean {
  const soundsAlike = Object.values(LANGUAGES).some((pack) => {
    const code = pack.soundOf(one.replace(/[^a-z]/g, ''));
    return code.length > 1 && code === pack.soundOf(other.replace(/[^a-z]/g, ''));
  });
  return soundsAlike || distance(one, other) <= Math.max(one.length, other.length) * 0.4;
}

/** The name after a correction: another whole name, or a word in the place of the one it resembles. */
function correctedBy(before: Word[] | null, part: Word[]): Word[] | null {
  if (before === null || part.length === 0) return null;
  if (before.length === 0 || part.length >= before.length) return part;
  const [only, second] = part;
  if (!only || second) return null;
  const alike = before.flatMap((word, at) => (isLike(word.folded, only.folded) ? [at] : []));
  const [place, another] = alike;
  return place === undefined || another !== undefined ? null : before.map((word, at) => (at === place ? only : word));
}

/** @param titled "Herr Sonntag" is no day. @param spelled folded words that were said letter by letter */
function isName(text: string, titled: boolean, spelled: ReadonlySet<string>): boolean {
  if (text.length > LONGEST_NAME || !NAME.test(text)) return false;
  const words = wordsOf(text).map((word) => word.folded);
  const isRefused = (word: string, refused: ReadonlySet<string>): boolean => refused.has(word) && !spelled.has(word);
  const couldBe = (word: string): boolean =>
    (titled && LAST_NAMES_AT_MOST.has(word)) || !(isRefused(word, NOT_NAMES) || isRefused(word, PARTICLES));
  if (words.some((word) => isRefused(word, NEVER)) || !words.some(couldBe)) return false;
  // "Peter Freitag" is a man, "Freitag Peter" a wish and a man.
  if (words.slice(0, -1).some((word) => isRefused(word, LAST_NAMES_AT_MOST))) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 2 || (letters === 1 && /\p{Script=Han}/u.test(text));
}
