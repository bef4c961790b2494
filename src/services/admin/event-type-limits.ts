import type { OperatorText, PhoneObstacle } from '../../domain';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { FaultText } from '../calcom/setup-fault-texts';

/** Why an event type cannot be booked on the phone: as the end of a sentence, and with what to do about it. */
export const IMPORT_REFUSALS = {
  managed_parent: {
    why: {
      en: 'it is a template for managed event types now, which cannot be booked',
      de: 'er ist jetzt eine Vorlage für verwaltete Termintypen und nicht buchbar',
    },
    detail: {
      en: 'This is a template for managed event types and cannot be booked. Import the members’ own copies instead.',
      de: 'Das ist eine Vorlage für verwaltete Termintypen und nicht buchbar. Bitte übernehmen Sie die Kopien der Mitglieder.',
    },
  },
  seats_not_supported: {
    why: { en: 'several people share one booking of it now', de: 'mehrere Personen teilen sich jetzt eine Buchung' },
    detail: {
      en: 'Several people share one booking of this event type, and cancelling for one would cancel for all. Use an event type without seats.',
      de: 'Bei diesem Termintyp teilen sich mehrere Personen eine Buchung; die Absage der einen würde für alle gelten. Bitte nehmen Sie einen Termintyp ohne Plätze.',
    },
  },
  recurring_not_supported: {
    why: {
      en: 'one request makes a whole series of bookings now',
      de: 'eine Anfrage bucht jetzt eine ganze Reihe von Terminen',
    },
    detail: {
      en: 'One request makes a whole series of bookings of this event type, which no caller asks for. Use an event type without recurrence.',
      de: 'Eine Anfrage bucht bei diesem Termintyp eine ganze Reihe von Terminen, die kein Anrufer möchte. Bitte nehmen Sie einen Termintyp ohne Wiederholung.',
    },
  },
  event_type_gone: {
    why: { en: 'it no longer exists at Cal.com', de: 'es gibt ihn bei Cal.com nicht mehr' },
    detail: {
      en: 'The event type no longer exists at Cal.com. The service was switched off and is not offered to callers.',
      de: 'Den Termintyp gibt es bei Cal.com nicht mehr. Die Leistung ist abgeschaltet und wird Anrufern nicht angeboten.',
    },
  },
  owned_by_other_company: {
    why: { en: 'it belongs to another company', de: 'er gehört einem anderen Betrieb' },
    detail: {
      en: 'This event type belongs to another company of this gateway. The platform decides whose it is.',
      de: 'Dieser Termintyp gehört einem anderen Betrieb dieses Gateways. Die Plattform entscheidet, wem er gehört.',
    },
  },
  length_not_supported: {
    why: { en: 'its length is not supported', de: 'seine Dauer wird nicht unterstützt' },
    detail: {
      en: 'A service lasts between 1 minute and 24 hours.',
      de: 'Eine Leistung dauert zwischen 1 Minute und 24 Stunden.',
    },
  },
} as const satisfies Record<string, { why: OperatorText; detail: OperatorText }>;

export type ImportRefusal = keyof typeof IMPORT_REFUSALS;
export const IMPORT_REFUSAL_CODES = Object.keys(IMPORT_REFUSALS) as [ImportRefusal, ...ImportRefusal[]];

/** Places that only the customer can name. A number to call is always sent. */
const CUSTOMERS_PLACES = new Set(['attendeeAddress', 'attendeeDefined']);

/** What keeps a booking made on the phone from being as good as one made on the booking page. */
export function phoneObstaclesOf({ price, emailVerification, locations }: UpstreamEventType): PhoneObstacle[] {
  const obstacles: PhoneObstacle[] = [];
  // Cal.com takes a price over from its payment apps only.
  if (price !== null) obstacles.push('payment_required');
  if (emailVerification) obstacles.push('email_code_required');
  if (locations.length > 0 && locations.every((kind) => CUSTOMERS_PLACES.has(kind))) obstacles.push('place_unknown');
  return obstacles;
}

/** For operators: what is in the way, and what to do about it. */
export const OBSTACLE_TEXTS: Record<PhoneObstacle, FaultText> = {
  payment_required: {
    what: {
      en: 'Cal.com asks for a payment, which a caller cannot make: such a booking may not count',
      de: 'Cal.com verlangt eine Zahlung, die am Telefon niemand leisten kann: Eine solche Buchung zählt womöglich nicht',
    },
    todo: {
      en: 'Switch off the payment app in the event type, or switch the service off.',
      de: 'Bitte schalten Sie im Termintyp die Zahlungs-App ab, oder schalten Sie die Leistung ab.',
    },
  },
  email_code_required: {
    what: {
      en: 'Cal.com sends the booker a code by e-mail and asks for it, which a caller cannot give',
      de: 'Cal.com schickt einen Code per E-Mail und fragt danach, was am Telefon nicht geht',
    },
    todo: {
      en: 'Switch off the e-mail verification of the booker in the event type, or switch the service off.',
      de: 'Bitte schalten Sie im Termintyp die E-Mail-Bestätigung ab, oder schalten Sie die Leistung ab.',
    },
  },
  place_unknown: {
    what: {
      en: 'Only the customer can say where it takes place, and Cal.com is not told on the phone',
      de: 'Nur der Kunde kann sagen, wo der Termin stattfindet, und Cal.com erfährt es am Telefon nicht',
    },
    todo: {
      en: 'Add a place of your own to the event type, such as an address, or have the agent ask for the place as a note.',
      de: 'Bitte geben Sie im Termintyp einen eigenen Ort an, zum Beispiel eine Adresse, oder lassen Sie den Agenten den Ort als Notiz erfragen.',
    },
  },
};
