import { z } from 'zod';
import type { UpstreamEventType } from '../services/calcom/calcom-ports';
import { oneOf, present } from './answer-shape';
import { optionalNumber, optionalText } from './wire-parsing';

const count = optionalNumber.transform((number) => number ?? 0);

const bookingField = z.object({
  slug: optionalText,
  type: optionalText,
  label: optionalText,
  required: z.boolean().nullish(),
  hidden: z.boolean().nullish(),
});
type BookingField = z.output<typeof bookingField>;

const person = { name: optionalText, username: optionalText, email: optionalText };

/** A setting of another shape than known is taken for absent: the import must not fail because of it. */
const locations = z
  .array(z.object({ type: z.string() }))
  .nullish()
  .catch(null);
const limits = z.record(z.string(), z.unknown()).nullish().catch(null);

const eventType = z.object({
  id: z.number(),
  title: z.string(),
  slug: z.string(),
  lengthInMinutes: z.number(),
  lengthInMinutesOptions: z.array(z.number()).nullish(),
  teamId: optionalNumber,
  schedulingType: oneOf(optionalText, ['roundrobin', 'collective', 'managed']),
  hosts: z.array(z.object({ userId: z.number(), ...person })).nullish(),
  users: z.array(z.object({ id: z.number(), ...person })).nullish(),
  minimumBookingNotice: present(count),
  beforeEventBuffer: present(count),
  afterEventBuffer: present(count),
  seats: z.object({ seatsPerTimeSlot: optionalNumber }).nullish(),
  seatsPerTimeSlot: optionalNumber,
  confirmationPolicy: z
    .object({ type: oneOf(optionalText, ['always', 'time']), disabled: z.boolean().nullish() })
    .nullish(),
  bookingFields: present(z.array(bookingField).nullish()),
  price: present(optionalNumber),
  currency: optionalText,
  hidden: present(z.boolean().nullish()),
  requiresBookerEmailVerification: z.boolean().nullish(),
  recurrence: present(z.object({ disabled: z.boolean().nullish() }).nullish()),
  rrHostSubsetEnabled: z.boolean().nullish(),
  disableCancelling: z.object({ disabled: z.boolean().nullish() }).nullish(),
  locations,
  bookingLimitsCount: limits,
  disableRescheduling: z.object({ disabled: z.boolean().nullish(), minutesBefore: optionalNumber }).nullish(),
});

/** Fields that a booking request fills by other means than custom responses. */
const STANDARD_FIELDS = new Set(['name', 'email', 'attendeePhoneNumber', 'location', 'guests', 'rescheduleReason']);

export const eventTypesAnswer = z.object({ data: z.array(eventType) }).transform(({ data }) => data.map(toEventType));

/** Whether an event type lets bookers choose the host, as its change is answered. */
export const hostChoiceAnswer = z
  .object({ data: z.object({ rrHostSubsetEnabled: z.boolean().nullish() }) })
  .transform(({ data }) => data.rrHostSubsetEnabled === true);

function toEventType(given: z.output<typeof eventType>): UpstreamEventType {
  const fields = (given.bookingFields ?? []).filter((field) => !field.hidden);
  const options = given.lengthInMinutesOptions ?? [];
  return {
    id: given.id,
    title: given.title,
    slug: given.slug,
    lengthMinutes: given.lengthInMinutes,
    lengthOptionsMinutes: options.length > 0 ? options : [given.lengthInMinutes],
    teamId: given.teamId,
    schedulingType: schedulingTypeOf(given.schedulingType),
    hosts: hostsOf(given),
    minimumNoticeMinutes: given.minimumBookingNotice,
    bufferBeforeMinutes: given.beforeEventBuffer,
    bufferAfterMinutes: given.afterEventBuffer,
    seats: given.seats?.seatsPerTimeSlot ?? given.seatsPerTimeSlot ?? 1,
    requiresConfirmation: Boolean(given.confirmationPolicy?.type) && given.confirmationPolicy?.disabled !== true,
    emailRequired: isEmailRequired(given.bookingFields ?? []),
    phoneEnabled: fields.some((field) => field.slug === 'attendeePhoneNumber'),
    requiredFields: fields.flatMap(({ slug, label, required }) =>
      required && slug !== null && !STANDARD_FIELDS.has(slug) ? [{ slug, label: label ?? slug }] : [],
    ),
    price: given.price !== null && given.price > 0 ? inMainUnit(given.price, given.currency) : null,
    hidden: given.hidden ?? false,
    emailVerification: given.requiresBookerEmailVerification ?? false,
    recurring: Boolean(given.recurrence) && given.recurrence?.disabled !== true,
    hostSubsetEnabled: given.rrHostSubsetEnabled ?? null,
    cancellingDisabled: given.disableCancelling?.disabled ?? false,
    reschedulingDisabled: given.disableRescheduling?.disabled ?? false,
    rescheduleNoticeMinutes: given.disableRescheduling?.minutesBefore ?? 0,
    locations: [...new Set((given.locations ?? []).map(({ type }) => type))],
    bookingLimits: limitsOf(given.bookingLimitsCount ?? {}),
  };
}

/** Cal.com counts prices in the currency's smallest unit. */
function inMainUnit(price: number, currency: string | null): number {
  const known = currency !== null && /^[a-z]{3}$/i.test(currency) ? currency : 'EUR';
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    ...{ style: 'currency', currency: known },
  }).resolvedOptions();
  return price / 10 ** maximumFractionDigits;
}

function limitsOf(given: Record<string, unknown>): Record<string, number> {
  if (given.disabled === true) return {};
  return Object.fromEntries(
    Object.entries(given).filter((limit): limit is [string, number] => typeof limit[1] === 'number'),
  );
}

/** A managed event type is a pattern for the members' own ones and cannot be booked itself. */
function schedulingTypeOf(text: string | null): UpstreamEventType['schedulingType'] {
  switch (text?.toLowerCase().replace(/[^a-z]/g, '')) {
    case 'roundrobin':
      return 'roundRobin';
    case 'collective':
      return 'collective';
    case 'managed':
      return 'managed';
    default:
      return 'single';
  }
}

/** A person's own event type names its users, a team's its hosts. */
function hostsOf({ hosts, users }: z.output<typeof eventType>): UpstreamEventType['hosts'] {
  const listed = hosts?.length ? hosts : (users ?? []).map(({ id, ...user }) => ({ userId: id, ...user }));
  return listed.map(({ userId, name, username, email }) => ({ userId, name: name ?? username ?? '', username, email }));
}

/** Cal.com asks for an address unless the field is switched to optional or hidden. */
function isEmailRequired(fields: readonly BookingField[]): boolean {
  const field = fields.find(({ slug }) => slug === 'email') ?? fields.find(({ type }) => type === 'email');
  return field === undefined || (field.required !== false && field.hidden !== true);
}
