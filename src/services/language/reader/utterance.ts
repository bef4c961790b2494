import { matchClock, type Strictness } from './clock-grammar';
import { localOf } from './calendar';
import type { SpokenClock } from './clock-reading';
import { matchDate } from './date-grammar';
import type { DatePiece, DayPart } from './date-pieces';
import { leftoverProblem } from './leftovers';
import { matchDayPart, matchHoursAhead, matchLength } from './side-grammar';
import { isWord, numberOf, senseOf, type Token } from './tokens';
import type { Unreadable } from './types';
import { matchWindow, type SpokenWindow } from './window-grammar';

/** What kind of field the text came from; settles figures that could be either. */
export type FieldKind = 'date' | 'time' | 'datetime';

export type Connector = 'from' | 'until' | 'after' | 'before' | 'and' | 'or' | 'to' | 'dash' | 'between';
export type DateEvent = { piece: DatePiece } | { connector: Connector };

export interface Problem {
  about: 'date' | 'time';
  reason: Unreadable;
}

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

interface Scan extends Utterance {
  tokens: readonly Token[];
  kind: FieldKind;
  zone: string;
}

type Step = (scan: Scan, at: number) => number;

/** Tried in this order at every token; each returns how many tokens it took. */
const STEPS: Step[] = [
  takeStamp,
  takeFraction,
  takeLength,
  takeHoursAhead,
  takeWindow,
  takeDate,
  takeClock,
  takeDayPart,
  takeRemark,
  takeConnector,
  takeLeftover,
];

export function scanUtterance(tokens: readonly Token[], kind: FieldKind, zone: string): Utterance {
  const scan: Scan = {
    tokens,
    kind,
    zone,
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
  for (let at = 0; at < tokens.length;) {
    let taken = 0;
    for (const step of STEPS) {
      taken = step(scan, at);
      if (taken > 0) break;
    }
    at += Math.max(1, taken);
  }
  if (!saysTime(scan) && announcesUnknown(tokens)) report(scan, 'time', 'unreadable');
  return scan;
}

/** "morgen um zen": a time was said, though nobody knows which. */
function announcesUnknown(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => isWord(token, 'around') && tokens[index + 1]?.is === 'unknown');
}

export function saysDate(utterance: Utterance): boolean {
  return utterance.dates.some((event) => 'piece' in event) || utterance.minutesAhead !== null;
}

export function saysTime(utterance: Utterance): boolean {
  const { clocks, windows, dayParts, anyTime, minutesAhead } = utterance;
  return clocks.length + windows.length + dayParts.length > 0 || anyTime || minutesAhead !== null;
}

function strictness(scan: Scan): Strictness {
  return scan.kind === 'time' || saysDate(scan) || scan.dayParts.length > 0 ? 'loose' : 'strict';
}

function report(scan: Scan, about: 'date' | 'time', reason: Unreadable): void {
  scan.problem ??= { about, reason };
}

function takeStamp(scan: Scan, at: number): number {
  const token = scan.tokens[at];
  if (token?.is !== 'stamp') return 0;
  const { year, month, day } = token.written;
  const dayOnly = scan.kind === 'date' && token.hour === 0 && token.minute === 0;
  if (token.instant && !dayOnly) {
    const local = localOf(token.instant, scan.zone);
    const [y, m, d] = local.date.split('-').map(Number);
    scan.dates.push({ piece: calendarPiece(y ?? 0, m ?? 0, d ?? 0) });
    scan.clocks.push({ style: 'day', minutes: local.hour * 60 + local.minute });
    scan.repeated = local.repeated;
    return 1;
  }
  scan.dates.push({ piece: calendarPiece(year ?? null, month, day) });
  if (token.hour > 23 || token.minute > 59) report(scan, 'time', 'impossible');
  else if (!dayOnly) scan.clocks.push({ style: 'day', minutes: token.hour * 60 + token.minute });
  return 1;
}

function calendarPiece(year: number | null, month: number, day: number): DatePiece {
  return { is: 'calendar', year, month, day, monthOffset: null, eitherOrder: false };
}

/** "3/4 elf" in a field for a time is no day in April. */
function takeFraction(scan: Scan, at: number): number {
  const token = scan.tokens[at];
  const fraction = token?.is === 'date' && token.written.slashed && token.written.year === undefined;
  if (scan.kind !== 'time' || !fraction || numberOf(scan.tokens[at + 1]) === null) return 0;
  report(scan, 'time', 'unreadable');
  return 1;
}

/** How long something takes says nothing about when. */
function takeLength(scan: Scan, at: number): number {
  return matchLength(scan.tokens, at);
}

function takeHoursAhead(scan: Scan, at: number): number {
  const ahead = matchHoursAhead(scan.tokens, at);
  if (!ahead) return 0;
  if (scan.minutesAhead !== null) report(scan, 'time', 'contradictory');
  scan.minutesAhead = ahead.value;
  return ahead.length;
}

function takeWindow(scan: Scan, at: number): number {
  const window = matchWindow(scan.tokens, at, strictness(scan));
  if (!window) return 0;
  if (window.value === 'impossible') report(scan, 'time', 'impossible');
  else scan.windows.push(window.value);
  return window.length;
}

function takeDate(scan: Scan, at: number): number {
  const date = matchDate(scan.tokens, at, { expectsDate: scan.kind !== 'time', hasDate: saysDate(scan) });
  if (!date) return 0;
  scan.dates.push({ piece: date.value });
  return date.length;
}

function takeClock(scan: Scan, at: number): number {
  const clock = matchClock(scan.tokens, at, strictness(scan));
  if (!clock) return 0;
  if (clock.value === 'impossible') report(scan, 'time', 'impossible');
  else scan.clocks.push(clock.value);
  return clock.length;
}

function takeDayPart(scan: Scan, at: number): number {
  const part = matchDayPart(scan.tokens, at);
  if (!part) return 0;
  scan.dayParts.push(part.value);
  return part.length;
}

function takeRemark(scan: Scan, at: number): number {
  const token = scan.tokens[at];
  if (isWord(token, 'any')) scan.anyTime = true;
  else if (isWord(token, 'same') && token?.is === 'word' && token.key !== 'that') scan.sameTime = true;
  else if (isWord(token, 'whole') && senseOf(scan.tokens[at + 1], 'unit')?.value === 'day') {
    scan.anyTime = true;
    return 2;
  } else if (isWord(token, 'standard_time', 'summer_time')) scan.repeated = isWord(token, 'standard_time');
  else if (isWord(token, 'now')) {
    if (!saysDate(scan) && !saysTime(scan) && scan.tokens.length === 1) scan.minutesAhead = 0;
  } else return 0;
  return 1;
}

const CONNECTORS: Connector[] = ['from', 'until', 'after', 'before', 'and', 'or', 'to', 'between'];

function takeConnector(scan: Scan, at: number): number {
  const token = scan.tokens[at];
  const connector = token?.is === 'dash' ? 'dash' : CONNECTORS.find((name) => name !== 'dash' && isWord(token, name));
  if (!connector) return 0;
  let following = at + 1;
  while (isWord(scan.tokens[following], 'the', 'am', 'around')) following += 1;
  const leadsNowhere = scan.tokens[following]?.is === 'unknown';
  if (leadsNowhere && ['from', 'until', 'after', 'before', 'between'].includes(connector))
    report(scan, 'date', 'unreadable');
  const endsText = following >= scan.tokens.length;
  if (endsText && (connector === 'after' || connector === 'before')) report(scan, 'time', 'unreadable');
  scan.dates.push({ connector });
  return 1;
}

/** What nothing else took: talk, or a reason not to trust the rest. */
function takeLeftover(scan: Scan, at: number): number {
  const problem = leftoverProblem(scan.tokens, at);
  if (!problem) return 1;
  const figureAbout = scan.kind === 'time' || (saysDate(scan) && scan.kind !== 'date') ? 'time' : 'date';
  report(scan, problem.about === 'field' ? figureAbout : problem.about, problem.reason);
  return 1;
}
