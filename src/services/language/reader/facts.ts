import type { SpokenClock } from './clock-reading';
import type { Found, Row } from './patterns';
import type { Daytime, Feast, Part, Sense, Which } from './senses';
import type { Unreadable } from './types';

/** A part of the day, perhaps only its early or late half. */
export interface DayPart {
  daytime: Daytime;
  half: 'early' | 'late' | null;
}

/** Parts of a date as they were said, still without meaning. Several may describe one day: "Mittwoch, den 19.". */
export type DatePiece =
  | {
      is: 'calendar';
      day: number;
      month: number | null;
      year: number | null;
      monthOffset: number | null;
      /** `11/07`: perhaps the 11th of July. */
      eitherOrder: boolean;
    }
  /** `weeksLater`: of feasts that are counted, "dritter Advent". */
  | { is: 'feast'; feast: Feast; year: number | null; weeksLater: number }
  | { is: 'day'; offset: number }
  | { is: 'weekday'; weekday: number; which: Which | null }
  /** `nth` from 1; -1 is the last of the month. */
  | {
      is: 'nth_weekday';
      weekday: number;
      nth: number;
      month: number | null;
      monthOffset: number | null;
      year: number | null;
    }
  | { is: 'week'; offset: number; part: Part | null }
  /** The week that the day said besides lies in: "die Woche vom 7. Dezember". */
  | { is: 'week_of_day' }
  /** "werktags", of the week said besides. */
  | { is: 'workdays' }
  | { is: 'iso_week'; week: number }
  | { is: 'weekend'; which: Which | null }
  | { is: 'month'; month: number | null; monthOffset: number | null; year: number | null; part: Part | null }
  /** "in drei Tagen", "in drei bis vier Tagen" (`spanDays` 1); `onto`: from the day said besides, "a week from the 1st". */
  | { is: 'shift'; days: number; months: number; spanDays: number; onto: boolean; approximate: boolean }
  /** "der Montag nach dem 10.", counted from the day said besides; before it when negative. */
  | { is: 'weekday_beside'; weekday: number; nth: number }
  /** "am selben Tag", "am Tag darauf": hangs on the day just talked about. */
  | { is: 'context'; days: number }
  /** "in den nächsten drei Tagen" */
  | { is: 'coming_days'; days: number }
  /** "am nächsten Werktag", "in four business days" */
  | { is: 'workday'; count: number }
  | { is: 'soonest' }
  /** "nächsten Jahres" beside a day or month. */
  | { is: 'year'; offset: number };

export type PieceOf<K extends DatePiece['is']> = Extract<DatePiece, { is: K }>;

/** Words that stand before a day ("ab Montag") or between two ("Montag bis Mittwoch"). */
export const EDGES = ['from', 'until', 'after', 'before'] as const;
export type Edge = (typeof EDGES)[number];
export type Connector = Edge | 'and' | 'or' | 'to' | 'dash' | 'between';
export type DateEvent = { piece: DatePiece } | { connector: Connector };

/** A time of day, or the news that what was said is none of any day ("25 Uhr"). */
export type SaidClock = SpokenClock | 'impossible';

/** The end of a span of time: a clock or a part of the day ("ab mittags"). */
export type Bound = { at: SpokenClock; daytime: Daytime | null } | { part: DayPart };

export type SpokenWindow =
  | { shape: 'from'; bound: Bound }
  /** `before`: up to where a part of the day begins, not to its end. */
  | { shape: 'until'; bound: Bound; before?: true }
  | { shape: 'between'; from: Bound; to: Bound }
  /** "kurz nach drei" */
  | { shape: 'shortly'; direction: 'after' | 'before'; at: SpokenClock };

export interface Problem {
  about: 'date' | 'time';
  reason: Unreadable;
}

/** One thing a text says. */
export type Fact =
  | { is: 'date'; piece: DatePiece; /** Figures that could be something else as well. */ doubtful?: true }
  /** `trailing`: said after its day, "Friday at the latest". */
  | { is: 'connector'; connector: Connector; trailing?: true }
  | { is: 'stamp'; stamp: Extract<Sense, { is: 'stamp' }> }
  /** `bare`: a figure alone, an hour only where the text speaks of a day or the field holds times. */
  | { is: 'clock'; clock: SpokenClock; bare: boolean }
  | { is: 'window'; window: SpokenWindow }
  | { is: 'part'; part: DayPart }
  /** "in zwei Stunden", in minutes from the call's start; 0 is "jetzt". */
  | { is: 'ahead'; minutes: number }
  | { is: 'any' }
  /** "zur gleichen Zeit" */
  | { is: 'same' }
  /** Which of two equal wall-clock times, after the clocks went back. */
  | { is: 'repeated'; later: boolean }
  /** "ach nein": what follows replaces what was said before. */
  | { is: 'correction' }
  /** Something is refused. */
  | { is: 'not' }
  /** "sondern", "but": what follows may stand for what was refused. */
  | { is: 'but' }
  /** "statt": what follows is refused. */
  | { is: 'instead' }
  /** Talk that is known to say nothing about when. */
  | { is: 'talk' }
  | { is: 'problem'; problem: Problem };

export type FactOf<K extends Fact['is']> = Extract<Fact, { is: K }>;

/** What each rule of the grammar makes. */
export interface Rules {
  /** An hour that minutes are counted from: "vor [drei]". */
  dial_hour: SpokenClock;
  /** "drei Uhr" */
  full_hour: { hour: number; written: boolean };
  core: { clock: SaidClock; bare: boolean };
  /** Figures that are a time only where something says so. */
  loose: { clock: SaidClock; bare: boolean };
  loose_hour: { clock: SaidClock; bare: boolean };
  time: { clock: SaidClock; bare: boolean };
  any_time: { clock: SaidClock; bare: boolean };
  part: DayPart;
  bound: Bound | 'impossible';
  part_bound: Bound;
  span_start: Bound | 'impossible';
  /** Minutes. */
  amount: number;
  measure: PieceOf<'shift'>;
  /** Months from this one; null for "des Monats", which may be this or the next. */
  year: number;
  month_offset: { months: number | null };
  calendar: DatePiece;
  /** A day that something can be counted from. */
  day_ref: DatePiece;
  fact: readonly Fact[];
  trailer: readonly Fact[];
}

export type Finding = Found<Rules>;
export type RuleRow<K extends keyof Rules> = Row<Rules, Rules[K]>;

export function row<K extends keyof Rules>(
  pattern: string,
  build: (found: Finding) => Rules[K] | null,
  cost = 0,
): RuleRow<K> {
  return { pattern, build, cost };
}

/** A row that makes facts, in the order they were said; null instead of one of them means nothing at all. */
export function factRow(
  pattern: string,
  build: (found: Finding) => Fact | readonly (Fact | null)[] | null,
  cost = 0,
): RuleRow<'fact'> {
  const facts = (found: Finding): Fact[] | null => {
    const said = [build(found)].flat();
    return said.every((fact) => fact !== null) ? said : null;
  };
  return row(pattern, facts, cost);
}

export const calendarPiece = (
  day: number,
  month: number | null,
  more: Partial<PieceOf<'calendar'>> = {},
): PieceOf<'calendar'> => ({ is: 'calendar', day, month, year: null, monthOffset: null, eitherOrder: false, ...more });

export function dated(piece: DatePiece): Fact;
export function dated(piece: DatePiece | null): Fact | null;
export function dated(piece: DatePiece | null): Fact | null {
  return piece && { is: 'date', piece };
}

export const linked = (connector: Connector): FactOf<'connector'> => ({ is: 'connector', connector });
export const inPart = (part: DayPart): Fact => ({ is: 'part', part });
export const problem = (about: Problem['about'], reason: Unreadable): Fact => ({
  is: 'problem',
  problem: { about, reason },
});
