import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { tenantId, type Language, type Service, type WeeklyHours } from '../../../../src/domain';
import { readArguments } from '../../../../src/retell/arguments';
import { readDateTime } from '../../../../src/services/language/reader/read-date-time';
import type { SpokenContext, SpokenFields } from '../../../../src/services/language/reader/types';
import { ServiceMatcher } from '../../../../src/services/language/service-matcher/service-matcher';
import { readEmail } from '../../../../src/services/language/values/email-address';
import { readPhoneNumber } from '../../../../src/services/language/values/phone-number';
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

/** A third of the cases can be kept back while the reader is mended; which one, the text alone decides. */
export function isKeptBack(said: SpeechCase): boolean {
  return (
    createHash('sha1')
      .update(`${said.lang}|${said.field}|${JSON.stringify(said.input)}`)
      .digest()[0]! %
      3 ===
    0
  );
}

export function contextOf(said: Pick<SpeechCase, 'lang' | 'reference' | 'zone'>): SpokenContext {
  const zone = said.zone ?? 'Europe/Berlin';
  const anchor = DateTime.fromISO(said.reference ?? '2026-12-08T16:40:00', { zone }).toJSDate();
  return { language: said.lang, zone, anchor, hours: HOURS };
}

/** null for a field that this bench does not read. */
export function judged(said: SpeechCase): Judged | null {
  const value = VALUES[said.field];
  if (value) return judgedValue(said, value(String(said.input), said.lang));
  const fields = fieldsOf(said);
  if (fields === null) return null;
  const reading = readDateTime(fields, contextOf(said));
  const outcome = outcomeOf(reading);
  const dayGiven = said.field === 'time' ? (said.day_given ?? null) : null;
  const verdict = judge(outcome, String(said.wanted), dayGiven);
  const reason = 'reason' in reading ? ` (${reading.reason})` : '';
  return { said, came: written(outcome), verdict, question: verdict === 'asked' ? `${reading.kind}${reason}` : null };
}

const service = (id: string, name: string, durationMinutes: number): Service => ({
  id,
  companyId: tenantId('00000000-0000-4000-8000-000000000001'),
  branchId: null,
  name,
  synonyms: [],
  durationMinutes,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minimumNoticeMinutes: 0,
  price: null,
  description: null,
  calcomEventTypeId: Number(id),
  calcomTeamId: null,
  hostIds: [],
  schedulingType: 'single',
  seats: 1,
  requiresConfirmation: false,
  phoneOnly: false,
  bookingFieldDefaults: {},
  calcomSettings: null,
  isActive: true,
  isDefault: false,
  priority: 0,
});

/** What the demo salon offers. */
const SERVICES = [
  service('1001', 'Herrenhaarschnitt', 30),
  service('1002', 'Damenhaarschnitt', 60),
  service('1003', 'Färben', 90),
  service('1004', 'Bartpflege', 15),
];

/** Reads a value; `refuse` and `ask` are questions back. */
const VALUES: Record<string, (text: string, language: Language) => string> = {
  customer_email: (text) => {
    const reading = readEmail(text);
    return reading.kind === 'address' ? reading.address : 'refuse';
  },
  customer_phone: (text) => {
    const reading = readPhoneNumber(text, ['DE'], null);
    return reading.kind === 'number' ? reading.number : 'refuse';
  },
  service_name: (text, language) => {
    const match = new ServiceMatcher().match({ text }, SERVICES, language);
    return match.kind === 'match' ? match.service.name : 'ask';
  },
};

function fieldsOf({ field, input, day_given }: SpeechCase): SpokenFields | null {
  if (field === 'date' || field === 'datetime') return { [field]: String(input) };
  if (field === 'time') return { ...(day_given ? { date: day_given } : {}), time: String(input) };
  if (field !== 'arguments') return null;
  const given = (typeof input === 'string' ? JSON.parse(input) : input) as Record<string, unknown>;
  const args = readArguments('check_availability', given);
  const text = (name: string, as: keyof SpokenFields): SpokenFields =>
    typeof args[name] === 'string' ? { [as]: args[name] } : {};
  return { ...text('desired_date', 'date'), ...text('desired_time', 'time'), ...text('datetime', 'datetime') };
}

function judgedValue(said: SpeechCase, came: string): Judged {
  const isQuestion = came === 'refuse' || came === 'ask';
  const verdict: Verdict = [said.wanted].flat().includes(came) ? 'right' : isQuestion ? 'asked' : 'wrong';
  return { said, came, verdict, question: verdict === 'asked' ? said.field : null };
}
