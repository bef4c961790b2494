import type { Language, LocalDate, WeeklyHours } from '../../../domain';

export type { DayHours, Language, WeeklyHours } from '../../../domain';

/** What words about time are understood against. All wall-clock values are in `zone`. */
export interface SpokenContext {
  language: Language;
  /** IANA zone of the branch. */
  zone: string;
  /** Start of the call: what "heute" and "morgen" hang on for the whole call. */
  anchor: Date;
  /** What counts as past; the anchor when absent. */
  now?: Date;
  /** Opening hours of the branch; they decide whether "um drei" is the afternoon. */
  hours: WeeklyHours;
  /** The day just talked about, for "um 15 Uhr dann". */
  contextDate?: LocalDate | undefined;
  /** The time just talked about, for "zur gleichen Zeit". */
  contextTime?: { hour: number; minute: number } | undefined;
  /** The day the caller was just asked to confirm: said again, it is meant. */
  confirmedDate?: LocalDate | undefined;
}

/** A wall-clock time, 24 hours. */
export interface ClockTime {
  hour: number;
  minute: number;
  /** True when only the opening hours made it the afternoon: worth saying back. */
  assumedAfternoon: boolean;
}

/** A wish about the time of day. Minutes since local midnight, `toMinutes` exclusive; 0–1440 means any time. */
export interface TimePreference {
  kind: 'window' | 'from' | 'until' | 'any';
  fromMinutes: number;
  toMinutes: number;
  /** As it can be said in the context's language: "am Nachmittag", "after five o'clock in the afternoon". */
  label: string;
}

/** Why a text gives no date or time. For logs and tests; callers hear a question, never this word. */
export type Unreadable =
  'contradictory' | 'impossible' | 'markup' | 'negated' | 'nonexistent_time' | 'recurring' | 'too_long' | 'unreadable';

export type ConfirmReason = 'approximate' | 'either_order' | 'far_future' | 'wrong_year' | 'weekday_mismatch';

export interface ConfirmDate {
  kind: 'confirm_date';
  date: LocalDate;
  /** Weekday, date and year in words. */
  displayDate: string;
  reason: ConfirmReason;
}

export interface SpokenFields {
  date?: string | undefined;
  time?: string | undefined;
  datetime?: string | undefined;
}

export type DateTimeReading =
  | { kind: 'instant'; startAt: Date; date: LocalDate; time: ClockTime; assumedAfternoon: boolean }
  | { kind: 'day'; date: LocalDate; rangeEnd?: LocalDate | undefined; preference?: TimePreference | undefined }
  | ConfirmDate
  | { kind: 'past'; date: LocalDate; startAt?: Date }
  | { kind: 'invalid_date'; field: keyof SpokenFields; reason: Unreadable }
  /** `date`: the day that was understood all the same. */
  | { kind: 'invalid_time'; field: keyof SpokenFields; reason: Unreadable; date?: LocalDate }
  | { kind: 'missing'; field: 'date' | 'time' };
