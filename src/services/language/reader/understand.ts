import type { Language, LocalDate } from '../../../domain';
import { LANGUAGES } from '../languages';
import { sayFullDate } from '../speaker/say';
import { addDays, callDay, daysBetween, localOf, partsOf, pastBefore } from './calendar';
import type { FieldKind } from './cover';
import type { DateEvent, Problem } from './facts';
import { GRAMMAR } from './grammar';
import { tokenise } from './lexer';
import { resolveDates, type ResolvedDays } from './resolve-dates';
import { nextOccurrence } from './resolve-piece';
import { isWord, senseOf } from './senses';
import type { ConfirmDate, ConfirmReason, SpokenContext, Unreadable } from './types';
import { readUtterance, saysDate, saysTime, type Utterance } from './utterance';
import { resolveZoneNames, withoutOwnZone } from './zoned-text';

/** Dates beyond this need the caller's confirmation. */
const HORIZON_DAYS = 183;
/** A given year this far past is taken for a model's slip, not for a caller's. */
const SLIP_DAYS = 7;

/** Longer than anything said about one appointment; also what bounds the work per text. */
const MAX_CHARACTERS = 240;

const NOTHING =
  /^(?:none|null|undefined|nan|nil|n\/a|unknown|unbekannt|keine angabe|not (?:given|provided|specified)|[-–—.?]+)?$/i;
const TODAY_VARIABLE = /\{\{\s*current_date\s*\}\}|\{\s*current_date\s*\}/gi;
const NOW_VARIABLE = /^\{\{\s*current_time(?:_[\w/]+)?\s*\}\}$/i;
const UNFILLED_VARIABLE = /^\{\{[^{}]*\}\}$/;
/** A comparison with a figure is none: ">=14:00". */
const MARKUP = /[{}\\`|]|^=|[<>](?!=?\s?\d)/;
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

type JudgedDays =
  { kind: 'date'; date: LocalDate; rangeEnd?: LocalDate } | ConfirmDate | { kind: 'past'; date: LocalDate };

export type JudgedDates = { kind: 'none' } | JudgedDays | { kind: 'bad'; reason: Unreadable };

/** One text, read as far as it goes without the other fields. */
export type Understanding =
  | { kind: 'missing' }
  /** `dates`: what was understood of the days although the time was not. */
  | { kind: 'unreadable'; problem: Problem; dates: JudgedDates }
  /** `dates`: what the days of `said` come to by themselves. */
  | { kind: 'read'; dates: JudgedDates; said: Utterance };

/** Reads one field; `kind` settles figures that could be a date or a time. */
export function understand(raw: string | undefined, kind: FieldKind, context: SpokenContext): Understanding {
  const readable = readableText(raw);
  if (readable.kind === 'missing') return readable;
  const about = kind === 'time' ? 'time' : 'date';
  if (readable.kind === 'invalid') return unreadable({ about, reason: readable.reason });
  const { zone, anchor, language, contextTime } = context;
  const tokens = tokenise(withoutOwnZone(readable.text, zone, anchor), language);
  const said = readUtterance(resolveZoneNames(readable.text, tokens, zone, anchor), kind, zone);
  if (said.problem?.about === 'time') return unreadable(said.problem, judgeDates(said.dates, context));
  if (said.problem) return unreadable(said.problem);
  if (said.sameTime) {
    if (!contextTime) return unreadable({ about: 'time', reason: 'unreadable' }, judgeDates(said.dates, context));
    said.clocks.push({ style: 'day', minutes: contextTime.hour * 60 + contextTime.minute });
  }
  if (said.minutesAhead !== null) return momentAhead(said.minutesAhead, said, context);
  if (!saysDate(said) && !saysTime(said)) return unreadable({ about, reason: 'unreadable' });
  return { kind: 'read', dates: judgeDates(said.dates, context), said };
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
function momentAhead(minutes: number, said: Utterance, context: SpokenContext): Understanding {
  const { date, hour, minute, repeated } = localOf(new Date(context.anchor.getTime() + minutes * 60_000), context.zone);
  const besides = judgeDates(said.dates, context);
  const sameDay = besides.kind === 'none' || ('date' in besides && besides.date === date);
  if (!sameDay || said.clocks.length + said.windows.length > 0)
    return unreadable({ about: 'time', reason: 'contradictory' }, besides);
  const day = { from: date, to: null, yearGiven: false, doubt: null, otherwise: null };
  const clocks = [{ style: 'day' as const, minutes: hour * 60 + minute }];
  return {
    kind: 'read',
    dates: judgeDays(day, context),
    said: { ...said, clocks, dayParts: [], anyTime: false, repeated },
  };
}

/** Whether days that were understood can be meant as they stand. */
function judgeDays(days: ResolvedDays, context: SpokenContext): JudgedDays {
  const today = localOf(pastBefore(context), context.zone).date;
  const { from, to, yearGiven, doubt, otherwise } = days;
  const ordered = otherwise === null ? undefined : ofTwoOrders(from, otherwise, today, context);
  if (ordered !== undefined) return asked(ordered, 'either_order', context);
  if ((to ?? from) < today)
    return yearGiven && to === null ? pastDay(from, today, context) : { kind: 'past', date: from };
  const date = from < today ? today : from;
  if (date === context.confirmedDate) return { kind: 'date', date };
  if (daysBetween(today, date) > HORIZON_DAYS) return asked(date, 'far_future', context);
  if (doubt === 'weekday_mismatch') return asked(date, doubt, context);
  if (to === null && doubt !== null) return asked(date, doubt, context);
  return to === null || to === date ? { kind: 'date', date } : { kind: 'date', date, rangeEnd: to };
}

/**
 * The day to ask about when figures like `11/07` fit in two orders: the nearer one. A language that says the day first
 * takes its own order without asking as long as that fits.
 */
function ofTwoOrders(
  day: LocalDate,
  other: LocalDate,
  today: LocalDate,
  context: SpokenContext,
): LocalDate | undefined {
  const fits = (date: LocalDate): boolean => date >= today && daysBetween(today, date) <= HORIZON_DAYS;
  if (!LANGUAGES[context.language].reader.monthFirst && fits(day)) return undefined;
  return [day, other].sort().find(fits);
}

/** A past date with a year: perhaps only the year is wrong. */
function pastDay(date: LocalDate, today: LocalDate, context: SpokenContext): JudgedDays {
  const corrected = yearCorrected(date, today);
  return corrected === null ? { kind: 'past', date } : asked(corrected, 'wrong_year', context);
}

function yearCorrected(date: LocalDate, today: LocalDate): LocalDate | null {
  if (date >= addDays(today, -SLIP_DAYS)) return null;
  const { month, day } = partsOf(date);
  const ahead = nextOccurrence(month, day, today);
  return ahead !== null && daysBetween(today, ahead) <= HORIZON_DAYS ? ahead : null;
}

/** A day that must be confirmed, unless it just was. */
function asked(date: LocalDate, reason: ConfirmReason, context: SpokenContext): JudgedDays {
  if (date === context.confirmedDate) return { kind: 'date', date };
  return { kind: 'confirm_date', date, displayDate: sayFullDate(date, context.language), reason };
}

type ReadableText = { kind: 'text'; text: string } | { kind: 'missing' } | { kind: 'invalid'; reason: Unreadable };

/** What came over the wire as text to read: placeholders of agents resolved, "null" and the like seen as nothing. */
function readableText(raw: string | undefined): ReadableText {
  if (raw === undefined) return { kind: 'missing' };
  if (raw.length > MAX_CHARACTERS) return { kind: 'invalid', reason: 'too_long' };
  const visible = raw
    .normalize('NFKC')
    .replace(INVISIBLE, ' ')
    .replace(/["“”„«»]/g, ' ')
    .trim();
  if (NOTHING.test(visible)) return { kind: 'missing' };
  const text = visible.replace(TODAY_VARIABLE, 'current_date').replace(NOW_VARIABLE, 'now');
  if (UNFILLED_VARIABLE.test(text)) return { kind: 'missing' };
  return MARKUP.test(text) ? { kind: 'invalid', reason: 'markup' } : { kind: 'text', text };
}

/** "eine Stunde später", "half an hour earlier" in minutes from a start that is known; null for anything else. */
export function readShift(text: string | undefined, language: Language): number | null {
  const readable = readableText(text);
  if (readable.kind !== 'text') return null;
  const tokens = tokenise(readable.text, language).filter((token) => !isWord(token, 'around', 'the'));
  for (const { end, value } of GRAMMAR.read(tokens).matches('amount', 0)) {
    const direction = senseOf(tokens[end], 'comparative')?.value;
    if (direction && tokens.length === end + 1) return direction === 'late' ? value : -value;
  }
  return null;
}
