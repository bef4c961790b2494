import {
  type GatewayError,
  UpstreamMalformed,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../errors';
import { maskPersonal } from '../infra/masking';
import { type AnswerHeaders, retryAfterMs, smallestResetMs } from './answer-headers';
import { refusalReason } from './refusal-reason';

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
