import fc from 'fast-check';
import { cleanEmail, isPlaceholderEmail, readEmail } from '../../src/services/language/values/email-address';

const read = (said: string): string => {
  const reading = readEmail(said);
  return reading.kind === 'address' ? reading.address : reading.kind;
};

describe('an e-mail address as it is said', () => {
  test.each([
    ['anna@example.org', 'anna@example.org'],
    ['Anna.Mueller@Example.ORG', 'anna.mueller@example.org'],
    ['mailto:anna@example.org', 'anna@example.org'],
    ['eins@web.de', 'eins@web.de'],
    ['anna punkt mueller at gmx punkt de', 'anna.mueller@gmx.de'],
    ['Anna Dot Miller at Example Dot Com', 'anna.miller@example.com'],
    ['anna unterstrich m at gmx minus online punkt de', 'anna_m@gmx-online.de'],
    ['anna underscore m dash x at mail dot example dot com', 'anna_m-x@mail.example.com'],
    ['a n n a at gmx punkt at', 'anna@gmx.at'],
    ['anna eins zwei at web de', 'anna12@web.de'],
    ['anna @ gmail . com', 'anna@gmail.com'],
    ['anna(at)web.de', 'anna@web.de'],
    ['anna.mueller [at] gmx [punkt] de', 'anna.mueller@gmx.de'],
    ['john{at}example(dot)com', 'john@example.com'],
    ['anna klammeraffe gmx punkt net.', 'anna@gmx.net'],
    ['anna ät firma punkt technology', 'anna@firma.technology'],
    ['info at one dot com', 'info@one.com'],
    ['o neil at web punkt de', 'oneil@web.de'],
    ['also max punkt mueller at gmx punkt de', 'max.mueller@gmx.de'],
    ['meine E-Mail-Adresse lautet anna punkt schmidt at gmx punkt de, bitte alles klein', 'anna.schmidt@gmx.de'],
    ["it's john at gmail dot com, thank you", 'john@gmail.com'],
    ['Schreiben Sie an anna@web.de', 'anna@web.de'],
    ['M-E-I-E-R at web.de', 'meier@web.de'],
    ['M wie Martha E I E R at web punkt de', 'meier@web.de'],
    ['meier mit e i at web punkt de', 'meier@web.de'],
    ['hofmann mit zwei f at web punkt de', 'hoffmann@web.de'],
    ['müller mit u e at web punkt de', 'mueller@web.de'],
    ['mueller neunzehnhundertachtzig at gmx punkt de', 'mueller1980@gmx.de'],
    ['null acht fünfzehn at web punkt de', '0815@web.de'],
    ['miller ninety nine at yahoo dot com', 'miller99@yahoo.com'],
    ['max mueller alles klein zusammen at web punkt de', 'maxmueller@web.de'],
    ['max plus salon at gmail punkt com', 'max+salon@gmail.com'],
  ])('%j is %s', (said, address) => {
    expect(read(said)).toBe(address);
  });

  test.each([
    'anna',
    'at',
    'anna at',
    '@',
    'anna at at at',
    'a'.repeat(300),
    'müller at gmx punkt de',
    'max mueller at gmx punkt de',
    'max punkt mueller gmail punkt com',
    'max..mueller@gmail.com',
    'max at gmail punkt con',
    'anna at t online punkt de',
    'and rea at web punkt de',
    'ja na at web punkt de',
    'ein laden at web punkt de',
    'sieben zwerge at web punkt de',
    'eins at web punkt de',
    'anna at eins und eins punkt de',
    'max punkt nein minus mueller at gmx.de',
    'max at gmx nein web punkt de',
    'max@gmx.de oder max@web.de',
    'M wie Nordpol E I E R at web punkt de',
    'o one o at web punkt de',
    'mueller groß geschrieben at web punkt de',
    'anna at web punkt hausen',
    'info at salon minus eins punkt de',
    'mueller unterstrich at web punkt de',
    'anna minus minus b at web punkt de',
    'meine mail ist ist at web punkt de',
    'das at web punkt de',
  ])('%j is asked for again', (said) => {
    expect(read(said)).toBe('unreadable');
  });

  test.each(['hab ich nicht', 'ich habe keine', 'nein', 'no email', "I don't have one"])('%j is no address', (said) => {
    expect(read(said)).toBe('not_given');
  });

  test('an address said sign by sign is read back exactly', () => {
    const part = fc
      .array(fc.constantFrom(...'abcdfghklmnprst'), { minLength: 3, maxLength: 8 })
      .map((letters) => letters.join(' '));
    const sign = fc.constantFrom(['punkt', '.'], ['dot', '.'], ['minus', '-'], ['Unterstrich', '_']);
    fc.assert(
      fc.property(part, sign, part, part, (first, [word, written], second, domain) => {
        const joined = (letters: string) => letters.replaceAll(' ', '');
        expect(read(`${first} ${word} ${second} at ${domain} punkt de`)).toBe(
          `${joined(first)}${written}${joined(second)}@${joined(domain)}.de`,
        );
      }),
    );
  });

  test('a word put into an address makes it another one or a question, never the same silently', () => {
    const strange = fc.constantFrom('oder', 'nein', 'strasse', 'mit', 'alias', 'und');
    fc.assert(
      fc.property(strange, fc.nat(6), (word, at) => {
        const words = 'anna punkt schmidt at firma punkt de'.split(' ');
        words.splice(at, 0, word);
        expect(read(words.join(' '))).not.toBe('anna.schmidt@firma.de');
      }),
    );
  });

  test('nothing is thrown for any text, and what comes out is an address', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 450, unit: 'binary' }), (text) => {
        const reading = readEmail(text);
        if (reading.kind === 'address') expect(cleanEmail(reading.address)).toBe(reading.address);
      }),
    );
  });
});

describe('a written address is usable or null', () => {
  test.each([
    ['anna@example.org', 'anna@example.org'],
    ['  Anna.Mueller@Example.ORG ', 'anna.mueller@example.org'],
    ['mailto:a@b.de', 'a@b.de'],
    ['anna+salon@sub.example.co.uk', 'anna+salon@sub.example.co.uk'],
  ])('%j → %j', (said, address) => {
    expect(cleanEmail(said)).toBe(address);
  });

  test.each([
    '',
    'anna',
    'anna@',
    '@example.org',
    'anna@example',
    'anna..m@example.org',
    'anna@example..org',
    '.anna@example.org',
    'anna@-example.org',
    'anna müller@example.org',
    'a@b.de, c@d.de',
    'anna@example.org\r\nBcc: x@y.de',
    'null',
    'anna@example.hausen',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(260)}.de`,
  ])('%j is none', (said) => {
    expect(cleanEmail(said)).toBeNull();
  });
});

test.each(['no@email.com', 'test@test.de', 'test@gmail.com', 'noreply@salon.de', 'user@domain.com'])(
  '%s was made up',
  (address) => {
    expect(isPlaceholderEmail(address)).toBe(true);
  },
);

test.each(['anna@web.de', 'info@salon-schmidt.de', 'mail@firma.de', 'tester.anna@gmx.de'])(
  '%s may be real',
  (address) => {
    expect(isPlaceholderEmail(address)).toBe(false);
  },
);
