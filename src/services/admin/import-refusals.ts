import type { OperatorText } from '../../domain';

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
