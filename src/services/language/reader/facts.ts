import type { SpokenClock } from './clock-reading';
import type { Connector, DatePiece, DayPart, Shift } from './date-pieces';
import type { Sense } from './senses';
import type { Row } from './patterns';
import type { Found } from './patterns';
import type { Unreadable } from './types';

/** A time of day, or the news that what was said is none of any day ("25 Uhr"). */
export type SaidClock = SpokenClock | 'impossible';

/** The end of a span of time: a clock or a part of the day ("ab mittags"). */
export type Bound = { at: SpokenClock; daytime?: DayPart['daytime'] } | { part: DayPart };

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
  /** Talk that is known to say nothing about when. */
  | { is: 'talk' }
  | { is: 'problem'; problem: Problem };

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
  measure: Shift;
  /** Months from this one; null for "des Monats", which may be this or the next. */
  year: number;
  month_offset: { months: number | null };
  calendar: DatePiece;
  /** A day that something can be counted from. */
  day_ref: DatePiece;
  fact: Fact[];
  trailer: Fact[];
}

export type RuleRow<K extends keyof Rules> = Row<Rules, Rules[K]>;

export function row<K extends keyof Rules>(
  pattern: string,
  build: (found: Found<Rules>) => Rules[K] | null,
  cost = 0,
): RuleRow<K> {
  return { pattern, build, cost };
}
