import { badRequest, zodError } from '../http/api-error';
import { type World } from '../world/world';
import { type BookingField, type EventType } from '../world/world-spec';
import { type AttendeeInput } from './create-input';

const PHONE_SLUGS = ['attendeePhoneNumber', 'smsReminderNumber'];
/** Slugs that the attendee and location parts of a request fill, or that never need an answer. */
const ANSWERED_ELSEWHERE = new Set([
  'name',
  'email',
  'location',
  'title',
  'guests',
  'rescheduleReason',
  ...PHONE_SLUGS,
]);

export type Responses = Record<string, unknown>;

function acceptsAnswer(field: BookingField, answer: unknown): boolean {
  const isText = typeof answer === 'string';
  const isTextList = Array.isArray(answer) && answer.every((entry) => typeof entry === 'string');
  switch (field.type) {
    case 'number':
      return typeof answer === 'number' || (isText && answer.trim() !== '' && Number.isFinite(Number(answer)));
    case 'boolean':
      return typeof answer === 'boolean';
    case 'select':
    case 'radio':
      return isText && (field.options ?? []).includes(answer);
    case 'multiselect':
    case 'checkbox':
      return isTextList && answer.every((entry) => (field.options ?? []).includes(entry));
    case 'multiemail':
    case 'guests':
      return isTextList;
    default:
      return isText;
  }
}

/**
 * Checks the answers to an event type's own questions; null counts as an empty answer, unknown slugs are dropped.
 * @throws ApiError 400 for a missing required answer or one of the wrong kind.
 */
export function checkResponses(eventType: EventType, given: Responses): Responses {
  const answers: Responses = {};
  for (const field of eventType.bookingFields) {
    const raw = given[field.slug];
    const answer = raw === null ? '' : raw;
    const isEmpty = answer === undefined || answer === '';
    if (isEmpty && field.required && !field.hidden && !ANSWERED_ELSEWHERE.has(field.slug)) {
      throw badRequest(`Missing required booking field response: ${field.slug}`);
    }
    if (!isEmpty && !acceptsAnswer(field, answer)) {
      throw badRequest(`Invalid response for booking field ${field.slug}: it does not fit the type ${field.type}`);
    }
    if (answer !== undefined) answers[field.slug] = answer;
  }
  return answers;
}

const textingAddress = (phoneNumber: string): string => `${phoneNumber.replace('+', '')}@sms.cal.com`;

const fieldOf = (eventType: EventType, slug: string): BookingField | undefined =>
  eventType.bookingFields.find((field) => field.slug === slug);

/**
 * The e-mail the booking gets: the attendee's own, or one made of the phone number where the event type allows that.
 * A hidden e-mail field overwrites even a given address, as the real service does.
 * @throws ApiError 400 when neither is possible.
 */
export function attendeeEmail(world: World, eventType: EventType, attendee: AttendeeInput): string {
  const { email, phoneNumber } = attendee;
  const phoneAsked = PHONE_SLUGS.some((slug) => fieldOf(eventType, slug)?.required === true);
  if (phoneAsked && phoneNumber === undefined) throw badRequest('Missing attendee phone number');

  const emailField = fieldOf(eventType, 'email');
  if (emailField?.hidden) {
    if (phoneNumber === undefined) throw badRequest('Both Phone and Email are missing');
    return textingAddress(phoneNumber);
  }
  if (email !== undefined) {
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
    const undeliverable = world.undeliverableEmailDomains.some(
      (suffix) => domain === suffix || domain.endsWith(`.${suffix}`),
    );
    if (undeliverable) throw badRequest(`Attendee email domain ${domain} cannot receive emails`);
    return email;
  }
  const phoneField = fieldOf(eventType, 'attendeePhoneNumber');
  const emailOptional = emailField !== undefined && !emailField.required;
  if (!emailOptional || !phoneField || phoneField.hidden || phoneNumber === undefined) {
    throw zodError([{ path: 'responses', message: '{email}error_required_field' }]);
  }
  return textingAddress(phoneNumber);
}
