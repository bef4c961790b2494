import { z } from 'zod';
import type { ToolName } from '../../services/voice/voice-request';
import { errorAnswer, jsonContent, toSchema, type Json } from './schema-parts';

const text = z.string();
const maybe = text.optional();
const date = text.describe('As the caller says it, or YYYY-MM-DD');
const time = text.describe('As the caller says it, or HH:MM');

const slot = { service_name: text, desired_date: date, desired_time: time };
const person = { customer_name: text, customer_phone: maybe, customer_email: maybe, notes: maybe };

interface Tool {
  summary: string;
  args: z.ZodType;
  statuses: readonly string[];
  /** Fields that every answer of this tool has. */
  fields: z.ZodRawShape;
}

const list = z.array(z.unknown());
const nullable = text.nullable();
const flag = z.boolean();
const alternative = z.object({
  date: text,
  time: text,
  datetime: text,
  strategy: text,
  type: text,
  description: text,
  spoken: text,
});
const serviceField = z.object({ id: text, name: text, duration_minutes: z.number() }).nullable();
const alternatives = z.array(alternative);
const booked = {
  booked: flag,
  appointment_id: nullable,
  booking_uid: nullable,
  appointment_time: nullable,
  datetime: nullable,
  alternatives,
  idempotent_replay: flag,
};

const TOOLS: Record<ToolName, Tool> = {
  check_availability: {
    summary: 'Whether a start is free, else what is',
    args: z.object({ ...slot, desired_time: time.optional(), duration: z.number().optional(), staff: maybe }),
    statuses: ['available', 'unavailable'],
    fields: {
      ...{ available: flag.nullable(), requested_time: nullable, datetime: nullable, service: serviceField },
      ...{ available_slots: z.array(text), alternatives, stale: flag, reason: nullable },
    },
  },
  find_alternatives: {
    summary: 'Other starts near the wanted one',
    args: z.object({ ...slot, desired_time: time.optional(), time_preference: maybe }),
    statuses: ['found', 'none_found'],
    fields: { alternatives },
  },
  find_next_available: {
    summary: 'The next free start',
    args: z.object({ service_name: text, from_date: date.optional() }),
    statuses: ['found', 'none_found'],
    fields: { date: nullable, time: nullable, datetime: nullable },
  },
  create_booking: {
    summary: 'Books; booked is true only after Cal.com has confirmed this very start',
    args: z.object({ ...slot, ...person }),
    statuses: ['booked', 'slot_taken', 'pending_confirmation'],
    fields: booked,
  },
  collect_appointment: {
    summary: 'Checks, and books once confirm is given',
    args: z.object({ ...slot, ...person, confirm: flag.optional() }),
    statuses: ['available', 'unavailable', 'booked', 'slot_taken', 'pending_confirmation'],
    fields: { ...booked, awaiting_confirmation: flag },
  },
  reserve_slot: {
    summary: 'Keeps a start for the caller for a few minutes',
    args: z.object({ ...slot, duration: z.number().optional(), staff: maybe }),
    statuses: ['reserved', 'slot_taken'],
    fields: { reserved: flag, reservation_uid: nullable, reservation_until: nullable },
  },
  release_slot_reservation: {
    summary: 'Gives a kept start back',
    args: z.object({ reservation_uid: maybe }),
    statuses: ['released'],
    fields: { released: flag },
  },
  reschedule_appointment: {
    summary: 'Moves an appointment of the caller',
    args: z.object({
      appointment_id: maybe,
      old_date: date.optional(),
      old_time: time.optional(),
      new_date: date,
      new_time: time,
    }),
    statuses: ['rescheduled', 'slot_taken', 'multiple_found', 'not_found', 'pending_confirmation'],
    fields: { rescheduled: flag, appointment_id: nullable, appointments: list, alternatives: list },
  },
  cancel_appointment: {
    summary: 'Cancels an appointment of the caller',
    args: z.object({
      appointment_id: maybe,
      appointment_date: date.optional(),
      appointment_time: time.optional(),
      reason: maybe,
    }),
    statuses: ['cancelled', 'multiple_found', 'not_found', 'pending_confirmation'],
    fields: { cancelled: flag, appointment_id: nullable, appointments: list },
  },
  get_customer_appointments: {
    summary: 'What the caller has booked',
    args: z.object({}),
    statuses: ['found', 'none_found'],
    fields: { appointment_count: z.number(), appointments: list },
  },
  get_available_services: {
    summary: 'What can be booked',
    args: z.object({}),
    statuses: ['found'],
    fields: { services: list },
  },
  check_customer: {
    summary: 'Who is calling',
    args: z.object({ customer_name: maybe }),
    statuses: ['found', 'new_customer', 'anonymous'],
    fields: { customer: z.record(z.string(), z.unknown()) },
  },
  current_context: {
    summary: 'What time it is, who is calling and what can be booked',
    args: z.object({}),
    statuses: ['ok'],
    fields: {
      current_time: z.object({ iso: nullable, date: nullable, time: nullable, weekday: nullable, timezone: nullable }),
    },
  },
  parse_date: {
    summary: 'A spoken date as a date',
    args: z.object({ date, time: time.optional() }),
    statuses: ['ok'],
    fields: { date: nullable, time: nullable, display_date: nullable },
  },
  request_callback: {
    summary: 'Writes down that somebody wants to be rung back',
    args: z.object({ reason: text, customer_name: maybe, phone_number: maybe }),
    statuses: ['recorded'],
    fields: { recorded: flag },
  },
};

/** Statuses that any tool may answer. */
const COMMON_STATUSES = [
  ...[
    'missing_fields',
    'invalid_date',
    'invalid_time',
    'past_time',
    'confirm_date',
    'unknown_service',
    'ambiguous_service',
  ],
  ...['unknown_tenant', 'not_allowed', 'busy', 'upstream_unavailable', 'error'],
];

const call = z.looseObject({
  call_id: text,
  agent_id: maybe,
  from_number: maybe,
  to_number: maybe,
  start_timestamp: z.number().optional(),
});

const common = { success: flag, message: text, call_id: nullable };
const security = [{ retellSignature: [] }];
const refusals = {
  400: errorAnswer('The body is not JSON'),
  401: errorAnswer('The signature is missing, wrong or older than five minutes'),
  413: errorAnswer('The body is larger than 5 MB'),
  429: errorAnswer('Too many requests from this address'),
};

function flat(tool: Tool): z.ZodType {
  const [first = 'ok', ...others] = [...tool.statuses, ...COMMON_STATUSES];
  return z.looseObject({ ...common, status: z.enum([first, ...others]), ...tool.fields });
}

/** What a Retell agent calls. Other names and spellings of the arguments are understood too. */
export function voicePaths(): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const [name, tool] of Object.entries(TOOLS)) {
    const envelope = z.looseObject({ name: maybe, args: tool.args, call: call.optional() });
    paths[`/api/retell/${name}`] = {
      post: operation(name, tool.summary, z.union([envelope, tool.args]), flat(tool)),
    };
  }
  const dispatched = z.looseObject({
    name: text,
    args: z.record(z.string(), z.unknown()).optional(),
    call: call.optional(),
  });
  const answer = z.object({
    success: flag,
    message: text,
    status: text,
    data: z.looseObject({ ...common, status: text }),
    error: nullable,
  });
  paths['/api/retell/function'] = { post: operation('function', 'Any tool, named in the body', dispatched, answer) };
  return paths;
}

function operation(name: string, summary: string, body: z.ZodType, answer: z.ZodType): Json {
  return {
    tags: ['voice'],
    summary,
    operationId: `tool_${name}`,
    security,
    requestBody: { required: true, content: jsonContent(toSchema(body, 'input')) },
    responses: {
      200: { description: 'What to say, and the facts behind it', content: jsonContent(toSchema(answer, 'output')) },
      ...refusals,
    },
  };
}
