import { REFUSAL_RULES } from '../src/calcom/refusal';
import type { Language } from '../src/domain';
import {
  CircuitOpen,
  DeadlineExceeded,
  type GatewayError,
  OutcomeUnknown,
  RateLimited,
  StoreUnavailable,
  UpstreamMalformed,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
  type UpstreamReason,
  classify,
} from '../src/errors';
import { needsOwner, REFUSALS } from '../src/services/booking/refusals';
import { SETUP_FAULT_TEXTS } from '../src/services/calcom/setup-fault-texts';
import { setupFaultOf } from '../src/services/calcom/setup-faults';
import { LANGUAGES } from '../src/services/language/languages';
import { toVoice } from '../src/services/language/speaker/voice-errors';
import type { SpokenStart } from '../src/services/voice/phrases';
import { spokenRefusal } from '../src/services/voice/booking';

const START: Record<Language, SpokenStart> = {
  de: { instant: 'am Mittwoch um halb drei', date: 'Mittwoch, den 25. November', time: 'halb drei' },
  en: { instant: 'on Wednesday at half past two', date: 'Wednesday, November 25th', time: 'half past two' },
};
const EARLIEST: Record<Language, string> = { de: 'am Donnerstag um neun', en: 'on Thursday at nine' };

/** Reasons that no words of a refusal give. */
const WITHOUT_WORDS: Partial<Record<UpstreamReason, string>> = {
  recurring_event_type: 'a 2xx that made several bookings',
  seated_event_type: 'a 2xx with a seat',
  not_found: '404, any other words',
  booking_conflict: '409, any other words',
  other: 'any other words',
};

const FAILURES: [string, GatewayError][] = [
  ['401', new UpstreamUnauthorised(401)],
  ['403 to a read', new UpstreamUnauthorised(403)],
  ['429', new UpstreamThrottled(1000)],
  ['nothing sent: the budget is spent', new RateLimited(1000)],
  ['nothing sent: the circuit is open', new CircuitOpen(1000)],
  ['5xx, 408, no connection, no answer in time', new UpstreamUnavailable('', false)],
  ['unreadable', new UpstreamMalformed('')],
  ['the outcome of a booking is unknown', new OutcomeUnknown()],
  ['the time for the answer is over', new DeadlineExceeded()],
  ['Postgres is away', new StoreUnavailable('')],
];

/** docs/errors.md: what Cal.com says, what it means, what the caller hears, what the operator sees. */
export function errorsPage(): string {
  return [
    '# Errors',
    '',
    'Generated from the code by `npm run generate`. What Cal.com says → the answer’s `status` → what the caller hears → what the operator sees.',
    '',
    '## Refusals',
    '',
    'Cal.com’s words are matched in lower case, the first that fits decides. An alert closes by itself when the operation that was refused works again.',
    '',
    row(['Cal.com says', 'reason', 'status', 'Deutsch', 'English', 'operator']),
    row(['---', '---', '---', '---', '---', '---']),
    ...reasons().map((reason) =>
      row([
        wordsOf(reason),
        code(reason),
        code(answered(reason, 'en').status),
        answered(reason, 'de').message,
        answered(reason, 'en').message,
        operatorSees(reason),
      ]),
    ),
    '',
    '## Other failures',
    '',
    'What is answered when the request itself, the gateway or a part of it fails.',
    '',
    row(['what happened', 'code', 'status', 'Deutsch', 'English', 'operator']),
    row(['---', '---', '---', '---', '---', '---']),
    ...FAILURES.map(([what, error]) => {
      const fault = setupFaultOf(error);
      const spoken = (language: Language): string => toVoice(classify(error), LANGUAGES[language].phrases).message;
      return row([
        what,
        code(error.code),
        code(toVoice(classify(error), LANGUAGES.en.phrases).status),
        spoken('de'),
        spoken('en'),
        fault ? faultText(fault) : '–',
      ]);
    }),
    row(['no free start for two weeks', '–', code('none_found'), '–', '–', faultText('no_openings')]),
    '',
  ].join('\n');
}

function reasons(): UpstreamReason[] {
  return Object.keys(REFUSALS) as UpstreamReason[];
}

function wordsOf(reason: UpstreamReason): string {
  const rules = REFUSAL_RULES.filter((rule) => rule.reason === reason).map(
    ({ statuses, words }) => `${statuses ? `${statuses.join(', ')} ` : ''}${code(words.source)}`,
  );
  return [...rules, ...(WITHOUT_WORDS[reason] ? [WITHOUT_WORDS[reason]] : [])].join('; ');
}

function answered(reason: UpstreamReason, language: Language): { status: string; message: string } {
  const { phrases } = LANGUAGES[language];
  const { status, remedy } = REFUSALS[reason];
  if (status === 'too_short_notice') return { status, message: phrases.tooShortNotice(120, EARLIEST[language]) };
  if (remedy === 'another_start') return { status, message: phrases.slotTaken(START[language], []) };
  return spokenRefusal(phrases, reason);
}

function operatorSees(reason: UpstreamReason): string {
  return needsOwner(reason) ? faultText(reason) : 'the call’s trace';
}

function faultText(fault: keyof typeof SETUP_FAULT_TEXTS): string {
  const { what, todo } = SETUP_FAULT_TEXTS[fault];
  return `alert, review, check-setup: ${what.en}. ${todo.en}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
