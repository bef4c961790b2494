import { z } from 'zod';
import type { Language } from '../../../domain';

/** How a sent value is understood; each kind has one reader. */
export type ArgumentKind =
  | 'service'
  | 'serviceId'
  | 'date'
  | 'time'
  | 'datetime'
  | 'minutes'
  | 'preference'
  | 'personName'
  | 'phone'
  | 'email'
  | 'notes'
  | 'reason'
  | 'yesNo'
  | 'consent'
  | 'id';

export interface ArgumentDetails {
  kind: ArgumentKind;
  /** Other names for it, the likeliest first; the first name with a usable value counts. */
  spellings: readonly string[];
  /** For agents; null: understood when sent, but not asked for. */
  describe: Readonly<Record<Language, string>> | null;
}

const details = z.registry<ArgumentDetails>();

type Said = [spellings: readonly string[], describe?: ArgumentDetails['describe']];

function argument<Schema extends z.ZodType>(
  schema: Schema,
  kind: ArgumentKind,
  ...[spellings, describe = null]: Said
): Schema {
  const described = describe ? schema.describe(describe.en) : schema;
  details.add(described, { kind, spellings, describe });
  return described;
}

export const text = (kind: ArgumentKind, ...said: Said): z.ZodString => argument(z.string(), kind, ...said);
/** A yes or a no. */
export const flag = (kind: ArgumentKind, ...said: Said): z.ZodBoolean => argument(z.boolean(), kind, ...said);

/** @throws TypeError for a schema that was not made here */
export function detailsOf(schema: unknown): ArgumentDetails {
  let inner = schema;
  while (inner instanceof z.ZodOptional) inner = inner.unwrap();
  const found = inner instanceof z.ZodType ? details.get(inner) : undefined;
  if (!found) throw new TypeError('every argument of a tool comes from tools/arguments');
  return found;
}

const SERVICE = ['service', 'dienstleistung', 'service_type', 'leistung'];
export const DATE = [
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
export const TIME = [
  'desired_time',
  'preferred_time',
  'time',
  'uhrzeit',
  'appointment_time',
  'termin_uhrzeit',
  'wunschzeit',
  'zeitraum',
];
export const OLD_DATE = ['old_date', 'old_datum', 'altes_datum', 'original_date'];
export const OLD_TIME = ['old_time', 'old_uhrzeit', 'alte_uhrzeit', 'original_time'];
const PHONE = ['customer_phone', 'phone_number', 'phone', 'telefonnummer', 'telefon', 'caller_number'];
export const NAME = ['kundename', 'kundenname', 'name', 'full_name'];
export const REASON = ['grund', 'cancellation_reason', 'anliegen'];

export const serviceName = text('service', SERVICE, {
  de: 'Gewünschte Leistung, so wie der Anrufer sie nennt, zum Beispiel "Herrenhaarschnitt".',
  en: 'The service wanted, as the caller says it, for example "men\'s haircut".',
});
/** Narrows the appointment meant. */
export const serviceOfAppointment = text('service', SERVICE);
export const nameOfAppointment = text('personName', NAME, {
  de: 'Name, auf den der Termin läuft, nur wenn der Anrufer sagt, für wen er ist.',
  en: 'Name the appointment is under, only when the caller says who it is for.',
});
export const serviceId = text('serviceId', []);
export const datetime = text('datetime', ['datetime', 'date_time', 'desired_datetime']);
const STAFF = ['staff_name', 'mitarbeiter', 'mitarbeiter_wunsch', 'preferred_staff', 'preferred_staff_id'];
export const staff = text('preference', STAFF, {
  de: 'Gewünschte Mitarbeiterin oder gewünschter Mitarbeiter, nur wenn der Anrufer eine Person nennt.',
  en: 'The member of staff wanted, only when the caller names one.',
});
export const STAFF_REQUIRED = ['mitarbeiter_erforderlich', 'only_this_staff'];
export const timePreference = text('preference', ['time_window', 'time_of_day', 'tageszeit'], {
  de: 'Tageszeit oder Zeitfenster, wenn keine feste Uhrzeit genannt wurde, zum Beispiel "nachmittags", "nach 17 Uhr", "zwischen 10 und 12".',
  en: 'Part of the day or time window when no fixed time was named, for example "in the afternoon", "after 5 pm", "between 10 and 12".',
});
export const customerName = text('personName', NAME, {
  de: 'Vor- und Nachname, auf den der Termin laufen soll.',
  en: 'First and last name the appointment is for.',
});
export const NOTES = ['notizen', 'kundenpraeferenzen'];
export const CONFIRM = ['bestaetigung', 'confirm_booking', 'confirm_reschedule', 'confirmed'];
/** Answers the question about a second booking, and no other. */
export const confirmSecond = flag('yesNo', CONFIRM, {
  de: 'true nur, wenn nach confirm_second_booking gefragt wurde und der Anrufer den zweiten Termin möchte.',
  en: 'true only when confirm_second_booking was answered and the caller wants the second appointment.',
});

export const appointmentId = text('id', ['termin_id', 'booking_id', 'booking_uid'], {
  de: 'Kennung des Termins aus einer früheren Antwort; niemals erfinden, niemals vorlesen.',
  en: 'Id of the appointment from an earlier answer; never invent it, never read it out.',
});

export const callbackNumber = text('phone', PHONE, {
  de: 'Rückrufnummer, nur wenn sie von der Nummer des Anrufers abweicht oder diese unterdrückt ist.',
  en: "Number to call back, only when it differs from the caller's number or that is withheld.",
});

/** A service and a start. */
export const slotArguments = {
  service_name: serviceName,
  desired_date: text('date', DATE, {
    de: 'Gewünschter Tag, so wie der Anrufer ihn sagt ("morgen", "nächsten Dienstag", "am 7. November") oder als YYYY-MM-DD. Nicht selbst ausrechnen.',
    en: 'The day wanted, as the caller says it ("tomorrow", "next Tuesday", "November 7th") or as YYYY-MM-DD. Do not work it out yourself.',
  }),
  desired_time: text('time', TIME, {
    de: 'Gewünschte Uhrzeit, so wie der Anrufer sie sagt ("halb drei", "14 Uhr 30", "nachmittags") oder als HH:MM. Weglassen, wenn keine genannt wurde.',
    en: 'The time wanted, as the caller says it ("half past two", "2:30 pm", "in the afternoon") or as HH:MM. Leave out when none was named.',
  }),
  service_id: serviceId.optional(),
  datetime: datetime.optional(),
  duration: argument(z.int().min(5).max(480), 'minutes', ['duration_minutes', 'dauer'], {
    de: 'Gewünschte Dauer in Minuten, nur wenn der Anrufer eine nennt.',
    en: 'Duration wanted in minutes, only when the caller names one.',
  }).optional(),
  staff: staff.optional(),
};
/** The same, when the time may still be open. */
export const searchArguments = { ...slotArguments, desired_time: slotArguments.desired_time.optional() };
export const personArguments = {
  customer_name: customerName,
  customer_phone: text('phone', PHONE, {
    de: 'Telefonnummer, nur wenn der Anrufer eine andere als die eigene nennt.',
    en: 'Phone number, only when the caller gives one other than their own.',
  }).optional(),
  customer_email: text('email', ['email', 'e_mail'], {
    de: 'E-Mail-Adresse, nur wenn der Anrufer eine nennt.',
    en: 'E-mail address, only when the caller gives one.',
  }).optional(),
  notes: text('notes', NOTES, {
    de: 'Besondere Wünsche in wenigen Worten.',
    en: 'Special wishes in a few words.',
  }).optional(),
  staff_required: flag('yesNo', STAFF_REQUIRED, {
    de: 'true nur, wenn der Anrufer ausschließlich zu der gewünschten Person will und sonst keinen Termin möchte.',
    en: 'true only when the caller wants this member of staff and otherwise no appointment at all.',
  }).optional(),
};
