import { z } from 'zod';
import { isIanaZone, parseInstant } from './zone-time';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be HH:MM' });
const date = z.iso.date();
const zone = z.string().refine(isIanaZone, { error: 'must be an IANA time zone' });
const id = z.int().positive();
const minutes = z.int().min(0);
const instant = z
  .string()
  .refine((value) => parseInstant(value) !== undefined, { error: 'must be an ISO 8601 instant' });

const scheduleSpec = z.strictObject({
  id,
  ownerId: id,
  name: z.string().default('Working hours'),
  timeZone: zone,
  availability: z.array(z.strictObject({ days: z.array(z.enum(WEEKDAYS)), startTime: timeOfDay, endTime: timeOfDay })),
  /** A date listed here has only these hours; `00:00`–`00:00` means closed. */
  overrides: z.array(z.strictObject({ date, startTime: timeOfDay, endTime: timeOfDay })).default([]),
});

const userSpec = z.strictObject({
  id,
  username: z.string().min(1),
  name: z.string().min(1),
  email: z.email(),
  timeZone: zone.default('Europe/Berlin'),
  locale: z.string().default('de'),
  weekStart: z.enum(WEEKDAYS).default('Monday'),
  timeFormat: z.union([z.literal(12), z.literal(24)]).default(24),
  bio: z.string().nullable().default(null),
  avatarUrl: z.string().nullable().default(null),
  defaultScheduleId: id.nullable().default(null),
  organizationId: id.nullable().default(null),
  /** Appointments in the person's own calendar: they block slots and bookings alike. */
  busy: z.array(z.strictObject({ start: instant, end: instant })).default([]),
  /** A calendar that cannot be reached makes its owner busy all the time, without any error. */
  calendarReachable: z.boolean().default(true),
});

const teamSpec = z.strictObject({
  id,
  name: z.string().min(1),
  slug: z.string().min(1),
  organizationId: id.nullable().default(null),
  timeZone: zone.default('Europe/Berlin'),
  weekStart: z.enum(WEEKDAYS).default('Monday'),
  members: z.array(
    z.strictObject({
      id,
      userId: id,
      role: z.enum(['OWNER', 'ADMIN', 'MEMBER']).default('MEMBER'),
      accepted: z.boolean().default(true),
    }),
  ),
});

const organizationSpec = z.strictObject({ id, slug: z.string().min(1), name: z.string().min(1) });

const bookingFieldSpec = z.strictObject({
  slug: z.string().min(1),
  type: z.enum([
    'name', 'email', 'phone', 'title', 'notes', 'guests', 'location', 'rescheduleReason', 'address', 'text', 'number',
    'textarea', 'select', 'multiselect', 'multiemail', 'checkbox', 'radio', 'boolean', 'url',
  ]), // prettier-ignore
  label: z.string().default(''),
  placeholder: z.string().default(''),
  required: z.boolean().default(false),
  hidden: z.boolean().default(false),
  options: z.array(z.string()).optional(),
});

const locationSpec = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('address'), address: z.string().min(1), public: z.boolean().default(true) }),
  z.strictObject({ type: z.literal('link'), link: z.url(), public: z.boolean().default(true) }),
  z.strictObject({ type: z.literal('phone'), phone: z.string().min(1), public: z.boolean().default(true) }),
  z.strictObject({ type: z.literal('integration'), integration: z.string().min(1) }),
  z.strictObject({ type: z.literal('organizersDefaultApp') }),
  z.strictObject({ type: z.literal('attendeeAddress') }),
  z.strictObject({ type: z.literal('attendeePhone') }),
  z.strictObject({ type: z.literal('attendeeDefined') }),
]);

const bookingWindowSpec = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('businessDays'), value: z.int().min(0), rolling: z.boolean().default(false) }),
  z.strictObject({ type: z.literal('calendarDays'), value: z.int().min(0), rolling: z.boolean().default(false) }),
  z.strictObject({ type: z.literal('range'), value: z.tuple([date, date]) }),
]);

const perPeriod = z.strictObject({
  day: z.int().positive().optional(),
  week: z.int().positive().optional(),
  month: z.int().positive().optional(),
  year: z.int().positive().optional(),
});

/** One request makes this many bookings, one every `interval` years, months or weeks. */
const recurrenceSpec = z.strictObject({
  interval: z.int().positive(),
  occurrences: z.int().positive(),
  frequency: z.enum(['yearly', 'monthly', 'weekly']),
});

const confirmationPolicySpec = z.strictObject({
  type: z.enum(['always', 'time']),
  /** With `time`: only starts nearer than this need a confirmation. */
  noticeThresholdMinutes: z
    .int()
    .positive()
    .default(24 * 60),
  blockUnconfirmedBookingsInBooker: z.boolean().default(false),
});

export const eventTypeSpec = z
  .strictObject({
    id,
    title: z.string().min(1),
    slug: z.string().min(1),
    description: z.string().default(''),
    lengthInMinutes: z.int().positive(),
    lengthInMinutesOptions: z.array(z.int().positive()).optional(),
    ownerId: id.nullable().default(null),
    teamId: id.nullable().default(null),
    schedulingType: z.enum(['roundRobin', 'collective']).nullable().default(null),
    hosts: z
      .array(
        z.strictObject({
          userId: id,
          mandatory: z.boolean().default(false),
          priority: z.enum(['lowest', 'low', 'medium', 'high', 'highest']).default('medium'),
        }),
      )
      .default([]),
    /** While false, a requested subset of hosts is ignored in slots and bookings. */
    rrHostSubsetEnabled: z.boolean().default(false),
    recurrence: recurrenceSpec.nullable().default(null),
    scheduleId: id.nullable().default(null),
    slotInterval: z.int().positive().nullable().default(null),
    offsetStart: minutes.default(0),
    minimumBookingNotice: minutes.default(0),
    beforeEventBuffer: minutes.default(0),
    afterEventBuffer: minutes.default(0),
    bookingWindow: bookingWindowSpec.nullable().default(null),
    bookingLimitsCount: perPeriod.nullable().default(null),
    /** Minutes per period. */
    bookingLimitsDuration: perPeriod.nullable().default(null),
    bookerActiveBookingsLimit: z
      .strictObject({ maximumActiveBookings: z.int().positive(), offerReschedule: z.boolean().default(false) })
      .nullable()
      .default(null),
    onlyShowFirstAvailableSlot: z.boolean().default(false),
    locations: z.array(locationSpec).default([]),
    bookingFields: z.array(bookingFieldSpec).default([]),
    confirmationPolicy: confirmationPolicySpec.nullable().default(null),
    cancellationReasonPolicy: z
      .enum(['mandatory_both', 'mandatory_host_only', 'mandatory_attendee_only', 'optional_both'])
      .default('mandatory_host_only'),
    disableCancelling: z.boolean().default(false),
    disableRescheduling: z.boolean().default(false),
    /** Guests may not move a booking that starts sooner than this. */
    minimumRescheduleNotice: minutes.default(0),
    rescheduleWithSameRoundRobinHost: z.boolean().default(false),
    bookingRequiresAuthentication: z.boolean().default(false),
    disableGuests: z.boolean().default(false),
    hidden: z.boolean().default(false),
    price: z.number().min(0).default(0),
    currency: z.string().length(3).default('eur'),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .refine((type) => (type.teamId === null) !== (type.ownerId === null), {
    error: 'an event type belongs to a user (ownerId) or to a team (teamId)',
  })
  .refine((type) => (type.teamId === null) === (type.schedulingType === null), {
    error: 'a team event type has a schedulingType, a personal one has none',
  });

/** One set of request limits; times in milliseconds. Its name is the suffix of its headers. */
const limitSetSpec = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]*$/i),
  limit: z.int().positive(),
  windowMs: z.int().positive().default(60_000),
  blockMs: z.int().positive().default(60_000),
});

/** A key as the caller sends it. Its own limits replace the sandbox's default for this key. */
export const apiKeySpec = z.strictObject({
  key: z.string().startsWith('cal_'),
  userId: id,
  expiresAt: instant.nullable().default(null),
  limitPerWindow: z.int().positive().nullable().default(null),
  /** Several sets count side by side; a request is refused only while all of them block. */
  limits: z.array(limitSetSpec).default([]),
});

export const worldSpec = z.strictObject({
  users: z.array(userSpec),
  schedules: z.array(scheduleSpec),
  organizations: z.array(organizationSpec).default([]),
  teams: z.array(teamSpec).default([]),
  eventTypes: z.array(eventTypeSpec).default([]),
  apiKeys: z.array(apiKeySpec).default([]),
  /** The hosted service looks for a mail server; these domains have none. Compared with the end of the domain. */
  undeliverableEmailDomains: z.array(z.string()).default([]),
});

export const accountSpec = z.strictObject({
  user: userSpec,
  schedule: scheduleSpec.optional(),
  team: teamSpec.optional(),
  apiKey: z.string().startsWith('cal_').optional(),
});

export type WorldInput = z.input<typeof worldSpec>;
export type User = z.output<typeof userSpec>;
export type Schedule = z.output<typeof scheduleSpec>;
export type Team = z.output<typeof teamSpec>;
export type Organization = z.output<typeof organizationSpec>;
export type EventType = z.output<typeof eventTypeSpec>;
export type BookingField = z.output<typeof bookingFieldSpec>;
export type EventLocation = z.output<typeof locationSpec>;
export type ApiKey = z.output<typeof apiKeySpec>;
export type LimitSet = z.output<typeof limitSetSpec>;
export type Recurrence = z.output<typeof recurrenceSpec>;
export { userSpec, scheduleSpec, teamSpec };
