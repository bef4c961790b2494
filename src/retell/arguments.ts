import type { ToolName, VoiceArgs } from '../services/voice/voice-request';
import { ARGUMENT_VALUES } from './argument-values';

type Argument = keyof VoiceArgs;

const DATE = [
  'desired_date',
  'preferred_date',
  'date',
  'datum',
  'appointment_date',
  'termin_datum',
  'wunschdatum',
  'date_string',
  'relative_day',
];
const TIME = [
  'desired_time',
  'preferred_time',
  'time',
  'uhrzeit',
  'appointment_time',
  'termin_uhrzeit',
  'wunschzeit',
  'zeitraum',
];
const OLD_DATE = ['old_date', 'old_datum', 'altes_datum', 'original_date'];
const OLD_TIME = ['old_time', 'old_uhrzeit', 'alte_uhrzeit', 'original_time'];
const STAFF = ['staff', 'staff_name', 'mitarbeiter', 'mitarbeiter_wunsch', 'preferred_staff', 'preferred_staff_id'];

/** The names each argument is known by, the canonical one first; the first with a usable value counts. */
const NAMES = {
  serviceName: ['service_name', 'service', 'dienstleistung', 'service_type', 'leistung'],
  serviceId: ['service_id'],
  desiredDate: DATE,
  desiredTime: TIME,
  datetime: ['datetime', 'date_time', 'desired_datetime'],
  durationMinutes: ['duration', 'duration_minutes', 'dauer'],
  staff: STAFF,
  timePreference: ['time_preference', 'time_window', 'time_of_day', 'tageszeit'],
  customerName: ['customer_name', 'kundename', 'kundenname', 'name', 'full_name'],
  customerPhone: ['customer_phone', 'phone_number', 'phone', 'telefonnummer', 'telefon', 'caller_number'],
  customerEmail: ['customer_email', 'email', 'e_mail'],
  notes: ['notes', 'notizen', 'kundenpraeferenzen'],
  confirm: ['confirm', 'bestaetigung', 'confirm_booking', 'confirm_reschedule', 'confirmed'],
  appointmentId: ['appointment_id', 'termin_id', 'booking_id', 'booking_uid'],
  oldDate: OLD_DATE,
  oldTime: OLD_TIME,
  newDate: ['new_date', 'new_datum', 'neues_datum'],
  newTime: ['new_time', 'new_uhrzeit', 'neue_uhrzeit'],
  reason: ['reason', 'grund', 'cancellation_reason', 'anliegen'],
  reservationUid: ['reservation_uid', 'reservation_id'],
  fromDate: ['from_date', 'start_date', 'ab_datum'],
} satisfies Record<Argument, string[]>;

type NamesOfTool = Partial<Record<Argument, readonly string[]>>;

function pick(...wanted: Argument[]): NamesOfTool {
  return Object.fromEntries(wanted.map((argument) => [argument, NAMES[argument]]));
}

const SLOT = pick('serviceName', 'serviceId', 'desiredDate', 'desiredTime', 'datetime', 'durationMinutes', 'staff');
const PERSON = pick('customerName', 'customerPhone', 'customerEmail', 'notes');

/** What each tool reads, and under which names. Dates mean the asked appointment, except where it must already exist. */
const TOOL_ARGUMENTS: Record<ToolName, NamesOfTool> = {
  check_availability: { ...SLOT, ...pick('timePreference') },
  find_alternatives: { ...SLOT, ...pick('timePreference') },
  find_next_available: {
    ...pick('serviceName', 'serviceId', 'staff'),
    fromDate: [...NAMES.fromDate, ...DATE],
  },
  create_booking: { ...SLOT, ...PERSON },
  collect_appointment: { ...SLOT, ...PERSON, ...pick('confirm') },
  reserve_slot: SLOT,
  release_slot_reservation: pick('reservationUid'),
  reschedule_appointment: {
    ...pick('appointmentId', 'confirm', 'reason', 'serviceName'),
    oldDate: [...OLD_DATE, 'appointment_date'],
    oldTime: [...OLD_TIME, 'appointment_time'],
    newDate: [...NAMES.newDate, ...DATE.filter((name) => name !== 'appointment_date')],
    newTime: [...NAMES.newTime, ...TIME.filter((name) => name !== 'appointment_time')],
    datetime: ['new_datetime', ...NAMES.datetime],
  },
  cancel_appointment: {
    ...pick('appointmentId', 'reason', 'serviceName'),
    oldDate: [...OLD_DATE, ...DATE],
    oldTime: [...OLD_TIME, ...TIME],
  },
  get_customer_appointments: {},
  get_available_services: {},
  check_customer: pick('customerName'),
  current_context: {},
  parse_date: pick('desiredDate', 'desiredTime', 'datetime'),
  request_callback: pick('reason', 'customerName', 'customerPhone', 'notes'),
};

const PLAIN_NAME = /^[a-z_]{1,64}$/;
const isArgument = (name: string): name is Argument => Object.hasOwn(NAMES, name);

/** Every argument name that a tool reads. */
export function argumentNames(tool: ToolName): string[] {
  return Object.values(TOOL_ARGUMENTS[tool]).flat();
}

/** The argument that a name stands for in a tool; null when the tool does not read it. */
export function argumentOf(tool: ToolName, name: string): Argument | null {
  const spelt = spelling(name);
  for (const [argument, names] of Object.entries(TOOL_ARGUMENTS[tool])) {
    if (isArgument(argument) && names.includes(spelt)) return argument;
  }
  return null;
}

/**
 * Whatever a model sent, as the tool's canonical arguments: any known spelling, cleaned, absent when there is nothing
 * usable. Never throws.
 */
export function readArguments(tool: ToolName, given: Readonly<Record<string, unknown>>): VoiceArgs {
  const sent = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const spelt = spelling(name);
    if (!sent.has(spelt)) sent.set(spelt, value);
  }
  const read: Partial<Record<Argument, unknown>> = {};
  for (const [argument, names] of Object.entries(TOOL_ARGUMENTS[tool])) {
    if (!isArgument(argument)) continue;
    for (const name of names) {
      const value = sent.get(name);
      const usable = value === undefined || value === null ? undefined : ARGUMENT_VALUES[argument].parse(value);
      if (usable === undefined) continue;
      read[argument] = usable;
      break;
    }
  }
  // Each value is its own schema's output.
  return named(read as VoiceArgs);
}

/** Some agents put the service's name where its id belongs. */
function named(args: VoiceArgs): VoiceArgs {
  const { serviceId, ...rest } = args;
  if (serviceId === undefined) return rest;
  if (/^(?=.*\d)[\w-]{1,64}$/.test(serviceId)) return args;
  return rest.serviceName === undefined ? { ...rest, serviceName: serviceId } : rest;
}

/** `serviceName`, `service-name` and `Service Name` are `service_name`; umlauts are written out. */
function spelling(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  return name
    .slice(0, 64)
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue');
}
