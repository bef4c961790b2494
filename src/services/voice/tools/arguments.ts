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

function argument<Schema extends z.ZodType>(
  schema: Schema,
  kind: ArgumentKind,
  spellings: readonly string[],
  describe: ArgumentDetails['describe'] = null,
): Schema {
  const described = describe ? schema.describe(describe.en) : schema;
  details.add(described, { kind, spellings, describe });
  return described;
}

/** @throws TypeError for a schema that was not made here */
export function detailsOf(schema: unknown): ArgumentDetails {
  let inner = schema;
  while (inner instanceof z.ZodOptional) inner = inner.unwrap();
  const found = inner instanceof z.ZodType ? details.get(inner) : undefined;
  if (!found) throw new TypeError('every argument of a tool comes from tools/arguments');
  return found;
}

const text = (
  kind: ArgumentKind,
  spellings: readonly string[],
  describe: ArgumentDetails['describe'] = null,
): z.ZodString => argument(z.string(), kind, spellings, describe);

const SERVICE = ['service', 'dienstleistung', 'service_type', 'leistung'];
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
const DATETIME = ['datetime', 'date_time', 'desired_datetime'];
const OLD_DATE = ['old_date', 'old_datum', 'altes_datum', 'original_date'];
const OLD_TIME = ['old_time', 'old_uhrzeit', 'alte_uhrzeit', 'original_time'];
const PHONE = ['customer_phone', 'phone_number', 'phone', 'telefonnummer', 'telefon', 'caller_number'];
const NAME = ['kundename', 'kundenname', 'name', 'full_name'];
const REASON = ['grund', 'cancellation_reason', 'anliegen'];

export const serviceName = text('service', SERVICE, {
  de: 'Gewünschte Leistung, so wie der Anrufer sie nennt, zum Beispiel "Herrenhaarschnitt".',
  en: 'The service wanted, as the caller says it, for example "men\'s haircut".',
});
/** Narrows the appointment meant. */
export const serviceOfAppointment = text('service', SERVICE);
export const serviceId = text('serviceId', []);
export const desiredDate = text('date', DATE, {
  de: 'Gewünschter Tag, so wie der Anrufer ihn sagt ("morgen", "nächsten Dienstag", "am 7. November") oder als YYYY-MM-DD. Nicht selbst ausrechnen.',
  en: 'The day wanted, as the caller says it ("tomorrow", "next Tuesday", "November 7th") or as YYYY-MM-DD. Do not work it out yourself.',
});
const desiredTime = text('time', TIME, {
  de: 'Gewünschte Uhrzeit, so wie der Anrufer sie sagt ("halb drei", "14 Uhr 30", "nachmittags") oder als HH:MM. Weglassen, wenn keine genannt wurde.',
  en: 'The time wanted, as the caller says it ("half past two", "2:30 pm", "in the afternoon") or as HH:MM. Leave out when none was named.',
});
export const datetime = text('datetime', DATETIME);
export const duration = argument(z.int().min(5).max(480), 'minutes', ['duration_minutes', 'dauer'], {
  de: 'Gewünschte Dauer in Minuten, nur wenn der Anrufer eine nennt.',
  en: 'Duration wanted in minutes, only when the caller names one.',
});
const STAFF = ['staff_name', 'mitarbeiter', 'mitarbeiter_wunsch', 'preferred_staff', 'preferred_staff_id'];
export const staff = text('preference', STAFF, {
  de: 'Gewünschte Mitarbeiterin oder gewünschter Mitarbeiter, nur wenn der Anrufer eine Person nennt.',
  en: 'The member of staff wanted, only when the caller names one.',
});
export const staffRequired = argument(z.boolean(), 'yesNo', ['mitarbeiter_erforderlich', 'only_this_staff'], {
  de: 'true nur, wenn der Anrufer ausschließlich zu der gewünschten Person will und sonst keinen Termin möchte.',
  en: 'true only when the caller wants this member of staff and otherwise no appointment at all.',
});
export const staffToKeep = argument(z.boolean(), 'yesNo', ['mitarbeiter_erforderlich', 'only_this_staff'], {
  de: 'true nur, wenn der Termin unbedingt bei derselben Person bleiben soll und sonst nicht verschoben werden darf.',
  en: 'true only when the appointment must stay with the same member of staff and otherwise must not be moved.',
});
export const timePreference = text('preference', ['time_window', 'time_of_day', 'tageszeit'], {
  de: 'Tageszeit oder Zeitfenster, wenn keine feste Uhrzeit genannt wurde, zum Beispiel "nachmittags", "nach 17 Uhr", "zwischen 10 und 12".',
  en: 'Part of the day or time window when no fixed time was named, for example "in the afternoon", "after 5 pm", "between 10 and 12".',
});
export const fromDate = text('date', ['start_date', 'ab_datum', ...DATE], {
  de: 'Frühester Tag, wie gesagt oder als YYYY-MM-DD. Weglassen für ab heute.',
  en: 'Earliest day, as said or as YYYY-MM-DD. Leave out for from today.',
});
export const customerName = text('personName', NAME, {
  de: 'Vor- und Nachname, auf den der Termin laufen soll.',
  en: 'First and last name the appointment is for.',
});
/** A name that comes with a question and may be the booking's later. */
export const heardName = text('personName', NAME);
const customerPhone = text('phone', PHONE, {
  de: 'Telefonnummer, nur wenn der Anrufer eine andere als die eigene nennt.',
  en: 'Phone number, only when the caller gives one other than their own.',
});
const customerEmail = text('email', ['email', 'e_mail'], {
  de: 'E-Mail-Adresse, nur wenn der Anrufer eine nennt.',
  en: 'E-mail address, only when the caller gives one.',
});
const NOTES = ['notizen', 'kundenpraeferenzen'];
export const notes = text('notes', NOTES, {
  de: 'Besondere Wünsche in wenigen Worten.',
  en: 'Special wishes in a few words.',
});
const CONFIRM = ['bestaetigung', 'confirm_booking', 'confirm_reschedule', 'confirmed'];
export const confirm = argument(z.boolean(), 'yesNo', CONFIRM, {
  de: 'true erst, nachdem die Zusammenfassung vorgelesen wurde und der Anrufer ja gesagt hat; sonst false.',
  en: 'true only after the summary was read out and the caller said yes; otherwise false.',
});
/** Answers the question about a second booking, and no other. */
export const confirmSecond = argument(z.boolean(), 'yesNo', CONFIRM, {
  de: 'true nur, wenn nach confirm_second_booking gefragt wurde und der Anrufer den zweiten Termin möchte.',
  en: 'true only when confirm_second_booking was answered and the caller wants the second appointment.',
});
export const confirmMove = argument(z.boolean(), 'yesNo', CONFIRM);

export const appointmentId = text('id', ['termin_id', 'booking_id', 'booking_uid'], {
  de: 'Kennung des Termins aus einer früheren Antwort; niemals erfinden, niemals vorlesen.',
  en: 'Id of the appointment from an earlier answer; never invent it, never read it out.',
});
export const reservationUid = text('id', ['reservation_id'], {
  de: 'Kennung aus der Antwort von reserve_slot; niemals erfinden, niemals vorlesen.',
  en: 'Id from the answer of reserve_slot; never invent it, never read it out.',
});
/** Of a move: "appointment_date" is where the appointment stands, every other date where it is to go. */
export const oldDate = text('date', [...OLD_DATE, 'appointment_date'], {
  de: 'Tag des bestehenden Termins, wenn der Anrufer ihn nennt.',
  en: 'Day of the existing appointment, when the caller names it.',
});
export const oldTime = text('time', [...OLD_TIME, 'appointment_time'], {
  de: 'Uhrzeit des bestehenden Termins, wenn der Anrufer sie nennt.',
  en: 'Time of the existing appointment, when the caller names it.',
});
export const newDate = text(
  'date',
  ['new_datum', 'neues_datum', ...DATE.filter((name) => name !== 'appointment_date')],
  {
    de: 'Neuer Tag, so wie der Anrufer ihn sagt.',
    en: 'The new day, as the caller says it.',
  },
);
export const newTime = text(
  'time',
  ['new_uhrzeit', 'neue_uhrzeit', ...TIME.filter((name) => name !== 'appointment_time')],
  {
    de: 'Neue Uhrzeit, so wie der Anrufer sie sagt.',
    en: 'The new time, as the caller says it.',
  },
);
export const newDatetime = text('datetime', DATETIME);
export const moveReason = text('reason', REASON);

/** Of a cancellation: every date is where the appointment stands. */
export const appointmentDate = text('date', [...OLD_DATE, ...DATE], {
  de: 'Tag des abzusagenden Termins, wenn der Anrufer ihn nennt.',
  en: 'Day of the appointment to cancel, when the caller names it.',
});
export const appointmentTime = text('time', [...OLD_TIME, ...TIME], {
  de: 'Uhrzeit des abzusagenden Termins, wenn der Anrufer sie nennt.',
  en: 'Time of the appointment to cancel, when the caller names it.',
});
export const cancellationReason = text('reason', REASON, {
  de: 'Grund der Absage, nur wenn der Anrufer einen nennt.',
  en: 'Reason for cancelling, only when the caller gives one.',
});

export const openDay = text('date', DATE, {
  de: 'Tag, nach dem gefragt wird, in den Worten des Anrufers. Weglassen für heute.',
  en: "The day asked about, in the caller's words. Leave out for today.",
});
export const dateInWords = text('date', DATE, {
  de: 'Das genannte Datum in den Worten des Anrufers.',
  en: "The date in the caller's words.",
});
export const timeInWords = text('time', TIME, {
  de: 'Die genannte Uhrzeit in den Worten des Anrufers.',
  en: "The time in the caller's words.",
});
export const callbackReason = text('reason', REASON, {
  de: 'Worum es bei dem Rückruf geht, in einem Satz.',
  en: 'What the callback is about, in one sentence.',
});
export const callbackNumber = text('phone', PHONE, {
  de: 'Rückrufnummer, nur wenn sie von der Nummer des Anrufers abweicht oder diese unterdrückt ist.',
  en: "Number to call back, only when it differs from the caller's number or that is withheld.",
});
const CONSENT = ['recording_consent', 'einwilligung', 'zustimmung', 'einverstanden', 'agreed', 'answer', 'antwort'];
export const recordingConsent = argument(z.boolean(), 'consent', CONSENT, {
  de: 'true, wenn der Anrufer mit der Aufzeichnung einverstanden ist, false, wenn nicht. Bei einer unklaren Antwort noch einmal fragen.',
  en: 'true when the caller agrees to the recording, false when not. Ask again after an unclear answer.',
});
export const transferReason = text('reason', REASON, {
  de: 'Warum ein Mensch übernehmen soll, in einem Satz.',
  en: 'Why a person should take over, in one sentence.',
});
export const transferSummary = text('notes', ['zusammenfassung', 'notes', ...NOTES], {
  de: 'Was der Anrufer möchte und was schon geklärt ist, in ein bis zwei Sätzen.',
  en: 'What the caller wants and what is settled already, in one or two sentences.',
});
export const callbackNotes = text('notes', NOTES);

/** A service and a start. */
export const slotArguments = {
  service_name: serviceName,
  desired_date: desiredDate,
  desired_time: desiredTime,
  service_id: serviceId.optional(),
  datetime: datetime.optional(),
  duration: duration.optional(),
  staff: staff.optional(),
};
/** The same, when the time may still be open. */
export const searchArguments = { ...slotArguments, desired_time: desiredTime.optional() };
export const personArguments = {
  customer_name: customerName,
  customer_phone: customerPhone.optional(),
  customer_email: customerEmail.optional(),
  notes: notes.optional(),
  staff_required: staffRequired.optional(),
};
