import type { UpstreamEventType } from '../calcom/calcom-ports';
import { customRequiredFields, refusalOf } from './event-type-import';
import { IMPORT_REFUSALS } from './import-refusals';
import { ignoresHostWish } from './host-choice';
import { OBSTACLE_TEXTS, phoneObstaclesOf } from './phone-obstacles';
import type { AdminRecord } from './records';
import { fine, problem, warning, type Finding } from './setup-findings';

const SPANS_DE: Record<string, string> = { day: 'am Tag', week: 'in der Woche', month: 'im Monat', year: 'im Jahr' };

/** Whether a service can be booked by phone as its event type stands at Cal.com. */
export function eventTypeOf(service: AdminRecord, known: Map<number, UpstreamEventType>): Finding {
  const id = `service:${service.id}`;
  const title = `Service ${String(service.name)}`;
  const eventType = known.get(Number(service.calcom_event_type_id));
  const importing = {
    en: 'Import again: POST /api/admin/calcom/import-event-types.',
    de: 'Auf der Seite des Betriebs noch einmal übernehmen.',
  };
  if (!eventType) {
    const number = String(service.calcom_event_type_id);
    const detail = {
      en: `Event type ${number} does not exist in this account.`,
      de: `Den Termintyp ${number} gibt es in diesem Konto nicht.`,
    };
    return problem(id, title, detail, {
      en: 'Correct calcom_event_type_id, or switch the service off.',
      de: 'Bei der Leistung einen anderen Termintyp eintragen, oder sie abschalten.',
    });
  }
  const refusal = refusalOf(eventType);
  if (refusal)
    return problem(id, title, IMPORT_REFUSALS[refusal].detail, {
      en: 'Change it at Cal.com, or switch the service off.',
      de: 'Bei Cal.com ändern, oder die Leistung abschalten.',
    });
  const defaults: object =
    typeof service.booking_field_defaults === 'object' ? (service.booking_field_defaults ?? {}) : {};
  const missing = customRequiredFields(eventType).filter((slug) => !Object.hasOwn(defaults, slug));
  if (missing.length > 0) {
    return problem(
      id,
      title,
      {
        en: `Required booking fields without a default: ${missing.join(', ')}.`,
        de: `Pflichtfelder der Buchung ohne Vorgabe: ${missing.join(', ')}.`,
      },
      {
        en: 'Set booking_field_defaults of the service, or make the fields optional at Cal.com.',
        de: 'Bei der Leistung Vorgaben eintragen, oder die Felder bei Cal.com freiwillig machen.',
      },
    );
  }
  if (
    !eventType.lengthOptionsMinutes.includes(Number(service.duration_minutes)) &&
    eventType.lengthMinutes !== service.duration_minutes
  ) {
    return warning(
      id,
      title,
      {
        en: `Cal.com says ${eventType.lengthMinutes} minutes, the service ${String(service.duration_minutes)}.`,
        de: `Bei Cal.com sind es ${eventType.lengthMinutes} Minuten, bei der Leistung ${String(service.duration_minutes)}.`,
      },
      importing,
    );
  }
  const phoneOnly = eventType.phoneEnabled && !eventType.emailRequired;
  if (service.phone_only !== phoneOnly) {
    const detail = {
      en: 'Whether a booking needs an e-mail address has changed at Cal.com.',
      de: 'Ob eine Buchung eine E-Mail-Adresse braucht, hat sich bei Cal.com geändert.',
    };
    return warning(id, title, detail, importing);
  }
  const [obstacle] = phoneObstaclesOf(eventType);
  if (obstacle) {
    const { what, todo } = OBSTACLE_TEXTS[obstacle];
    const detail = { en: `${what.en}.`, de: `${what.de}.` };
    return (obstacle === 'place_unknown' ? warning : problem)(id, title, detail, todo);
  }
  if (ignoresHostWish(eventType)) {
    return warning(
      id,
      title,
      {
        en: 'Cal.com ignores a wish for a person here (rrHostSubsetEnabled is off): callers may get another one than they ask for.',
        de: 'Cal.com beachtet hier nicht, wen sich Anrufer wünschen (rrHostSubsetEnabled ist aus): Den Termin kann jemand anderes bekommen.',
      },
      {
        en: 'Switch it on: POST /api/admin/calcom/enable-host-choice.',
        de: 'Einschalten: POST /api/admin/calcom/enable-host-choice.',
      },
    );
  }
  const limits = Object.entries(eventType.bookingLimits);
  const hidden = eventType.hidden ? [' Hidden on Cal.com’s pages.', ' Auf den Seiten von Cal.com nicht zu sehen.'] : [];
  const en = limits.map(([span, most]) => ` At most ${most} bookings a ${span}.`);
  const de = limits.map(([span, most]) => ` Höchstens ${most} Buchungen ${SPANS_DE[span] ?? span}.`);
  return fine(id, title, {
    en: `Event type ${eventType.id}.${hidden[0] ?? ''}${en.join('')}`,
    de: `Termintyp ${eventType.id}.${hidden[1] ?? ''}${de.join('')}`,
  });
}
