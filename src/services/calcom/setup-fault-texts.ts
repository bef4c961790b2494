import type { OperatorText } from '../../domain';
import type { OwnerReason } from '../booking/refusals';

/** What only the owner of a Cal.com account can put right: refusals, and states that no caller can cure. */
export type SetupFault = OwnerReason | 'key_refused' | 'rights_missing' | 'no_openings';

export interface FaultText {
  what: OperatorText;
  todo: OperatorText;
}

/** For operators: what is wrong at Cal.com, and what to do about it. */
export const SETUP_FAULT_TEXTS: Record<SetupFault, FaultText> = {
  key_refused: {
    what: {
      en: 'Cal.com refuses the API key',
      de: 'Cal.com lehnt den API-Schlüssel ab',
    },
    todo: {
      en: 'Create a new key at Cal.com (Settings → Developer → API keys) and enter it for the company.',
      de: 'Bitte legen Sie bei Cal.com einen neuen Schlüssel an (Settings → Developer → API keys) und tragen Sie ihn beim Betrieb ein.',
    },
  },
  rights_missing: {
    what: {
      en: 'The API key may not do this at Cal.com',
      de: 'Dem API-Schlüssel fehlen bei Cal.com die Rechte dafür',
    },
    todo: {
      en: 'Use the key of a member who may manage the team and its event types, or give this member the rights.',
      de: 'Bitte verwenden Sie den Schlüssel eines Mitglieds, das Team und Termintypen verwalten darf, oder geben Sie diesem Mitglied die Rechte.',
    },
  },
  no_openings: {
    what: {
      en: 'Cal.com lists no free start for two weeks',
      de: 'Cal.com nennt für zwei Wochen keinen freien Termin',
    },
    todo: {
      en: 'Unless everything is booked: check the schedule, the hosts and the connected calendars of the event type.',
      de: 'Falls nicht alles ausgebucht ist: Bitte prüfen Sie Zeitplan, Mitarbeiter und verbundene Kalender des Termintyps.',
    },
  },
  invalid_attendee: {
    what: {
      en: 'Cal.com does not accept how the customer is given',
      de: 'Cal.com nimmt die Angaben zum Kunden so nicht an',
    },
    todo: {
      en: 'Switch off e-mail verification and other checks of the attendee in the event type.',
      de: 'Bitte schalten Sie im Termintyp die E-Mail-Bestätigung und andere Prüfungen des Teilnehmers ab.',
    },
  },
  missing_field: {
    what: {
      en: 'A required booking field has no value',
      de: 'Ein Pflichtfeld der Buchung hat keinen Wert',
    },
    todo: {
      en: 'Set booking_field_defaults of the service, or make the field optional at Cal.com.',
      de: 'Bitte hinterlegen Sie bei der Leistung einen Vorgabewert (booking_field_defaults), oder machen Sie das Feld bei Cal.com freiwillig.',
    },
  },
  text_too_long: {
    what: {
      en: 'A text is longer than the booking field allows',
      de: 'Ein Text ist länger, als das Buchungsfeld erlaubt',
    },
    todo: {
      en: 'Raise the maximum length of the field at Cal.com, or shorten the default value of the service.',
      de: 'Bitte erhöhen Sie bei Cal.com die Höchstlänge des Feldes, oder kürzen Sie den Vorgabewert der Leistung.',
    },
  },
  location_not_valid: {
    what: {
      en: 'The location of the event type is not valid',
      de: 'Der Ort des Termintyps ist ungültig',
    },
    todo: {
      en: 'Choose a location in the event type that needs nothing from the customer, such as an address.',
      de: 'Bitte wählen Sie im Termintyp einen Ort, zu dem der Kunde nichts angeben muss, zum Beispiel eine Adresse.',
    },
  },
  event_type_gone: {
    what: {
      en: 'The event type does not exist any more',
      de: 'Den Termintyp gibt es nicht mehr',
    },
    todo: {
      en: 'Import the event types again, correct calcom_event_type_id of the service, or switch the service off.',
      de: 'Bitte importieren Sie die Termintypen neu, berichtigen Sie calcom_event_type_id der Leistung, oder schalten Sie die Leistung ab.',
    },
  },
  event_type_forbidden: {
    what: {
      en: 'The key may not book this event type',
      de: 'Mit diesem Schlüssel darf der Termintyp nicht gebucht werden',
    },
    todo: {
      en: 'Use a key of a member or administrator of the team, or open the event type to it.',
      de: 'Bitte verwenden Sie den Schlüssel eines Mitglieds oder Administrators des Teams, oder geben Sie den Termintyp dafür frei.',
    },
  },
  recurring_event_type: {
    what: {
      en: 'The event type books several dates at once, which no caller asked for',
      de: 'Der Termintyp bucht mehrere Termine auf einmal, die kein Anrufer wollte',
    },
    todo: {
      en: 'Switch off “recurring” in the event type at Cal.com, or switch the service off.',
      de: 'Bitte schalten Sie im Termintyp bei Cal.com die Wiederholung ab, oder schalten Sie die Leistung ab.',
    },
  },
  seated_event_type: {
    what: {
      en: 'Several people share one booking of the event type, which callers cannot book',
      de: 'Bei dem Termintyp teilen sich mehrere Personen eine Buchung; das können Anrufer nicht buchen',
    },
    todo: {
      en: 'Switch off “offer seats” in the event type at Cal.com, or switch the service off.',
      de: 'Bitte schalten Sie im Termintyp bei Cal.com die Plätze ab, oder schalten Sie die Leistung ab.',
    },
  },
  unknown_version: {
    what: {
      en: 'Cal.com does not know the address or the version of its interface that the gateway uses',
      de: 'Cal.com kennt die verwendete Adresse oder Version der Schnittstelle nicht',
    },
    todo: {
      en: 'Check CALCOM_BASE_URL and the CALCOM_…_VERSION variables.',
      de: 'Bitte prüfen Sie CALCOM_BASE_URL und die Variablen CALCOM_…_VERSION.',
    },
  },
  validation: {
    what: {
      en: 'Cal.com finds something wrong with the request',
      de: 'Cal.com beanstandet die Anfrage',
    },
    todo: {
      en: 'Compare the fields of the event type with Cal.com’s words, and run check-setup.',
      de: 'Bitte vergleichen Sie die Felder des Termintyps mit dem Wortlaut von Cal.com, und führen Sie die Prüfung der Einrichtung aus.',
    },
  },
  other: {
    what: {
      en: 'Cal.com refuses the request for a reason that the gateway does not know',
      de: 'Cal.com lehnt die Anfrage aus einem unbekannten Grund ab',
    },
    todo: {
      en: 'Read Cal.com’s words, try the booking on the booking page of the event type, and run check-setup.',
      de: 'Bitte lesen Sie den Wortlaut von Cal.com, versuchen Sie die Buchung auf der Buchungsseite des Termintyps, und führen Sie die Prüfung der Einrichtung aus.',
    },
  },
};
