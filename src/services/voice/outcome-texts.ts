import type { OperatorText } from '../../domain';

/** For operators: what a voice tool answered, by the status of its answer. */
export const OUTCOME_TEXTS: Readonly<Record<string, OperatorText>> = {
  booked: { de: 'gebucht', en: 'booked' },
  available: { de: 'frei', en: 'free' },
  unavailable: { de: 'belegt', en: 'taken' },
  error: { de: 'Fehler', en: 'error' },
  cancelled: { de: 'abgesagt', en: 'cancelled' },
  rescheduled: { de: 'verschoben', en: 'moved' },
  ok: { de: 'erledigt', en: 'done' },
  busy: { de: 'ausgelastet', en: 'busy' },
  found: { de: 'gefunden', en: 'found' },
  none_found: { de: 'nichts gefunden', en: 'nothing found' },
  slot_taken: { de: 'gerade vergeben', en: 'just taken' },
  reserved: { de: 'reserviert', en: 'held' },
  released: { de: 'freigegeben', en: 'released' },
  transfer: { de: 'verbunden', en: 'put through' },
  callback_offered: { de: 'Rückruf zugesagt', en: 'callback promised' },
  recorded: { de: 'notiert', en: 'noted' },
  pending_confirmation: { de: 'wird bestätigt', en: 'being confirmed' },
  not_found: { de: 'nicht gefunden', en: 'not found' },
  multiple_found: { de: 'mehrere gefunden', en: 'several found' },
  anonymous: { de: 'unterdrückte Nummer', en: 'withheld number' },
  new_customer: { de: 'neuer Kunde', en: 'new customer' },
  upstream_unavailable: { de: 'Cal.com nicht erreichbar', en: 'Cal.com unavailable' },
  not_allowed: { de: 'nicht erlaubt', en: 'not allowed' },
  missing_fields: { de: 'es fehlte eine Angabe', en: 'something was missing' },
  invalid_date: { de: 'Tag nicht verstanden', en: 'date not understood' },
  invalid_time: { de: 'Uhrzeit nicht verstanden', en: 'time not understood' },
  past_time: { de: 'Zeit schon vorbei', en: 'time in the past' },
  confirm_date: { de: 'Tag nachgefragt', en: 'asked back about the date' },
  invalid_name: { de: 'Name nicht verstanden', en: 'name not understood' },
  invalid_phone: { de: 'Nummer nicht verstanden', en: 'number not understood' },
  invalid_email: { de: 'E-Mail-Adresse nicht verstanden', en: 'address not understood' },
  unknown_service: { de: 'Leistung unbekannt', en: 'unknown service' },
  ambiguous_service: { de: 'Leistung nachgefragt', en: 'asked back about the service' },
  confirm_second_booking: { de: 'zweiten Termin nachgefragt', en: 'asked whether to book twice' },
  too_short_notice: { de: 'zu kurzfristig', en: 'too short notice' },
  already_cancelled: { de: 'schon abgesagt', en: 'already cancelled' },
  limit_reached: { de: 'Höchstzahl erreicht', en: 'limit of bookings reached' },
  not_changeable: { de: 'nicht mehr änderbar', en: 'cannot be changed' },
  nothing_held: { de: 'nichts vorgemerkt', en: 'nothing was held' },
  unknown_tenant: { de: 'unbekannte Nummer', en: 'unknown number' },
};

const ONLY_TOLD: OperatorText = { de: 'nur Auskunft gegeben', en: 'only information given' };

/** Why a call booked nothing, by the status of its last tool. */
export const UNBOOKED_TEXTS: Readonly<Record<string, OperatorText>> = {
  ...OUTCOME_TEXTS,
  available: { de: 'war frei, nicht gebucht', en: 'was free, not booked' },
  reserved: { de: 'nur vorgemerkt', en: 'only held' },
  recorded: { de: 'Anliegen notiert', en: 'request noted' },
  cancelled: { de: 'Termin abgesagt', en: 'appointment cancelled' },
  rescheduled: { de: 'Termin verschoben', en: 'appointment moved' },
  ...{ found: ONLY_TOLD, ok: ONLY_TOLD, new_customer: ONLY_TOLD },
};
