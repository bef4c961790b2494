import type { LocalDate } from '../../../domain';
import { callDay, localOf, partsOf } from './calendar';
import { judgeDays, type JudgedDays } from './judge-days';
import { tokenise } from './lexer';
import { readableText } from './readable-text';
import { resolveDates } from './resolve-dates';
import type { SaidTimes } from './resolve-time';
import type { SpokenContext, Unreadable } from './types';
import type { DateEvent } from './date-pieces';
import type { FieldKind } from './cover';
import type { Problem } from './facts';
import { readUtterance, saysDate, saysTime } from './utterance';
import { resolveZoneNames, withoutOwnZone } from './zoned-text';

export type JudgedDates = { kind: 'none' } | JudgedDays | { kind: 'bad'; reason: Unreadable };

/** One text, read as far as it goes without the other fields. */
export type Understanding =
  | { kind: 'missing' }
  /** `dates`: what was understood of the days although the time was not. */
  | { kind: 'unreadable'; problem: Problem; dates: JudgedDates }
  | {
      kind: 'read';
      dates: JudgedDates;
      /** The same dates as they were said, to be understood together with those of another field. */
      events: DateEvent[];
      times: SaidTimes;
      saysTime: boolean;
      repeated: boolean | null;
    };

/** Reads one field; `kind` settles figures that could be a date or a time. */
export function understand(raw: string | undefined, kind: FieldKind, context: SpokenContext): Understanding {
  const readable = readableText(raw);
  if (readable.kind === 'missing') return readable;
  const about = kind === 'time' ? 'time' : 'date';
  if (readable.kind === 'invalid') return unreadable({ about, reason: readable.reason });
  const tokens = resolveZoneNames(
    readable.text,
    tokenise(withoutOwnZone(readable.text, context.zone, context.anchor), context.language),
    context.zone,
    context.anchor,
  );
  const utterance = readUtterance(tokens, kind, context.zone);
  if (utterance.problem?.about === 'time') return unreadable(utterance.problem, judgeDates(utterance.dates, context));
  if (utterance.problem) return unreadable(utterance.problem);
  const { minutesAhead, repeated, ...said } = utterance;
  const { contextTime } = context;
  if (utterance.sameTime && contextTime)
    said.clocks.push({ style: 'day', minutes: contextTime.hour * 60 + contextTime.minute });
  const read = saysDate(utterance) || saysTime(utterance);
  if (!read) return unreadable({ about, reason: 'unreadable' });
  const times: SaidTimes = {
    clocks: said.clocks,
    windows: said.windows,
    dayParts: said.dayParts,
    anyTime: said.anyTime,
  };
  const events = said.dates;
  if (minutesAhead !== null) return momentAhead(minutesAhead, events, times, context);
  return { kind: 'read', dates: judgeDates(events, context), events, times, saysTime: saysTime(utterance), repeated };
}

function unreadable(problem: Problem, dates: JudgedDates = { kind: 'none' }): Understanding {
  return { kind: 'unreadable', problem, dates };
}

/** What the dates said come to, be it a day to book, one to ask about or none. */
export function judgeDates(events: DateEvent[], context: SpokenContext): JudgedDates {
  const outcome = resolveDates(events, { today: callDay(context), contextDate: context.contextDate });
  if (outcome.kind !== 'days') return outcome;
  return isRepresentable(outcome.from) ? judgeDays(outcome, context) : { kind: 'bad', reason: 'impossible' };
}

/** Distances like "in 9999 Monaten" end outside the years a date is written with. */
function isRepresentable(date: LocalDate): boolean {
  const { year } = partsOf(date);
  return year >= 1000 && year <= 9998;
}

/** "in zwei Stunden" is an instant; a clock said besides would be a second one. */
function momentAhead(minutes: number, events: DateEvent[], said: SaidTimes, context: SpokenContext): Understanding {
  const moment = localOf(new Date(context.anchor.getTime() + minutes * 60_000), context.zone);
  const besides = judgeDates(events, context);
  const sameDay = besides.kind === 'none' || ('date' in besides && besides.date === moment.date);
  if (!sameDay || said.clocks.length + said.windows.length > 0)
    return unreadable({ about: 'time', reason: 'contradictory' }, besides);
  const times: SaidTimes = {
    clocks: [{ style: 'day', minutes: moment.hour * 60 + moment.minute }],
    windows: [],
    dayParts: [],
    anyTime: false,
  };
  const dates = judgeDays(
    { from: moment.date, to: null, yearGiven: false, weekdayMismatch: false, otherwise: null },
    context,
  );
  return { kind: 'read', dates, events, times, saysTime: true, repeated: moment.repeated };
}
