import type { OperatorText } from '../../domain';
import type { ErrorCode, UpstreamReason } from '../../errors';
import type { OTHER_HOST } from './host-wish';

/** Why a start cannot be booked, known before anything is sent: another appointment of the host, a hold, no such start, a holiday. */
export type RefusalReason = 'host_busy' | 'reserved' | 'never_free' | 'closed' | 'told_before';

/** Recorded reasons of event types that no single appointment can be booked of, whatever the start. */
const TYPE_FAULTS = ['recurring_event_type', 'seated_event_type'] as const;
export type TypeFault = (typeof TYPE_FAULTS)[number];
export const isTypeFault = (reason: string | null): reason is TypeFault => TYPE_FAULTS.some((one) => one === reason);

/** What is wrong with a booking that Cal.com answered with. */
export type BookingFault =
  'other_key' | 'booking_off' | TypeFault | 'other_start' | 'older_booking' | typeof OTHER_HOST;

/** Recorded with an operation where neither Cal.com nor an error gives the reason. */
type LedgerReason =
  | 'host_clash'
  | 'uid_known'
  | 'server_error'
  | 'settling_failed'
  | 'not_there_yet'
  | 'surely_absent'
  | 'never_sent'
  | 'overtaken';

/** Why an operation stands as it does, or why Cal.com's booking of it cannot stand. */
export type OperationReason = BookingFault | LedgerReason | RefusalReason | UpstreamReason | ErrorCode;

/** Each reason as the end of a sentence, for operators. */
export const REASON_TEXTS: Readonly<Record<OperationReason, OperatorText>> = {
  other_key: {
    en: 'Cal.com answered with somebody else’s booking',
    de: 'Cal.com hat mit einer fremden Buchung geantwortet',
  },
  booking_off: {
    en: 'Cal.com answered with a booking that is cancelled or rejected',
    de: 'Cal.com hat mit einer abgesagten oder abgelehnten Buchung geantwortet',
  },
  other_start: { en: 'Cal.com booked a different time', de: 'Cal.com hat eine andere Zeit gebucht' },
  older_booking: {
    en: 'Cal.com answered with an older booking',
    de: 'Cal.com hat mit einer älteren Buchung geantwortet',
  },
  other_host: { en: 'Cal.com booked a different person', de: 'Cal.com hat eine andere Person gebucht' },
  host_clash: {
    en: 'the person already has an appointment at that time',
    de: 'die Person hat zu dieser Zeit schon einen Termin',
  },
  uid_known: {
    en: 'the booking at Cal.com belongs to another appointment',
    de: 'die Buchung bei Cal.com gehört zu einem anderen Termin',
  },
  server_error: { en: 'Cal.com reported an internal error', de: 'Cal.com meldete einen internen Fehler' },
  settling_failed: {
    en: 'looking it up at Cal.com failed',
    de: 'das Nachsehen bei Cal.com ist fehlgeschlagen',
  },
  not_there_yet: { en: 'Cal.com does not list it yet', de: 'Cal.com führt es noch nicht' },
  surely_absent: { en: 'it never reached Cal.com', de: 'es ist nie bei Cal.com angekommen' },
  never_sent: {
    en: 'the gateway stopped before it was sent',
    de: 'das Gateway wurde beendet, bevor es gesendet war',
  },
  overtaken: {
    en: 'the appointment was changed in the meantime',
    de: 'der Termin wurde inzwischen anders geändert',
  },
  host_busy: { en: 'no one who could take it is free', de: 'niemand, der es übernehmen könnte, ist frei' },
  reserved: {
    en: 'the time is being held for another caller',
    de: 'die Zeit ist für einen anderen Anrufer vorgemerkt',
  },
  never_free: { en: 'Cal.com does not offer that time', de: 'Cal.com bietet diese Zeit nicht an' },
  closed: { en: 'the branch is closed on that day', de: 'an diesem Tag ist geschlossen' },
  told_before: {
    en: 'the caller was already told that the time is taken',
    de: 'dem Anrufer wurde schon gesagt, dass die Zeit belegt ist',
  },
  slot_not_available: { en: 'the time is no longer free', de: 'die Zeit ist nicht mehr frei' },
  start_out_of_bounds: {
    en: 'the time is too soon or too far ahead',
    de: 'die Zeit liegt zu nah oder zu weit in der Zukunft',
  },
  start_in_past: { en: 'the time is in the past', de: 'die Zeit liegt in der Vergangenheit' },
  booking_limit: {
    en: 'the event type’s booking limit is reached',
    de: 'die Höchstzahl an Buchungen des Termintyps ist erreicht',
  },
  attendee_limit: {
    en: 'the customer already has as many bookings as the event type allows',
    de: 'der Kunde hat schon so viele Buchungen, wie der Termintyp erlaubt',
  },
  seats_full: { en: 'all seats are taken', de: 'alle Plätze sind belegt' },
  booking_conflict: { en: 'another booking is in the way', de: 'eine andere Buchung liegt auf dieser Zeit' },
  recurring_event_type: {
    en: 'the event type makes several bookings at once',
    de: 'der Termintyp bucht mehrere Termine auf einmal',
  },
  host_choice_unknown: {
    en: 'this Cal.com knows no choice of the person',
    de: 'dieses Cal.com kennt keine Auswahl der Person',
  },
  seated_event_type: {
    en: 'several people share one booking of the event type',
    de: 'bei dem Termintyp teilen sich mehrere Personen eine Buchung',
  },
  already_cancelled: { en: 'the booking is already cancelled', de: 'die Buchung ist schon abgesagt' },
  already_rescheduled: { en: 'the booking was already moved', de: 'die Buchung wurde schon verschoben' },
  not_started: { en: 'the appointment has not begun', de: 'der Termin hat noch nicht begonnen' },
  already_ended: { en: 'the appointment is over', de: 'der Termin ist vorbei' },
  cancelling_disabled: {
    en: 'the event type does not allow cancelling',
    de: 'der Termintyp erlaubt keine Absagen',
  },
  rescheduling_disabled: {
    en: 'the event type does not allow moving',
    de: 'der Termintyp erlaubt kein Verschieben',
  },
  reschedule_notice: { en: 'it is too late to move it', de: 'zum Verschieben ist es zu spät' },
  reservation_conflict: { en: 'the time is being held at Cal.com', de: 'die Zeit ist bei Cal.com vorgemerkt' },
  blocked_attendee: { en: 'Cal.com blocks this customer', de: 'Cal.com hat diesen Kunden gesperrt' },
  invalid_phone: { en: 'Cal.com does not accept the phone number', de: 'Cal.com nimmt die Telefonnummer nicht an' },
  invalid_email: { en: 'Cal.com does not accept the e-mail address', de: 'Cal.com nimmt die E-Mail-Adresse nicht an' },
  invalid_attendee: {
    en: 'Cal.com does not accept the customer’s details',
    de: 'Cal.com nimmt die Angaben zum Kunden nicht an',
  },
  missing_attendee_field: { en: 'something about the customer is missing', de: 'eine Angabe zum Kunden fehlt' },
  missing_field: { en: 'a required booking field is empty', de: 'ein Pflichtfeld der Buchung ist leer' },
  text_too_long: { en: 'a text is too long for Cal.com', de: 'ein Text ist für Cal.com zu lang' },
  location_not_valid: { en: 'Cal.com does not accept the place', de: 'Cal.com nimmt den Ort nicht an' },
  event_type_gone: {
    en: 'the event type no longer exists at Cal.com',
    de: 'den Termintyp gibt es bei Cal.com nicht mehr',
  },
  event_type_forbidden: {
    en: 'the key may not book this event type',
    de: 'der Schlüssel darf diesen Termintyp nicht buchen',
  },
  not_found: { en: 'the booking is not at Cal.com', de: 'die Buchung gibt es bei Cal.com nicht' },
  unknown_version: { en: 'Cal.com does not know this API version', de: 'Cal.com kennt diese API-Version nicht' },
  validation: { en: 'Cal.com does not accept the details', de: 'Cal.com nimmt die Angaben nicht an' },
  other: { en: 'Cal.com gave a reason that is not known here', de: 'Cal.com nannte einen unbekannten Grund' },
  invalid_input: { en: 'the details are not valid', de: 'die Angaben sind ungültig' },
  unauthorised: { en: 'it was not allowed', de: 'es war nicht erlaubt' },
  forbidden: { en: 'it was not allowed', de: 'es war nicht erlaubt' },
  conflict: { en: 'the appointment was changed in the meantime', de: 'der Termin wurde inzwischen anders geändert' },
  slot_taken: { en: 'the time is no longer free', de: 'die Zeit ist nicht mehr frei' },
  rate_limited: {
    en: 'the request budget for Cal.com was used up',
    de: 'das Anfragebudget für Cal.com war aufgebraucht',
  },
  upstream_rejected: { en: 'Cal.com refused it', de: 'Cal.com hat es abgelehnt' },
  upstream_malformed: { en: 'Cal.com’s answer could not be read', de: 'die Antwort von Cal.com war nicht lesbar' },
  upstream_unavailable: { en: 'Cal.com could not be reached', de: 'Cal.com war nicht erreichbar' },
  upstream_unauthorised: { en: 'Cal.com does not accept the key', de: 'Cal.com nimmt den Schlüssel nicht an' },
  outcome_unknown: { en: 'the outcome is not known yet', de: 'der Ausgang ist noch nicht bekannt' },
  circuit_open: { en: 'Cal.com was not being asked', de: 'Cal.com wurde gerade nicht gefragt' },
  deadline_exceeded: { en: 'Cal.com did not answer in time', de: 'Cal.com hat nicht rechtzeitig geantwortet' },
  overloaded: { en: 'the gateway was too busy', de: 'das Gateway war überlastet' },
  store_unavailable: { en: 'the database could not be reached', de: 'die Datenbank war nicht erreichbar' },
  internal: { en: 'the gateway made a mistake', de: 'im Gateway ist ein Fehler aufgetreten' },
};

/** @param reason as the ledger keeps it; one that an older release wrote in words stays as it is */
export function reasonText(reason: string): OperatorText {
  return Object.hasOwn(REASON_TEXTS, reason) ? REASON_TEXTS[reason as OperationReason] : { en: reason, de: reason };
}
