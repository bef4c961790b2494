import type { ToolName } from '../services/voice/voice-request';

/** What stands in a field when an answer has nothing for it: flows that read fields by path must always find them. */
type Absent = null | boolean | number | string | readonly never[] | { readonly [field: string]: Absent };
type Fields = Readonly<Record<string, Absent>>;

const NONE: readonly never[] = [];

/** In every answer, besides `success`, `status`, `message` and `call_id`. */
const COMMON = { missing_fields: NONE, services: NONE, suggested_date: null, reason: null } satisfies Fields;

const START = { requested_time: null, datetime: null, service: null } satisfies Fields;
/** The caller's own appointment where a start was asked about. */
const OWN = { existing_appointment_id: null, existing_appointment_time: null } satisfies Fields;
const CUSTOMER = {
  status: null,
  id: null,
  name: null,
  first_name: null,
  phone: null,
  email: null,
  upcoming_appointments: NONE,
} satisfies Fields;
const BOOKING = {
  booked: false,
  appointment_id: null,
  booking_uid: null,
  appointment_time: null,
  idempotent_replay: false,
} satisfies Fields;

const BY_TOOL: Record<ToolName, Fields> = {
  check_availability: { ...START, ...OWN, available: null, available_slots: NONE, alternatives: NONE, stale: false },
  find_alternatives: { found: null, service: null, alternatives: NONE, stale: false },
  find_next_available: {
    found: null,
    service: null,
    next_available: null,
    date: null,
    time: null,
    datetime: null,
    spoken: null,
    stale: false,
  },
  create_booking: { ...BOOKING, datetime: null, service: null, alternatives: NONE },
  collect_appointment: {
    ...START,
    ...OWN,
    ...BOOKING,
    available: null,
    awaiting_confirmation: false,
    bestaetigung_status: null,
    next_action: null,
    available_slots: NONE,
    alternatives: NONE,
    stale: false,
  },
  reserve_slot: {
    datetime: null,
    service: null,
    reserved: false,
    reservation_uid: null,
    reservation_until: null,
    alternatives: NONE,
  },
  release_slot_reservation: { released: false, reservation_uid: null },
  reschedule_appointment: {
    rescheduled: false,
    appointment_id: null,
    booking_uid: null,
    old_time: null,
    new_time: null,
    appointment_time: null,
    datetime: null,
    service: null,
    idempotent_replay: false,
    appointments: NONE,
    alternatives: NONE,
  },
  cancel_appointment: {
    cancelled: false,
    appointment_id: null,
    booking_uid: null,
    service: null,
    old_time: null,
    idempotent_replay: false,
    appointments: NONE,
  },
  get_customer_appointments: { customer_name: null, appointment_count: 0, appointments: NONE },
  get_available_services: { count: 0 },
  check_customer: { customer: CUSTOMER, customer_exists: false, customer_found: false },
  current_context: {
    current_time: { iso: null, date: null, time: null, weekday: null, timezone: null },
    customer: CUSTOMER,
    business_name: null,
    policies: { cancel_hours: null, reschedule_hours: null, office_hours: null },
  },
  parse_date: { date: null, range_end: null, time: null, datetime: null, display_date: null },
  request_callback: { recorded: false, callback_id: null },
};

const ALWAYS = ['success', 'status', 'message', 'call_id'];

const ABSENT = new Map(
  Object.entries(BY_TOOL).map(([tool, own]): [string, (readonly [string, Absent])[]] => [
    tool,
    Object.entries({ ...COMMON, ...own }),
  ]),
);

/** A tool's own fields with what stands in them when there is nothing to say. */
export function absentFields(tool: ToolName): readonly (readonly [field: string, absent: Absent])[] {
  return ABSENT.get(tool) ?? [];
}

/** The names of all fields in a tool's answer. */
export function answerFields(tool: ToolName): string[] {
  return [...ALWAYS, ...absentFields(tool).map(([field]) => field)];
}
