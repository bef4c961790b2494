import fc from 'fast-check';
import { ENGLISH } from '../../src/services/language/en/phrases';
import { GERMAN } from '../../src/services/language/de/phrases';
import { FIELDS, OPENINGS, sayings, TYPICAL } from './sayings';

const SAYS_BOOKED = /gebucht|\bbooked\b/i;
const AFTER_A_BOOKING = ['booked', 'bookedFirst', 'bookedAlready', 'rescheduled', 'nowConfirmed'];
const SPELLED = ['invalidPhone', 'whichCountry', 'phoneNoted', 'ownPhoneUsed'];
/** A caller who has nothing to decide hears a statement. */
const STATEMENTS = [
  'transferring',
  'handedOver',
  'withStaff',
  'booked',
  'bookedAlready',
  'pending',
  'requested',
  'unsettled',
  'rescheduled',
  'movePending',
  'cancelPending',
  'eachPersonAlone',
  'lengthOf',
  'firstOfSeveral',
  'bookedLength',
  'phoneNoted',
  'ownPhoneUsed',
  'emailNoted',
  'emailLeftOut',
  'unknownTenant',
  'nowConfirmed',
  'nowFailed',
  'nowCancelled',
  'notCancelled',
  'staffNotCertain',
  'nowWithStaff',
];

function sentences(text: string): number {
  return text.split(/(?<!\d)[.?!]+(?:\s+|$)/).filter((part) => part !== '').length;
}

describe.each([
  ['German', GERMAN, TYPICAL.de],
  ['English', ENGLISH, TYPICAL.en],
] as const)('the %s catalogue', (_language, say, facts) => {
  const all = Object.entries(sayings(say, facts)).flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })));

  test.each(all)('$kind: "$text" can be said aloud', ({ kind, text }) => {
    expect(text).not.toMatch(/[\n\r\t*_#`<>{}[\]|\\"]|\s\s|\s[,.?!]|,,|undefined|NaN/);
    // In German a zero is said so.
    if (!SPELLED.includes(kind)) expect(text).not.toContain('null');
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}|\d{2}:\d{2}|[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(text).toMatch(/^[\p{Lu}].*[.?!]$/u);
    expect(sentences(text)).toBeLessThanOrEqual(2);
    expect(text.length).toBeLessThanOrEqual(270);
  });

  test.each(all)(
    '$kind: "$text" says "booked" only after a booking, and asks where the caller must decide',
    ({ kind, text }) => {
      if (SAYS_BOOKED.test(text)) expect(AFTER_A_BOOKING).toContain(kind);
      expect(text.endsWith('?')).toBe(!STATEMENTS.includes(kind));
    },
  );

  test('"booked" is said after a booking', () => {
    expect(say.booked(facts.service, facts.start, facts.name)).toMatch(SAYS_BOOKED);
    expect(say.bookedAlready(facts.service, facts.start, '')).toMatch(SAYS_BOOKED);
  });

  test('what was asked for is repeated: service, start and name', () => {
    for (const text of [
      say.booked(facts.service, facts.start, facts.name),
      say.confirmDetails(facts.service, facts.start, facts.name),
    ]) {
      expect(text).toContain(facts.service);
      expect(text).toContain(facts.start.instant);
      expect(text).toContain(facts.name);
    }
  });

  test('at most three times, alternatives or appointments are read out', () => {
    const many = ['a1', 'b2', 'c3', 'd4', 'e5'];
    const texts = [
      say.unavailable(facts.start, many),
      say.dayFull(facts.start.date, many),
      say.found(facts.service, many),
      say.slotTaken(facts.start, many),
      say.moveTaken(facts.start, many),
      say.freeTimes(facts.service, facts.start.date, many, true),
      say.appointments(many),
      say.severalAppointments(many, 'move'),
      say.unknownService(many),
      say.unknownStaff(many),
    ];
    for (const text of texts) {
      expect(text).toContain('c3');
      expect(text).not.toContain('d4');
    }
  });

  test('names from records and callers cannot bring markup, lines or endless text into a sentence', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constant('<b>Anna</b>\n# *Müller* `x` {{y}} | "z"'),
    );
    fc.assert(
      fc.property(hostile, hostile, (service, name) => {
        for (const text of [
          say.available(service, facts.start, false),
          say.booked(service, facts.start, name),
          say.confirmDetails(service, facts.start, name),
          say.services([service, name]),
          say.ambiguousService([service, name]),
          ...OPENINGS.map((opening) => say.greeting(name, service, opening)),
          say.staffCannot(name, service),
          say.unknownStaff([name]),
        ]) {
          expect(text).not.toMatch(/[\n\r\t*_#`<>{}[\]|\\"]/);
          expect(text.length).toBeLessThan(600);
        }
      }),
    );
  });
});

describe('wording', () => {
  const { start } = TYPICAL.de;

  test('German offers are called Alternativen, joined by "oder", and end with a question', () => {
    expect(GERMAN.unavailable(start, ['morgen um drei Uhr', 'Samstag, den 28. November, um zehn Uhr'])).toBe(
      'Am Freitag, den 27. November, um halb drei ist leider nicht frei. ' +
        'An Alternativen habe ich morgen um drei Uhr oder am Samstag, den 28. November, um zehn Uhr, was passt Ihnen besser?',
    );
    for (const text of [
      GERMAN.unavailable(start, ['morgen um drei Uhr']),
      GERMAN.slotTaken(start, ['morgen um drei Uhr']),
      GERMAN.dayFull(start.date, ['morgen um drei Uhr']),
      GERMAN.found('Färben', ['morgen um drei Uhr']),
      GERMAN.moveTaken(start, ['morgen um drei Uhr']),
    ]) {
      expect(text).toContain('Alternativen');
      expect(text).toMatch(/\?$/);
    }
  });

  test('German without an offer regrets, says there are none, and offers a callback', () => {
    for (const text of [
      GERMAN.unavailable(start, []),
      GERMAN.slotTaken(start, []),
      GERMAN.dayFull(start.date, []),
      GERMAN.moveTaken(start, []),
      GERMAN.noneFound('Färben'),
    ]) {
      expect(text).toMatch(/Leider.*keine.*Rückruf.*\?$/);
    }
  });

  test('free times are read as a person would', () => {
    expect(
      GERMAN.freeTimes('Färben', 'Freitag, den 27. November', ['zehn Uhr', 'halb zwölf', 'vierzehn Uhr'], false),
    ).toBe(
      'Am Freitag, den 27. November, habe ich um zehn Uhr, um halb zwölf oder um vierzehn Uhr etwas frei. Welche Uhrzeit passt Ihnen?',
    );
    expect(GERMAN.freeTimes('Färben', 'heute', ['um zehn Uhr'], true)).toBe(
      'Heute habe ich unter anderem um zehn Uhr etwas frei. Welche Uhrzeit passt Ihnen?',
    );
    expect(ENGLISH.freeTimes('x', 'tomorrow', ['ten', 'half past two'], false)).toBe(
      'Tomorrow I have something free at ten or at half past two. What time would suit you?',
    );
  });

  test('a relative day takes no preposition, a weekday does, and one already there stays single', () => {
    expect(GERMAN.nextAvailable('Färben', 'morgen um halb drei')).toContain('ist morgen um halb drei.');
    expect(GERMAN.nextAvailable('Färben', 'Freitag um zehn')).toContain('ist am Freitag um zehn.');
    expect(GERMAN.nextAvailable('Färben', 'am Freitag um zehn')).toContain('ist am Freitag um zehn.');
    expect(GERMAN.confirmDate('am Freitag, den 13. August 2027')).toBe(
      'Nur zur Sicherheit: Meinen Sie Freitag, den 13. August 2027?',
    );
    expect(ENGLISH.nextAvailable('dye', 'Friday at ten')).toContain('is on Friday at ten.');
    expect(ENGLISH.nextAvailable('dye', 'tomorrow at ten')).toContain('is tomorrow at ten.');
  });

  test('a notice period is said in hours and minutes', () => {
    expect(GERMAN.tooShortNotice(15, null)).toContain('zu kurzfristig, wir brauchen mindestens 15 Minuten');
    expect(GERMAN.tooShortNotice(120, null)).toContain('2 Stunden Vorlauf');
    expect(GERMAN.tooShortNotice(90, null)).toContain('eine Stunde und 30 Minuten');
    expect(ENGLISH.tooShortNotice(61, null)).toContain('at least one hour and one minute.');
  });

  test('each missing field has a question of its own', () => {
    for (const say of [GERMAN, ENGLISH])
      expect(new Set(FIELDS.map((field) => say.missing(field))).size).toBe(FIELDS.length);
  });

  test('the call decides the language', () => {
    expect([GERMAN.language, ENGLISH.language]).toEqual(['de', 'en']);
  });
});
