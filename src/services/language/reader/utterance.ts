import { localOf } from './calendar';
import type { SpokenClock } from './clock-reading';
import { coverText, type FieldKind } from './cover';
import { EDGES, type Connector, type DateEvent, type DatePiece, type DayPart } from './date-pieces';
import type { Fact, Problem, SpokenWindow } from './facts';
import { isWord, senseOf, type SenseKind, type Token } from './senses';

/** Everything a text says about time, still without a calendar. */
export interface Utterance {
  dates: DateEvent[];
  clocks: SpokenClock[];
  windows: SpokenWindow[];
  dayParts: DayPart[];
  anyTime: boolean;
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
  const said = corrected(facts);
  const kept = said && untilClock(said);
  const utterance: Utterance = {
    dates: [],
    clocks: [],
    windows: [],
    dayParts: [],
    anyTime: false,
    sameTime: false,
    minutesAhead: null,
    repeated: null,
    problem: null,
  };
  const problem = kept === null ? { about: 'date' as const, reason: 'negated' as const } : null;
  for (const fact of kept ?? []) take(fact, utterance, { kind, zone });
  utterance.problem = problem ?? problemOf(kept ?? [], unused, tokens, kind) ?? utterance.problem;
  return utterance;
}

export function saysDate(utterance: Utterance): boolean {
  return utterance.dates.some((event) => 'piece' in event) || utterance.minutesAhead !== null;
}

export function saysTime(utterance: Utterance): boolean {
  const { clocks, windows, dayParts, anyTime, minutesAhead } = utterance;
  return clocks.length + windows.length + dayParts.length > 0 || anyTime || minutesAhead !== null;
}

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
  const limit: Fact = { is: 'window', window: { shape: 'until', bound: { at: clock.clock } } };
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

type Takers = { [K in Fact['is']]?: (fact: Extract<Fact, { is: K }>, into: Utterance, field: Field) => void };

interface Field {
  kind: FieldKind;
  zone: string;
}

/** Where each kind of fact goes; corrections and talk go nowhere. */
const TAKERS: Takers = {
  date: ({ piece }, into) => void into.dates.push({ piece }),
  connector: ({ connector }, into) => void into.dates.push({ connector }),
  stamp: ({ stamp }, into, field) => takeStamp(stamp, into, field),
  clock: ({ clock }, into) => void into.clocks.push(clock),
  window: ({ window }, into) => void into.windows.push(window),
  part: ({ part }, into) => void into.dayParts.push(part),
  any: (_fact, into) => void (into.anyTime = true),
  same: (_fact, into) => void (into.sameTime = true),
  repeated: ({ later }, into) => void (into.repeated = later),
  ahead: ({ minutes }, into) => takeAhead(minutes, into),
  problem: ({ problem }, into, { kind }) =>
    void (into.problem ??= { ...problem, about: kind === 'time' ? 'time' : problem.about }),
};

function take<K extends Fact['is']>(fact: Extract<Fact, { is: K }>, into: Utterance, field: Field): void {
  (TAKERS[fact.is] as ((fact: Extract<Fact, { is: K }>, into: Utterance, field: Field) => void) | undefined)?.(
    fact,
    into,
    field,
  );
}

function takeAhead(minutes: number, into: Utterance): void {
  if (into.minutesAhead !== null) into.problem ??= { about: 'time', reason: 'contradictory' };
  into.minutesAhead = minutes;
}

function calendarPiece(year: number | null, month: number, day: number): DatePiece {
  return { is: 'calendar', year, month, day, monthOffset: null, eitherOrder: false };
}

/** A date field's midnight is a day; so is midnight of the branch's zone written in another, as machines do. */
function takeStamp(stamp: Extract<Fact, { is: 'stamp' }>['stamp'], into: Utterance, { kind, zone }: Field): void {
  const { hour, minute, instant } = stamp;
  const { year, month, day } = stamp.value;
  const dayOnly = kind === 'date' && hour === 0 && minute === 0;
  if (instant && !dayOnly) {
    const local = localOf(instant, zone);
    const [y, m, d] = local.date.split('-').map(Number);
    into.dates.push({ piece: calendarPiece(y ?? 0, m ?? 0, d ?? 0) });
    into.repeated = local.repeated;
    if (kind !== 'date' || local.hour + local.minute > 0)
      into.clocks.push({ style: 'day', minutes: local.hour * 60 + local.minute });
    return;
  }
  into.dates.push({ piece: calendarPiece(year ?? null, month, day) });
  if (hour > 23 || minute > 59) into.problem ??= { about: 'time', reason: 'impossible' };
  else if (!dayOnly) into.clocks.push({ style: 'day', minutes: hour * 60 + minute });
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
  const betweenTimes = loose >= 0 && facts[loose - 1] !== undefined && isTime(facts[loose - 1] as Fact);
  if (loose >= 0) return { about: kind === 'time' || betweenTimes ? 'time' : 'date', reason: 'unreadable' };
  const fraction = tokens.some((token) => senseOf(token, 'date')?.value.slashed && !senseOf(token, 'date')?.value.year);
  if (kind === 'time' && (fraction || facts.some((fact) => fact.is === 'date' && fact.doubtful)))
    return { about: 'time', reason: 'unreadable' };
  const bare = facts.some((fact) => fact.is === 'clock' && fact.bare);
  const supported = kind === 'time' || hasDay || facts.some((fact) => fact.is === 'part');
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
function connects(connecting: Extract<Fact, { is: 'connector' }>, facts: readonly Fact[], index: number): boolean {
  const { connector, trailing } = connecting;
  if (trailing || !CONNECTING.includes(connector)) return true;
  const [before, following] = [facts[index - 1], facts[index + 1]];
  const opensDay = following !== undefined && (isDay(following) || following.is === 'connector');
  if (connector !== 'or') return opensDay || (connector === 'until' && before?.is === 'date' && !following);
  if (before === undefined || following === undefined) return false;
  return (before.is === 'part' && following.is === 'part') || (opensDay && isDay(before));
}
