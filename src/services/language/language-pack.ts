import type { AlternativeType } from '../availability/alternatives/question';
import type { Phrases } from '../voice/phrases';
import type { SpokenClock } from './reader/clock-reading';
import type { DayPart } from './reader/facts';
import type { Entry } from './reader/senses';

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
  /** "morgen um halb drei für Bartpflege auf den Namen Anna Muster bei Clara"; what is null is not said. */
  startOfAppointment(start: string, of: Record<'service' | 'name' | 'host', string | null>): string;
}

/** What an alternative is called in lists on a screen. */
export interface AlternativeWording {
  fixed: Partial<Record<AlternativeType, string>>;
  nextWeek(weekday: string): string;
  /** A day more than two weeks ahead. @param isoDate `YYYY-MM-DD` */
  farDay(isoDate: string): string;
}

/** What the caller of `askpro simulate-call` says. */
interface SimulatedCaller {
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
interface ReaderWords {
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

/**
 * The words of one language that occur in names, phone numbers and e-mail addresses. Folded (lower case, ä → ae,
 * ß → ss) and separated by spaces; sayings are patterns on folded text.
 */
export interface ValueWords {
  /** 0–99 as it is said; a hyphen separates words. */
  numberInWords: (value: number) => string;
  /** Further spellings of numbers. */
  otherNumbers: Readonly<Record<string, number>>;
  /** Said for zero, but also for a letter or in surprise: counts only among digits of the same language. */
  doubtfulZeros: string;
  /** Spellings that are a one only in front of "und zwanzig". */
  oneBeforeTens: string;
  /** "Nullen": several of the digit. In order from 0 to 9. */
  digitPlurals: string;
  hundred: string;
  and: string;
  /** "vierundzwanzig" says the unit first, "twenty-four" the tens. */
  unitFirst: boolean;
  /** "doppel drei" */
  repeats: Readonly<Record<string, number>>;
  /** "zweimal", "zwei mal" */
  times: string;
  plus: string;
  articles: string;
  /** Take back what was said just before. */
  corrections: string;
  correctionSayings: RegExp;
  /** Words without content in any value. */
  fillers: string;
  fillerSayings: RegExp;
  /** Words around a phone number that change nothing about it. */
  phoneFillers: string;
  /** Without any digit: the number called from is meant, or none is known. */
  noNumberSayings: RegExp;
  /** Signs of an e-mail address. */
  signs: Readonly<Record<string, string>>;
  /** In front of an e-mail address: by themselves, with one of the anchors, and the anchors. */
  emailInterjections: string;
  emailLeadIns: string;
  emailAnchors: string;
  /** After an e-mail address. */
  emailEndings: string;
  /** Says only that no capitals are meant. */
  lowerCaseSayings: RegExp;
  /** The words before belong together. */
  joinSayings: RegExp;
  noEmailSayings: RegExp;
  /** "M wie Martha", "M as in Mary" */
  asIn: string;
  /** "mit Doppel-F", "with a K" */
  withWords: string;
  withoutWords: string;
  /** "mit einem f", "with two l" */
  letterCounts: Readonly<Record<string, number>>;
  /** Letters that are said by a name of their own. */
  letterNames: Readonly<Record<string, string>>;
  /** "Nachname Schulze, Vorname Anna" */
  firstNameLabels: string;
  lastNameLabels: string;
  spellingCues: string;
  hyphens: string;
  /** Sources of patterns over folded words. */
  greetings: string;
  introductions: string;
  titles: string;
  nameEndings: string;
  /** Never part of a name. */
  notInNames: string;
  /** Last names that are days too: never alone, never before another word. */
  lastNamesAtMost: string;
  /** Not a name when nothing else is said. */
  notNames: string;
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
