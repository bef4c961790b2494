import type { AlternativeType } from '../availability/alternatives/question';
import type { Phrases } from '../voice/phrases';
import type { SpokenClock } from './reader/clock-reading';
import type { DayPart } from './reader/facts';
import type { Entry } from './reader/senses';
import type { ValueWords } from './values/value-words';

/** A time in words. */
export interface ClockWording {
  text: string;
  /** How the text reads back before any word for the time of day is added. */
  reads: SpokenClock;
}

/** Days, times and wishes as a person says them. */
export interface TimeWording {
  clock(hour: number, minute: number): ClockWording;
  /** "morgens", "in the afternoon": which half of the day an hour lies in. */
  daytime(hour: number): string;
  /** @param weekday 1 = Monday … 7 = Sunday */
  dayAndMonth(weekday: number, month: number, day: number): string;
  withYear(dayAndMonth: string, year: number): string;
  /** Today, tomorrow and the day after. */
  near: readonly string[];
  /** "morgen um halb drei" */
  nearStart(day: string, time: string): string;
  /** "am Freitag, den 27. November, um halb drei" */
  start(date: string, time: string): string;
  /** Tells the second of two equal wall-clock times from the first. */
  standardTime: string;
  /** "am späten Nachmittag" */
  dayPart(part: DayPart): string;
  anyTime: string;
  from(time: string): string;
  until(time: string): string;
  between(from: string, to: string): string;
  /** Starts in words, of which one may be chosen: "morgen um zehn Uhr oder übermorgen um neun Uhr". */
  either(starts: readonly string[]): string;
  /** "morgen um halb drei für Bartpflege" */
  startOfService(start: string, service: string): string;
}

/** What an alternative is called in lists on a screen. */
export interface AlternativeWording {
  fixed: Partial<Record<AlternativeType, string>>;
  nextWeek(weekday: string): string;
  /** A day more than two weeks ahead. @param isoDate `YYYY-MM-DD` */
  farDay(isoDate: string): string;
}

/** What the caller of `askpro simulate-call` says. */
export interface SimulatedCaller {
  service: string;
  time: string;
  /** The next day, the day after it, and the Monday after a weekend. */
  days: { tomorrow: string; dayAfterTomorrow: string; monday: string };
  hello: string;
  /** Shown, not said: another caller takes the time asked for. */
  meanwhile: string;
  yes(name: string): string;
  first: string;
  stillFree: string;
  mine: string;
  later: string;
  cancel: string;
  noTime: string;
}

/** Words about time, for the reader. Every language's words are known in every call: callers mix them. */
export interface ReaderWords {
  /** Words and their meaning; of two languages that spell a word alike the first one named in `LANGUAGES` counts. */
  words: readonly Entry[];
  /** Said around a date or time without changing it. */
  fillers: string;
  /** Sayings that mean one word, on folded text. */
  sayings: readonly (readonly [RegExp, string])[];
  /** `11/07` is the 7th of November, and may have been meant the other way round. */
  monthFirst: boolean;
  /** "twenty-five" and "two thirty" are said with the tens first, "fünfundzwanzig" with the unit first. */
  tensFirst: boolean;
}

/** Everything that differs between languages. A new language is a new folder with one of these. */
export interface LanguagePack {
  /** What the language is called in an agent's settings: `de-AT`, "German", "Deutsch"; matched on lower case. */
  named: RegExp;
  reader: ReaderWords;
  /** Words in names, phone numbers and e-mail addresses; every language's are known in every call. */
  values: ValueWords;
  times: TimeWording;
  phrases: Phrases;
  alternatives: AlternativeWording;
  caller: SimulatedCaller;
  /** How an agent calls itself a machine, and how such a sentence is denied. */
  machine: { named: RegExp; denied: RegExp };
  /** Words of the language that sound alike get the same code. Expects plain letters a–z. */
  soundOf(word: string): string;
}
