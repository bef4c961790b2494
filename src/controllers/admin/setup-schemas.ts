import { IANAZone } from 'luxon';
import { z } from 'zod';
import { LANGUAGE_CODES, PHONE_OBSTACLES, PLATFORMS, RECORDING_NOTICES, SCHEDULING_TYPES } from '../../domain';
import { ROLES } from '../../services/admin/actor';
import { MAPPING_SOURCES } from '../../services/admin/event-type-import';
import { perLanguage } from '../../services/language/languages';
import { companyId } from './list-query';

/** Invisible characters and changes of writing direction make one name look like another. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
export const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !INVISIBLE.test(text), { error: 'must not have control or direction characters' });
const id = z.guid().transform((text) => text.toLowerCase());
const calcomId = z.int().min(1).max(2_147_483_647);
const language = z.enum(LANGUAGE_CODES);
const minutes = (max: number) => z.int().min(0).max(max);
export const stamp = z.iso.datetime();
const stamps = { created_at: stamp, updated_at: stamp };

const timeZone = z.string().refine((zone) => IANAZone.isValidZone(zone), {
  error: 'must be an IANA time zone such as Europe/Berlin',
});
/** International, or national in the company's country; the domain reads it. */
const phone = z
  .string()
  .trim()
  .max(40)
  .regex(/^\+?[\d\s()/.-]{4,}$/, 'must be a telephone number such as 030 98765432 or +49 30 98765432');

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 09:00');
const openFrom = z
  .strictObject({ open: clockTime, close: clockTime })
  .refine((span) => span.open < span.close, { error: 'must open before it closes' });
const day = z
  .array(openFrom)
  .max(6)
  .refine((spans) => spans.every((span, index) => index === 0 || (spans[index - 1]?.close ?? '') <= span.open), {
    error: 'must be in order and must not overlap',
  });
/** 1 = Monday … 7 = Sunday; a day that is absent is closed. */
const hours = z.strictObject(
  Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((weekday) => [weekday, day.optional()])),
);

/** Says that a change is only meant for the row as it was read. */
export const guard = {
  if_updated_at: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
};
const owner = { company_id: companyId.optional() };

/** Spoken at the beginning of every call, so it is short and has no markup. */
const ownWords = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !INVISIBLE.test(text), { error: 'must be one line without control characters' })
  .nullable()
  .default(null);
const aiDisclosure = z
  .strictObject({ enabled: z.boolean().default(true), ...perLanguage(() => ownWords) })
  .describe(
    'How callers learn that an AI answers: own words per language, with {{business_name}} for the name; null: the usual words',
  );

const ofCompany = {
  name,
  time_zone: timeZone,
  language,
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
  max_alternatives: z.int().min(1).max(5),
  time_window_hours: z.int().min(1).max(24),
  cancel_hours_before: z.int().min(0).max(8760),
  reschedule_hours_before: z.int().min(0).max(8760),
  calcom_reservations: z.boolean(),
  ai_disclosure: aiDisclosure,
  recording_notice: z
    .enum(RECORDING_NOTICES)
    .describe('Whether callers are told that the call is recorded, or asked; after a no no word of it is kept'),
  calcom_team_id: calcomId.nullable(),
  is_active: z.boolean(),
};
const slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens');
const sharedSecret = z.string().trim().min(8).max(500).nullable().optional();
const secrets = {
  calcom_api_key: z.string().trim().min(8).max(500).nullable().optional(),
  calcom_webhook_secret: z.string().min(8).max(500).nullable().optional(),
  /** A comma list while a key is being rotated. */
  retell_api_key: z
    .string()
    .max(2000)
    .refine((list) => list.split(',').length <= 5 && list.split(',').every((key) => key.trim().length >= 8), {
      error: 'must be a key of at least 8 characters, or up to five with commas between',
    })
    .nullable()
    .optional(),
  vapi_secret: sharedSecret,
  elevenlabs_secret: sharedSecret,
  elevenlabs_webhook_secret: sharedSecret,
};
const companyWrite = z
  .object(ofCompany)
  .partial()
  .extend({ slug: slug.optional(), ...secrets });

export const company = {
  create: z.strictObject({ ...companyWrite.shape, name, slug }),
  update: z.strictObject({ ...companyWrite.shape, ...guard }),
  answer: z.object({
    id: z.guid(),
    slug: z.string(),
    ...ofCompany,
    time_zone: z.string(),
    has_calcom_api_key: z.boolean(),
    calcom_key_id: z.string().nullable(),
    has_calcom_webhook_secret: z.boolean(),
    has_retell_api_key: z.boolean(),
    has_vapi_secret: z.boolean(),
    has_elevenlabs_secret: z.boolean(),
    has_elevenlabs_webhook_secret: z.boolean(),
    ...stamps,
  }),
};

const head = { id: z.guid(), company_id: z.guid() };

/** The agent's platform dials it, so it is international. */
const dialled = z
  .string()
  .transform((text) => text.replaceAll(/[\s()/.-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9][0-9]{4,14}$/, 'must be a number in international form such as +493012345678'));
const transferRules = z
  .strictObject({
    numbers: z
      .array(z.strictObject({ number: dialled, hours: hours.nullable().default(null) }))
      .max(20)
      .default([]),
    fallback: dialled.nullable().default(null),
  })
  .describe(
    'Who takes over a call: the first number that answers at the time (hours null: the opening hours), none on the branch’s holidays; else the fallback, else a callback is offered',
  );
const branchFields = z.object({
  ...{ name, time_zone: timeZone, hours, phone: phone.nullable() },
  transfer_rules: transferRules,
  is_active: z.boolean(),
});
export const branch = {
  create: z.strictObject({ ...owner, ...branchFields.partial().shape, name, time_zone: timeZone }),
  update: z.strictObject({ ...guard, ...branchFields.partial().shape }),
  answer: z.object({
    ...head,
    name: z.string(),
    time_zone: z.string(),
    hours: z.record(z.string(), z.array(z.object({ open: z.string(), close: z.string() }))),
    phone: z.string().nullable(),
    transfer_rules: z.object({
      numbers: z.array(z.object({ number: z.string(), hours: z.record(z.string(), z.unknown()).nullable() })),
      fallback: z.string().nullable(),
    }),
    is_active: z.boolean(),
    ...stamps,
  }),
};

const holidayFields = z.object({
  branch_id: id.nullable().describe('null: every branch is closed'),
  name,
  first_day: z.iso.date(),
  last_day: z.iso.date().describe('Closed as well; when absent, the first day alone'),
  is_yearly: z.boolean().describe('From the first day on, on the same days of every year'),
  is_active: z.boolean(),
});
export const holiday = {
  create: z
    .strictObject({ ...owner, ...holidayFields.partial().shape, name, first_day: z.iso.date() })
    .transform((body) => ({ ...body, last_day: body.last_day ?? body.first_day })),
  update: z.strictObject({ ...guard, ...holidayFields.partial().shape }),
  answer: z.object({ ...head, ...holidayFields.shape, branch_id: z.guid().nullable(), name: z.string(), ...stamps }),
};

const calcomSettings = z
  .object({
    host_subset_enabled: z.boolean().nullable().describe('Whether Cal.com heeds a wish for a person; null: unknown'),
    cancelling_disabled: z.boolean(),
    rescheduling_disabled: z.boolean(),
    reschedule_notice_minutes: z
      .number()
      .describe('Moving is refused closer to the start than this; 0 = always allowed'),
    length_options_minutes: z.array(z.number()),
    hidden: z.boolean(),
    price: z.number().nullable(),
    required_fields: z.array(z.string()).describe('Required custom booking fields'),
    locations: z.array(z.string()).describe('Kinds of places, as Cal.com names them'),
    booking_limits: z.record(z.string(), z.number()).describe('Most bookings per day, week, month or year'),
    obstacles: z
      .array(z.enum(PHONE_OBSTACLES))
      .nullable()
      .describe('What keeps it from being booked well on the phone; null: not looked at yet'),
  })
  .describe('What the event type says at Cal.com, as of the last import');

const serviceFields = z.object({
  branch_id: id.nullable(),
  name,
  duration_minutes: z.int().min(1).max(1440),
  buffer_before_minutes: minutes(1440),
  buffer_after_minutes: minutes(1440),
  minimum_notice_minutes: minutes(525_600),
  price: z.number().min(0).max(99_999_999).nullable(),
  description: z.string().trim().max(1000).nullable(),
  calcom_event_type_id: calcomId,
  calcom_team_id: calcomId.nullable(),
  scheduling_type: z.enum(SCHEDULING_TYPES),
  seats: z.int().min(1).max(10_000),
  requires_confirmation: z.boolean(),
  phone_only: z.boolean(),
  booking_field_defaults: z.record(z.string().min(1).max(100), z.string().max(1000)),
  is_active: z.boolean(),
  is_default: z.boolean(),
  priority: z.int().min(-1000).max(1000),
});
const unique = <T>(values: T[]): T[] => [...new Set(values)];
const serviceLists = z.object({
  synonyms: z
    .array(name)
    .max(100)
    .refine((all) => new Set(all.map((one) => one.toLowerCase())).size === all.length, {
      error: 'must not name a synonym twice',
    }),
  host_ids: z.array(calcomId).max(500).transform(unique),
  staff_ids: z.array(id).max(500).transform(unique),
  branch_ids: z.array(id).max(500).transform(unique),
});
const serviceWrite = { ...serviceFields.partial().shape, ...serviceLists.partial().shape };
export const service = {
  create: z.strictObject({
    ...owner,
    ...serviceWrite,
    name,
    duration_minutes: serviceFields.shape.duration_minutes,
    calcom_event_type_id: calcomId,
  }),
  update: z.strictObject({ ...guard, ...serviceWrite }),
  answer: z.object({
    ...head,
    ...serviceFields.shape,
    branch_id: z.guid().nullable(),
    synonyms: z.array(z.string()),
    host_ids: z.array(z.int()),
    staff_ids: z.array(z.guid()),
    branch_ids: z.array(z.guid()),
    calcom_synced_at: stamp.nullable(),
    calcom_settings: calcomSettings.nullable(),
    ...stamps,
  }),
};

const staffFields = z.object({
  branch_id: id.nullable(),
  name,
  email: z.email().max(320).nullable(),
  is_active: z.boolean(),
});
export const staff = {
  create: z.strictObject({ ...owner, ...staffFields.partial().shape, name }),
  update: z.strictObject({ ...guard, ...staffFields.partial().shape }),
  answer: z.object({
    ...head,
    branch_id: z.guid().nullable(),
    name: z.string(),
    email: z.string().nullable(),
    calcom_host_id: z.int().nullable(),
    is_active: z.boolean(),
    ...stamps,
  }),
};

const agentId = z.string().trim().min(1).max(200);
const confirmation = {
  confirmed: z.literal(true).optional().describe('By the platform alone: calls to it are the company’s from now on'),
};
const confirmedAt = stamp
  .nullable()
  .describe('null: pending until a call to it arrives that the company’s own key signed, or the platform confirms it');
const numberFields = z.object({ number: phone, branch_id: id, agent_id: agentId.nullable(), is_active: z.boolean() });
export const phoneNumber = {
  create: z
    .strictObject({
      ...owner,
      ...numberFields.partial().shape,
      number: phone,
      new_branch: name.optional().describe('Instead of branch_id: a branch of that name is created with the number'),
    })
    .refine((body) => (body.branch_id === undefined) !== (body.new_branch === undefined), {
      error: 'is needed: an existing branch, or new_branch',
      path: ['branch_id'],
    }),
  update: z.strictObject({ ...guard, ...numberFields.partial().shape, ...confirmation }),
  answer: z.object({
    ...head,
    branch_id: z.guid(),
    number: z.string(),
    agent_id: z.string().nullable(),
    is_active: z.boolean(),
    confirmed_at: confirmedAt,
    ...stamps,
  }),
};

const agentFields = z.object({
  platform: z.enum(PLATFORMS),
  agent_id: agentId,
  branch_id: id,
  name: name.nullable(),
  language: language.nullable(),
  is_active: z.boolean(),
});
export const agent = {
  create: z.strictObject({ ...owner, ...agentFields.partial().shape, agent_id: agentId, branch_id: id }),
  update: z.strictObject({ ...guard, ...agentFields.partial().shape, ...confirmation }),
  answer: z.object({
    ...head,
    ...agentFields.shape,
    agent_id: z.string(),
    branch_id: z.guid(),
    name: z.string().nullable(),
    confirmed_at: confirmedAt,
    ...stamps,
  }),
};

const mappingFields = z.object({
  staff_id: id.nullable(),
  calcom_host_id: calcomId,
  team_id: calcomId.nullable(),
  calcom_name: name.nullable(),
  calcom_email: z.email().max(320).nullable(),
  is_active: z.boolean(),
});
export const hostMapping = {
  create: z.strictObject({ ...owner, ...mappingFields.partial().shape, calcom_host_id: calcomId, staff_id: id }),
  update: z.strictObject({ ...guard, ...mappingFields.partial().shape }),
  answer: z.object({
    ...head,
    staff_id: z.guid().nullable(),
    calcom_host_id: z.int(),
    team_id: z.int().nullable(),
    calcom_name: z.string().nullable(),
    calcom_email: z.string().nullable(),
    mapping_source: z.enum(MAPPING_SOURCES),
    confidence: z.int(),
    is_active: z.boolean(),
    last_synced_at: stamp.nullable(),
    ...stamps,
  }),
};

/** Beside a field that holds an actor. */
export const actorName = z.string().nullable().describe('Name of the person or token; null for others, or when gone');

export const token = {
  create: z.strictObject({
    company_id: companyId.nullable().optional(),
    name,
    role: z.enum(ROLES).optional(),
    expires_in_days: z.int().min(1).max(3650).nullable().optional(),
  }),
  created: z.object({ id: z.guid(), token: z.string(), role: z.enum(ROLES), expires_at: stamp.nullable() }),
  answer: z.object({
    id: z.guid(),
    company_id: z.guid().nullable(),
    name: z.string(),
    role: z.enum(ROLES),
    expires_at: stamp.nullable(),
    last_used_at: stamp.nullable(),
    revoked_at: stamp.nullable(),
    made_by: z.string().nullable().describe('As the audit log names them; null: the gateway’s own command'),
    made_by_name: actorName,
    created_at: stamp,
  }),
};
