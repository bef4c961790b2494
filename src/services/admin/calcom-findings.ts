import type { UpstreamEventType } from '../calcom/calcom-ports';
import { customRequiredFields, refusalOf } from './event-type-import';
import { IMPORT_REFUSALS, OBSTACLE_TEXTS, phoneObstaclesOf } from './event-type-limits';
import { ignoresHostWish } from './host-choice';
import type { AdminRecord } from './records';
import { about, type Finding } from './setup-findings';

const SPANS_DE: Record<string, string> = { day: 'am Tag', week: 'in der Woche', month: 'im Monat', year: 'im Jahr' };
const IMPORT_AGAIN = {
  en: 'Import again: POST /api/admin/calcom/import-event-types.',
  de: 'Auf der Seite des Betriebs noch einmal übernehmen.',
};

/** Whether a service can be booked by phone as its event type stands at Cal.com. */
export function eventTypeOf(service: AdminRecord, known: Map<number, UpstreamEventType>): Finding {
  const found = about(`service:${service.id}`, `Service ${String(service.name)}`);
  const number = Number(service.calcom_event_type_id);
  const eventType = known.get(number);
  if (!eventType)
    return found.problem(
      {
        en: `Event type ${number} does not exist in this account.`,
        de: `Den Termintyp ${number} gibt es in diesem Konto nicht.`,
      },
      {
        en: 'Correct calcom_event_type_id, or switch the service off.',
        de: 'Bei der Leistung einen anderen Termintyp eintragen, oder sie abschalten.',
      },
    );
  const refusal = refusalOf(eventType);
  if (refusal)
    return found.problem(IMPORT_REFUSALS[refusal].detail, {
      en: 'Change it at Cal.com, or switch the service off.',
      de: 'Bei Cal.com ändern, oder die Leistung abschalten.',
    });
  const defaults: object =
    typeof service.booking_field_defaults === 'object' ? (service.booking_field_defaults ?? {}) : {};
  const missing = customRequiredFields(eventType).filter((slug) => !Object.hasOwn(defaults, slug));
  if (missing.length > 0)
    return found.problem(
      {
        en: `Required booking fields without a default: ${missing.join(', ')}.`,
        de: `Pflichtfelder der Buchung ohne Vorgabe: ${missing.join(', ')}.`,
      },
      {
        en: 'Set booking_field_defaults of the service, or make the fields optional at Cal.com.',
        de: 'Bei der Leistung Vorgaben eintragen, oder die Felder bei Cal.com freiwillig machen.',
      },
    );
  const { bookingLimits, hidden, id, lengthMinutes, lengthOptionsMinutes } = eventType;
  const ours = Number(service.duration_minutes);
  if (!lengthOptionsMinutes.includes(ours) && lengthMinutes !== ours)
    return found.warning(
      {
        en: `Cal.com says ${lengthMinutes} minutes, the service ${ours}.`,
        de: `Bei Cal.com sind es ${lengthMinutes} Minuten, bei der Leistung ${ours}.`,
      },
      IMPORT_AGAIN,
    );
  if (service.phone_only !== (eventType.phoneEnabled && !eventType.emailRequired))
    return found.warning(
      {
        en: 'Whether a booking needs an e-mail address has changed at Cal.com.',
        de: 'Ob eine Buchung eine E-Mail-Adresse braucht, hat sich bei Cal.com geändert.',
      },
      IMPORT_AGAIN,
    );
  const [obstacle] = phoneObstaclesOf(eventType);
  if (obstacle) {
    const { what, todo } = OBSTACLE_TEXTS[obstacle];
    const detail = { en: `${what.en}.`, de: `${what.de}.` };
    return obstacle === 'place_unknown' ? found.warning(detail, todo) : found.problem(detail, todo);
  }
  if (ignoresHostWish(eventType))
    return found.warning(
      {
        en: 'Cal.com ignores a wish for a person here (rrHostSubsetEnabled is off): callers may get another one than they ask for.',
        de: 'Cal.com beachtet hier nicht, wen sich Anrufer wünschen (rrHostSubsetEnabled ist aus): Den Termin kann jemand anderes bekommen.',
      },
      {
        en: 'Switch it on: POST /api/admin/calcom/enable-host-choice.',
        de: 'Einschalten: POST /api/admin/calcom/enable-host-choice.',
      },
    );
  const unseen = hidden
    ? { en: ' Hidden on Cal.com’s pages.', de: ' Auf den Seiten von Cal.com nicht zu sehen.' }
    : { en: '', de: '' };
  const limits = Object.entries(bookingLimits);
  const en = limits.map(([span, most]) => ` At most ${most} bookings a ${span}.`).join('');
  const de = limits.map(([span, most]) => ` Höchstens ${most} Buchungen ${SPANS_DE[span] ?? span}.`).join('');
  return found.fine({ en: `Event type ${id}.${unseen.en}${en}`, de: `Termintyp ${id}.${unseen.de}${de}` });
}
