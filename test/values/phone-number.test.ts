import fc from 'fast-check';
import { ENGLISH_VALUES } from '../../src/services/language/en/values';
import { GERMAN_VALUES } from '../../src/services/language/de/values';
import { phoneGroups, readPhoneNumber } from '../../src/services/language/values/phone-number';

const read = (said: string, ...countries: ('DE' | 'AT' | 'CH' | 'US')[]): string => {
  const reading = readPhoneNumber(said, countries.length > 0 ? countries : ['DE']);
  return reading.kind === 'number' ? reading.number : reading.kind;
};

describe('a phone number as it is said', () => {
  test.each([
    ['null eins sieben sechs eins zwei drei vier fünf sechs sieben acht', '+4917612345678'],
    ['null eins sieben sechs zwölf vierunddreißig sechsundfünfzig achtundsiebzig', '+4917612345678'],
    ['null eins fünf zwei ein und zwanzig drei und vierzig fünf und sechzig sieben und achtzig', '+4915221436587'],
    ['plus vier neun eins sieben sechs eins zwo drei vier fünf sechs sieben acht', '+4917612345678'],
    ['doppel null vier neun eins sieben sechs eins zwei drei vier fünf sechs sieben acht', '+4917612345678'],
    ['null eins sieben sechs zweimal die eins zwei drei vier fünf sechs sieben', '+4917611234567'],
    ['null eins fünf eins drei mal die sieben eins zwei drei vier fünf', '+4915177712345'],
    ['0176 zwei Nullen 123456', '+4917600123456'],
    ['nulleinssiebensechs eins zwei drei vier fünf sechs sieben acht', '+4917612345678'],
    ['0151 einhundertdreiundzwanzig 45678', '+4915112345678'],
    ['null dreißig neun null eins acht zwei null', '+4930901820'],
    ['also meine Handynummer ist die null eins sieben sechs und dann 12345678 bitte', '+4917612345678'],
    ['Sie erreichen mich unter 0 1 7 6 1 2 3 4 5 6 7 8', '+4917612345678'],
    ['+49 (0)176 12345678', '+4917612345678'],
    ['(0)176 12345678', '+4917612345678'],
    ['49 176 12345678', '+4917612345678'],
    ['15112345678', '+4915112345678'],
    ['oh one seven six double five triple six one two', '+491765566612'],
    ['plus forty nine one seven six twelve thirty four fifty six seventy eight', '+4917612345678'],
    ['my number is 0176, one two three four, five six seven eight please', '+4917612345678'],
    ['plus four four seven nine one one one two three four five six', '+447911123456'],
    ['plus one two one two five five five oh one two three', '+12125550123'],
    ['ein Moment, 0176 12345678', '+4917612345678'],
  ])('%j is %s', (said, number) => {
    expect(read(said)).toBe(number);
  });

  test.each([
    [
      'the last digit said again',
      'null eins sieben sechs eins zwei drei vier fünf sechs sieben acht nein doch neun',
      '+4917612345679',
    ],
    ['a number begun again', '0176 12 nein Moment 0176 13345678', '+4917613345678'],
    ['a refusal before the number', 'nein, die 0176 12345678', '+4917612345678'],
  ])('a correction is understood: %s', (_, said, number) => {
    expect(read(said)).toBe(number);
  });

  test.each([
    'null eins sieben sechs ähm eins zwei drei nein vier vier fünf sechs sieben acht',
    'null eins sieben sechs eins zwei drei vier fünf sechs sieben acht nein',
    'null eins sieben sechs eins zwei drei vier',
    'null eins sieben sechs sechsundfünfzig sex sieben acht neun',
    '0151 tausend zweihundert vierunddreißig fünf sechs sieben acht',
    '0176 neun hundert eins zwei drei vier fünf',
    'plus forty four seven seven double oh nine hundred one two three',
    '0176 eins und zwanzig 345678',
    '0176 zwanzig und drei 45678',
    '0176 5 und 20 12345',
    '0176 doppel zwölf 345678',
    '0176 12345678 oder 030 1234567',
    '0151 12345678 ext 5',
    '0176 1234567x',
    'oh null eins sieben sechs eins zwei drei vier fünf sechs sieben acht',
    '1234567',
    '030',
    '911',
    'dreimal die sieben',
    '41446681800',
    '0'.repeat(400),
  ])('%j is asked for again', (said) => {
    expect(read(said)).toBe('unreadable');
  });

  test.each([
    'die Nummer von der ich anrufe',
    'diese Nummer',
    'keine',
    'weiß ich nicht auswendig',
    'same number',
    'auf meiner eigenen Handynummer',
    'die haben Sie ja im Display',
    'my own number',
    "the one I'm calling from",
    'the number I called from',
  ])('%j leaves the number called from', (said) => {
    expect(read(said)).toBe('not_given');
  });

  test('what was heard is kept in groups', () => {
    expect(readPhoneNumber('null eins sieben sechs eins zwei drei vier', ['DE'])).toEqual({
      kind: 'unreadable',
      heard: ['0176', '1234'],
    });
    expect(readPhoneNumber('0176 123', ['DE'])).toEqual({ kind: 'unreadable', heard: ['0176', '123'] });
  });
});

describe('the country of a national number', () => {
  test('is the given one, and no other', () => {
    expect(read('0664 1234567', 'AT')).toBe('+436641234567');
    expect(read('044 668 18 00', 'CH')).toBe('+41446681800');
    expect(read('(212) 555-0123', 'US')).toBe('+12125550123');
    expect(read('0176 12345678', 'US')).toBe('unreadable');
    expect(read('0176 12345678', 'US', 'DE')).toBe('+4917612345678');
  });

  test('is asked when the digits are a mobile number next door', () => {
    expect(readPhoneNumber('null sechs sechs vier eins zwei drei vier fünf sechs sieben', ['DE'])).toEqual({
      kind: 'other_country_possible',
      number: '+496641234567',
      heard: ['0664', '123', '45', '67'],
    });
    expect(read('06641 234567')).toBe('+496641234567');
  });

  test('a landline number without its zero could be of any town', () => {
    expect(read('30 12345678')).toBe('unreadable');
    expect(read('49 30 12345678')).toBe('+493012345678');
  });

  test('the caller’s own number is accepted though no numbering plan knows it', () => {
    expect(readPhoneNumber('0123 4567890', ['DE']).kind).toBe('unreadable');
    expect(readPhoneNumber('0123 4567890', ['DE'], '+491234567890')).toEqual({
      kind: 'number',
      number: '+491234567890',
    });
  });
});

describe('for any mobile number', () => {
  const subscriber = fc.array(fc.nat(9), { minLength: 8, maxLength: 8 });
  const number = fc
    .tuple(fc.constantFrom('151', '160', '170', '171', '175', '176', '177'), subscriber)
    .map(([prefix, rest]) => `${prefix}${rest.join('').slice(0, prefix === '151' ? 8 : 7)}`);
  const words = { de: GERMAN_VALUES, en: ENGLISH_VALUES };
  /** The digits cut into pieces of one or two, said in words or written. */
  const said = fc
    .tuple(number, fc.constantFrom('de' as const, 'en' as const), fc.infiniteStream(fc.nat(3)))
    .map(([national, language, choices]) => {
      const pieces: string[] = [];
      const digits = `0${national}`;
      for (let at = 0; at < digits.length;) {
        const choice = choices.next().value;
        const two = digits.slice(at, at + 2);
        // "zwanzig" and "drei" would be heard as 23.
        const isTwo =
          choice === 1 && two.length === 2 && !two.startsWith('0') && (language === 'de' || !two.endsWith('0'));
        const piece = isTwo ? two : digits.slice(at, at + 1);
        pieces.push(choice === 2 ? piece : words[language].numberInWords(Number(piece)).replace('-', ' '));
        at += piece.length;
      }
      return { national, pieces };
    });

  test('its digits are read back exactly, however they are grouped', () => {
    fc.assert(
      fc.property(said, ({ national, pieces }) => {
        expect(read(pieces.join(' '))).toBe(`+49${national}`);
      }),
    );
  });

  test('a word that is not understood is never skipped', () => {
    const strange = fc.constantFrom(
      'sex',
      'für',
      'one-ish',
      'vir',
      'neu',
      'hundert',
      'tausend',
      'oder',
      'eine',
      'ach',
      'nicht',
      'too',
    );
    fc.assert(
      fc.property(said, strange, fc.nat(), ({ national, pieces }, word, at) => {
        const place = at % (pieces.length + 1);
        const mutated = [...pieces.slice(0, place), word, ...pieces.slice(place)].join(' ');
        expect([`+49${national}`, 'unreadable']).toContain(read(mutated));
      }),
    );
  });

  test('it is read out in groups that hold its digits', () => {
    fc.assert(
      fc.property(number, (national) => {
        const groups = phoneGroups(`+49${national}`, 'DE');
        expect(groups.join('')).toBe(`0${national}`);
        expect(Math.max(...groups.map((group) => group.length))).toBeLessThanOrEqual(4);
      }),
    );
  });

  test('nothing is thrown for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => {
        const reading = readPhoneNumber(text, ['DE']);
        if (reading.kind === 'number') expect(reading.number).toMatch(/^\+[1-9]\d{3,14}$/);
      }),
    );
  });
});

test.each([
  ['+4915112345678', 'DE', ['0151', '123', '456', '78']],
  ['+4915112345678', 'AT', ['+49', '1511', '234', '56', '78']],
  ['+493012345678', 'DE', ['030', '123', '456', '78']],
] as const)('%s is read out in %s as %j', (number, country, groups) => {
  expect(phoneGroups(number, country)[0]).toBe(groups[0]);
  expect(phoneGroups(number, country).join('')).toBe(groups.join(''));
});
