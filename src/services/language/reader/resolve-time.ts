import type { LocalDate } from '../../../domain';
import { LANGUAGES } from '../languages';
import { DAY_MINUTES, DAY_PARTS, fits, minuteSpan, narrowed, NOON_MINUTES, readClock } from './clock-reading';
import type { MinuteSpan, SpokenClock } from './clock-reading';
import { labelForBounds } from '../speaker/say';
import type { Bound, DayPart, SpokenWindow } from './facts';
import type { ClockTime, SpokenContext, TimePreference, Unreadable } from './types';
import type { SaidTimes } from './utterance';

type TimeOutcome =
  | { kind: 'none' }
  | { kind: 'time'; time: ClockTime }
  | { kind: 'preference'; preference: TimePreference }
  | { kind: 'bad'; reason: Unreadable };

const SHORTLY_MINUTES = 30;
const WHOLE_DAY = minuteSpan(0, DAY_MINUTES);
const LATE_MORNING = minuteSpan(600, NOON_MINUTES);
const bad = (reason: Unreadable): TimeOutcome => ({ kind: 'bad', reason });

/** The one time, or the one wish for a time of day, that everything said amounts to. */
export function resolveTime(said: SaidTimes, context: SpokenContext, date: LocalDate | undefined): TimeOutcome {
  if (said.clocks.length > 0) return oneTime(said, context, date);
  if (said.windows.length > 0) return oneWindow(said, context, date);
  if (said.dayParts.length > 0) return onePart(said.dayParts, context);
  if (!said.anyTime) return { kind: 'none' };
  return { kind: 'preference', preference: preference('any', WHOLE_DAY, context) };
}

/** Two times may differ in style ("15:00" and "drei Uhr") but not in what they mean. */
function oneTime(said: SaidTimes, context: SpokenContext, date: LocalDate | undefined): TimeOutcome {
  const daytime = said.dayParts[0]?.daytime ?? null;
  const sure = said.clocks.filter((clock) => clock.style === 'day');
  const [leading] = sure.length > 0 ? sure : said.clocks;
  const time = leading ? readClock(leading, daytime, context.hours, date) : null;
  if (!time) return bad('contradictory');
  const minutes = time.hour * 60 + time.minute;
  const agrees =
    said.clocks.every((clock) => couldBe(clock, minutes)) && said.dayParts.every((part) => fits(minutes, part.daytime));
  if (!agrees) return bad('contradictory');
  for (const window of said.windows) {
    const range = windowSpan(window, daytime, context, date);
    if (!range || minutes < range.fromMinutes || minutes > range.toMinutes) return bad('contradictory');
  }
  return { kind: 'time', time };
}

function couldBe(clock: SpokenClock, minutes: number): boolean {
  return clock.style === 'day' ? clock.minutes === minutes : clock.minutes === minutes % NOON_MINUTES;
}

function oneWindow(said: SaidTimes, context: SpokenContext, date: LocalDate | undefined): TimeOutcome {
  const [part] = said.dayParts;
  let range = WHOLE_DAY;
  for (const window of asOne(said.windows)) {
    const next = windowSpan(window, part?.daytime ?? null, context, date);
    if (!next) return bad('contradictory');
    range = overlap(range, next);
  }
  for (const each of said.dayParts) {
    const within = overlap(range, partSpan(each));
    if (within.fromMinutes < within.toMinutes) range = within;
  }
  if (range.fromMinutes >= range.toMinutes) return bad('contradictory');
  const kind = range.toMinutes === DAY_MINUTES ? 'from' : range.fromMinutes === 0 ? 'until' : 'window';
  return { kind: 'preference', preference: preference(kind, range, context) };
}

/** "After five but before six thirty" is between them. */
function asOne(windows: readonly SpokenWindow[]): readonly SpokenWindow[] {
  const [from, until] = [...windows].sort((a, b) => a.shape.localeCompare(b.shape));
  if (windows.length !== 2 || from?.shape !== 'from' || until?.shape !== 'until' || 'part' in until.bound)
    return windows;
  return [{ shape: 'between', from: from.bound, to: until.bound }];
}

/** Parts that meet are both meant ("vormittags oder nachmittags"); parts that overlap narrow each other. */
function onePart(parts: DayPart[], context: SpokenContext): TimeOutcome {
  const [first, ...others] = parts;
  if (!first) return { kind: 'none' };
  let range = partSpan(first);
  let label = LANGUAGES[context.language].times.dayPart(first);
  for (const part of others) {
    const next = partSpan(part);
    const shared = overlap(range, next);
    if (next.fromMinutes === range.fromMinutes && next.toMinutes === range.toMinutes) continue;
    if (shared.fromMinutes > shared.toMinutes) return bad('contradictory');
    const meet = shared.fromMinutes === shared.toMinutes;
    const [earlier, later] = range.fromMinutes < next.fromMinutes ? [range, next] : [next, range];
    range = meet ? minuteSpan(earlier.fromMinutes, later.toMinutes) : shared;
    label = labelForBounds('window', range, context);
  }
  return { kind: 'preference', preference: { kind: 'window', ...range, label } };
}

function partSpan({ daytime, half }: DayPart): MinuteSpan {
  const window = DAY_PARTS[daytime].offered;
  if (daytime === 'long_morning' && half === 'late') return LATE_MORNING;
  return half === null ? window : narrowed(window, half);
}

function overlap(a: MinuteSpan, b: MinuteSpan): MinuteSpan {
  return minuteSpan(Math.max(a.fromMinutes, b.fromMinutes), Math.min(a.toMinutes, b.toMinutes));
}

type Daytime = DayPart['daytime'];

function windowSpan(
  window: SpokenWindow,
  daytime: Daytime | null,
  context: SpokenContext,
  date: LocalDate | undefined,
): MinuteSpan | null {
  const minutesAt: MinutesAt = (clock, part) => {
    const time = readClock(clock, part, context.hours, date) ?? readClock(clock, null, context.hours, date);
    return time ? time.hour * 60 + time.minute : null;
  };
  const limit = (bound: Bound, side: 'start' | 'end'): number | null =>
    'at' in bound ? minutesAt(bound.at, bound.daytime ?? daytime) : edgeOf(bound.part, side);
  switch (window.shape) {
    case 'from': {
      const from = limit(window.bound, 'start');
      return from === null ? null : minuteSpan(from, DAY_MINUTES);
    }
    case 'until': {
      const to = limit(window.bound, window.before ? 'start' : 'end');
      return to === null ? null : minuteSpan(0, to);
    }
    case 'shortly': {
      const at = minutesAt(window.at, daytime);
      if (at === null) return null;
      return window.direction === 'after' ? shortlyAfter(at) : minuteSpan(Math.max(0, at - SHORTLY_MINUTES), at);
    }
    case 'between':
      return betweenSpan(window.from, window.to, daytime, minutesAt);
  }
}

function shortlyAfter(at: number): MinuteSpan {
  return minuteSpan(at, Math.min(DAY_MINUTES, at + SHORTLY_MINUTES));
}

/** "zwischen zwei und vier Uhr nachmittags": said once, meant for both ends. */
function saidWith(bound: Bound): Daytime | null {
  return 'at' in bound ? bound.daytime : null;
}

/** "mittags" as a limit is noon itself, whatever stretch it is as a wish. */
function edgeOf(part: DayPart, side: 'start' | 'end'): number {
  if (part.daytime === 'noon') return NOON_MINUTES;
  const { fromMinutes, toMinutes } = partSpan(part);
  return side === 'start' ? fromMinutes : toMinutes;
}

type MinutesAt = (clock: SpokenClock, part: Daytime | null) => number | null;

/** The end lies after the start: "zwischen zehn und zwei" ends in the afternoon, "von 2 bis 4 pm" begins in it. */
function betweenSpan(from: Bound, to: Bound, daytime: Daytime | null, minutesAt: MinutesAt): MinuteSpan | null {
  const [first, last] = [saidWith(from), saidWith(to)];
  const end = 'at' in to ? minutesAt(to.at, last ?? first ?? daytime) : edgeOf(to.part, 'end');
  const start =
    'at' in from ? startBefore(from.at, to, end, first ?? last ?? daytime, minutesAt) : edgeOf(from.part, 'start');
  if (start === null || end === null) return null;
  const toMinutes = start < end ? end : endAfterNoon(to, end);
  return start < toMinutes && toMinutes <= DAY_MINUTES ? minuteSpan(start, toMinutes) : null;
}

/** An end before its start is meant in the other half of the day; midnight ends the day. */
function endAfterNoon(to: Bound, end: number): number {
  const open = 'at' in to && to.at.style !== 'day' && to.at.meridiem === undefined;
  return (open ? end + NOON_MINUTES : end) || DAY_MINUTES;
}

function startBefore(
  clock: SpokenClock,
  to: Bound,
  end: number | null,
  daytime: Daytime | null,
  minutesAt: MinutesAt,
): number | null {
  const meridiem = 'at' in to ? to.at.meridiem : undefined;
  if (clock.meridiem === undefined && meridiem !== undefined && clock.style !== 'day' && end !== null) {
    const shared = minutesAt({ ...clock, meridiem }, daytime);
    return shared !== null && shared < end
      ? shared
      : minutesAt({ ...clock, meridiem: meridiem === 'pm' ? 'am' : 'pm' }, daytime);
  }
  return minutesAt(clock, daytime);
}

function preference(kind: TimePreference['kind'], span: MinuteSpan, context: SpokenContext): TimePreference {
  return { kind, ...span, label: labelForBounds(kind, span, context) };
}

/** A wish for about this time on days that are still open: "nächste Woche um zehn". */
export function aroundTime(time: ClockTime, context: SpokenContext): TimePreference {
  return preference('window', shortlyAfter(time.hour * 60 + time.minute), context);
}
