import { z } from 'zod';
import {
  APPOINTMENT_STATUSES,
  JOB_STATUSES,
  ORIGINS,
  PLATFORMS,
  REVIEW_STATUSES,
  SEVERITIES,
  SYNC_STATUSES,
} from '../../domain';
import { OPERATION_KINDS, OPERATION_STATES } from '../../services/booking/ledger';
import {
  CALLBACK_EVENTS,
  CALLBACK_OUTCOMES,
  CALLBACK_PRIORITIES,
  CALLBACK_STATUSES,
} from '../../services/admin/callback-work';
import { TRANSCRIPT_STATES } from '../../services/admin/call-trace';
import { CALL_STATUSES } from '../../services/voice/ports';
import { SPEAKERS } from '../../services/voice/transcript';
import { EVENT_STATUSES, type EventProvider } from '../../services/webhooks/inbox';
import { actorName, stamp } from './setup-schemas';

const text = z.string().nullable();
const when = stamp.nullable();
const head = { id: z.guid(), company_id: z.guid() };
const maybeHead = { id: z.guid(), company_id: z.guid().nullable() };
const stamps = { created_at: stamp, updated_at: stamp };
const json = z.unknown();

export const appointment = z.object({
  ...head,
  branch_id: z.guid(),
  service_id: z.guid().nullable(),
  service_name: text,
  staff_id: z.guid().nullable(),
  staff_name: text,
  customer_id: z.guid().nullable(),
  call_id: text,
  starts_at: stamp,
  ends_at: stamp,
  time_zone: z.string(),
  status: z.enum(APPOINTMENT_STATUSES),
  price: z.number().nullable(),
  attendee_name: z.string(),
  attendee_phone: text,
  attendee_email: text,
  notes: text,
  sync_origin: z.enum(ORIGINS),
  calcom_event_type_id: z.int(),
  calcom_booking_uid: text,
  calcom_host_id: z.int().nullable(),
  calcom_host_name: text,
  wished_host_id: z.int().nullable().describe('The Cal.com user the customer asked for'),
  wished_staff_name: text,
  staff_honoured: z.boolean().nullable().describe('Whether that one serves it; null without a wish'),
  calcom_sync_status: z.enum(SYNC_STATUSES),
  sync_error: text,
  requires_manual_review: z.boolean(),
  manual_review_reason: text,
  previous_starts_at: when,
  rescheduled_count: z.int(),
  cancelled_at: when,
  cancelled_by: text,
  cancellation_reason: text,
  ...stamps,
});

export const customer = z.object({
  ...head,
  name: text,
  phone: text,
  email: text,
  source: z.enum(ORIGINS),
  erased_at: when,
  ...stamps,
});

export const call = z.object({
  ...head,
  branch_id: z.guid(),
  customer_id: z.guid().nullable(),
  platform: z.enum(PLATFORMS),
  retell_call_id: z.string().describe('The id under which the platform knows the call'),
  agent_id: text,
  agent_version: text,
  direction: text,
  from_number: text,
  to_number: text,
  language: text,
  status: z.enum(CALL_STATUSES),
  started_at: stamp,
  ended_at: when,
  duration_ms: z.int().nullable(),
  disconnection_reason: text,
  flags: z.record(z.string(), json),
  disclosed_at: when.describe('When the agent said that an AI answers; null: not known, or not said'),
  recording_consent: z.boolean().nullable().describe('What the caller answered when asked about a recording'),
  recording_consent_at: when,
  customer_name: text,
  company_name: z.string(),
  branch_name: text,
  time_zone: text.describe('Of the branch'),
  booked: z.boolean(),
  reason: text.describe('Where a call that booked nothing ended: the status of its last tool'),
  erased_at: when,
  ...stamps,
});

export const wholeCall = call.extend({
  transcript: text,
  recording_url: text.describe('Where the platform keeps the recording'),
  analysis: json,
  hand_over: json.describe('For the person who goes on where the agent stopped'),
});

export const callback = z.object({
  ...head,
  branch_id: z.guid(),
  call_id: text,
  customer_id: z.guid().nullable(),
  customer_name: text,
  phone: text,
  reason: z.string(),
  priority: z.enum(CALLBACK_PRIORITIES),
  status: z.enum(CALLBACK_STATUSES),
  outcome: z.enum(CALLBACK_OUTCOMES).nullable().describe('Of the last try; null: not tried, or opened again'),
  attempts: z.int().describe('How often the caller was rung and not reached'),
  last_attempt_at: when,
  due_at: stamp,
  branch_name: text,
  time_zone: text.describe('Of the branch: the zone in which its people work'),
  assigned_to: text.describe('user:<id> for a person, else a name'),
  assigned_to_name: actorName,
  closed_at: when,
  ...stamps,
});

export const wholeCallback = callback.extend({
  history: z
    .array(
      z.object({
        id: z.guid(),
        actor: z.string(),
        actor_name: actorName,
        event: z.enum(CALLBACK_EVENTS),
        assigned_to: text,
        assigned_to_name: actorName,
        text,
        created_at: stamp,
      }),
    )
    .describe('What was done about it, oldest first'),
});

/** Who sends webhooks. */
export const PROVIDERS = ['calcom', 'retell', 'vapi', 'elevenlabs'] as const satisfies readonly EventProvider[];

export const webhookEvent = z.object({
  ...maybeHead,
  provider: z.enum(PROVIDERS),
  event_type: z.string(),
  status: z.enum(EVENT_STATUSES),
  attempts: z.int(),
  error: text,
  received_at: stamp,
  processed_at: when,
});

export const wholeEvent = webhookEvent.extend({ payload: json });

export const job = z.object({
  ...maybeHead,
  queue: z.string(),
  name: z.string(),
  status: z.enum(JOB_STATUSES),
  run_at: stamp,
  attempts: z.int(),
  max_attempts: z.int(),
  last_error: text,
  steps_done: z.int().nullable().describe('How far it is, of steps_total; null: it does not count'),
  steps_total: z.int().nullable(),
  created_at: stamp,
  started_at: when,
  finished_at: when,
});

export const wholeJob = job.extend({
  payload: json,
  progress: z
    .array(z.object({ step: z.string(), values: z.record(z.string(), z.string()) }))
    .describe('What it has done so far, where it says so'),
});

export const review = z.object({
  ...head,
  kind: z.string(),
  subject_type: z.string(),
  subject_id: z.string(),
  detail: json,
  status: z.enum(REVIEW_STATUSES),
  resolved_by: text.describe('As the audit log names them'),
  resolved_by_name: actorName,
  resolution: text,
  resolved_at: when,
  created_at: stamp,
});

export const alert = z.object({
  ...maybeHead,
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  /** The number or agent of no company that the alert is about. */
  line: text,
  platform: z.enum(PLATFORMS).nullable(),
  /** German; null where only the English message exists. */
  message_de: text,
  what_to_do: text,
  what_to_do_de: text,
  occurrences: z.int(),
  first_seen_at: stamp,
  last_seen_at: stamp,
  resolved_at: when,
});

export const unmappedCall = z.object({
  ...maybeHead,
  platform: z.enum(PLATFORMS),
  call_id: z.string(),
  line: z.string().describe('The number that was called, else the agent’s id'),
  started_at: stamp,
});

export const auditEntry = z.object({
  ...maybeHead,
  actor: z.string().describe('token:<id>, user:<id>, bootstrap, or the part of the gateway'),
  actor_name: actorName,
  address: text,
  action: z.string(),
  subject_type: z.string(),
  subject_id: text,
  detail: json,
  created_at: stamp,
});

const step = z.object({
  operation: z.string(),
  started_at: stamp,
  duration_ms: z.number(),
  status: z.int().nullable(),
  source: z.string(),
  waited_ms: z.number(),
  attempts: z.int(),
  detail: text,
});

export const trace = z.object({
  call: wholeCall,
  timeline: z
    .object({
      starts_at: stamp,
      ends_at: when.describe('null while the call goes on, or when no end was reported'),
      clock_shift_ms: z.int().describe('How far the platform’s times were moved onto the gateway’s clock'),
      transcript: z.enum(TRANSCRIPT_STATES),
      turns: z.array(
        z.object({
          speaker: z.enum(SPEAKERS),
          text: z.string(),
          at: when.describe('null where the platform does not say'),
        }),
      ),
    })
    .describe('The whole call by the gateway’s clock; tools and their steps are on the same clock'),
  tools: z.array(
    z.object({
      id: z.guid(),
      request_id: z.string(),
      tool: z.string(),
      tool_call_id: text,
      input: json,
      output: json,
      status: z.string(),
      success: z.boolean(),
      started_at: stamp,
      duration_ms: z.int(),
      steps: z.array(step),
      error: text,
    }),
  ),
  appointments: z.array(
    appointment.pick({
      ...{ id: true, service_id: true, starts_at: true, ends_at: true, status: true },
      ...{ calcom_booking_uid: true, requires_manual_review: true, created_at: true },
    }),
  ),
  operations: z.array(
    z.object({
      id: z.guid(),
      kind: z.enum(OPERATION_KINDS),
      state: z.enum(OPERATION_STATES),
      appointment_id: z.guid(),
      tool_call_id: text,
      calcom_event_type_id: z.int(),
      starts_at: stamp,
      ends_at: stamp,
      previous_uid: text,
      upstream_uid: text,
      error: text,
      reposts: z.int(),
      sent_at: when,
      settled_at: when,
      created_at: stamp,
    }),
  ),
  callbacks: z.array(
    z.object({ id: z.guid(), reason: z.string(), priority: z.string(), status: z.string(), created_at: stamp }),
  ),
});
