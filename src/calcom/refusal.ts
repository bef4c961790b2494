import {
  type GatewayError,
  UpstreamMalformed,
  type UpstreamReason,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../errors';
import { maskPersonal } from '../infra/masking';
import { type AnswerHeaders, retryAfterMs, smallestResetMs } from './answer-headers';

interface RefusalRule {
  /** Statuses under which the words mean this; any when absent. */
  statuses?: readonly number[];
  /** Meets Cal.com's own text in lower case. */
  words: RegExp;
  reason: UpstreamReason;
}

/**
 * Cal.com's error codes say little; the status and a fragment of the message decide. The first rule that fits wins.
 * Field failures read `responses - {slug}code, ` (booking engine) or `slug - code, ` (older).
 */
export const REFUSAL_RULES: readonly RefusalRule[] = [
  { statuses: [404], words: /^cannot (get|post|put|patch|delete) \//, reason: 'unknown_version' },
  { statuses: [400, 422], words: /rrhostsubsetids/, reason: 'host_choice_unknown' },
  { statuses: [404], words: /event.?type (with id \S+ )?(was )?not found/, reason: 'event_type_gone' },
  {
    words: /either already has booking|hosts_unavailable|host_unavailable|no_available_users/,
    reason: 'slot_not_available',
  },
  // In production Cal.com hides the violated constraint of a lost race behind the words about its database.
  {
    words: /booking_conflict|unique constraint|error occurred while querying the database/,
    reason: 'booking_conflict',
  },
  { words: /(booking|duration)_limit_reached|(booking|duration) limit/, reason: 'booking_limit' },
  { words: /maximum number of active bookings|booker_limit_exceeded/, reason: 'attendee_limit' },
  { words: /is a seated booking/, reason: 'seated_event_type' },
  { words: /no more seats|booking_seats_full/, reason: 'seats_full' },
  { words: /book a meeting in the past/, reason: 'start_in_past' },
  { words: /can.t be booked at the .?start.? time|out_of_bounds/, reason: 'start_out_of_bounds' },
  {
    words: /already reserved|reserve a slot if|event is already booked|no available hosts left/,
    reason: 'reservation_conflict',
  },
  { statuses: [422], words: /available at this time/, reason: 'reservation_conflict' },
  { words: /already (been )?rescheduled|(been|was) rescheduled|rescheduled already/, reason: 'already_rescheduled' },
  { words: /(already|has been|was) (been )?cancell?ed/, reason: 'already_cancelled' },
  { words: /already ended/, reason: 'already_ended' },
  { words: /marked as absent after/, reason: 'not_started' },
  {
    words: /(does not|doesn.t) allow cancell|cancell\w+ (is|are|has been) (disabled|not allowed)|disable.?cancelling/,
    reason: 'cancelling_disabled',
  },
  { words: /minimum notice period|minimum.?reschedule.?notice/, reason: 'reschedule_notice' },
  {
    words:
      /(does not|doesn.t) allow reschedul|reschedul\w+ (is|are|has been) (disabled|not allowed)|disable.?rescheduling/,
    reason: 'rescheduling_disabled',
  },
  { statuses: [401, 403], words: /block(ed|list)|blacklist/, reason: 'blocked_attendee' },
  { statuses: [401, 403], words: /not allowed to book event type|user not a host/, reason: 'event_type_forbidden' },
  {
    words:
      /\{?(name|email|attendeephonenumber)\}?( - )?error_required_field|missing attendee phone|both phone and email are missing/,
    reason: 'missing_attendee_field',
  },
  { words: /invalid_number|phone ?number (must be|is not|property is wrong)|invalid phone/, reason: 'invalid_phone' },
  {
    words:
      /email_validation_error|\be-?mail - |invalid e-?mail|e-?mail.*(must be|not valid|cannot receive|undeliverable)/,
    reason: 'invalid_email',
  },
  {
    words:
      /missing required booking field|error_required_field|email_verification_required|cancellation reason is required/,
    reason: 'missing_field',
  },
  { words: /max_characters_allowed|must be (shorter|at most)/, reason: 'text_too_long' },
  {
    words: /booking location .*not valid|location.*(not (valid|supported|allowed)|is invalid)/,
    reason: 'location_not_valid',
  },
  { statuses: [400, 422], words: /invalid_verification_code|attendee property is wrong/, reason: 'invalid_attendee' },
  {
    statuses: [400, 422],
    words: /property is wrong|bad request exception|should not exist|must be|invalid|validation|required| - /,
    reason: 'validation',
  },
];

/** Longer messages are a proxy's or an attacker's; the words that count come first. */
const READ_LENGTH = 2000;

/** What a refusal means, whatever envelope it came in. */
function refusalReason(status: number, message: string): UpstreamReason {
  const text = textRead(message);
  const rule = ruleFor(status, text);
  if (rule) return rule.reason;
  if (status === 404) return 'not_found';
  // A conflict of a kind we do not know may be our own earlier booking: its reader looks the booking up.
  return status === 409 && !text.includes('webhook') ? 'booking_conflict' : 'other';
}

/** What Cal.com says of a key or its owner, under 401 and 403. */
const KEY_WORDS =
  /api.?key|access token|bearer|authenticat|unauthori[sz]ed|forbidden|permission|rolesguard|not (an? )?(admin|owner|member|part of)|does not (own|belong|have access)|not have access/;

/** Whether Cal.com is known to say this. */
export function isKnownText(status: number, message: string): boolean {
  const text = textRead(message);
  if (ruleFor(status, text) !== undefined) return true;
  if (status === 401 || status === 403) return KEY_WORDS.test(text);
  return status === 404 && text.includes('not found');
}

function textRead(message: string): string {
  return message.slice(0, READ_LENGTH).toLowerCase();
}

function ruleFor(status: number, text: string): (typeof REFUSAL_RULES)[number] | undefined {
  return REFUSAL_RULES.find(({ statuses, words }) => (statuses?.includes(status) ?? true) && words.test(text));
}

const DEFAULT_BLOCK_MS = 60_000;
const MESSAGE_LENGTH = 300;

export interface RefusedAnswer {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  status: number;
  headers: AnswerHeaders;
  text: string;
  /** Body of the request: the names in it are taken out of Cal.com's words. */
  sent?: object | undefined;
}

/**
 * Any answer that is not a 2xx, as the failure it means. Knows the bodies of Nest exceptions, both validation pipes, the
 * booking engine (`{statusCode, message}`), tRPC, Prisma and Zod, and takes everything else for a proxy's page.
 */
export function refusalOf(answer: RefusedAnswer, nowMs: number): GatewayError {
  const { status, headers, sent } = answer;
  if (status === 429)
    return new UpstreamThrottled(retryAfterMs(headers, nowMs) ?? smallestResetMs(headers) ?? DEFAULT_BLOCK_MS);
  if (status >= 500 || status === 408) return unavailable(status);
  if (status < 400) return new UpstreamMalformed(`unexpected HTTP ${status}`);
  const words = wordsOf(answer.text);
  if (status === 401) return unauthorisedOr(status, sent, words, words !== null && /user not a host/i.test(words));
  // Only a proxy in front of Cal.com answers in anything but JSON: the request did not get through.
  if (words === null) return unavailable(status);
  if (status === 403) return unauthorisedOr(status, sent, words, answer.method !== 'GET');
  return rejected(status, sent, words);
}

/** 401 and 403 are also the statuses of some business refusals, which say nothing about the key. */
function unauthorisedOr(
  status: number,
  sent: object | undefined,
  words: string | null,
  isBusiness: boolean,
): GatewayError {
  if (words !== null && (isBusiness || refusalReason(status, words) !== 'other')) return rejected(status, sent, words);
  return new UpstreamUnauthorised(status, undefined, words === null ? '' : tellable(sent, words));
}

function unavailable(status: number): UpstreamUnavailable {
  return new UpstreamUnavailable(`HTTP ${status}`, false, { upstreamStatus: status });
}

function rejected(status: number, sent: object | undefined, words: string): UpstreamRejected {
  return new UpstreamRejected(status, refusalReason(status, words), tellable(sent, words));
}

/** Cal.com's words without what is secret or personal. */
function tellable(sent: object | undefined, words: string): string {
  // A missing route is quoted with its query, and the query of a booking list holds an address.
  const withoutSecrets = words
    .slice(0, 4 * MESSAGE_LENGTH)
    .replace(/\?\S+/g, '')
    .replace(/\bcal_\w+/g, 'cal_…');
  const { masked } = maskPersonal({ masked: withoutSecrets }, sent) as { masked: string };
  return masked.slice(0, MESSAGE_LENGTH);
}

/** Cal.com's own words; null when the body is not one of its JSON objects. */
function wordsOf(text: string): string | null {
  const body = parsed(text);
  if (!isRecord(body)) return null;
  const error = isRecord(body.error) ? body.error : null;
  const message = textOf(error?.message) ?? textOf(body.message) ?? textOf(body.error) ?? '';
  const failures = isRecord(error?.details) ? error.details.errors : undefined;
  return [message, ...failureTexts(failures)].filter((part) => part !== '').join('; ');
}

/** The global validation pipe hides what is wrong in a list below the message. */
function failureTexts(failures: unknown): string[] {
  if (!Array.isArray(failures)) return [];
  return failures.filter(isRecord).flatMap((failure) => {
    const constraints = isRecord(failure.constraints)
      ? Object.values(failure.constraints).filter((one) => typeof one === 'string')
      : [];
    const own = constraints.length > 0 ? [`${textOf(failure.property) ?? ''}: ${constraints.join(', ')}`] : [];
    return [...own, ...failureTexts(failure.children)];
  });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join(', ') : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
