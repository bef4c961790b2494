import type { Daytime, Part, Which } from './senses';

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
  | { is: 'easter'; offset: number; year: number | null }
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
  | { is: 'iso_week'; week: number }
  | { is: 'weekend'; which: Which | null }
  | { is: 'month'; month: number | null; monthOffset: number | null; year: number | null; part: Part | null }
  /** "in drei Tagen", "in drei bis vier Tagen" (`spanDays` 1); `onto`: from the day said besides, "a week from the 1st". */
  | { is: 'shift'; days: number; months: number; spanDays: number; onto: boolean }
  /** "am selben Tag", "am Tag darauf": hangs on the day just talked about. */
  | { is: 'context'; days: number }
  /** "in den nächsten drei Tagen" */
  | { is: 'coming_days'; days: number }
  /** "am nächsten Werktag", "in four business days" */
  | { is: 'workday'; count: number }
  | { is: 'soonest' }
  /** "nächsten Jahres" beside a day or month. */
  | { is: 'year'; offset: number };

export type Shift = Extract<DatePiece, { is: 'shift' }>;

/** Words that stand before a day ("ab Montag") or between two ("Montag bis Mittwoch"). */
export const EDGES = ['from', 'until', 'after', 'before'] as const;
export type Edge = (typeof EDGES)[number];
export type Connector = Edge | 'and' | 'or' | 'to' | 'dash' | 'between';
export type DateEvent = { piece: DatePiece } | { connector: Connector };
