import { matchClock, skipIntroduction, type Match, type Strictness } from './clock-grammar';
import type { SpokenClock } from './clock-reading';
import type { Daytime } from './senses';
import { isWord, numberOf, senseOf, type Token } from './tokens';

/** The end of a span of time: a clock or a part of the day ("ab mittags"). */
export type Bound = { at: SpokenClock; daytime?: Daytime } | { daytime: Daytime };

export type SpokenWindow =
  | { shape: 'from' | 'until'; bound: Bound }
  | { shape: 'between'; from: Bound; to: Bound }
  /** "kurz nach drei" */
  | { shape: 'shortly'; direction: 'after' | 'before'; at: SpokenClock };

export type WindowMatch = Match<SpokenWindow | 'impossible'>;

/** "ab 16 Uhr", "nach fünf", "nicht vor zehn", "zwischen 10 und 12", "from 2 to 4 pm", "kurz nach drei". */
export function matchWindow(tokens: readonly Token[], at: number, strictness: Strictness): WindowMatch | null {
  const window =
    negatedBound(tokens, at) ??
    comparison(tokens, at) ??
    shortly(tokens, at) ??
    between(tokens, at, strictness) ??
    oneSided(tokens, at, strictness);
  if (!window) return openEnded(tokens, at, strictness);
  return tendencyAt(tokens, at + window.length) ? { ...window, length: window.length + 2 } : window;
}

/** "später als drei", "earlier than ten" */
function comparison(tokens: readonly Token[], at: number): WindowMatch | null {
  const comparative = senseOf(tokens[at], 'comparative')?.value;
  if (!comparative || !isWord(tokens[at + 1], 'than')) return null;
  return bounded(tokens, at, 2, comparative === 'late' ? 'from' : 'until');
}

/** Said before a clock as well as after it. */
const LIMITS = new Set(['earliest', 'latest', 'fruhestens', 'spatestens', 'allerspatestens', 'hochstens', 'maximal']);

/** "15 Uhr oder später", "ten or earlier", "3 pm onwards", "eleven at the latest" */
function openEnded(tokens: readonly Token[], at: number, strictness: Strictness): WindowMatch | null {
  const start = isWord(tokens[at + 1], 'or') ? 'loose' : strictness;
  const clock = matchClock(tokens, at, start);
  const end = clock ? endAt(tokens, at + clock.length) : null;
  if (!clock || !end) return null;
  const length = clock.length + end.length;
  if (clock.value === 'impossible') return { length, value: 'impossible' };
  return { length, value: { shape: end.value, bound: { at: clock.value } } };
}

/** What opens a clock to one side after it was said: "or later", "onwards", "at the latest", "spätestens". */
function endAt(tokens: readonly Token[], at: number): Match<'from' | 'until'> | null {
  const tendency = tendencyAt(tokens, at);
  if (tendency) return { length: 2, value: tendency === 'late' ? 'from' : 'until' };
  if (isWord(tokens[at], 'onward')) return { length: 1, value: 'from' };
  let index = at;
  while (isWord(tokens[index], 'around', 'the')) index += 1;
  const limit = tokens[index];
  const limits = limit?.is === 'word' && LIMITS.has(limit.key) && matchClock(tokens, index + 1, 'loose') === null;
  return limits ? { length: index + 1 - at, value: isWord(limit, 'from') ? 'from' : 'until' } : null;
}

function tendencyAt(tokens: readonly Token[], at: number): 'early' | 'late' | null {
  return isWord(tokens[at], 'or') ? (senseOf(tokens[at + 1], 'comparative')?.value ?? null) : null;
}

/** "nicht vor zehn" = from ten; "no later than four" = until four. */
function negatedBound(tokens: readonly Token[], at: number): WindowMatch | null {
  if (!isWord(tokens[at], 'not')) return null;
  const limit = tokens[at + 1];
  const comparative = senseOf(limit, 'comparative')?.value;
  const skipped = comparative && isWord(tokens[at + 2], 'than') ? 3 : 2;
  if (isWord(limit, 'before') || (comparative === 'early' && skipped === 3))
    return bounded(tokens, at, skipped, 'from');
  if (isWord(limit, 'after') || (comparative === 'late' && skipped === 3)) return bounded(tokens, at, skipped, 'until');
  return null;
}

function shortly(tokens: readonly Token[], at: number): WindowMatch | null {
  if (!isWord(tokens[at], 'shortly')) return null;
  const direction = isWord(tokens[at + 1], 'after', 'past')
    ? 'after'
    : isWord(tokens[at + 1], 'before')
      ? 'before'
      : null;
  if (!direction) return null;
  const daytime = senseOf(tokens[at + 2], 'daytime')?.value;
  if (daytime && daytime !== 'noon') return { length: 3, value: 'impossible' };
  const clock = matchClock(tokens, at + 2, 'loose');
  if (!clock) return null;
  if (clock.value === 'impossible') return { length: clock.length + 2, value: 'impossible' };
  return { length: clock.length + 2, value: { shape: 'shortly', direction, at: clock.value } };
}

function between(tokens: readonly Token[], at: number, strictness: Strictness): WindowMatch | null {
  const opens = isWord(tokens[at], 'between') ? 'between' : isWord(tokens[at], 'from', 'von') ? 'from' : null;
  const first = opens ? openedBound(tokens, at + 1) : matchBound(tokens, at, 'either', strictness);
  if (!first || isDotted(tokens[opens ? at + 1 : at])) return null;
  const link = (opens ? at + 1 : at) + first.length;
  if (!links(tokens[link], opens)) return null;
  const spelled = skipUntil(tokens, link + 1);
  const second = matchBound(tokens, spelled, opens ? 'loose' : 'either', strictness);
  if (!second || isDayOfMonth(tokens, spelled + second.length)) return null;
  const length = spelled + second.length - at;
  if (first.value === 'impossible' || second.value === 'impossible') return { length, value: 'impossible' };
  return { length, value: { shape: 'between', from: first.value, to: second.value } };
}

/** The start of an announced span ends at its link: "from ten to twelve" is no "ten to twelve". */
function openedBound(tokens: readonly Token[], at: number): Match<Bound | 'impossible'> | null {
  const link = tokens.findIndex((token, index) => index > at && links(token, 'between'));
  const cut = link < 0 ? null : matchBound(tokens.slice(0, link), at, 'loose', 'loose');
  return cut && at + cut.length === link ? cut : matchBound(tokens, at, 'loose', 'loose');
}

/** "vom 5. bis 10." are days. */
function isDotted(token: Token | undefined): boolean {
  return token?.is === 'digits' && token.ordinal === 'dot';
}

function links(token: Token | undefined, opens: 'between' | 'from' | null): boolean {
  if (opens === 'between') return isWord(token, 'and', 'until', 'to') || token?.is === 'dash';
  return isWord(token, 'until', 'to') || token?.is === 'dash';
}

/** "10 and 12 December" are days. */
function isDayOfMonth(tokens: readonly Token[], at: number): boolean {
  return senseOf(tokens[at], 'month') !== null;
}

function oneSided(tokens: readonly Token[], at: number, strictness: Strictness): WindowMatch | null {
  if (isWord(tokens[at], 'from', 'after')) return bounded(tokens, at, 1, 'from', strictness);
  if (isWord(tokens[at], 'until', 'before')) return bounded(tokens, at, 1, 'until', strictness);
  if (!isWord(tokens[at], 'von')) return null;
  const found = bounded(tokens, at, 1, 'from', strictness);
  const on = found ? tokens[at + found.length] : undefined;
  const onward = isWord(on, 'from') || (on?.is === 'word' && on.key === 'an');
  return found && onward ? { ...found, length: found.length + 1 } : null;
}

function bounded(
  tokens: readonly Token[],
  at: number,
  skipped: number,
  shape: 'from' | 'until',
  strictness: Strictness = 'loose',
): WindowMatch | null {
  const start = skipUntil(tokens, at + skipped);
  const day = isDotted(tokens[start]) && (strictness === 'strict' || start > at + skipped);
  const bound = day ? null : matchBound(tokens, start, 'loose', 'loose');
  if (!bound || isDayOfMonth(tokens, start + bound.length)) return null;
  const length = start - at + bound.length;
  return { length, value: bound.value === 'impossible' ? 'impossible' : { shape, bound: bound.value } };
}

/** "bis spätestens 11", "from about 10": doubled prepositions and articles. */
function skipUntil(tokens: readonly Token[], at: number): number {
  let index = at;
  while (isWord(tokens[index], 'until', 'the', 'from')) index += 1;
  return index;
}

function matchBound(
  tokens: readonly Token[],
  at: number,
  wanted: 'loose' | 'either',
  strictness: Strictness,
): Match<Bound | 'impossible'> | null {
  const clock = matchClock(tokens, at, wanted === 'loose' ? 'loose' : bareSpan(tokens, at, strictness));
  if (clock) {
    const { value } = clock;
    if (value === 'impossible') return { length: clock.length, value };
    let end = at + clock.length;
    while (isWord(tokens[end], 'am', 'in', 'the')) end += 1;
    const daytime = wanted === 'loose' ? senseOf(tokens[end], 'daytime')?.value : undefined;
    return daytime
      ? { length: end + 1 - at, value: { at: value, daytime } }
      : { length: clock.length, value: { at: value } };
  }
  const start = skipIntroduction(tokens, at);
  const daytime = senseOf(tokens[start], 'daytime');
  return daytime && wanted === 'loose' ? { length: start - at + 1, value: { daytime: daytime.value } } : null;
}

/** "10 bis 12" and "10-12" need no introduction: two bare numbers with a link between are hours. */
function bareSpan(tokens: readonly Token[], at: number, strictness: Strictness): Strictness {
  if (strictness === 'loose') return 'loose';
  const linked = (index: number): boolean => isWord(tokens[index], 'until', 'to') || tokens[index]?.is === 'dash';
  const number = (index: number): boolean => numberOf(tokens[index]) !== null && !senseOf(tokens[index + 1], 'unit');
  return (linked(at + 1) && number(at + 2)) || (linked(at - 1) && number(at)) ? 'loose' : 'strict';
}
