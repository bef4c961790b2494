import type { DateTimeReading } from '../../../../src/services/language/reader/types';

/**
 * What an utterance should be read as: `2026-12-11 14:00` an instant; `2026-12-11` a day; `a..b` a range of days;
 * `[10:00-12:00]` a window, open at an end that is left out; `[p09:00-12:00]` a part of the day, for which any
 * overlapping window will do; `ask` a question back; `confirm DATE`; `past`; `day` any time of the day. Alternatives are
 * divided by ` / `. In a time field the day is left out.
 */
export type Wanted = string;

/** `asked`: a question back where a reading was wanted. `wrong`: accepted with another meaning, or a part lost. */
export type Verdict = 'right' | 'asked' | 'wrong';

/** A reading in the notation of `Wanted`. */
export interface Outcome {
  /** `ask`, `past`, `confirm DATE`, or the days. */
  days: string;
  /** `HH:mm`, or minutes since midnight of a window. */
  time: string | { from: number; to: number } | null;
}

const DAY_MINUTES = 1440;
const pad = (value: number): string => String(value).padStart(2, '0');
const clock = (minutes: number): string => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;

export function outcomeOf(reading: DateTimeReading): Outcome {
  switch (reading.kind) {
    case 'instant':
      return { days: reading.date, time: clock(reading.time.hour * 60 + reading.time.minute) };
    case 'day': {
      const { date, rangeEnd, preference } = reading;
      const any = preference === undefined || preference.kind === 'any';
      return {
        days: rangeEnd ? `${date}..${rangeEnd}` : date,
        time: any ? null : { from: preference.fromMinutes, to: preference.toMinutes },
      };
    }
    case 'confirm_date':
      return { days: `confirm ${reading.date}`, time: null };
    case 'past':
      return { days: 'past', time: null };
    default:
      return { days: 'ask', time: null };
  }
}

export function written({ days, time }: Outcome): string {
  if (time === null) return days;
  if (typeof time === 'string') return `${days} ${time}`;
  const [from, to] = [time.from === 0 ? '' : clock(time.from), time.to === DAY_MINUTES ? '' : clock(time.to)];
  return `${days} [${from}-${to}]`;
}

/** @param dayGiven the day in the date field when only the time was under test */
export function judge(outcome: Outcome, wanted: Wanted, dayGiven: string | null): Verdict {
  const options = wanted.split(' / ').map((option) => whole(option, dayGiven));
  if (options.some((option) => matches(outcome, option))) return 'right';
  return isQuestion(outcome) ? 'asked' : 'wrong';
}

function isQuestion({ days }: Outcome): boolean {
  return days === 'ask' || days === 'past' || days.startsWith('confirm');
}

/** A time field's notation with the day that was given. */
function whole(option: string, dayGiven: string | null): string {
  if (dayGiven === null || option === 'ask' || option === 'past') return option;
  return option === 'day' ? dayGiven : `${dayGiven} ${option}`;
}

function matches(outcome: Outcome, option: string): boolean {
  if (option === 'ask') return outcome.days === 'ask' || outcome.days.startsWith('confirm');
  if (option === 'past') return outcome.days === 'past';
  if (option.startsWith('confirm')) return outcome.days === option;
  const [days = '', time] = option.split(' ');
  return outcome.days === days && timeMatches(outcome.time, time);
}

function timeMatches(time: Outcome['time'], wanted: string | undefined): boolean {
  if (wanted === undefined) return time === null;
  if (!wanted.startsWith('[')) return time === wanted;
  const [, part, from, to] = /^\[(p?)([\d:]*)-([\d:]*)\]$/.exec(wanted) ?? [];
  const span = { from: minutesOf(from, 0), to: minutesOf(to, DAY_MINUTES) };
  if (time === null) return span.from === 0 && span.to === DAY_MINUTES;
  if (typeof time === 'string') return false;
  return part === 'p' ? time.from < span.to && time.to > span.from : time.from === span.from && time.to === span.to;
}

function minutesOf(wallClock: string | undefined, otherwise: number): number {
  const [hour, minute] = (wallClock ?? '').split(':');
  return hour && minute ? Number(hour) * 60 + Number(minute) : otherwise;
}
