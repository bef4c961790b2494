import type { Connector } from './facts';
import type { Fact } from './facts';
import { GRAMMAR } from './grammar';
import type { FunctionWord, Token } from './senses';

/** What kind of field a text came from; settles figures that could be either. */
export type FieldKind = 'date' | 'time' | 'datetime';

/** A text taken apart: what it says, in order, and the words with content that no rule could use. */
interface Cover {
  facts: readonly Fact[];
  /** Positions of tokens. */
  unused: readonly number[];
}

/** Each fact costs this much, so that one rule for many words wins over many rules for few. */
const FACT = 10;
/** A word with content must be used wherever that is possible at all. */
const UNUSED = 100;
/** A second time, or a second figure for the day, beside what was said already. */
const AGAIN = 15;
/** A figure read against the field it stands in: "5." as a day where a time belongs. */
const AGAINST_FIELD = 20;

/** Words that carry no content of their own; what it costs to pass over them. */
const PASSED_OVER: Partial<Record<FunctionWord, number>> = {
  the: 0,
  on: 0,
  of: 1,
  for: 0,
  that: 0,
  title: 1,
  with: 1,
  and: 2,
  free: 2,
  around: 2,
  von: 3,
  to: 3,
  oh: 5,
  but: 2,
  in: 12,
};

/** What was said before a place: a figure for a day, a time. */
interface State {
  cost: number;
  hasDay: boolean;
  hasWeekday: boolean;
  hasTime: boolean;
  /** A word that stands before a day was said, and no day yet. */
  opensDay: boolean;
  from: { state: State; at: number; facts: readonly Fact[]; unused: boolean } | null;
}

/** A text that is read again has the same tokens (see `tokenise`). */
const known: Record<FieldKind, WeakMap<readonly Token[], Cover>> = {
  date: new WeakMap(),
  time: new WeakMap(),
  datetime: new WeakMap(),
};

/** The cheapest way to read a whole text: every word with content used if rules allow it, by as few facts as possible. */
export function coverText(tokens: readonly Token[], kind: FieldKind): Cover {
  const cover = known[kind].get(tokens) ?? cheapestCover(tokens, kind);
  known[kind].set(tokens, cover);
  return cover;
}

function cheapestCover(tokens: readonly Token[], kind: FieldKind): Cover {
  const reading = GRAMMAR.read(tokens);
  const states: State[][] = tokens.map(() => []);
  const ends: State[] = [];
  const reach = (at: number, state: State): void => keepCheapest(states[at] ?? ends, state);
  reach(0, { cost: 0, hasDay: false, hasWeekday: false, hasTime: false, opensDay: false, from: null });
  for (const [at, token] of tokens.entries()) {
    const here = states[at] ?? [];
    const facts = here.length > 0 ? [...reading.matches('fact', at), ...reading.matches('trailer', at)] : [];
    const pass = costOfPassing(token, at, tokens);
    for (const state of here) {
      reach(at + 1, { ...state, cost: state.cost + pass, from: { state, at, facts: [], unused: pass >= UNUSED } });
      for (const { end, value, cost } of facts) reach(end, withFacts(state, at, value, cost, kind));
    }
  }
  const total = ({ cost, opensDay }: State): number => cost + (opensDay ? UNUSED : 0);
  return traced(ends.reduce<State | null>((best, state) => (best && total(best) <= total(state) ? best : state), null));
}

/** Of ways that said the same kinds of things so far only the cheapest goes on. */
function keepCheapest(among: State[], state: State): void {
  const alike = among.findIndex(
    (one) =>
      one.hasDay === state.hasDay &&
      one.hasWeekday === state.hasWeekday &&
      one.hasTime === state.hasTime &&
      one.opensDay === state.opensDay,
  );
  const other = among[alike];
  if (!other) among.push(state);
  else if (state.cost < other.cost) among[alike] = state;
}

function withFacts(state: State, at: number, facts: readonly Fact[], cost: number, kind: FieldKind): State {
  const next: State = { ...state, cost: state.cost + FACT + cost, from: { state, at, facts, unused: false } };
  for (const fact of facts) {
    next.cost += costBeside(fact, next, kind);
    remember(fact, next);
  }
  return next;
}

const OPENING: Connector[] = ['from', 'until', 'after', 'before', 'between'];

/** What makes a fact less likely after what was said before it. */
function costBeside(fact: Fact, before: State, kind: FieldKind): number {
  if (fact.is === 'date') return costOfDay(fact, before, kind);
  const unopened = before.opensDay && fact.is !== 'stamp' && fact.is !== 'connector' ? UNUSED : 0;
  const again = (fact.is === 'clock' || fact.is === 'window') && before.hasTime ? AGAIN : 0;
  return unopened + again;
}

function costOfDay({ piece, doubtful }: Extract<Fact, { is: 'date' }>, before: State, kind: FieldKind): number {
  const again =
    (before.hasDay && (piece.is === 'day' || doubtful === true)) || (before.hasWeekday && piece.is === 'weekday');
  return (again ? AGAIN : 0) + (doubtful && kind === 'time' ? AGAINST_FIELD : 0);
}

function remember(fact: Fact, state: State): void {
  if (fact.is === 'connector') {
    state.hasDay = state.hasWeekday = false;
    state.opensDay = OPENING.includes(fact.connector) && !fact.trailing;
  } else if (fact.is === 'correction' || fact.is === 'but') state.hasDay = state.hasWeekday = state.hasTime = false;
  else {
    state.opensDay = false;
    state.hasTime ||= fact.is === 'clock' || fact.is === 'window';
    state.hasDay ||=
      fact.is === 'stamp' || (fact.is === 'date' && (fact.piece.is === 'calendar' || fact.piece.is === 'day'));
    state.hasWeekday ||= fact.is === 'date' && fact.piece.is === 'weekday';
  }
}

function costOfPassing(token: Token, at: number, tokens: readonly Token[]): number {
  const costs = token.senses.map((sense) => {
    if (sense.is === 'filler') return tokens.length === 1 ? UNUSED : token.senses.length > 1 ? 1 : 0;
    if (sense.is === 'article') return 0;
    if (sense.is === 'dash') return 1;
    if (sense.is !== 'word') return UNUSED;
    const isLast = at === tokens.length - 1;
    return (sense.value === 'around' || sense.value === 'to') && isLast ? UNUSED : (PASSED_OVER[sense.value] ?? UNUSED);
  });
  return Math.min(UNUSED, ...costs);
}

function traced(last: State | null): Cover {
  const [facts, unused]: [Fact[][], number[]] = [[], []];
  for (let step = last?.from ?? null; step; step = step.state.from) {
    facts.push([...step.facts]);
    if (step.unused) unused.push(step.at);
  }
  return { facts: facts.reverse().flat(), unused: unused.reverse() };
}
