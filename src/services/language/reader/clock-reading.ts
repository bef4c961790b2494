import type { DayHours, LocalDate, WeeklyHours } from '../../../domain';
import { weekdayOf } from './calendar';
import type { Daytime } from './senses';
import type { ClockTime } from './types';

export const NOON_MINUTES = 720;
export const DAY_MINUTES = 1440;

/** A time as it was said. */
export interface SpokenClock {
  /**
   * `twelve`: on a dial, `minutes` 0–719, morning or afternoon open ("halb drei", "3:00").
   * `written`: the same with a leading zero, meant as it stands unless a word says otherwise ("03:00").
   * `day`: on 24 hours, `minutes` 0–1439 ("fünfzehn Uhr").
   */
  style: 'twelve' | 'written' | 'day';
  minutes: number;
  meridiem?: 'am' | 'pm';
}

/** A time on the dial, its half of the day left open. */
export function dialReading(hour: number, minute: number): SpokenClock {
  return { style: 'twelve', minutes: (hour % 12) * 60 + minute };
}

/** Closing time counts as inside: "um sechs" means 18:00 where the door shuts at six. */
function isInside(minutes: number, hours: DayHours[]): boolean {
  return hours.some((span) => minutes >= minutesOf(span.open) && minutes <= minutesOf(span.close));
}

/** Hours that may tell morning from afternoon: those of the day asked about, then those of the whole week. */
function hoursToAsk(hours: WeeklyHours, date: LocalDate | undefined): DayHours[][] {
  const week = Object.values(hours).flatMap((day) => day ?? []);
  if (date === undefined) return [week];
  const onDay = Object.entries(hours).find(([weekday]) => Number(weekday) === weekdayOf(date))?.[1] ?? [];
  return [onDay, week];
}

/** `HH:mm` as minutes since midnight. */
export function minutesOf(wallClock: string): number {
  const [hour, minute] = wallClock.split(':');
  return Number(hour) * 60 + Number(minute ?? 0);
}

/**
 * Which half of the day a dial time means when no word says it: twelve is noon, eight to eleven the morning, and one
 * to seven the afternoon if the branch is open then and closed in the morning. Where the day itself cannot tell (it is
 * closed, or shuts early), the other days do: a caller who says "um drei" to a salon does not mean the night.
 */
function halfByHours(dialMinutes: number, hours: WeeklyHours, date?: LocalDate): { minutes: number; assumed: boolean } {
  if (dialMinutes < 60) return { minutes: dialMinutes + NOON_MINUTES, assumed: false };
  const afternoon = dialMinutes + NOON_MINUTES;
  if (dialMinutes >= 480) return { minutes: dialMinutes, assumed: false };
  for (const asked of hoursToAsk(hours, date)) {
    if (isInside(dialMinutes, asked)) break;
    if (isInside(afternoon, asked)) return { minutes: afternoon, assumed: true };
  }
  return { minutes: dialMinutes, assumed: false };
}

/** null when the words contradict each other: "fünfzehn Uhr morgens", "drei Uhr abends". */
export function readClock(
  clock: SpokenClock,
  daytime: Daytime | null,
  hours: WeeklyHours,
  date?: LocalDate,
): ClockTime | null {
  const possible = candidates(clock).filter((minutes) => (daytime ? fits(minutes, daytime) : true));
  const [first] = possible;
  if (first === undefined) return null;
  if (possible.length === 1 || clock.style !== 'twelve') return toTime(first, false);
  const { minutes, assumed } = halfByHours(clock.minutes, hours, date);
  return toTime(minutes, assumed);
}

/** Every 24-hour time the words allow, the most literal first. */
function candidates(clock: SpokenClock): number[] {
  const { style, minutes, meridiem } = clock;
  const all = style === 'day' ? [minutes] : [minutes, minutes + NOON_MINUTES];
  if (meridiem === undefined) return all;
  return all.filter((candidate) => candidate < NOON_MINUTES === (meridiem === 'am'));
}

function toTime(minutes: number, assumedAfternoon: boolean): ClockTime {
  return { hour: Math.floor(minutes / 60), minute: minutes % 60, assumedAfternoon };
}

export interface MinuteSpan {
  /** Minutes since midnight; `toMinutes` exclusive. */
  fromMinutes: number;
  toMinutes: number;
}

export function minuteSpan(fromMinutes: number, toMinutes: number): MinuteSpan {
  return { fromMinutes, toMinutes };
}

const span = (fromHour: number, toHour: number): MinuteSpan => minuteSpan(fromHour * 60, toHour * 60);

/**
 * What is offered to a caller who says only a part of the day, and the times that it may be said with, which are more:
 * "drei Uhr morgens".
 */
export const DAY_PARTS: Record<Daytime, { offered: MinuteSpan; sayable: readonly MinuteSpan[] }> = {
  early: { offered: span(6, 9), sayable: [span(0, 12)] },
  morning: { offered: span(6, 10), sayable: [span(0, 12)] },
  long_morning: { offered: span(6, 12), sayable: [span(0, 12)] },
  forenoon: { offered: span(9, 12), sayable: [span(5, 13)] },
  noon: { offered: span(11, 14), sayable: [span(10.5, 15.5)] },
  afternoon: { offered: span(12, 18), sayable: [span(12, 20)] },
  evening: { offered: span(17, 21), sayable: [span(16, 24)] },
  late: { offered: span(19, 22), sayable: [span(16, 24)] },
  night: { offered: span(22, 24), sayable: [span(0, 7), span(20, 24)] },
  nighttime: { offered: span(17, 24), sayable: [span(0, 5), span(17, 24)] },
};

export function fits(minutes: number, daytime: Daytime): boolean {
  return DAY_PARTS[daytime].sayable.some((range) => minutes >= range.fromMinutes && minutes < range.toMinutes);
}

/** "später Nachmittag" is its second half, "früher Morgen" its first. */
export function narrowed(window: MinuteSpan, half: 'early' | 'late'): MinuteSpan {
  const middle = (window.fromMinutes + window.toMinutes) / 2;
  return half === 'early' ? { ...window, toMinutes: middle } : { ...window, fromMinutes: middle };
}
