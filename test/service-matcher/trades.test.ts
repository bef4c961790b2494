import type { Language, Service } from '../../src/domain';
import { ServiceMatcher } from '../../src/services/language/service-matcher/service-matcher';
import { service } from './businesses';

const matcher = new ServiceMatcher();

function understood(text: string, services: Service[], language: Language): string {
  const result = matcher.match({ text }, services, language);
  if (result.kind === 'match') return result.service.name;
  return result.kind === 'ambiguous' ? result.services.map((one) => one.name).join(' oder ') : '?';
}

const named = (...names: string[]): Service[] => names.map((name, at) => service(name, [], 4000 + at));

const BARBER = named('Haarschnitt Herren', 'Kinderhaarschnitt', 'Bart trimmen', 'Haare und Bart', 'Waschen und Föhnen');
const SALON = named('Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben', 'Bartpflege');
const COSMETICS = named('Gesichtsbehandlung', 'Wimpernlifting', 'Augenbrauen zupfen', 'Waxing Beine', 'Waxing Achseln');
const NAILS = named('Maniküre', 'Pediküre', 'Gelnägel Neumodellage', 'Shellac');
const MASSAGE = named('Rückenmassage', 'Ganzkörpermassage', 'Lymphdrainage');
const PRACTICE = named('Vorsorgeuntersuchung', 'Impfung', 'Blutabnahme', 'Rezept abholen');
const GARAGE = named('Ölwechsel', 'Reifenwechsel', 'Inspektion', 'Bremsen prüfen');

const CASES: [business: Service[], language: Language, said: string, expected: string][] = [
  [BARBER, 'de', 'Kinder schneiden', 'Kinderhaarschnitt'],
  [BARBER, 'en', 'kids cut', 'Kinderhaarschnitt'],
  [BARBER, 'de', 'Haarschnitt für Frauen', 'Haarschnitt Herren oder Kinderhaarschnitt'],
  [BARBER, 'de', 'Haare und Bart', 'Haare und Bart'],
  [BARBER, 'de', 'Waschen und Föhnen', 'Waschen und Föhnen'],
  [BARBER, 'en', 'beard trim', 'Bart trimmen'],
  [SALON, 'de', 'Bart stutzen', 'Bartpflege'],
  [SALON, 'de', 'den Bart schneiden', 'Bartpflege'],
  [SALON, 'en', 'beard trim', 'Bartpflege'],
  [SALON, 'de', 'Haare tönen', 'Färben'],
  [SALON, 'de', 'Augenbrauen färben', '?'],
  [SALON, 'de', 'Bart färben', '?'],
  [SALON, 'de', 'Strähnchen', '?'],
  [SALON, 'en', 'balayage', '?'],
  [COSMETICS, 'de', 'Wimpern liften', 'Wimpernlifting'],
  [COSMETICS, 'en', 'lash lift', 'Wimpernlifting'],
  [COSMETICS, 'de', 'Beine enthaaren', 'Waxing Beine'],
  [COSMETICS, 'en', 'leg wax', 'Waxing Beine'],
  [COSMETICS, 'de', 'Waxing', 'Waxing Beine oder Waxing Achseln'],
  [COSMETICS, 'en', 'facial', 'Gesichtsbehandlung'],
  [COSMETICS, 'de', 'Maniküre', '?'],
  [NAILS, 'en', 'manicure', 'Maniküre'],
  [NAILS, 'en', 'pedicure please', 'Pediküre'],
  [NAILS, 'de', 'Gelnägel', 'Gelnägel Neumodellage'],
  [NAILS, 'de', 'Nägel lackieren', 'Shellac'],
  [NAILS, 'de', 'Maniküre und Pediküre', 'Maniküre oder Pediküre'],
  [MASSAGE, 'en', 'back massage', 'Rückenmassage'],
  [MASSAGE, 'de', 'Massage für den Rücken', 'Rückenmassage'],
  [MASSAGE, 'en', 'lymphatic drainage', 'Lymphdrainage'],
  [MASSAGE, 'de', 'Haarschnitt', '?'],
  [PRACTICE, 'de', 'Grippeimpfung', 'Impfung'],
  [PRACTICE, 'en', 'vaccination', 'Impfung'],
  [PRACTICE, 'en', 'blood test', 'Blutabnahme'],
  [PRACTICE, 'de', 'Blut abnehmen', 'Blutabnahme'],
  [GARAGE, 'en', 'oil change', 'Ölwechsel'],
  [GARAGE, 'de', 'Räder wechseln', 'Reifenwechsel'],
  [GARAGE, 'en', 'tyre change', 'Reifenwechsel'],
  [GARAGE, 'de', 'Wartung', 'Inspektion'],
  [GARAGE, 'de', 'Ölwechsel und Inspektion', 'Ölwechsel oder Inspektion'],
];

test.each(CASES.map(([business, language, said, expected]) => ({ business, language, said, expected })))(
  '$language: "$said" is $expected',
  ({ business, language, said, expected }) => {
    expect(understood(said, business, language)).toBe(expected);
  },
);
