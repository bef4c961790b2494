import { z } from 'zod';
import { badRequest, validationFailed } from '../http/api-error';
import { failuresOf, flag, oneOf, text } from '../http/validation';

export const TRIGGERS = [
  'BOOKING_CREATED',
  'BOOKING_REQUESTED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_NO_SHOW_UPDATED',
  'BOOKING_LOCATION_UPDATED',
  'BOOKING_REASSIGNED',
  'MEETING_STARTED',
  'MEETING_ENDED',
  'RECORDING_READY',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'INSTANT_MEETING',
  'INSTANT_MEETING_ACCEPTED',
  'OOO_CREATED',
  'FORM_SUBMITTED',
  'FORM_SUBMITTED_NO_EVENT',
  'ROUTING_FORM_FALLBACK_HIT',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'DELEGATION_CREDENTIAL_ERROR',
  'WRONG_ASSIGNMENT_REPORT',
  'CALENDAR_ENTRY_REJECTED',
] as const;

export const DEFAULT_WEBHOOK_VERSION = '2021-10-20';
export const ICS_WEBHOOK_VERSION = '2026-07-27';

const fields = {
  active: flag('active'),
  subscriberUrl: text('subscriberUrl'),
  triggers: z.array(oneOf('triggers', TRIGGERS), { error: 'triggers must be an array' }),
  secret: text('secret').optional(),
  payloadTemplate: text('payloadTemplate').optional(),
  version: oneOf('version', [DEFAULT_WEBHOOK_VERSION, ICS_WEBHOOK_VERSION]).optional(),
};

const createInput = z.object(fields);
const updateInput = z.object(fields).partial();

export type WebhookInput = z.output<typeof createInput>;
export type WebhookPatch = z.output<typeof updateInput>;

const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|0\.|\[)/;

function checkUrl(subscriberUrl: string | undefined, allowPrivate: boolean): void {
  if (subscriberUrl === undefined) return;
  const url = URL.canParse(subscriberUrl) ? new URL(subscriberUrl) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb || (!allowPrivate && (url.protocol === 'http:' || PRIVATE_HOST.test(url.hostname)))) {
    throw badRequest('Webhook URL is not allowed');
  }
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return parsed.data;
}

/** Unknown keys are dropped. @throws ApiError 400 (E3), or E1 for an address that is not allowed. */
export function parseWebhookInput(body: unknown, allowPrivate: boolean): WebhookInput {
  const input = parse<WebhookInput>(createInput, body);
  checkUrl(input.subscriberUrl, allowPrivate);
  return input;
}

/** @throws ApiError 400 */
export function parseWebhookPatch(body: unknown, allowPrivate: boolean): WebhookPatch {
  const patch = parse<WebhookPatch>(updateInput, body);
  checkUrl(patch.subscriberUrl, allowPrivate);
  return patch;
}
