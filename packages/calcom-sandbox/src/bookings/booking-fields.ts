import { badRequest, zodError } from '../http/api-error';
import { type Metadata } from '../world/booking';
import { type World } from '../world/world';
import { type BookingField, type EventType } from '../world/world-spec';
import { type AttendeeInput } from './create-input';

/** Fields that Cal.com makes itself. Only of the reminder's number it asks whether it is required. */
const SYSTEM_SLUGS = new Set([
  'name',
  'email',
  'location',
  'title',
  'notes',
  'guests',
  'rescheduleReason',
  'attendeePhoneNumber',
]);
const REMINDER_SLUG = 'smsReminderNumber';
const MAX_LONG_TEXT = 1_000;
const EMAIL_FORM = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

export type Responses = Record<string, unknown>;

/** The kind of answer a field takes, as Cal.com names it, and whether the answer is of that kind. */
function expectation(field: BookingField, answer: unknown): { expected: string; fits: boolean } {
  const isText = typeof answer === 'string';
  switch (field.type) {
    case 'number':
      return { expected: 'number', fits: typeof answer === 'number' };
    case 'boolean':
      return { expected: 'boolean', fits: typeof answer === 'boolean' };
    case 'select':
    case 'radio':
      return { expected: 'string or number', fits: isText || typeof answer === 'number' };
    case 'multiselect':
    case 'checkbox':
    case 'multiemail':
      return { expected: 'array', fits: Array.isArray(answer) };
    default:
      return { expected: 'string', fits: isText };
  }
}

/** @throws ApiError 400 for an answer of the wrong kind, or one that is not among the field's options */
function checkAnswer(field: BookingField, answer: unknown): void {
  const { expected, fits } = expectation(field, answer);
  if (!fits) {
    throw badRequest(
      `Invalid type for booking field '${field.slug}'. Expected type ${expected} (compatible with field type '${field.type}'), but received ${typeof answer}.`,
    );
  }
  const options = field.options ?? [];
  if (!['select', 'radio', 'multiselect', 'checkbox'].includes(field.type) || options.length === 0) return;
  const given = Array.isArray(answer) ? answer : [answer];
  if (given.every((entry) => options.includes(String(entry)))) return;
  const what = Array.isArray(answer) ? 'One or more invalid options' : `Invalid option '${String(answer)}'`;
  throw badRequest(`${what} for booking field '${field.slug}'. Allowed options are: ${options.join(', ')}.`);
}

/**
 * The first look at the answers to an event type's own questions; null counts as an empty answer, unknown slugs are
 * dropped.
 * @throws ApiError 400 for a missing required answer or one of the wrong kind.
 */
export function checkResponses(eventType: EventType, given: Responses, phoneNumber: string | undefined): Responses {
  const known = new Set([...SYSTEM_SLUGS, ...eventType.bookingFields.map((field) => field.slug)]);
  const answers: Responses = Object.fromEntries(
    Object.entries(given)
      .filter(([slug]) => known.has(slug))
      .map(([slug, answer]) => [slug, answer === null ? '' : answer]),
  );
  for (const field of eventType.bookingFields) {
    if (SYSTEM_SLUGS.has(field.slug)) continue;
    const answer = field.slug === REMINDER_SLUG ? phoneNumber : answers[field.slug];
    if (answer === undefined && field.required) {
      throw badRequest(
        field.slug === REMINDER_SLUG
          ? 'Missing attendee phone number - it is required by the event type.'
          : `Missing required booking field response: ${field.slug} - it is required by the event type booking fields, but missing in the bookingFieldsResponses.`,
      );
    }
    if (answer !== undefined) checkAnswer(field, answer);
  }
  return answers;
}

const textingAddress = (phoneNumber: string): string => `${phoneNumber.replace('+', '')}@sms.cal.com`;

const fieldOf = (eventType: EventType, slug: string): BookingField | undefined =>
  eventType.bookingFields.find((field) => field.slug === slug);

/** The input pipe lets numbers and booleans pass, the engine does not. */
const textIssues = (metadata: Metadata): { path: string; message: string }[] =>
  Object.entries(metadata)
    .filter(([, value]) => typeof value !== 'string')
    .map(([key, value]) => ({ path: `metadata.${key}`, message: `Expected string, received ${typeof value}` }));

/**
 * The engine's look at everything the attendee said.
 * The e-mail the booking gets is the attendee's own, or one made of the phone number where the event type allows that.
 * A hidden e-mail field overwrites even a given address, as the real service does.
 * @throws ApiError 400: E7 for what is missing, too long or no address; E1 where neither address is possible.
 */
export function attendeeEmail(
  world: World,
  eventType: EventType,
  { attendee, metadata = {} }: { attendee: AttendeeInput; metadata?: Metadata | undefined },
  answers: Responses,
): string {
  const issues: string[] = [];
  if (attendee.name === '') issues.push('{name}error_required_field');

  const { email, phoneNumber } = attendee;
  const emailField = fieldOf(eventType, 'email');
  const phoneField = fieldOf(eventType, 'attendeePhoneNumber');
  const emailOptional = emailField !== undefined && (!emailField.required || emailField.hidden);
  if (!email && !emailOptional) issues.push('{email}error_required_field');
  if (email && !emailField?.hidden && !EMAIL_FORM.test(email)) issues.push('{email}email_validation_error');

  const isLongText = ({ slug, type }: { slug: string; type: string }): boolean =>
    type === 'textarea' || type === 'notes' || slug === 'notes';
  for (const [slug, answer] of Object.entries(answers)) {
    const field = fieldOf(eventType, slug);
    if (field?.required && !field.hidden && answer === '') issues.push(`{${slug}}error_required_field`);
    const isLong = isLongText(field ?? { slug, type: '' });
    if (isLong && typeof answer === 'string' && answer.length > MAX_LONG_TEXT) {
      issues.push(`{${slug}}max_characters_allowed`);
    }
  }
  const wrong = [...textIssues(metadata), ...issues.map((message) => ({ path: 'responses', message }))];
  if (wrong.length > 0) throw zodError(wrong);

  if (email && !emailField?.hidden) {
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
    const undeliverable = world.undeliverableEmailDomains.some(
      (suffix) => domain === suffix || domain.endsWith(`.${suffix}`),
    );
    if (undeliverable) throw badRequest(`Attendee email domain ${domain} cannot receive emails`);
    return email;
  }
  if (phoneNumber && (emailField?.hidden || (phoneField && !phoneField.hidden))) return textingAddress(phoneNumber);
  throw badRequest('Both Phone and Email are missing');
}
