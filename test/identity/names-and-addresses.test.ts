import fc from 'fast-check';
import { cleanEmail, cleanPersonName } from '../../src/services/tenants/identity';

describe('a name is taken out of what was said', () => {
  test.each([
    ['Anna Müller', 'Anna Müller'],
    ['  Anna   Müller ', 'Anna Müller'],
    ['Mein Name ist Anna Müller.', 'Anna Müller'],
    ['Hallo, mein Name ist Anna Müller', 'Anna Müller'],
    ['Guten Tag, hier ist Anna Müller', 'Anna Müller'],
    ['Hier spricht der Max', 'Max'],
    ['ich heiße Max Weber', 'Max Weber'],
    ['ich bin die Lena', 'Lena'],
    ['auf den Namen Özdemir', 'Özdemir'],
    ['Mein Name ist Max Weber und ich hätte gern einen Termin', 'Max Weber'],
    ['Frau Schmidt', 'Schmidt'],
    ['Herr Dr. Max Weber', 'Dr. Max Weber'],
    ['my name is John Smith', 'John Smith'],
    ["Hi, I'm Mary-Jane O'Neill", "Mary-Jane O'Neill"],
    ['This is Mrs. Jones', 'Jones'],
    ['Mr Smith', 'Smith'],
    ["My name's Ana de la Cruz and I would like a haircut", 'Ana de la Cruz'],
    ['李雷', '李雷'],
    ['Anna <b>Müller</b>', 'Anna Müller'],
    ['Anna\u200b \u202eMüller\u0000', 'Anna Müller'],
    ['Ich', null],
    ['Ida', 'Ida'],
    ['Herrmann', 'Herrmann'],
    ['Frau', 'Frau'],
    ['Isa Iamani', 'Isa Iamani'],
  ])('%j → %j', (said, name) => {
    expect(cleanPersonName(said)).toBe(name);
  });

  test.each([
    '',
    '  ',
    '12345',
    '!!!',
    'null',
    'undefined',
    'Unknown',
    'unbekannt',
    '{{customer_name}}',
    'customer_name',
    'N/A',
    'x',
    '<>',
    '.',
  ])('%j is no name', (said) => {
    expect(cleanPersonName(said)).toBeNull();
  });

  test('a name of 150 characters is one, a longer one is asked for again', () => {
    expect(cleanPersonName('A'.repeat(150))).toHaveLength(150);
    expect(cleanPersonName('A'.repeat(151))).toBeNull();
    expect(cleanPersonName('Anna '.repeat(100))).toBeNull();
  });

  test('one Han letter is a name, a radical that is none is not', () => {
    expect(cleanPersonName('李')).toBe('李');
    expect(cleanPersonName('⺀')).toBeNull();
  });

  test('what comes out is clean: one line, no markup, no controls, no padding', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 250, unit: 'binary' }), (text) => {
        const name = cleanPersonName(text);
        if (name === null) return;
        expect(name).not.toMatch(/[<>{}[\]\\|"*_#`~]|\p{Cc}|\p{Cf}|^\s|\s$|\s{2}/u);
        expect(name.length).toBeLessThanOrEqual(150);
        expect(name).toMatch(/\p{L}/u);
      }),
    );
  });
});

describe('an e-mail address is usable or null', () => {
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
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(260)}.de`,
  ])('%j is none', (said) => {
    expect(cleanEmail(said)).toBeNull();
  });
});
