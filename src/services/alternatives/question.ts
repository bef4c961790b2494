import type { Language, LocalDate, WeeklyHours } from '../domain';
import type { TimePreference } from '../spoken-time/types';

export interface Alternative {
  startAt: Date;
  /** `YYYY-MM-DD` and `HH:mm` in the branch's zone. */
  date: LocalDate;
  time: string;
  /** ISO with offset. */
  datetime: string;
  strategy: string;
  type: string;
  description: string;
  /** As a person would say it. */
  spoken: string;
}

export interface ListedDays {
  days: Map<LocalDate, number[]>;
  stale: boolean;
}

/** Free starts of a range of local days, both inclusive. */
export type SlotReader = (from: LocalDate, to: LocalDate) => Promise<ListedDays>;

export interface Circumstances {
  zone: string;
  language: Language;
  now: Date;
  hours: WeeklyHours;
  minimumNoticeMinutes: number;
  /** Reserved for somebody else: not available. */
  heldByOthers: (startMs: number) => boolean;
  /** Offered to somebody else a moment ago: only when nothing else is left. */
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
}

export interface NextAvailableQuestion extends Circumstances {
  from: LocalDate;
}
