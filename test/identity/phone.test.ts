import fc from 'fast-check';
import { isAnonymous, normalisePhone, phoneCountriesOf } from '../../src/services/tenants/phone-numbers';

describe('a phone number becomes E.164', () => {
  test.each([
    ['+493012345678', '+493012345678'],
    ['+49 30 / 123 456-78', '+493012345678'],
    ['+49 (0) 30 12345678', '+493012345678'],
    ['0049 30 12345678', '+493012345678'],
    ['030 12345678', '+493012345678'],
    ['030/1234567', '+49301234567'],
    ['0151 12345678', '+4915112345678'],
    ['15112345678', '+4915112345678'],
    ['tel:+49-30-12345678', '+493012345678'],
    ['plus 49 30 12345678', '+493012345678'],
    [' +41 44 668 18 00 ', '+41446681800'],
    ['0041446681800', '+41446681800'],
    ['0033 6 12 34 56 78', '+33612345678'],
    ['+12125550123', '+12125550123'],
  ])('%s is %s', (said, number) => {
    expect(normalisePhone(said)).toBe(number);
  });

  test.each([
    ['493012345678', '+493012345678'],
    ['49 151 12345678', '+4915112345678'],
    ['4366412345678', '+4366412345678'],
    ['41446681800', '+41446681800'],
    ['33612345678', '+33612345678'],
    ['31201234567', '+31201234567'],
    ['3225551212', '+3225551212'],
  ])('%s has lost its plus and is %s, not a German number', (said, number) => {
    expect(normalisePhone(said)).toBe(number);
  });

  test('a national number is read in the company’s country first', () => {
    expect(normalisePhone('0664 1234567', 'AT')).toBe('+436641234567');
    expect(normalisePhone('044 668 18 00', 'CH')).toBe('+41446681800');
    expect(normalisePhone('06 12 34 56 78', 'FR')).toBe('+33612345678');
  });

  test.each([
    '',
    '   ',
    'anonymous',
    '12',
    '+',
    '0',
    'null drei null',
    '+49',
    '+999123456789',
    'a'.repeat(500),
    '{{phone}}',
  ])('%j is no number', (said) => {
    expect(normalisePhone(said)).toBeNull();
  });

  test('reading a number that was read already changes nothing', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 14 });
    const said = fc.tuple(fc.constantFrom('+49', '0049', '0', '+43', '41', '49', ''), digits);
    fc.assert(
      fc.property(said, ([prefix, rest]) => {
        const number = normalisePhone(prefix + rest.join(''));
        if (number === null) return;
        expect(number).toMatch(/^\+[1-9]\d{3,14}$/);
        expect(normalisePhone(number)).toBe(number);
      }),
    );
  });

  test('whatever is said, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (text) => {
        expect(() => [normalisePhone(text), isAnonymous(text)]).not.toThrow();
      }),
    );
  });
});

describe('the country of national numbers in a call', () => {
  test.each([
    ['+493012345678', 'Europe/Berlin', ['DE']],
    ['+43720123456', 'Europe/Berlin', ['AT', 'DE']],
    [null, 'Europe/Zurich', ['CH']],
    [null, 'America/New_York', ['US']],
    [null, 'UTC', []],
  ])('line %j in %s: %j', (line, zone, countries) => {
    expect(phoneCountriesOf(line, zone)).toEqual(countries);
  });

  test('is looked for in the country of the line before all others', () => {
    const { Locale } = Intl;
    const looked = jest.spyOn(Intl, 'Locale').mockImplementation((tag) => new Locale(tag));
    expect(phoneCountriesOf('+4315551234', 'Europe/Vienna')).toEqual(['AT']);
    expect(looked.mock.calls).toEqual([['und-AT']]);
    looked.mockRestore();
  });

  test('is no other than the given one', () => {
    expect(normalisePhone('0664 12345678901')).toBeNull();
    expect(normalisePhone('1234567')).toBeNull();
    expect(normalisePhone('0176 12345')).toBeNull();
  });
});

describe('a caller without a number is anonymous', () => {
  test.each([
    null,
    undefined,
    '',
    ' ',
    'anonymous',
    'Anonymous',
    '+anonymous',
    'anonym',
    'unknown',
    'unbekannt',
    'withheld',
    'restricted',
    'private',
    'blocked',
    'unavailable',
    'unterdrückt',
    'No Caller ID',
    'null',
    'undefined',
    '0',
    '0000000',
    '+266696687',
    '+7378742833',
    'sip:anonymous@anonymous.invalid',
  ])('%j identifies no caller', (number) => {
    expect(isAnonymous(number)).toBe(true);
  });

  test.each(['+493012345678', '030 12345678', '+41446681800', '030/12-34-56', '+12125550123'])(
    '%j identifies a caller',
    (number) => {
      expect(isAnonymous(number)).toBe(false);
    },
  );
});
