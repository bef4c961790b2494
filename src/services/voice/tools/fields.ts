import { z } from 'zod';

const text = z.string();
const clock = text.describe('HH:mm');
const date = text.describe('YYYY-MM-DD');
const instant = text.describe('ISO 8601 with the offset of the branch');
const wallClock = text.describe('YYYY-MM-DD HH:mm in the zone of the branch');

const timeWindow = z.object({ from: clock.nullable(), to: clock.nullable() }).describe('Open at an end that is null');

/** Shapes inside answers. Every field of an answer is nullable, a list, a flag, a number or an object of such. */
export const field = {
  text: text.nullable(),
  clock: clock.nullable(),
  date: date.nullable(),
  instant: instant.nullable(),
  wallClock: wallClock.nullable(),
  flag: z.boolean(),
  /** Null: not known. */
  answerOrNull: z.boolean().nullable(),
  count: z.int(),
  window: timeWindow.nullable(),
};

const alternative = z.object({
  date,
  time: clock,
  datetime: instant,
  strategy: text,
  type: text,
  description: text,
  spoken: text.describe('As a person would say it'),
});

const appointment = z.object({
  id: text,
  date,
  time: clock,
  datetime: instant,
  service: field.text,
  customer_name: text.describe('Under which name it is'),
  staff: field.text,
  status: text,
  duration_minutes: z.int(),
  human_date: text,
  human_time: text,
});

const describedService = z.object({ id: text, name: text, duration_minutes: z.int(), price: z.number().nullable() });

export const startField = { datetime: field.instant };
export const serviceField = { service: z.object({ id: text, name: text, duration_minutes: z.int() }).nullable() };
export const alternativesField = { alternatives: z.array(alternative) };
export const appointmentsField = { appointments: z.array(appointment) };
export const staleField = { stale: z.boolean().describe('True: the calendar could not be asked just now') };

/** In every answer, besides `success`, `status`, `message` and `call_id`. */
export const commonFields = {
  missing_fields: z.array(text),
  services: z.array(describedService),
  suggested_date: field.date,
  earliest_bookable: field.instant,
  reason: field.text,
};

/** Outcomes that every tool may answer. */
export const commonStatuses = [
  'missing_fields',
  'invalid_date',
  'invalid_time',
  'past_time',
  'confirm_date',
  'invalid_name',
  'invalid_phone',
  'invalid_email',
  'unknown_service',
  'ambiguous_service',
  'unknown_tenant',
  'not_allowed',
  'not_found',
  'confirm_second_booking',
  'too_short_notice',
  'already_cancelled',
  'limit_reached',
  'not_changeable',
  'slot_taken',
  'pending_confirmation',
  'busy',
  'upstream_unavailable',
  'error',
] as const;

/** Of a tool that looks whether a start is free. */
export const availabilityFields = {
  available: field.answerOrNull,
  requested_time: field.wallClock,
  ...startField,
  ...serviceField,
  available_slots: z.array(wallClock),
  ...alternativesField,
  ...staleField,
  existing_appointment_id: field.text,
  existing_appointment_time: field.wallClock,
};

/** Who serves an appointment. */
export const hostFields = {
  host_name: field.text.describe('Who serves it, as far as Cal.com said'),
  staff_honoured: field.answerOrNull.describe('Whether it is the person asked for; null without such a wish'),
};

/** Of a tool that books. */
export const bookingFields = {
  booked: z.boolean().describe('True only after Cal.com has confirmed this very start'),
  appointment_id: field.text,
  booking_uid: field.text,
  appointment_time: field.wallClock,
  ...startField,
  ...serviceField,
  ...hostFields,
  ...alternativesField,
  idempotent_replay: field.flag,
  existing_appointment: z
    .object({ id: text, service: text, datetime: instant, spoken: text, customer_name: text })
    .nullable()
    .describe('What stands already when a second booking has to be confirmed'),
};

export const customerField = {
  customer: z.object({
    status: z.enum(['found', 'new_customer', 'anonymous']).nullable(),
    id: field.text,
    name: field.text,
    first_name: field.text,
    phone: field.text,
    email: field.text,
    upcoming_appointments: z.array(appointment),
  }),
};
