import type { PhoneObstacle } from '../../domain';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { FaultText } from '../calcom/setup-fault-texts';

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
