import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Language, WeeklyHours } from '../../../../src/domain';
import { ARGUMENT_VALUES } from '../../../../src/retell/argument-values';
import { readArguments } from '../../../../src/retell/arguments';
import { readDateTime } from '../../../../src/services/language/reader/read-date-time';
import type { SpokenContext, SpokenFields } from '../../../../src/services/language/reader/types';
import { judge, outcomeOf, written, type Verdict } from './judge';

/** One utterance or argument and what it should be read as. */
export interface SpeechCase {
  suite: string;
  lang: Language;
  field: string;
  input: unknown;
  /** Start of the call, local time in `zone`; null where no time is read. */
  reference: string | null;
  zone?: string;
  /** The day in the date field when `field` is `time`. */
  day_given?: string | null;
  wanted: string | string[];
}

export interface Judged {
  said: SpeechCase;
  came: string;
  verdict: Verdict;
  /** Why it was asked back, for the list of questions. */
  question: string | null;
}

export const CASES_FILE = 'packages/bench/cases/speech-cases.json';

const weekday = [{ open: '09:00', close: '18:00' }];
const HOURS: WeeklyHours = {
  1: weekday,
  2: weekday,
  3: weekday,
  4: weekday,
  5: weekday,
  6: [{ open: '09:00', close: '14:00' }],
};

export function readCases(file: string): SpeechCase[] {
  return JSON.parse(readFileSync(file, 'utf8')) as SpeechCase[];
}

/** A third of the cases is kept back from whoever mends the reader; which one, the text alone decides. */
export function isKeptBack(said: SpeechCase): boolean {
  return createHash('sha1').update(`${said.lang}|${said.field}|${JSON.stringify(said.input)}`).digest()[0]! % 3 === 0;
}

export function contextOf(said: Pick<SpeechCase, 'lang' | 'reference' | 'zone'>): SpokenContext {
  const zone = said.zone ?? 'Europe/Berlin';
  const anchor = DateTime.fromISO(said.reference ?? '2026-12-08T16:40:00', { zone }).toJSDate();
  return { language: said.lang, zone, anchor, hours: HOURS };
}

/** null for a field that this bench does not read. */
export function judged(said: SpeechCase): Judged | null {
  if (said.field === 'customer_email') return judgedValue(said, ARGUMENT_VALUES.customerEmail.parse(said.input));
  const fields = fieldsOf(said);
  if (fields === null) return null;
  const reading = readDateTime(fields, contextOf(said));
  const outcome = outcomeOf(reading);
  const dayGiven = said.field === 'time' ? (said.day_given ?? null) : null;
  const verdict = judge(outcome, String(said.wanted), dayGiven);
  const reason = 'reason' in reading ? ` (${reading.reason})` : '';
  return { said, came: written(outcome), verdict, question: verdict === 'asked' ? `${reading.kind}${reason}` : null };
}

function fieldsOf({ field, input, day_given }: SpeechCase): SpokenFields | null {
  if (field === 'date' || field === 'datetime') return { [field]: String(input) };
  if (field === 'time') return { ...(day_given ? { date: day_given } : {}), time: String(input) };
  if (field !== 'arguments') return null;
  const given = typeof input === 'string' ? (JSON.parse(input) as Record<string, unknown>) : input;
  const { desiredDate, desiredTime, datetime } = readArguments('check_availability', given as Record<string, unknown>);
  return {
    ...(desiredDate ? { date: desiredDate } : {}),
    ...(desiredTime ? { time: desiredTime } : {}),
    ...(datetime ? { datetime } : {}),
  };
}

/** A value that is refused is asked back with what was heard. */
function judgedValue(said: SpeechCase, value: unknown): Judged {
  const came = typeof value === 'string' && value !== '' ? value : 'refuse';
  const right = [said.wanted].flat().includes(came);
  const verdict: Verdict = right ? 'right' : came === 'refuse' ? 'asked' : 'wrong';
  return { said, came, verdict, question: verdict === 'asked' ? said.field : null };
}
