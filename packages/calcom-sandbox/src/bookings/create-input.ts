import { z } from 'zod';
import { inputRejected } from '../http/api-error';
import { type ApiVersion } from '../http/api-version';
import { failuresOf, flag, instantMs, integer, listOf, oneOf, text, timeZone } from '../http/validation';
import { type Metadata } from '../world/booking';

export const LANGUAGES = [
  'ar', 'ca', 'de', 'es', 'eu', 'he', 'id', 'ja', 'lv', 'pl', 'ro', 'sr', 'th', 'vi', 'az', 'cs', 'el', 'es-419',
  'fi', 'hr', 'it', 'km', 'nl', 'pt', 'ru', 'sv', 'tr', 'zh-CN', 'bg', 'da', 'en', 'et', 'fr', 'hu', 'iw', 'ko', 'no',
  'pt-BR', 'sk', 'ta', 'uk', 'zh-TW', 'bn',
] as const; // prettier-ignore

const METADATA_RULE =
  'Metadata must have at most 50 keys, each key up to 40 characters, and string values up to 500 characters.';

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isMetadata(value: unknown): value is Metadata {
  if (!isPlainObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= 50 &&
    entries.every(
      ([key, entry]) =>
        key.length <= 40 &&
        (typeof entry === 'number' || typeof entry === 'boolean' || (typeof entry === 'string' && entry.length <= 500)),
    )
  );
}

/** Addresses are checked later by the engine; phone numbers never are. */
const attendeeInput = z
  .strictObject({
    name: text('name'),
    timeZone: timeZone('timeZone'),
    email: text('email').optional(),
    phoneNumber: text('phoneNumber').optional(),
    language: oneOf('language', LANGUAGES).default('en'),
  })
  .refine((attendee) => Boolean(attendee.email) || Boolean(attendee.phoneNumber), {
    error: 'Attendee must have at least one contact method (email or phone number)',
    path: ['attendee email or phone'],
  });

const locationObject = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('address') }),
    z.strictObject({ type: z.literal('link') }),
    z.strictObject({ type: z.literal('phone') }),
    z.strictObject({ type: z.literal('organizersDefaultApp') }),
    z.strictObject({ type: z.literal('integration'), integration: text('integration') }),
    z.strictObject({ type: z.literal('attendeeAddress'), address: text('address') }),
    z.strictObject({ type: z.literal('attendeePhone'), phone: text('phone') }),
    z.strictObject({ type: z.literal('attendeeDefined'), location: text('location') }),
  ],
  { error: 'location must have one of the documented types' },
);

const routingInput = z.strictObject({
  queuedResponseId: z.string().nullable().optional(),
  responseId: z.number().nullable().optional(),
  teamMemberIds: listOf('teamMemberIds', z.int(), 'an integer number').optional(),
  teamMemberEmail: text('teamMemberEmail').optional(),
  skipContactOwner: flag('skipContactOwner').optional(),
  crmAppSlug: text('crmAppSlug').optional(),
  crmOwnerRecordType: text('crmOwnerRecordType').optional(),
});

const plainObject = (name: string) => z.record(z.string(), z.unknown(), { error: `${name} must be an object` });

const createFields = {
  start: instantMs('start'),
  attendee: z
    .custom<unknown>((value) => value !== undefined, { error: 'attendee should not be null or undefined' })
    .pipe(attendeeInput),
  eventTypeId: integer('eventTypeId').optional(),
  eventTypeSlug: text('eventTypeSlug').optional(),
  username: text('username').optional(),
  teamSlug: text('teamSlug').optional(),
  organizationSlug: text('organizationSlug').optional(),
  bookingFieldsResponses: plainObject('bookingFieldsResponses').optional(),
  guests: listOf('guests', z.string(), 'a string').optional(),
  meetingUrl: z.url({ error: 'meetingUrl must be a URL address' }).optional(),
  location: z
    .union([z.string(), locationObject], { error: 'location must have one of the documented types' })
    .optional(),
  metadata: z
    .custom<Metadata>(isMetadata, {
      error: ({ input }) => (isPlainObject(input) ? METADATA_RULE : `${METADATA_RULE}, metadata must be an object`),
    })
    .optional(),
  lengthInMinutes: integer('lengthInMinutes').min(1, { error: 'lengthInMinutes must not be less than 1' }).optional(),
  emailVerificationCode: text('emailVerificationCode').optional(),
  recurrenceCount: integer('recurrenceCount').min(1, { error: 'recurrenceCount must not be less than 1' }).optional(),
  instant: flag('instant').optional(),
  routing: routingInput.optional(),
  rrHostSubsetIds: listOf('rrHostSubsetIds', z.int(), 'an integer number').optional(),
};

/** Only hosts are allowed these; others may send them without effect. Unknown keys before 2026-02-25. */
const hostFlags = {
  allowConflicts: flag('allowConflicts').optional(),
  allowBookingOutOfBounds: flag('allowBookingOutOfBounds').optional(),
  skipBookingLimits: flag('skipBookingLimits').optional(),
};

const createInput = z.strictObject(createFields);
const createInputWithFlags = z.strictObject({ ...createFields, ...hostFlags });

/** Null is as good as absent for every field that is not required. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key, value]) => value !== null || key === 'start' || key === 'attendee')
      .map(([key, value]) => [key, key === 'attendee' ? withoutNulls(value) : value]),
  );
}

export type CreateBookingInput = z.output<typeof createInputWithFlags>;
export type AttendeeInput = CreateBookingInput['attendee'];
export type LocationInput = NonNullable<CreateBookingInput['location']>;

export const knowsHostFlags = (version: ApiVersion): boolean => version !== '2024-08-13';

/** @throws ApiError 400 (E2): every wrong property in one message, unknown keys included. */
export function parseCreateInput(body: unknown, version: ApiVersion): CreateBookingInput {
  const parsed = (knowsHostFlags(version) ? createInputWithFlags : createInput).safeParse(withoutNulls(body));
  if (!parsed.success) throw inputRejected(failuresOf(parsed.error));
  const input: CreateBookingInput = parsed.data;
  const bySlug = input.eventTypeSlug !== undefined && (input.username !== undefined || input.teamSlug !== undefined);
  if (input.eventTypeId === undefined && !bySlug) {
    const property = 'eventTypeId or eventTypeSlug + username';
    const message = 'Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided';
    throw inputRejected([{ property, constraints: { requireEventTypeIdentification: message }, children: [] }]);
  }
  return input;
}

export { hostFlags, plainObject };
