import type { Language, LocalDate, WeeklyHours } from '../../../domain';
import { LANGUAGES } from '../languages';
import { callDay, daysBetween, instantOf, localOf, partsOf, weekdayOf, type LocalMoment } from '../reader/calendar';
import { readClock, type MinuteSpan } from '../reader/clock-reading';
import { nextOccurrence } from '../reader/resolve-piece';
import type { SpokenContext, TimePreference } from '../reader/types';

/** "Mittwoch, den 25. November" / "Wednesday, November 25th" */
function sayDayAndMonth(date: LocalDate, language: Language): string {
  const { month, day } = partsOf(date);
  return LANGUAGES[language].times.dayAndMonth(weekdayOf(date), month, day);
}

/** With the year, as a date far away must be said. */
export function sayFullDate(date: LocalDate, language: Language): string {
  return LANGUAGES[language].times.withYear(sayDayAndMonth(date, language), partsOf(date).year);
}

/**
 * A day in words, always with its weekday: "morgen, Mittwoch, den 25. November". The year is said only where a listener
 * would take another one.
 * @param day `YYYY-MM-DD`, or an instant
 */
export function sayDate(
  day: LocalDate | Date,
  context: SpokenContext,
  { relative = true }: { relative?: boolean } = {},
): string {
  const date = typeof day === 'string' ? day : localOf(day, context.zone).date;
  const { language } = context;
  const { month, day: dayOfMonth } = partsOf(date);
  const today = callDay(context);
  const expected = nextOccurrence(month, dayOfMonth, today) === date;
  const absolute = expected ? sayDayAndMonth(date, language) : sayFullDate(date, language);
  const near = relative ? nearWord(date, context) : undefined;
  return near === undefined ? absolute : `${near}, ${absolute}`;
}

/** A time in words; the time of day is added where the opening hours alone would mislead: "halb drei", "drei Uhr morgens". */
export function sayTime(time: Date | { hour: number; minute: number }, context: SpokenContext): string {
  if (!(time instanceof Date))
    return sayClock(time.hour, time.minute, context.language, context.hours, context.contextDate);
  return sayMoment(localOf(time, context.zone), time, context);
}

/** A start in words: "morgen um halb drei", "am Freitag, den 27. November, um Viertel nach vier". */
export function sayInstant(at: Date, context: SpokenContext): string {
  const moment = localOf(at, context.zone);
  const time = sayMoment(moment, at, context);
  const wording = LANGUAGES[context.language].times;
  const near = nearWord(moment.date, context);
  if (near !== undefined) return wording.nearStart(near, time);
  return wording.start(sayDate(moment.date, context, { relative: false }), time);
}

function nearWord(date: LocalDate, context: SpokenContext): string | undefined {
  const ahead = daysBetween(callDay(context), date);
  return ahead >= 0 ? LANGUAGES[context.language].times.near[ahead] : undefined;
}

/** Of two equal wall-clock times the first needs no word; the second is distinguished by the word for standard time. */
function sayMoment(moment: LocalMoment, at: Date, context: SpokenContext): string {
  const words = sayClock(moment.hour, moment.minute, context.language, context.hours, moment.date);
  const first = instantOf(moment.date, moment.hour, moment.minute, context.zone);
  const isFirst = first !== null && Math.abs(first.getTime() - at.getTime()) < 60_000;
  if (isFirst) return words;
  return `${words} ${LANGUAGES[context.language].times.standardTime}`;
}

/**
 * A time as a person says it: "halb drei", "quarter past four". Where the opening hours would make a listener hear the
 * other half of the day, the time of day is added: "halb drei morgens".
 * @param date whose opening hours count; without one, those of the whole week
 */
function sayClock(hour: number, minute: number, language: Language, hours: WeeklyHours, date?: LocalDate): string {
  const { clock, daytime } = LANGUAGES[language].times;
  const { text, reads } = clock(hour, minute);
  const heard = readClock(reads, null, hours, date);
  return heard?.hour === hour && heard.minute === minute ? text : `${text} ${daytime(hour)}`;
}

/** "ab sechzehn Uhr", "until eleven o'clock", "zwischen zehn Uhr und zwölf Uhr" */
export function labelForBounds(
  kind: TimePreference['kind'],
  { fromMinutes, toMinutes }: MinuteSpan,
  { language, hours }: SpokenContext,
): string {
  const { times } = LANGUAGES[language];
  const say = (minutes: number): string => sayClock(Math.floor(minutes / 60) % 24, minutes % 60, language, hours);
  switch (kind) {
    case 'any':
      return times.anyTime;
    case 'from':
      return times.from(say(fromMinutes));
    case 'until':
      return times.until(say(toMinutes));
    case 'window':
      return times.between(say(fromMinutes), say(toMinutes));
  }
}
