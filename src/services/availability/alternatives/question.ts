import type { Holiday, Language, LocalDate, WeeklyHours } from '../../../domain';
import type { TimePreference } from '../../language/reader/types';

export type AlternativeStrategy =
  | 'same_day_different_time'
  | 'next_workday_same_time'
  | 'next_week_same_day'
  | 'next_available_workday'
  | 'same_day_in_window'
  | 'same_window_other_days';

export type AlternativeType =
  | 'same_day_earlier'
  | 'same_day_later'
  | 'next_workday'
  | 'next_week'
  | 'next_available'
  | 'same_day_in_window'
  | 'same_window_other_day';

export interface Alternative {
  startAt: Date;
  /** `YYYY-MM-DD` and `HH:mm` in the branch's zone. */
  date: LocalDate;
  time: string;
  /** ISO with offset. */
  datetime: string;
  strategy: AlternativeStrategy;
  type: AlternativeType;
  description: string;
  /** As a person would say it. */
  spoken: string;
}

interface ListedDays {
  /** Starts in epoch milliseconds under their day in the branch's zone. */
  days: ReadonlyMap<LocalDate, readonly number[]>;
  stale: boolean;
}

/** Free starts of a range of local days, both inclusive. */
export type ListSlots = (from: LocalDate, to: LocalDate) => Promise<ListedDays>;

export interface Circumstances {
  zone: string;
  language: Language;
  now: Date;
  /** Starts outside these come after those within; a branch without any is taken as always open. */
  hours: WeeklyHours;
  /** Days that are no workdays; the reader lists nothing on them. */
  holidays: readonly Holiday[];
  minimumNoticeMinutes: number;
  /** Reserved for another caller: not available. */
  heldByOthers: (startMs: number) => boolean;
  /** Offered to another caller a moment ago: only when nothing else is left. */
  offeredToOthers: (startMs: number) => boolean;
}

export interface AlternativesQuestion extends Circumstances {
  /** null when only a day was named. */
  desiredAt: Date | null;
  desiredDate: LocalDate;
  durationMinutes: number;
  /** 1–5 */
  maxAlternatives: number;
  timeWindowHours: number;
  preference?: TimePreference;
  customerAppointments: { startsAt: Date; endsAt: Date }[];
  /** Start of the call, which "morgen" hangs on; `now` when absent. */
  anchor?: Date;
}

export interface NextAvailableQuestion extends Circumstances {
  from: LocalDate;
}
