import type { Daytime } from './senses';

export interface MinuteSpan {
  /** Minutes since midnight; `toMinutes` exclusive. */
  fromMinutes: number;
  toMinutes: number;
}

const span = (fromHour: number, toHour: number): MinuteSpan => ({ fromMinutes: fromHour * 60, toMinutes: toHour * 60 });

/** What is offered to a caller who says only a part of the day. */
export const DAY_PART_WINDOWS: Record<Daytime, MinuteSpan> = {
  early: span(6, 9),
  morning: span(6, 10),
  long_morning: span(6, 12),
  forenoon: span(9, 12),
  noon: span(11, 14),
  afternoon: span(12, 18),
  evening: span(17, 21),
  late: span(19, 22),
  night: span(22, 24),
  nighttime: span(17, 24),
};

/** Times that a part of the day may be said with; wider than the windows: "drei Uhr morgens". */
const SAYABLE: Record<Daytime, MinuteSpan[]> = {
  early: [span(0, 12)],
  morning: [span(0, 12)],
  long_morning: [span(0, 12)],
  forenoon: [span(5, 13)],
  noon: [span(10.5, 15.5)],
  afternoon: [span(12, 20)],
  evening: [span(16, 24)],
  late: [span(16, 24)],
  night: [span(0, 7), span(20, 24)],
  nighttime: [span(0, 5), span(17, 24)],
};

export function fits(minutes: number, daytime: Daytime): boolean {
  return SAYABLE[daytime].some((range) => minutes >= range.fromMinutes && minutes < range.toMinutes);
}

/** "später Nachmittag" is its second half, "früher Morgen" its first. */
export function narrowed(window: MinuteSpan, half: 'early' | 'late'): MinuteSpan {
  const middle = (window.fromMinutes + window.toMinutes) / 2;
  return half === 'early' ? { ...window, toMinutes: middle } : { ...window, fromMinutes: middle };
}
