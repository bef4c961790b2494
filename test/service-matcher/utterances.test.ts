import type { Language, Service } from '../../src/domain';
import { ServiceMatcher } from '../../src/services/language/service-matcher/service-matcher';
import { DENTIST, PHYSIO, PLAIN_SALON, SALON } from './businesses';

const matcher = new ServiceMatcher();

/** The name of the service, names with "oder" between them when it has to be asked, or "?" when none was meant. */
function understood(text: string, services: Service[], language: Language): string {
  const result = matcher.match({ text }, services, language);
  switch (result.kind) {
    case 'match':
      return result.service.name;
    case 'ambiguous':
      return result.services
        .map((one) => one.name)
        .sort()
        .join(' oder ');
    case 'unknown':
      return '?';
    case 'none_given':
      return '-';
  }
}

type Table = Record<string, string[]>;
const rows = (table: Table): [string, string][] =>
  Object.entries(table).flatMap(([expected, texts]) => texts.map((text): [string, string] => [text, expected]));

const MENS = 'Herrenhaarschnitt';
const WOMENS = 'Damenhaarschnitt';
const CUTS = 'Damenhaarschnitt oder Herrenhaarschnitt';

const GERMAN_EVERYWHERE: Table = {
  [MENS]: [
    'Herrenhaarschnitt',
    'herrenhaarschnitt',
    'HERRENHAARSCHNITT',
    'Herren Haarschnitt',
    'Herren-Haarschnitt',
    'Herrenhaarschnitte',
    'Herren Haar Schnitt',
    'Herrn Haarschnitt',
    'Haarschnitt für Herren',
    'Haarschnitt für Männer',
    'Haarschnitt Mann',
    'Männerhaarschnitt',
    'Männer Haarschnitt',
    'Herrenschnitt',
    'einen Herrenschnitt bitte',
    'Herren',
    'Herren bitte',
    'Haare schneiden, Herr',
    'Heren Harschnitt',
    'Herrenharschnitt',
    'Herrenhaarschnit',
    'Herrenhaarschnitt, kurz, bei Anna',
    'ich hätte gern einen Haarschnitt für meinen Mann',
    'einen Haarschnitt für meinen Vater',
    'zweimal Herrenhaarschnitt',
    'Einen Termin für einen Herrenhaarschnitt am Montag um 15 Uhr bitte',
    '<b>Herrenhaarschnitt</b>',
  ],
  [WOMENS]: [
    'Damenhaarschnitt',
    'Damen Haarschnitt',
    'Damen Harschnitt',
    'Dammenhaarschnitt',
    'Damenhaarschnitte',
    'Frauenhaarschnitt',
    'Frauen Haarschnitt',
    'Haarschnitt für Damen',
    'Haarschnitt für eine Dame',
    'Damenschnitt',
    'Damen',
    'Frauen Haare schneiden',
    'für meine Frau einen Haarschnitt',
    'Haarschnitt für meine Freundin',
  ],
  Färben: [
    'Färben',
    'faerben',
    'Ferben',
    'Färbn',
    'Verben',
    'Farbe',
    'färben bitte',
    'Haare färben',
    'Haarefärben',
    'Haarfarbe',
    'Haarfärbung',
    'Tönung',
    'Coloration',
    'meine Haare färben lassen',
    'Ansatz färben',
    'Färben für Damen',
  ],
  Bartpflege: [
    'Bartpflege',
    'Bart Pflege',
    'Bart-Pflege',
    'Bart',
    'Bartflege',
    'Part Pflege',
    'Barrt Pflege',
    'Bartpflege für Herren',
  ],
  [CUTS]: [
    'Haarschnitt',
    'einen Haarschnitt',
    'Haare schneiden',
    'Harschnitt',
    'Damen oder Herren Haarschnitt',
    'Kinderhaarschnitt',
    'Kinder schneiden',
    'Haarschnitt für meinen Sohn',
    'einmal Schneiden bitte',
    'waschen schneiden föhnen',
    'Waschen, Schneiden, Föhnen bitte',
    'Spitzen schneiden',
    'nur die Spitzen',
    'Pony schneiden',
    'Maschinenschnitt',
    'Fassonschnitt',
    'Nachschneiden',
    'neue Frisur',
    'Haarschnitt für zwei Personen',
    'Haare kürzen',
    'Konturen schneiden',
    'Seniorenhaarschnitt',
    'Haarschnitt, kein Bart',
    'mein Sohn braucht einen Haarschnitt',
    'für mich und meinen Mann Haare schneiden',
  ],
  'Bartpflege oder Herrenhaarschnitt': ['Herrenhaarschnitt mit Bartpflege'],
  'Bartpflege oder Damenhaarschnitt oder Herrenhaarschnitt': ['Haarschnitt und Bartpflege'],
  '?': [
    'Pizza',
    'Ölwechsel',
    'Reifenwechsel',
    'Termin',
    'einen Termin bitte',
    'Massage',
    'Kopfmassage',
    'Maniküre',
    'Fußpflege',
    'Gesichtspflege',
    'Gartenpflege',
    'Altenpflege',
    'Zahnreinigung',
    'Dauerwelle',
    'Haarverlängerung',
    'Haarausfall',
    'Haare waschen',
    'Steuerberatung',
    'Werbung',
    'Sterben',
    'Narben',
    'Karten',
    'Schritt',
    'Herz',
    'Bad',
    'Hund scheren',
    'Hallo',
    'ja bitte',
    'asdfgh',
    '123',
    'constructor',
    '__proto__',
  ],
};

const GERMAN_WITH_SYNONYMS: Table = {
  Bartpflege: [
    'Bart trimmen',
    'Bart schneiden',
    'Bart stutzen',
    'Bartschnitt',
    'Barthaare trimmen',
    'Rasur',
    'rasieren',
    'Bart rasieren',
    'Bart und Rasur',
  ],
  'Damenhaarschnitt oder Färben oder Herrenhaarschnitt': ['Haare schneiden und färben', 'Färben und schneiden'],
  [WOMENS]: [
    'Damen waschen schneiden föhnen',
    'kein Herrenhaarschnitt sondern Damenhaarschnitt',
    'Herren, äh nein, Damen',
  ],
  [MENS]: ['Herrenhaarschnitt ohne Bart', 'Herren waschen und schneiden'],
  '?': ['Wimpern färben', 'Augenbrauen färben'],
};

const ENGLISH_EVERYWHERE: Table = {
  [MENS]: [
    "men's haircut",
    'mens haircut',
    'men’s haircut',
    'haircut for men',
    'haircut for a man',
    "men's cut",
    'gents cut',
    "gentleman's haircut",
    'haircut men',
    'hair cut man',
    "man's hair cut",
    'mans haircut',
    'mens hare cut',
    'male haircut',
    'a haircut for my husband',
    "I'd like to book a men's haircut please",
    'Herrenhaarschnitt',
  ],
  [WOMENS]: [
    "women's haircut",
    'womens hair cut',
    'haircut for women',
    'haircut for my wife',
    'ladies cut',
    'ladies haircut',
    "lady's haircut",
    'woman haircut',
    'female cut',
    'Damenhaarschnitt',
  ],
  Färben: [
    'dye',
    'hair dye',
    'dye my hair',
    'die my hair',
    'colour',
    'color',
    'culler',
    'coloring',
    'hair colouring',
    'hair tint',
    "I'd like to get my hair colored",
  ],
  Bartpflege: ['beard', 'beard care', 'beard grooming', 'Bartpflege'],
  [CUTS]: [
    'haircut',
    'hair cut',
    'a haircut please',
    'kids haircut',
    'kids cut',
    'wash cut and blow dry',
    'fade',
    'buzz cut',
    'short back and sides',
    'just a trim',
    'fringe trim',
    'haircut for two people',
    'trim the ends',
    'no beard, just a haircut',
    'haircut for me and my husband',
  ],
  '?': [
    'pizza',
    'oil change',
    'appointment',
    'an appointment please',
    'massage',
    'manicure',
    'dog grooming',
    'blow dry',
    'root canal',
    'table for two',
    'taxi',
    'flight to Berlin',
  ],
};

const ENGLISH_WITH_SYNONYMS: Table = {
  Bartpflege: ['beard trim', 'trim my beard', 'bird trim', 'beerd trim', 'beard cut', 'shave'],
  'Bartpflege oder Damenhaarschnitt oder Herrenhaarschnitt': ['haircut and beard trim'],
  '?': ['eyelash tint'],
};

describe('a salon, in German', () => {
  test.each(rows(GERMAN_EVERYWHERE))('%j is %s', (text, expected) => {
    expect(understood(text, SALON, 'de')).toBe(expected);
    expect(understood(text, PLAIN_SALON, 'de')).toBe(expected);
  });
  test.each(rows(GERMAN_WITH_SYNONYMS))('%j is %s where the salon has synonyms', (text, expected) => {
    expect(understood(text, SALON, 'de')).toBe(expected);
  });
});

describe('a salon, in English', () => {
  test.each(rows(ENGLISH_EVERYWHERE))('%j is %s', (text, expected) => {
    expect(understood(text, SALON, 'en')).toBe(expected);
    expect(understood(text, PLAIN_SALON, 'en')).toBe(expected);
  });
  test.each(rows(ENGLISH_WITH_SYNONYMS))('%j is %s where the salon has synonyms', (text, expected) => {
    expect(understood(text, SALON, 'en')).toBe(expected);
  });
});

describe('a physiotherapist without synonyms', () => {
  test.each(
    rows({
      Krankengymnastik: ['Krankengymnastik', 'Kranken Gymnastik', 'Krankengymnastick', 'KG', 'Physiotherapie'],
      'Manuelle Therapie': ['Manuelle Therapie', 'Manuele Terapie', 'MT'],
      Lymphdrainage: ['Lymphdrainage', 'Lymph Drainage', 'Lymfdrainage', 'Lymphdränage'],
      'Klassische Massage': ['klassische Massage', 'Massage klassisch'],
      Sportmassage: ['Sportmassage', 'Sport Massage', 'Sportmassagen', 'Sport-Massage'],
      Erstbefund: ['Erstbefund', 'erster Befund'],
      'Klassische Massage oder Sportmassage': ['Massage', 'eine Massage', 'Massage für Frauen', 'Rückenmassage'],
      '?': ['Therapie', 'Behandlung', 'Bartpflege', 'Haarschnitt', 'Pizza', 'Thaimassage'],
    }),
  )('%j is %s', (text, expected) => {
    expect(understood(text, PHYSIO, 'de')).toBe(expected);
  });

  test.each(
    rows({
      Krankengymnastik: ['physiotherapy'],
      'Manuelle Therapie': ['manual therapy'],
      Lymphdrainage: ['lymphatic drainage', 'limf drainage'],
      'Klassische Massage': ['classic massage'],
      Sportmassage: ['sports massage'],
      Erstbefund: ['first assessment'],
      'Klassische Massage oder Sportmassage': ['massage'],
      '?': ['treatment', 'haircut'],
    }),
  )('%j is %s, in English', (text, expected) => {
    expect(understood(text, PHYSIO, 'en')).toBe(expected);
  });
});

describe('a dentist without synonyms', () => {
  test.each(
    rows({
      Kontrolluntersuchung: ['Kontrolle', 'Kontroll Untersuchung', 'Kontrolltermin', 'Vorsorge', 'Untersuchung'],
      'Professionelle Zahnreinigung': ['Zahnreinigung', 'Zahn Reinigung', 'PZR', 'Zahnreiningung', 'Zähne reinigen'],
      Bleaching: ['Bleaching', 'Zähne bleichen'],
      Füllung: ['Füllung', 'Fülung', 'Zahnfüllung'],
      Wurzelbehandlung: ['Wurzelbehandlung', 'Wurzel Behandlung', 'Wurzelkanalbehandlung'],
      'Beratungsgespräch Implantate': ['Implantat', 'Beratung', 'Implantatberatung'],
      '?': ['Behandlung', 'Zahn', 'Bohren', 'Zahnarzttermin', 'Haarschnitt', 'Ölwechsel'],
    }),
  )('%j is %s', (text, expected) => {
    expect(understood(text, DENTIST, 'de')).toBe(expected);
  });

  test.each(
    rows({
      Kontrolluntersuchung: ['check-up', 'checkup', 'check up'],
      'Professionelle Zahnreinigung': ['dental cleaning', 'teeth cleaning', 'professional cleaning'],
      Bleaching: ['whitening', 'teeth whitening'],
      Füllung: ['filling', 'a filling please'],
      Wurzelbehandlung: ['root canal', 'root canal treatment'],
      'Beratungsgespräch Implantate': ['implant consultation', 'consultation'],
      '?': ['oil change', 'haircut'],
    }),
  )('%j is %s, in English', (text, expected) => {
    expect(understood(text, DENTIST, 'en')).toBe(expected);
  });
});
