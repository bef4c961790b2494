import fc from 'fast-check';
import { repairEmail } from '../../src/retell/email-repair';
import { spokenDigits } from '../../src/retell/number-words';
import { cleanText, scalarIn, shortText } from '../../src/retell/plain-text';

describe('numbers said in words', () => {
  test.each([
    ['null eins sieben sechs eins zwei drei vier', '01761234'],
    ['plus vier neun eins sieben sechs', '+49176'],
    ['oh one seven double six', '01766'],
    ['zero one triple five', '01555'],
    ['null drei null doppel vier', '03044'],
    ['nulleinssieben zwei', '0172'],
    ['siebenundzwanzig einunddreißig', '2731'],
    ['null eins sieben ein und zwanzig', '01721'],
    ['zwölf sechzehn zwanzig', '121620'],
    ['twenty three fifty', '2350'],
    ['0176 dreiundzwanzig vier', '0176234'],
    ['meine Nummer ist null drei null', '030'],
    ['+49 hundertzwanzig', '+49'],
    ['keine Ahnung', ''],
    ['', ''],
  ])('%p is %p', (words, digits) => {
    expect(spokenDigits(words)).toBe(digits);
  });

  test('any digits said one by one come back as themselves, in both languages', () => {
    const german = ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'];
    const english = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 15 }), (digits) => {
        expect(spokenDigits(digits.map((digit) => german[digit]).join(' '))).toBe(digits.join(''));
        expect(spokenDigits(digits.map((digit) => english[digit]).join(' '))).toBe(digits.join(''));
      }),
    );
  });
});

describe('e-mail addresses as speech-to-text writes them', () => {
  test.each([
    ['anna@example.org', 'anna@example.org'],
    ['Anna.Mueller@Example.ORG', 'anna.mueller@example.org'],
    ['mailto:anna@example.org', 'anna@example.org'],
    ['eins@web.de', 'eins@web.de'],
    ['anna punkt mueller at gmx punkt de', 'anna.mueller@gmx.de'],
    ['anna dot miller at example dot com', 'anna.miller@example.com'],
    ['anna unterstrich m at gmx minus online punkt de', 'anna_m@gmx-online.de'],
    ['anna underscore m dash x at mail dot example dot com', 'anna_m-x@mail.example.com'],
    ['a n n a at gmx punkt at', 'anna@gmx.at'],
    ['anna eins zwei at web de', 'anna12@web.de'],
    ['anna @ gmail . com', 'anna@gmail.com'],
    ['anna klammeraffe gmx punkt net.', 'anna@gmx.net'],
    ['info at one dot com', 'info@one.com'],
    ['o neil at web punkt de', 'oneil@web.de'],
  ])('%p is %p', (said, address) => {
    expect(repairEmail(said)).toBe(address);
  });

  test.each(['anna', 'at', 'anna at', '@', 'müller at gmx punkt de', 'anna at at at', 'a'.repeat(300)])(
    '%p is no address, and none is made up',
    (said) => {
      expect(repairEmail(said)).toBeNull();
    },
  );
});

describe('plain text out of anything', () => {
  test.each([
    ['  Anna \n\t Müller ', 'Anna Müller'],
    ['<script>alert(1)</script>Anna', 'alert(1) Anna'],
    ['Anna {{x}} \\ Müller', 'Anna x Müller'],
    ['An\u0000na\u200b\u202e', 'An na'],
    [42, '42'],
    [true, 'true'],
    [['', 'Anna'], 'Anna'],
    [{ name: 'Anna', id: 7 }, 'Anna'],
    [{ service: {}, value: { text: 'Färben' } }, 'Färben'],
    ['Fa\u0308rben', 'Färben'],
  ])('%p reads as %p', (value, text) => {
    expect(cleanText(value)).toBe(text);
  });

  test.each([
    '',
    '   ',
    'None',
    'null',
    'undefined',
    'N/A',
    '-',
    '…',
    '{{customer_name}}',
    'keine Angabe',
    'not provided',
    '<>',
    '{}',
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
    [],
    [[[[[['deep']]]]]],
    { other: 1 },
  ])('%p is nothing', (value) => {
    expect(cleanText(value)).toBeNull();
  });

  test('text is cut by characters, never through one', () => {
    expect(shortText('😀'.repeat(10), 3)).toBe('😀😀😀');
    expect(shortText('x'.repeat(500), 150)).toHaveLength(150);
  });

  test('a body full of open tags costs no more than a short one', () => {
    expect(cleanText('<'.repeat(3_000_000))).toBeNull();
    expect(cleanText(`${'<a'.repeat(1_000_000)}`)).toMatch(/^a+$/);
  });

  test('whatever JSON holds, what comes out is one clean line or nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = cleanText(value);
        expect(scalarIn(value)).not.toBeUndefined();
        if (text !== null) expect(text).not.toMatch(/[<>{}\\]|\p{Cc}|^\s|\s$/u);
      }),
    );
  });
});
