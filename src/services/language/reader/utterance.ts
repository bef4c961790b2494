import { localOf, partsOf } from './calendar';
import type { SpokenClock } from './clock-reading';
import { coverText, type FieldKind } from './cover';
import { calendarPiece, dated, EDGES, problem } from './facts';
import type { Connector, DateEvent, DayPart, Fact, FactOf, Problem, SpokenWindow } from './facts';
import { isWord, senseOf, type SenseKind, type Token, type WrittenDate } from './senses';

/** What a text says about the time of day. */
export interface SaidTimes {
  clocks: SpokenClock[];
  windows: SpokenWindow[];
  dayParts: DayPart[];
  anyTime: boolean;
}

/** Everything a text says about time, still without a calendar. */
export interface Utterance extends SaidTimes {
  dates: DateEvent[];
  /** "zur gleichen Zeit" */
  sameTime: boolean;
  /** "in zwei Stunden"; 0 is "jetzt". */
  minutesAhead: number | null;
  /** Which of two equal wall-clock times, after the clocks went back. */
  repeated: boolean | null;
  problem: Problem | null;
}

const isDay = (fact: Fact): boolean => fact.is === 'date' || fact.is === 'stamp';
const isTime = (fact: Fact): boolean => ['clock', 'window', 'part', 'any', 'same', 'stamp', 'ahead'].includes(fact.is);

/** Reads a text; nothing of it is dropped: what no rule could use is the problem that is asked about. */
export function readUtterance(tokens: readonly Token[], kind: FieldKind, zone: string): Utterance {
  const { facts, unused } = coverText(tokens, kind);
  const said = corrected(withoutRefused(facts));
  const kept = untilClock(said ?? []);
  const firstAhead = kept.find((fact) => fact.is === 'ahead');
  const plain = kept.flatMap((fact) => {
    if (fact.is === 'stamp') return stampFacts(fact, kind, zone);
    return fact.is === 'ahead' && fact !== firstAhead ? [problem('time', 'contradictory'), fact] : [fact];
  });
  const all = <K extends Fact['is']>(is: K): FactOf<K>[] => plain.filter((fact): fact is FactOf<K> => fact.is === is);
  const refused: Problem | null = all('not').length > 0 ? { about: 'date', reason: 'negated' } : null;
  const noted = all('problem')[0]?.problem ?? refused;
  return {
    dates: plain.filter((fact) => fact.is === 'date' || fact.is === 'connector'),
    clocks: all('clock').map(({ clock }) => clock),
    windows: all('window').map(({ window }) => window),
    dayParts: all('part').map(({ part }) => part),
    anyTime: all('any').length > 0,
    sameTime: all('same').length > 0,
    minutesAhead: all('ahead').at(-1)?.minutes ?? null,
    repeated: all('repeated').at(-1)?.later ?? null,
    problem:
      said === null
        ? { about: 'date', reason: 'negated' }
        : (problemOf(kept, unused, tokens, kind) ?? (noted && kind === 'time' ? { ...noted, about: 'time' } : noted)),
  };
}

/** A date field's midnight is a day; so is midnight of the branch's zone written in another, as machines do. */
function stampFacts({ stamp }: FactOf<'stamp'>, kind: FieldKind, zone: string): Fact[] {
  const { hour, minute, instant } = stamp;
  const dayOnly = kind === 'date' && hour === 0 && minute === 0;
  const day = (at: WrittenDate): Fact => dated(calendarPiece(at.day, at.month, { year: at.year ?? null }));
  const clock = (at: { hour: number; minute: number }): Fact => ({
    is: 'clock',
    clock: { style: 'day', minutes: at.hour * 60 + at.minute },
    bare: false,
  });
  if (instant && !dayOnly) {
    const local = localOf(instant, zone);
    const facts: Fact[] = [day(partsOf(local.date)), { is: 'repeated', later: local.repeated }];
    return kind !== 'date' || local.hour + local.minute > 0 ? [...facts, clock(local)] : facts;
  }
  if (dayOnly) return [day(stamp.value)];
  return [day(stamp.value), hour > 23 || minute > 59 ? problem('time', 'impossible') : clock(stamp)];
}

export function saysDate(utterance: Utterance): boolean {
  return utterance.dates.some((event) => 'piece' in event) || utterance.minutesAhead !== null;
}

export function saysTime(utterance: Utterance): boolean {
  const { clocks, windows, dayParts, anyTime, minutesAhead } = utterance;
  return clocks.length + windows.length + dayParts.length > 0 || anyTime || minutesAhead !== null;
}

/**
 * "Mittwoch statt Dienstag", "nicht um drei, sondern um vier": what is refused in favour of something else is left
 * out or corrected.
 */
function withoutRefused(facts: readonly Fact[]): Fact[] {
  const instead = facts.findIndex((fact) => fact.is === 'instead');
  const refused = facts[instead + 1];
  if (instead >= 0 && refused) {
    const ofKind = isDay(refused) ? isDay : isTime;
    const others = facts.filter((_, index) => index !== instead && index !== instead + 1);
    return others.some(ofKind) && ofKind(refused) ? withoutRefused(others) : [...others, { is: 'not' }];
  }
  return facts.flatMap((fact, index) => {
    const corrects = (at: number): boolean => isRefused(facts.slice(0, at)) && !isRefused(facts.slice(at));
    if (fact.is === 'but' && excepts(facts, index)) return [{ is: 'not' }];
    if (fact.is === 'but') return corrects(index) ? [{ is: 'correction' }] : [];
    const settled = fact.is === 'not' && facts.some((other, at) => at > index && other.is === 'but' && corrects(at));
    return settled ? [] : [fact];
  });
}

/** "any time but the morning" */
function excepts(facts: readonly Fact[], but: number): boolean {
  const excepted = facts[but + 1]?.is;
  const isOpen = facts.slice(0, but).some((fact) => fact.is === 'any');
  return isOpen && (excepted === 'part' || excepted === 'clock' || excepted === 'date');
}

const isRefused = (facts: readonly Fact[]): boolean => facts.some((fact) => fact.is === 'not');

/**
 * "Dienstag, ach nein, Mittwoch": what follows a correction replaces what it is of the same kind as. null when the
 * correction is followed by nothing, or by nothing that was said before.
 */
function corrected(facts: readonly Fact[]): Fact[] | null {
  let kept: Fact[] = [];
  const parts = split(facts);
  for (const [index, part] of parts.entries()) {
    if (index === 0 || !kept.some((fact) => isDay(fact) || isTime(fact))) kept = [...kept, ...part];
    else {
      const [days, times] = [part.some(isDay), part.some(isTime)];
      const replaces = (days && kept.some(isDay)) || (times && kept.some(isTime));
      if (!replaces) return null;
      const staying = kept.filter((fact) => !(days && isReplaced(fact, part)) && !(times && isTime(fact)));
      kept = [...staying, ...part.map((fact) => inMonthOf(fact, kept))];
    }
  }
  return kept;
}

/** "by Friday noon": the time limits the day that it is said with. */
function untilClock(facts: Fact[]): Fact[] {
  const opening = facts.findIndex(
    (fact) => fact.is === 'connector' && !fact.trailing && (fact.connector === 'until' || fact.connector === 'before'),
  );
  const at = facts.findIndex((fact, index) => index > opening && fact.is !== 'date');
  const clock = facts[at];
  const alone = facts.filter((fact) => fact.is === 'connector' || isTime(fact)).length === 2;
  if (opening < 0 || at <= opening + 1 || clock?.is !== 'clock' || !alone) return facts;
  const limit: Fact = { is: 'window', window: { shape: 'until', bound: { at: clock.clock, daytime: null } } };
  return facts.flatMap((fact, index) => (index === opening ? [] : index === at ? [limit] : [fact]));
}

function split(facts: readonly Fact[]): Fact[][] {
  const parts: Fact[][] = [[]];
  for (const fact of facts) {
    if (fact.is === 'correction') parts.push([]);
    else parts.at(-1)?.push(fact);
  }
  return parts;
}

/** Another weekday leaves the week that was named. */
function isReplaced(fact: Fact, by: readonly Fact[]): boolean {
  const onlyWeekday = by.every((one) => one.is !== 'date' || one.piece.is === 'weekday');
  const isWeek = fact.is === 'date' && (fact.piece.is === 'week' || fact.piece.is === 'iso_week');
  return (isDay(fact) || fact.is === 'connector') && !(onlyWeekday && isWeek);
}

/** "am elften Dezember, nein, am zwölften" stays in December. */
function inMonthOf(fact: Fact, before: readonly Fact[]): Fact {
  if (fact.is !== 'date' || fact.piece.is !== 'calendar' || fact.piece.month !== null) return fact;
  const { piece } = fact;
  const named = before.map((one) => (one.is === 'date' && one.piece.is === 'calendar' ? one.piece : null));
  const { month, year } = named.find((one) => one !== null) ?? piece;
  return { is: 'date', piece: { ...piece, month, year: piece.year ?? year } };
}

const ABOUT_TIME: SenseKind[] = ['clock', 'comparative', 'daytime', 'mixed', 'span'];
const TIME_WORDS = [
  'around',
  'shortly',
  'past',
  'quarter',
  'three_quarters',
  'half_before',
  'half_past',
  'o_clock',
  'meridiem_am',
  'meridiem_pm',
  'zone',
  'h',
  'work',
] as const;
const CONNECTING: Connector[] = ['or', 'between', ...EDGES];

function problemOf(
  facts: readonly Fact[],
  unused: readonly number[],
  tokens: readonly Token[],
  kind: FieldKind,
): Problem | null {
  const hasDay = facts.some((fact) => isDay(fact) || fact.is === 'ahead');
  const [first] = unused;
  if (first !== undefined) return { about: aboutOf(first, tokens, kind, hasDay), reason: 'unreadable' };
  const loose = facts.findIndex((fact, index) => fact.is === 'connector' && !connects(fact, facts, index));
  const before = facts[loose - 1];
  if (loose >= 0)
    return { about: kind === 'time' || (before && isTime(before)) ? 'time' : 'date', reason: 'unreadable' };
  if (kind === 'time') {
    const written = tokens.flatMap((token) => senseOf(token, 'date')?.value ?? []);
    const isFigure = written.some(({ slashed, year }) => slashed && !year);
    const isDoubtful = isFigure || facts.some((fact) => fact.is === 'date' && fact.doubtful);
    return isDoubtful ? { about: 'time', reason: 'unreadable' } : null;
  }
  const bare = facts.some((fact) => fact.is === 'clock' && fact.bare);
  const supported = hasDay || facts.some((fact) => fact.is === 'part');
  return bare && !supported ? { about: 'date', reason: 'unreadable' } : null;
}

/** Which question helps: the one for the field that a word which could not be used belongs to. */
function aboutOf(at: number, tokens: readonly Token[], kind: FieldKind, hasDay: boolean): Problem['about'] {
  if (kind === 'time') return 'time';
  const [token, before] = [tokens[at], tokens[at - 1]];
  const ofTime = (of: Token | undefined): boolean =>
    TIME_WORDS.some((word) => isWord(of, word)) || ABOUT_TIME.some((sense) => senseOf(of, sense) !== null);
  const unit = senseOf(token, 'unit')?.value;
  if (ofTime(token) || isWord(before, 'around') || unit === 'hour' || unit === 'minute') return 'time';
  const figure = senseOf(token, 'digits') ?? senseOf(token, 'number') ?? senseOf(token, 'pair');
  return figure && hasDay ? 'time' : 'date';
}

/** A word that joins must stand between two days or two parts of a day, one that opens a span before a day. */
function connects(connecting: FactOf<'connector'>, facts: readonly Fact[], index: number): boolean {
  const { connector, trailing } = connecting;
  const [before, following] = [facts[index - 1], facts[index + 1]];
  const isCutShort = connector === 'to' && before?.is === 'clock' && !following;
  if (trailing || !CONNECTING.includes(connector)) return !isCutShort;
  const opensDay = following !== undefined && (isDay(following) || following.is === 'connector');
  if (connector !== 'or') return opensDay || (connector === 'until' && before?.is === 'date' && !following);
  return before !== undefined && isEither(before, following, opensDay);
}

const isEither = (before: Fact, following: Fact | undefined, opensDay: boolean): boolean =>
  (before.is === 'part' && following?.is === 'part') || (opensDay && isDay(before));
